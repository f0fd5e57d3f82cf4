"""One request in, one answer out: chapter 6 step by step. What the single jobs do stands in `jobs`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from osci import feedback as codes
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.intermediary.answers import SUPPORTED, Answer
from osci.intermediary.dialogs import Client, Dialogs, Turn, implicit, offered
from osci.intermediary.jobs import Admission, Jobs
from osci.keys import DecryptionKey, SigningKey
from osci.mailbox import DeliveryStore
from osci.messages import GetMessageId, InitDialog, Request, StoreDelivery
from osci.policy import RECEIVING_NOW, SENDING, Policy
from osci.reader import Received, read_message
from osci.transport import seal
from osci.types import Chunks, MessageType, Role, SpoolFactory, Use, Verdict
from osci.writer import Built, write_fault, write_message

FAULTS: Final = frozenset({"9000", "9100", "9200", "9201", "9202", "9300", "9400", "9500", "9501", "9502", "9503"})
"""Codes that travel as SOAP fault; all others are feedback (section 3.14)."""
INTERNAL_ERROR: Final = "9000"
NO_CIPHER_CERTIFICATE: Final = "9500"


@dataclass(frozen=True, slots=True)
class Identity:
    """The intermediary's two keys: one signs the answers, the other opens the requests."""

    signing_key: SigningKey
    decryption_key: DecryptionKey


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
    ) -> None:
        self._identity = identity
        self._store = store
        self._now = now
        self._spools = spool_factory
        self._receiving = receiving
        self._sending = sending
        self._dialogs = Dialogs()
        self._jobs = Jobs(store, self._dialogs, identity.signing_key.certificate, admit)

    def handle(self, chunks: Chunks) -> Reply:
        """Raises nothing for what a client can send. Errors of the store go through: nothing was confirmed then."""
        kind: MessageType | None = None
        try:
            received = read_message(chunks, (self._identity.decryption_key,), self._receiving, self._spools)
            kind = received.message_type
            return self._answer(received)
        except RemoteProtocolError as error:
            return _fault(error.code if error.code in FAULTS else codes.INVALID_MESSAGE, kind)
        except LocalProtocolError:
            return _fault(INTERNAL_ERROR, kind)

    def _answer(self, received: Received) -> Reply:
        request = _request_of(received)
        now = _milliseconds(self._now())
        turn = self._enter(received, request, now)
        problem = self._signature_problem(received, turn.client)
        if problem is None:
            return self._write(self._do(request, turn, now), received, turn)
        if turn.delivered is not None:  # a request that anybody could have written proves nothing
            self._dialogs.handed_out(turn, turn.delivered)
        return self._write(self._jobs.refuse(request, turn, problem), received, turn)

    def _enter(self, received: Received, request: Request, now: datetime) -> Turn:
        block = request.control_block
        if isinstance(request, InitDialog):
            return offered(block, _client(received, request))
        if block.conversation_id is not None:
            return self._dialogs.enter(block, now)
        needs_dialog = not isinstance(request, GetMessageId | StoreDelivery)
        return implicit(block, _client(received, request), challenge=needs_dialog)

    def _signature_problem(self, received: Received, client: Client) -> str | None:
        """9600, 9601 or 9602; also when somebody else signs in this client's dialog."""
        status = received.transport_signature
        if not status.present and not self._receiving.require_signed:
            return None
        if status.verdict is not Verdict.VALID:
            return status.code or codes.SIGNATURE_INVALID
        return None if status.signer == client.signature else codes.SIGNATURE_INVALID

    def _do(self, request: Request, turn: Turn, now: datetime) -> Answer:
        if turn.delivered is not None:
            self._store.mark_received(turn.delivered, now)
        return self._jobs.do(request, turn, now)

    def _write(self, answer: Answer, received: Received, turn: Turn) -> Reply:
        wire = write_message(answer.message, self._identity.signing_key, self._spools, self._sending)
        if received.transport_encryption.present:
            wire = seal(wire, turn.client.cipher, self._sending)
        return Reply(wire, received.message_type, answer.codes, answer.message_id)


def _request_of(received: Received) -> Request:
    message = received.unsafe_message
    if not isinstance(message, SUPPORTED):
        raise RemoteProtocolError(codes.INVALID_REQUEST, f"{received.message_type.value} is not offered here")
    return message


def _client(received: Received, request: Request) -> Client:
    """Who asks, from the certificates of the request itself."""
    cipher = request.certificates.find(Role.ORIGINATOR, Use.CIPHER)
    if cipher is None:
        raise RemoteProtocolError(NO_CIPHER_CERTIFICATE, "the client's cipher certificate is missing")
    signature = request.certificates.find(Role.ORIGINATOR, Use.SIGNATURE)
    return Client(cipher, signature, encrypted=received.transport_encryption.present)


def _fault(code: str, kind: MessageType | None) -> Reply:
    return Reply(write_fault(code, client_at_fault=code != INTERNAL_ERROR), kind, (code,))


def _milliseconds(moment: datetime) -> datetime:
    """Timestamps on the wire have three fraction digits (section 3.15); the store must know the same moment."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
