"""Deliveries for recipients without a mailbox (chapter 6): out as Accept- or ProcessDelivery, and the answer back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from osci import feedback as codes
from osci.built import Built
from osci.errors import OsciError, RemoteProtocolError
from osci.feedback import FeedbackEntry, feedback
from osci.intermediary import recipient_answer as r
from osci.intermediary.admission import Content, content_of
from osci.intermediary.answers import Answer, answer, done, refusal
from osci.intermediary.deliveries import NO_MESSAGE_ID
from osci.intermediary.dialogs import Turn, new_challenge
from osci.intermediary.means import Means
from osci.mailbox import Passage
from osci.messages import AcceptDelivery, ControlBlock, ForwardDelivery, MediateDelivery, ProcessDelivery
from osci.processcard import Inspection, ProcessCard, ProcessCardBundle
from osci.transport import seal
from osci.types import Chunks, Role, Use
from osci.writer import write_message

BAD_RECIPIENT_CERTIFICATE = "9706"


@dataclass(frozen=True, slots=True)
class Outbound:
    """A delivery that has to be handed to its recipient now: POST `wire` to `receiver`, then `answered`.

    `receiver` is the URI as the client wrote it: whoever sends decides what may be reached. `sent_at` and the rest
    belong to the intermediary.
    """

    receiver: str
    wire: Built
    request: ForwardDelivery | MediateDelivery
    turn: Turn
    content: Content
    challenge: str
    reply_id: str | None
    inspections: tuple[Inspection, ...]
    sent_at: datetime
    sealed: bool = True

    @property
    def expected(self) -> r.Expected:
        pinned = self.request.certificates.find(Role.ADDRESSEE, Use.SIGNATURE)
        return r.Expected(isinstance(self.request, MediateDelivery), self.challenge, self.reply_id, pinned)


class Relay:
    def __init__(self, means: Means, new_message_id: Callable[[], str]) -> None:
        self._means = means
        self._new_message_id = new_message_id

    def begin(self, request: ForwardDelivery | MediateDelivery, turn: Turn, now: datetime) -> Outbound | Answer:
        """The MessageId is used up, durably, before anything leaves; a refusal (97xx, 98xx) uses nothing up."""
        content = content_of(request, turn.client.cipher, self._means.own_both)
        refused = self._means.admit(request) if self._means.admit else None
        if refused is not None:
            return refusal(request, turn, self._means.own, refused)
        if request.message_id == "":
            return refusal(request, turn, self._means.own, NO_MESSAGE_ID)
        try:
            outbound = self._outbound(request, turn, content, now)
        except OsciError:
            return refusal(request, turn, self._means.own, BAD_RECIPIENT_CERTIFICATE)
        if not self._register(outbound, now):
            return refusal(request, turn, self._means.own, codes.MESSAGE_ID_UNKNOWN_OR_USED)
        return outbound

    def undelivered(self, outbound: Outbound, *, sent: bool) -> Answer:
        """No answer came. `sent`: some of the bytes left, so that the recipient may have it."""
        if not sent:
            return self._refused(outbound, r.NOTHING_LEFT)
        self._forwarded(outbound)
        return self._refused(outbound, r.OUTCOME_UNKNOWN)

    def answered(self, outbound: Outbound, chunks: Chunks, now: datetime) -> Answer:
        """The recipient's answer, whatever it is, becomes the answer to the client."""
        card = self._forwarded(outbound)
        try:
            reply = r.read_answer(chunks, outbound.expected, self._means)
        except RemoteProtocolError as error:
            return self._refused(outbound, error.code)
        if card is not None:
            self._means.store.mark_received(card.message_id, now)
            card = replace(card, card=replace(card.card, reception=now, recent_modification=now))
        if isinstance(outbound.request, ForwardDelivery):
            return self._answer(outbound, reply.warnings, process_card=card)
        if not reply.package.xml:
            message = answer(
                outbound.request, outbound.turn, self._means.own, feedback(r.NO_CONTENT), request_card=card
            )
            return Answer(message)
        fields = {"certificates": self._means.own + reply.certificates, "custom_headers": reply.custom_headers}
        reply_card = self._reply_card(outbound, reply, now)
        return self._answer(
            outbound, reply.warnings, request_card=card, reply_card=reply_card, package=reply.package, **fields
        )

    # inside

    def _outbound(
        self, request: ForwardDelivery | MediateDelivery, turn: Turn, content: Content, now: datetime
    ) -> Outbound:
        challenge = new_challenge()
        with_cards = isinstance(request, MediateDelivery) and request.message_id is not None
        reply_id = self._new_message_id() if with_cards else None
        inspections = self._means.inspect(content.certificates, now)
        card = _card_on_the_way(request, inspections, now)
        message = self._message(request, content, ControlBlock(challenge=challenge), reply_id, card)
        inner = write_message(message, self._means.identity.signing_key, self._means.spools, self._means.sending)
        wire = seal(inner, content.addressee, self._means.sending)
        return Outbound(request.receiver, wire, request, turn, content, challenge, reply_id, inspections, now)

    def _message(
        self,
        request: ForwardDelivery | MediateDelivery,
        content: Content,
        control_block: ControlBlock,
        reply_id: str | None,
        card: ProcessCardBundle | None,
    ) -> AcceptDelivery | ProcessDelivery:
        common: dict[str, Any] = {
            "control_block": control_block,
            "certificates": self._means.own_both + content.certificates,
            "languages": request.languages,
            "custom_headers": request.custom_headers,
            "package": content.package,
            "process_card": card,
        }
        if isinstance(request, ForwardDelivery):
            return AcceptDelivery(**common)
        return ProcessDelivery(message_id_response=reply_id, **common)

    def _register(self, outbound: Outbound, now: datetime) -> bool:
        request, content = outbound.request, outbound.content
        if request.message_id is None:
            return True
        client = outbound.turn.client.cipher
        passage = Passage(request.message_id, request.subject, client, content.addressee, outbound.inspections)
        return self._means.store.register(passage, now)

    def _forwarded(self, outbound: Outbound) -> ProcessCardBundle | None:
        message_id = outbound.request.message_id
        if message_id is None:
            return None
        card = self._means.store.mark_forwarded(message_id, outbound.sent_at)
        return ProcessCardBundle(message_id, card, outbound.inspections)

    def _reply_card(self, outbound: Outbound, reply: r.Reply, now: datetime) -> ProcessCardBundle | None:
        """The reply is a delivery of its own, which the client's next request proves to have arrived."""
        if outbound.reply_id is None:
            return None
        inspections = self._means.inspect(reply.certificates, now)
        sender = reply.certificates.find(Role.ORIGINATOR, Use.CIPHER) or outbound.content.addressee
        passage = Passage(outbound.reply_id, reply.subject, sender, outbound.turn.client.cipher, inspections)
        self._means.store.issue(outbound.reply_id)
        self._means.store.register(passage, now)
        card = self._means.store.mark_forwarded(outbound.reply_id, now)
        self._means.dialogs.handed_out(outbound.turn, outbound.reply_id)
        return ProcessCardBundle(outbound.reply_id, card, inspections)

    def _answer(self, outbound: Outbound, warnings: tuple[FeedbackEntry, ...], **fields: Any) -> Answer:
        entries = done(outbound.turn) + warnings
        message = answer(outbound.request, outbound.turn, self._means.own, entries, **fields)
        return Answer(message, outbound.request.message_id)

    def _refused(self, outbound: Outbound, code: str) -> Answer:
        return refusal(outbound.request, outbound.turn, self._means.own, code)


def _card_on_the_way(
    request: ForwardDelivery | MediateDelivery, inspections: tuple[Inspection, ...], now: datetime
) -> ProcessCardBundle | None:
    """What the recipient is shown: Creation and Forwarding (section 4.1)."""
    if request.message_id is None:
        return None
    card = ProcessCard(recent_modification=now, creation=now, forwarding=now, subject=request.subject)
    return ProcessCardBundle(request.message_id, card, inspections)
