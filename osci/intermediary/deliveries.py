"""Deliveries into mailboxes and out of them (chapter 6, step 5)."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from osci import feedback as codes
from osci.feedback import FeedbackEntry, feedback
from osci.intermediary.admission import content_of
from osci.intermediary.answers import Answer, answer, done, refusal
from osci.intermediary.dialogs import Client, Turn
from osci.intermediary.means import Means
from osci.mailbox import StoredDelivery, UploadKey, Waiting
from osci.messages import FetchDelivery, PartialFetchDelivery, StoreDelivery
from osci.processcard import ProcessCard, ProcessCardBundle

MORE_DELIVERIES: Final = "3800"
NO_MESSAGE_ID: Final = FeedbackEntry("9800", "MessageId fehlt")


class Deliveries:
    def __init__(self, means: Means) -> None:
        self._means = means

    def take(
        self, request: StoreDelivery, client: Client, now: datetime, upload: UploadKey | None = None
    ) -> ProcessCardBundle | FeedbackEntry:
        """Durable when a card comes back; else why it was not taken. Raises 9100 for what is no delivery."""
        content = content_of(request, client.cipher, self._means.own_both)
        refused = self._means.admit(request) if self._means.admit else None
        if refused is not None or not request.message_id:
            return refused or NO_MESSAGE_ID
        inspections = self._means.inspect(content.certificates, now)
        delivery = StoredDelivery(
            message_id=request.message_id,
            subject=request.subject,
            originator=client.cipher,
            addressee=content.addressee,
            certificates=content.certificates,
            custom_headers=request.custom_headers,
            package=content.package,
            inspections=inspections,
        )
        if not self._means.store.store(delivery, now, upload):
            return feedback(codes.MESSAGE_ID_UNKNOWN_OR_USED)[0]
        card = ProcessCard(recent_modification=now, creation=now, subject=request.subject)
        return ProcessCardBundle(delivery.message_id, card, inspections)

    def hand_out(self, request: FetchDelivery, turn: Turn, now: datetime) -> Answer:
        waiting = self.waiting(request, turn)
        if waiting is None:
            return refusal(request, turn, self._means.own, codes.NO_DELIVERY)
        message_id = waiting.delivery.message_id
        message = answer(request, turn, self._means.own, **self.fields(waiting, turn, now))
        self._means.dialogs.handed_out(turn, message_id)
        return Answer(message, message_id)

    def waiting(self, request: FetchDelivery | PartialFetchDelivery, turn: Turn) -> Waiting | None:
        """What the selection means in the mailbox of this client. Raises 9300 outside of an encrypted dialog."""
        turn.require_proof()
        return self._means.store.pick(turn.client.cipher, request.selection)

    def fields(self, waiting: Waiting, turn: Turn, now: datetime) -> dict[str, Any]:
        """The delivery as fields of ResponseToFetchDelivery; from now on it counts as handed out."""
        delivery = waiting.delivery
        card = replace(self._means.store.mark_forwarded(delivery.message_id, now), reception=None)
        return {
            "entries": self.entries(waiting, turn),
            "process_card": ProcessCardBundle(delivery.message_id, card, delivery.inspections),
            "certificates": self._means.own + delivery.certificates,
            "custom_headers": delivery.custom_headers,
            "package": delivery.package,
        }

    def entries(self, waiting: Waiting, turn: Turn) -> tuple[FeedbackEntry, ...]:
        return done(turn) + (feedback(MORE_DELIVERIES) if waiting.more else ())
