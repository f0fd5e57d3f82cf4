"""The answer of a passive recipient (chapter 7), held against what was sent to it.

Own reading of the codes, since only their names were at hand: 9809 nothing left the house; 9810 it left, and what came
of it is unknown or unusable; 9805 the recipient refused; 9808 it reports an error of its own.
"""

from dataclasses import dataclass
from typing import Final

from osci import feedback as codes
from osci.certificates import Certificates
from osci.content import StoredPackage
from osci.errors import RemoteProtocolError
from osci.feedback import Feedback, FeedbackEntry, feedback, first_error
from osci.intermediary.admission import check_repackable
from osci.intermediary.means import Means
from osci.messages import Fault, Message, ResponseToAcceptDelivery, ResponseToProcessDelivery
from osci.reader import Received, read_message
from osci.types import Chunks, Verdict

NO_CONTENT: Final = "9806"
BAD_SIGNATURE: Final = "9807"
RECIPIENT_ERROR: Final = "9808"
NOTHING_LEFT: Final = "9809"
OUTCOME_UNKNOWN: Final = "9810"
UNSIGNED: Final = "3802"
UNENCRYPTED: Final = "3803"
_OWN_ERRORS: Final = frozenset({codes.INTERNAL_ERROR, "9603", "9710", codes.SUPPLIER_ERROR})
"""Codes by which a recipient says that the fault is its own."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`content`: the answer to processDelivery, which has content. `pinned`: DER of the recipient's signature
    certificate where the client named one, else any will do: only the addressee can have read the challenge."""

    content: bool
    challenge: str
    reply_id: str | None
    pinned: bytes | None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that holds. `package` is empty without content."""

    warnings: Feedback
    certificates: Certificates
    custom_headers: tuple[bytes, ...]
    package: StoredPackage
    subject: str | None


def read_answer(chunks: Chunks, expected: Expected, means: Means) -> Reply:
    """Raises RemoteProtocolError with the code (98xx) that the client gets."""
    try:
        received = read_message(chunks, (means.identity.decryption_key,), means.receiving, means.spools)
    except RemoteProtocolError as error:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, f"the recipient's answer is unreadable: {error.text}") from error
    message = received.unsafe_message
    if isinstance(message, Fault):
        raise RemoteProtocolError(codes.DELIVERY_REFUSED if message.client_at_fault else RECIPIENT_ERROR, message.text)
    warnings = _check_protection(received, expected, means)
    if not isinstance(message, ResponseToProcessDelivery | ResponseToAcceptDelivery):
        raise RemoteProtocolError(OUTCOME_UNKNOWN, "the recipient's answer is of another type")
    _check_belongs(message, expected)
    _check_feedback(message.feedback)
    return _reply(message, warnings, means)


def _check_protection(received: Received, expected: Expected, means: Means) -> tuple[str, ...]:
    """Codes of warnings for what the policy lets pass."""
    status = received.transport_signature
    valid = status.verdict is Verdict.VALID and expected.pinned in {None, status.signer}
    if not valid and (status.present or means.receiving.require_signed):
        raise RemoteProtocolError(BAD_SIGNATURE, "; ".join(status.reasons))
    if not received.transport_encryption.present and means.receiving.require_encrypted:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, "the recipient's answer is not encrypted")
    unsigned = () if status.present else (UNSIGNED,)
    return unsigned if received.transport_encryption.present else (*unsigned, UNENCRYPTED)


def _check_belongs(message: ResponseToProcessDelivery | ResponseToAcceptDelivery, expected: Expected) -> None:
    if isinstance(message, ResponseToProcessDelivery) is not expected.content:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, "the recipient's answer is of another type")
    if message.control_block.response != expected.challenge:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, "Response is not the Challenge of the request")
    if isinstance(message, ResponseToProcessDelivery) and message.message_id not in {None, expected.reply_id}:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, "the answer's MessageId is not the one that was given for it")


def _check_feedback(entries: Feedback) -> None:
    error = first_error(entries)
    if error is not None:
        raise RemoteProtocolError(RECIPIENT_ERROR if error.code in _OWN_ERRORS else codes.DELIVERY_REFUSED, error.text)
    if not entries:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, "an answer without Feedback")


def _reply(message: Message, warned: tuple[str, ...], means: Means) -> Reply:
    warnings: tuple[FeedbackEntry, ...] = feedback(*warned)
    if not isinstance(message, ResponseToProcessDelivery) or not isinstance(message.package, StoredPackage):
        return Reply(warnings, message.certificates.others, (), StoredPackage(), None)
    others = message.certificates.others
    try:
        check_repackable(message.package, others, message.custom_headers, means.own)
    except RemoteProtocolError as error:
        raise RemoteProtocolError(OUTCOME_UNKNOWN, error.text) from error
    return Reply(warnings, others, message.custom_headers, message.package, message.subject)
