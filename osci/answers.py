"""Checking an answer of the intermediary against the request it belongs to (chapter 5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from osci.errors import LocalProtocolError, RemoteFault, RemoteProtocolError, invalid
from osci.feedback import (
    DIALOG_MISMATCH,
    EXPLICIT_DIALOG_NEEDED,
    FAULT_CODES,
    SUPPLIER_ERROR,
    Feedback,
    first_error,
)
from osci.keys import DecryptionKey, SigningKey
from osci.messages import ControlBlock, Fault, Response
from osci.policy import Policy
from osci.reader import Received, read_message
from osci.spool import Slice
from osci.types import MessageType, SpoolFactory, Verdict

_M = MessageType


@dataclass(frozen=True, slots=True)
class Client:
    """Our keys: requests are signed with one, answers encrypted for the other.

    `further_decryption_keys` open what was encrypted for certificates that are not used any more, or not yet.
    """

    signing_key: SigningKey
    decryption_key: DecryptionKey
    further_decryption_keys: tuple[DecryptionKey, ...] = ()

    @property
    def decryption_keys(self) -> tuple[DecryptionKey, ...]:
        """All of them, the one in use first."""
        return (self.decryption_key, *self.further_decryption_keys)


@dataclass(frozen=True, slots=True)
class Intermediary:
    """The intermediary's certificates (DER). Without a pinned signature certificate the first answer's is taken."""

    cipher_certificate: bytes
    signature_certificate: bytes | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What an answer has to match. Small and serialisable, so that it survives a crash beside the request's bytes.

    `conversation_id` is None where the answer opens the conversation (initDialog, implicit dialogs).
    """

    message_type: MessageType
    challenge: str
    conversation_id: str | None
    sequence_number: int | None

    def allows(self, kind: MessageType) -> bool:
        """A small message that was asked for in chunks may come as a whole (section 4.2)."""
        whole = self.message_type is _M.RESPONSE_TO_PARTIAL_FETCH_DELIVERY and kind is _M.RESPONSE_TO_FETCH_DELIVERY
        return whole or kind is self.message_type

    def to_dict(self) -> dict[str, str | int | None]:
        return {
            "message_type": self.message_type.value,
            "challenge": self.challenge,
            "conversation_id": self.conversation_id,
            "sequence_number": self.sequence_number,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Expectation":
        """The inverse of `to_dict`; LocalProtocolError for anything else."""
        try:
            return cls(
                MessageType(data["message_type"]),
                str(data["challenge"]),
                data["conversation_id"],
                data["sequence_number"],
            )
        except (KeyError, ValueError) as error:
            raise LocalProtocolError("not a stored expectation") from error


@dataclass(frozen=True, slots=True)
class Answer:
    """A checked answer. `message` is typed, `signer` the intermediary's signature certificate (DER)."""

    message: Response
    received: Received

    @property
    def inner(self) -> Slice:
        """The signed bytes of the answer as they came: evidence."""
        return self.received.inner

    @property
    def feedback(self) -> Feedback:
        return self.message.feedback

    @property
    def signer(self) -> bytes | None:
        return self.received.transport_signature.signer


class RequestRefused(RemoteProtocolError):
    """An intact answer whose Feedback has an error. `code` is the first 9xxx, `feedback` all entries."""

    def __init__(self, code: str, text: str, answer: Answer) -> None:
        super().__init__(code, text, answer.feedback)
        self.answer = answer


def check_answer(
    chunks: Iterable[bytes],
    expectation: Expectation,
    client: Client,
    intermediary: Intermediary,
    policy: Policy,
    spool_factory: SpoolFactory,
) -> Answer:
    """Reads the answer and checks it: encryption, signature and signer, type, challenge, conversation, sequence.

    RemoteFault: a SOAP fault came back; RequestRefused: the Feedback has an error; RemoteProtocolError: 9600/9601
    signature or signer, 9202 not encrypted, 9400 control block, 9100 anything else.
    """
    received = read_message(chunks, client.decryption_keys, policy, spool_factory)
    message = received.unsafe_message
    if isinstance(message, Fault):
        raise _fault(message)
    if policy.require_encrypted and not received.transport_encryption.present:
        raise RemoteProtocolError("9202", "the answer to an encrypted request is not encrypted")
    received.require_signature()
    _check_signer(received, intermediary)
    if not isinstance(message, Response) or not expectation.allows(message.type):
        raise invalid(f"the answer is a {message.type.value}, not a {expectation.message_type.value}")
    _check_control_block(message.control_block, expectation)
    answer = Answer(message, received)
    error = first_error(message.feedback)
    if error is not None:
        raise RequestRefused(error.code, error.text, answer)
    if not message.feedback:
        raise invalid("an answer without Feedback")
    return answer


def _check_signer(received: Received, intermediary: Intermediary) -> None:
    status, pinned = received.transport_signature, intermediary.signature_certificate
    if status.verdict is Verdict.VALID and pinned is not None and status.signer != pinned:
        raise RemoteProtocolError("9601", "the answer is signed by another certificate than the intermediary's")


def _fault(message: Fault) -> RemoteFault:
    """A code that is no fault code becomes 9811 (section 3.14); the text keeps what was said."""
    if message.code in FAULT_CODES:
        return RemoteFault(message.code, message.text)
    return RemoteFault(SUPPLIER_ERROR, f"{message.code} {message.text}")


_CHALLENGE_NEEDED = {
    _M.RESPONSE_TO_INIT_DIALOG,
    _M.RESPONSE_TO_FETCH_DELIVERY,
    _M.RESPONSE_TO_FETCH_PROCESS_CARD,
    _M.RESPONSE_TO_MEDIATE_DELIVERY,
    _M.RESPONSE_TO_PARTIAL_FETCH_DELIVERY,
}


def _check_control_block(block: ControlBlock, expectation: Expectation) -> None:
    if block.response != expectation.challenge:
        raise RemoteProtocolError(DIALOG_MISMATCH, "Response is not the Challenge of the request")
    if block.sequence_number != expectation.sequence_number:
        raise RemoteProtocolError(DIALOG_MISMATCH, "SequenceNumber is not that of the request")
    if block.conversation_id is None and expectation.message_type is not _M.RESPONSE_TO_FORWARD_DELIVERY:
        raise RemoteProtocolError(EXPLICIT_DIALOG_NEEDED, "the answer has no ConversationId")
    if block.conversation_id is not None and expectation.conversation_id not in {None, block.conversation_id}:
        raise RemoteProtocolError(DIALOG_MISMATCH, "ConversationId changed")
    if expectation.message_type in _CHALLENGE_NEEDED and not block.challenge:
        raise invalid("the answer has no Challenge")
    if expectation.message_type is _M.RESPONSE_TO_EXIT_DIALOG and block.challenge:
        raise invalid("the answer to exitDialog has a Challenge")
