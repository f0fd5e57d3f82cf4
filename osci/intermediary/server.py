"""One request in, one answer out: chapter 6 step by step. What the single jobs do stands in `jobs`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from osci import feedback as codes
from osci.encryption import can_encrypt_for
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.intermediary.admission import Admission
from osci.intermediary.answers import SUPPORTED, Answer
from osci.intermediary.chunks import ChunkStore
from osci.intermediary.dialogs import Client, Dialogs, Turn, implicit, offered
from osci.intermediary.inspection import CertificateInspector, Inspector
from osci.intermediary.jobs import Jobs
from osci.intermediary.means import Identity, Means
from osci.intermediary.relay import Outbound
from osci.mailbox import DeliveryStore
from osci.messages import ForwardDelivery, GetMessageId, InitDialog, Request, StoreDelivery
from osci.policy import RECEIVING_NOW, SENDING, Policy
from osci.reader import Received, read_message
from osci.transport import seal
from osci.types import Chunks, MessageType, Role, SpoolFactory, Use, Verdict
from osci.writer import Built, write_fault, write_message


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer as one HTTP body (status 200 also for faults), and what it means for whoever runs the server.

    `request`: None when the request could not be read. `codes`: all of the feedback, or the one of the fault.
    `message_id`: of the delivery that was stored or is handed out.
    """

    wire: Built
    request: MessageType | None
    codes: tuple[str, ...]
    message_id: str | None = None


class IntermediaryServer:
    """Mailboxes, dialogs and process cards over a DeliveryStore.

    `handle` may run in several threads at once when the store allows it. Dialogs live in memory: after a restart
    their requests get fault 9400 and clients begin again; nothing that was confirmed depends on them.
    """

    def __init__(
        self,
        identity: Identity,
        store: DeliveryStore,
        now: Callable[[], datetime],
        spool_factory: SpoolFactory,
        *,
        receiving: Policy = RECEIVING_NOW,
        sending: Policy = SENDING,
        admit: Admission | None = None,
        chunks: ChunkStore | None = None,
        inspect: Inspector | None = None,
    ) -> None:
        self._now = now
        self._dialogs = Dialogs()
        inspector = inspect or CertificateInspector()
        self._means = Means(identity, store, chunks, self._dialogs, spool_factory, receiving, sending, inspector, admit)
        self._jobs = Jobs(self._means)

    def handle(self, chunks: Chunks) -> Reply | Outbound:
        """The answer, or a delivery to be passed on first (forwardDelivery, mediateDelivery: see `answered`).

        Raises nothing for what a client can send. Errors of the store go through: nothing was confirmed then.
        """
        kind: MessageType | None = None
        try:
            means = self._means
            received = read_message(chunks, (means.identity.decryption_key,), means.receiving, means.spools)
            kind = received.message_type
            return self._answer(received)
        except RemoteProtocolError as error:
            return _fault(error.code if error.code in codes.FAULT_CODES else codes.INVALID_MESSAGE, kind)
        except LocalProtocolError:
            return _fault(codes.INTERNAL_ERROR, kind)

    def answered(self, outbound: Outbound, chunks: Chunks) -> Reply:
        """`chunks` is what the recipient answered; the client gets its content, or a code that says what is wrong."""
        return self._finish(outbound, lambda: self._jobs.relay.answered(outbound, chunks, self._moment()))

    def undelivered(self, outbound: Outbound, *, sent: bool) -> Reply:
        """No answer came (9809, 9810). `sent`: bytes left, so that the recipient may have the delivery."""
        return self._finish(outbound, lambda: self._jobs.relay.undelivered(outbound, sent=sent))

    def _finish(self, outbound: Outbound, act: Callable[[], Answer]) -> Reply:
        try:
            return self._write(act(), outbound.request.type, outbound.turn, sealed=outbound.sealed)
        except LocalProtocolError:
            return _fault(codes.INTERNAL_ERROR, outbound.request.type)

    def _moment(self) -> datetime:
        return _milliseconds(self._now())

    def _answer(self, received: Received) -> Reply | Outbound:
        request, now = _request_of(received), self._moment()
        _refuse_malformed(received)
        turn = self._enter(received, request, now)
        sealed = received.transport_encryption.present
        problem = self._signature_problem(received, turn.client)
        if problem is None:
            answer = self._do(request, turn, now)
            if isinstance(answer, Outbound):
                return replace(answer, sealed=sealed)
            return self._write(answer, received.message_type, turn, sealed=sealed)
        if turn.delivered is not None:  # a request that anybody could have written proves nothing
            self._dialogs.handed_out(turn, turn.delivered)
        return self._write(self._jobs.refuse(request, turn, problem), received.message_type, turn, sealed=sealed)

    def _enter(self, received: Received, request: Request, now: datetime) -> Turn:
        block = request.control_block
        if isinstance(request, InitDialog):
            return offered(block, self._client(received, request))
        if block.conversation_id is not None:
            return self._dialogs.enter(block, now)
        needs_dialog = not isinstance(request, GetMessageId | StoreDelivery | ForwardDelivery)
        return implicit(block, self._client(received, request), challenge=needs_dialog)

    def _client(self, received: Received, request: Request) -> Client:
        """Who asks. Nothing is done for somebody whose answer could not be encrypted: raises 9500."""
        client = _client(received, request)
        if client.encrypted and not can_encrypt_for(client.cipher, self._means.sending):
            raise RemoteProtocolError(codes.NO_CIPHER_CERTIFICATE, "the client's cipher certificate does not serve")
        return client

    def _signature_problem(self, received: Received, client: Client) -> str | None:
        """9600, 9601 or 9602; also when somebody else signs in this client's dialog."""
        status = received.transport_signature
        if not status.present and not self._means.receiving.require_signed:
            return None
        if status.verdict is not Verdict.VALID:
            return status.code or codes.SIGNATURE_INVALID
        return None if status.signer == client.signature else codes.SIGNATURE_INVALID

    def _do(self, request: Request, turn: Turn, now: datetime) -> Answer | Outbound:
        if turn.delivered is not None:
            self._means.store.mark_received(turn.delivered, now)
        return self._jobs.do(request, turn, now)

    def _write(self, answer: Answer, kind: MessageType, turn: Turn, *, sealed: bool) -> Reply:
        means = self._means
        wire = write_message(answer.message, means.identity.signing_key, means.spools, means.sending)
        if sealed:
            wire = seal(wire, turn.client.cipher, means.sending)
        return Reply(wire, kind, answer.codes, answer.message_id)


def _request_of(received: Received) -> Request:
    message = received.unsafe_message
    if not isinstance(message, SUPPORTED):
        raise RemoteProtocolError(codes.INVALID_REQUEST, f"{received.message_type.value} is not offered here")
    return message


def _refuse_malformed(received: Received) -> None:
    """A signature whose form or algorithm OSCI does not know makes no OSCI message (9100): that is a fault, and uses
    up no turn of a dialog. Codes 9600 to 9602 are Feedback (chapter 6, no. 2)."""
    status = received.transport_signature
    if status.present and status.code in codes.FAULT_CODES:
        raise RemoteProtocolError(status.code, "; ".join(status.reasons))


def _client(received: Received, request: Request) -> Client:
    """Who asks, from the certificates of the request itself."""
    cipher = request.certificates.find(Role.ORIGINATOR, Use.CIPHER)
    if cipher is None:
        raise RemoteProtocolError(codes.NO_CIPHER_CERTIFICATE, "the client's cipher certificate is missing")
    signature = request.certificates.find(Role.ORIGINATOR, Use.SIGNATURE)
    return Client(cipher, signature, encrypted=received.transport_encryption.present)


def _fault(code: str, kind: MessageType | None) -> Reply:
    return Reply(write_fault(code, client_at_fault=code != codes.INTERNAL_ERROR), kind, (code,))


def _milliseconds(moment: datetime) -> datetime:
    """Timestamps on the wire have three fraction digits (section 3.15); the store must know the same moment."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
