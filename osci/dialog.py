"""The client's side of a dialog without I/O (chapter 5): requests out, answers in, state in a table."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType

from osci import base64text
from osci import certificates as c
from osci.answers import Answer, Client, Expectation, Intermediary, RequestRefused, check_answer
from osci.built import Built
from osci.certificates import Certificates
from osci.content import Package
from osci.errors import LocalProtocolError, RemoteFault
from osci.feedback import EXPLICIT_DIALOG_NEEDED
from osci.messages import (
    OUR_FEATURES,
    ControlBlock,
    ExitDialog,
    FetchDelivery,
    FetchProcessCard,
    GetMessageId,
    InitDialog,
    Message,
    Selection,
    StoreDelivery,
)
from osci.participants import with_participants
from osci.policy import SENDING, Policy
from osci.transport import seal
from osci.types import MessageType, Role, SpoolFactory, Use
from osci.writer import write_message

__all__ = [
    "TRANSITIONS",
    "Answer",
    "Client",
    "Dialog",
    "Expectation",
    "Intermediary",
    "OutgoingRequest",
    "RequestRefused",
    "State",
    "check_answer",
]


class State(Enum):
    """NEW: nothing sent. *_SENT: waiting for the answer. OPEN: in an explicit dialog. CLOSED, FAILED: over."""

    NEW = "new"
    INIT_SENT = "init sent"
    OPEN = "open"
    REQUEST_SENT = "request sent"
    EXIT_SENT = "exit sent"
    SINGLE_SENT = "single request sent"
    CLOSED = "closed"
    FAILED = "failed"


_M, _S = MessageType, State
_IN_DIALOG = (_M.GET_MESSAGE_ID, _M.STORE_DELIVERY, _M.FETCH_DELIVERY, _M.FETCH_PROCESS_CARD)
_SENT = (_S.INIT_SENT, _S.REQUEST_SENT, _S.EXIT_SENT, _S.SINGLE_SENT)

TRANSITIONS: Mapping[tuple[State, MessageType], State] = MappingProxyType(
    {
        (_S.NEW, _M.INIT_DIALOG): _S.INIT_SENT,
        (_S.INIT_SENT, _M.RESPONSE_TO_INIT_DIALOG): _S.OPEN,
        **{(_S.OPEN, request): _S.REQUEST_SENT for request in _IN_DIALOG},
        **{(_S.REQUEST_SENT, request.response): _S.OPEN for request in _IN_DIALOG},
        (_S.OPEN, _M.EXIT_DIALOG): _S.EXIT_SENT,
        (_S.EXIT_SENT, _M.RESPONSE_TO_EXIT_DIALOG): _S.CLOSED,
        (_S.NEW, _M.GET_MESSAGE_ID): _S.SINGLE_SENT,
        (_S.NEW, _M.STORE_DELIVERY): _S.SINGLE_SENT,
        (_S.SINGLE_SENT, _M.RESPONSE_TO_GET_MESSAGE_ID): _S.CLOSED,
        (_S.SINGLE_SENT, _M.RESPONSE_TO_STORE_DELIVERY): _S.CLOSED,
        **{(state, _M.FAULT): _S.FAILED for state in _SENT},
    }
)
"""What may happen in which state. Any answer that does not hold its checks leads to FAILED as well."""


@dataclass(frozen=True, slots=True)
class OutgoingRequest:
    """`wire`: bytes for the HTTP body, encrypted. `inner`: the signed message inside. `expectation`: for the answer."""

    wire: Built
    inner: Built
    expectation: Expectation


class Dialog:
    """One dialog: implicit (getMessageId or storeDelivery alone) or explicit (init ... exit).

    A request method gives bytes; send them, feed the answer to `receive`. LocalProtocolError: not in this state.
    """

    def __init__(
        self,
        client: Client,
        intermediary: Intermediary,
        spool_factory: SpoolFactory,
        sending: Policy = SENDING,
        receiving: Policy = SENDING,
    ) -> None:
        self.state = State.NEW
        self.intermediary = intermediary
        self._client = client
        self._spool_factory = spool_factory
        self._sending = sending
        self._receiving = receiving
        self._expectation: Expectation | None = None
        self._conversation_id: str | None = None
        self._last_challenge: str | None = None
        self._sequence = 0

    def get_message_id(self) -> OutgoingRequest:
        return self._send(GetMessageId(certificates=self._both()))

    def store_delivery(
        self,
        message_id: str,
        package: Package,
        addressee: bytes,
        subject: str | None = None,
        certificates: Certificates | None = None,
        custom_headers: tuple[bytes, ...] = (),
    ) -> OutgoingRequest:
        """A delivery into the mailbox of `addressee` (DER cipher certificate).

        Readers and authors in the package get their certificate entries here; `certificates` adds others, or fixes
        Ids. The same `wire` bytes may be sent again after a crash; see `check_answer`.
        """
        own = self._both() + Certificates((c.entry(Role.ADDRESSEE, Use.CIPHER, addressee),))
        return self._send(
            StoreDelivery(
                certificates=with_participants(own + (certificates or Certificates()), package),
                message_id=message_id,
                subject=subject,
                package=package,
                custom_headers=custom_headers,
            )
        )

    def init(self) -> OutgoingRequest:
        return self._send(InitDialog(certificates=self._both()))

    def fetch_delivery(self, selection: Selection = None) -> OutgoingRequest:
        return self._send(FetchDelivery(certificates=self._signature_only(), selection=selection))

    def fetch_process_card(self, selection: Selection = None, limit: int | None = None) -> OutgoingRequest:
        return self._send(FetchProcessCard(certificates=self._signature_only(), selection=selection, limit=limit))

    def exit(self) -> OutgoingRequest:
        return self._send(ExitDialog(certificates=self._signature_only()))

    def receive(self, chunks: Iterable[bytes]) -> Answer:
        """The answer to the last request, checked. Raises as `check_answer` does; the dialog fails with it.

        Only RequestRefused leaves an explicit dialog open (9803: nothing there; go on or exit).
        """
        expectation = self._expectation
        if expectation is None:
            raise LocalProtocolError("no request is waiting for an answer")
        self._expectation = None
        try:
            answer = check_answer(
                chunks, expectation, self._client, self.intermediary, self._receiving, self._spool_factory
            )
        except RequestRefused as refused:
            self._refused(refused, expectation)
            raise
        except RemoteFault:
            self.state = TRANSITIONS[self.state, MessageType.FAULT]
            raise
        except BaseException:
            self.state = State.FAILED
            raise
        self._accept(answer, expectation)
        return answer

    # inside

    def _send(self, message: Message) -> OutgoingRequest:
        following = TRANSITIONS.get((self.state, message.type))
        if following is None:
            raise LocalProtocolError(f"{message.type.value} is not possible in state {self.state.value}")
        block = self._control_block(message.type)
        message = replace(message, control_block=block, features=OUR_FEATURES)
        inner = write_message(message, self._client.signing_key, self._spool_factory, self._sending)
        wire = seal(inner, self.intermediary.cipher_certificate, self._sending)
        expectation = Expectation(
            message_type=message.type.response,
            challenge=block.challenge or "",
            conversation_id=block.conversation_id,
            sequence_number=block.sequence_number,
        )
        self.state = following
        self._expectation = expectation
        return OutgoingRequest(wire, inner, expectation)

    def _control_block(self, kind: MessageType) -> ControlBlock:
        challenge = base64text.encode(secrets.token_bytes(10))
        if kind is MessageType.INIT_DIALOG:
            return ControlBlock(challenge=challenge)
        if self.state is State.NEW:
            return ControlBlock(challenge=challenge, sequence_number=0)
        return ControlBlock(self._last_challenge, challenge, self._conversation_id, self._sequence)

    def _accept(self, answer: Answer, expectation: Expectation) -> None:
        block = answer.message.control_block
        if expectation.message_type is not MessageType.RESPONSE_TO_INIT_DIALOG:
            self._sequence += 1
        self._conversation_id = block.conversation_id
        self._last_challenge = block.challenge
        self.intermediary = replace(self.intermediary, signature_certificate=answer.signer)
        self.state = TRANSITIONS[self.state, expectation.message_type]

    def _refused(self, refused: RequestRefused, expectation: Expectation) -> None:
        opening = self.state is State.INIT_SENT
        if opening or refused.code == EXPLICIT_DIALOG_NEEDED or refused.answer.message.control_block.challenge is None:
            self.state = State.FAILED if self.state is not State.SINGLE_SENT else State.CLOSED
            return
        self._accept(refused.answer, expectation)

    def _both(self) -> Certificates:
        return c.originator(
            signature=self._client.signing_key.certificate, cipher=self._client.decryption_key.certificate
        )

    def _signature_only(self) -> Certificates:
        return c.originator(signature=self._client.signing_key.certificate)
