"""What the intermediary does for each request it offers (chapter 6, step 5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from secrets import token_hex
from typing import Final

from osci import certificates as c
from osci import feedback as codes
from osci.certificates import Certificates
from osci.content import StoredPackage
from osci.errors import RemoteProtocolError, invalid
from osci.feedback import FeedbackEntry, feedback
from osci.intermediary.answers import Answer, answer, done, entries_of
from osci.intermediary.dialogs import Dialogs, Turn
from osci.mailbox import CardQuery, DeliveryStore, StoredDelivery
from osci.messages import (
    ExitDialog,
    FetchDelivery,
    FetchProcessCard,
    GetMessageId,
    InitDialog,
    Request,
    StoreDelivery,
)
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.types import Role, Use

MAX_CARDS: Final = 200
"""Own choice: cards in one answer (about 150 KB); the client learns of more by 3801."""
MESSAGE_ID_BYTES: Final = 16
MORE_DELIVERIES: Final = "3800"
MORE_CARDS: Final = "3801"
NO_MESSAGE_ID: Final = FeedbackEntry("9800", "MessageId fehlt")

Admission = Callable[[StoreDelivery], FeedbackEntry | None]
"""Looks at a delivery before it is stored (certificates, sizes); an entry (97xx, 99xx) refuses it."""


class Jobs:
    """`signature_certificate`: DER of the key that signs the answers."""

    def __init__(
        self, store: DeliveryStore, dialogs: Dialogs, signature_certificate: bytes, admit: Admission | None
    ) -> None:
        self._store = store
        self._dialogs = dialogs
        self._own = c.intermediary(signature=signature_certificate)
        self._admit = admit

    def do(self, request: Request, turn: Turn, now: datetime) -> Answer:
        """Raises RemoteProtocolError (it becomes a fault) where no feedback code fits."""
        if not turn.explicit and isinstance(request, FetchDelivery | FetchProcessCard | ExitDialog):
            return self.refuse(request, turn, codes.EXPLICIT_DIALOG_NEEDED)
        match request:
            case InitDialog():
                return self._init(request, turn, now)
            case GetMessageId():
                return self._get_message_id(request, turn)
            case StoreDelivery():
                return self._store_delivery(request, turn, now)
            case FetchDelivery():
                return self._fetch_delivery(request, turn, now)
            case FetchProcessCard():
                return self._fetch_process_card(request, turn)
            case ExitDialog():
                return self._exit(request, turn)
        raise RemoteProtocolError(codes.INVALID_REQUEST, f"{request.type.value} is not offered here")

    def refuse(self, request: Request, turn: Turn, refusal: str | FeedbackEntry) -> Answer:
        """An answer of the right type that says nothing but the code."""
        return Answer(answer(request, turn, self._own, entries_of(refusal)))

    def _init(self, request: InitDialog, turn: Turn, now: datetime) -> Answer:
        self._dialogs.open(turn, now)
        return Answer(answer(request, turn, self._own, done(turn)))

    def _exit(self, request: ExitDialog, turn: Turn) -> Answer:
        self._dialogs.close(turn)
        return Answer(answer(request, turn, self._own, feedback(codes.DONE_DIALOG_CLOSED)))

    def _get_message_id(self, request: GetMessageId, turn: Turn) -> Answer:
        message_id = token_hex(MESSAGE_ID_BYTES)
        self._store.issue(message_id)
        return Answer(answer(request, turn, self._own, done(turn), message_id=message_id))

    def _store_delivery(self, request: StoreDelivery, turn: Turn, now: datetime) -> Answer:
        delivery = _delivery(request, turn)
        refusal = self._admit(request) if self._admit else None
        if not delivery.message_id:
            refusal = NO_MESSAGE_ID
        if refusal is not None:
            return self.refuse(request, turn, refusal)
        if not self._store.store(delivery, now):
            return self.refuse(request, turn, codes.MESSAGE_ID_UNKNOWN_OR_USED)
        card = ProcessCard(recent_modification=now, creation=now, subject=request.subject)
        bundle = ProcessCardBundle(delivery.message_id, card)
        return Answer(answer(request, turn, self._own, done(turn), process_card=bundle), delivery.message_id)

    def _fetch_delivery(self, request: FetchDelivery, turn: Turn, now: datetime) -> Answer:
        _require_proof(turn)
        waiting = self._store.pick(turn.client.cipher, request.selection)
        if waiting is None:
            return self.refuse(request, turn, codes.NO_DELIVERY)
        delivery = waiting.delivery
        card = self._store.mark_forwarded(delivery.message_id, now)
        self._dialogs.handed_out(turn, delivery.message_id)
        entries = done(turn) + (feedback(MORE_DELIVERIES) if waiting.more else ())
        message = answer(
            request,
            turn,
            self._own,
            entries,
            process_card=ProcessCardBundle(delivery.message_id, replace(card, reception=None)),
            certificates=self._own + delivery.certificates,
            custom_headers=delivery.custom_headers,
            package=delivery.package,
        )
        return Answer(message, delivery.message_id)

    def _fetch_process_card(self, request: FetchProcessCard, turn: Turn) -> Answer:
        _require_proof(turn)
        limit = MAX_CARDS if request.limit is None else min(max(request.limit, 1), MAX_CARDS)
        page = self._store.cards(CardQuery(turn.client.cipher, request.selection, limit))
        if not page.bundles:
            return self.refuse(request, turn, codes.NO_PROCESS_CARD)
        entries = done(turn) + (feedback(MORE_CARDS) if page.more else ())
        return Answer(answer(request, turn, self._own, entries, process_cards=page.bundles))


def _require_proof(turn: Turn) -> None:
    """Naming somebody's certificate must not open the mailbox: the dialog has to be encrypted (see Client)."""
    if not turn.client.encrypted:
        raise RemoteProtocolError(codes.INVALID_REQUEST, "a mailbox is opened in an encrypted dialog only")


def _delivery(request: StoreDelivery, turn: Turn) -> StoredDelivery:
    addressee = request.certificates.find(Role.ADDRESSEE, Use.CIPHER)
    if addressee is None or not isinstance(request.package, StoredPackage):
        raise invalid("a StoreDelivery without CipherCertificateAddressee")
    return StoredDelivery(
        message_id=request.message_id,
        subject=request.subject,
        originator=turn.client.cipher,
        addressee=addressee,
        certificates=_with_cipher_certificate(request.certificates.others, turn.client.cipher),
        custom_headers=request.custom_headers,
        package=request.package,
    )


def _with_cipher_certificate(certificates: Certificates, cipher: bytes) -> Certificates:
    """In an explicit dialog the request need not repeat it, but the recipient wants to answer."""
    if certificates.find(Role.ORIGINATOR, Use.CIPHER) is not None:
        return certificates
    return c.originator(cipher=cipher) + certificates
