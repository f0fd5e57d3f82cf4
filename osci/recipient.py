"""A passive recipient without I/O (chapter 7): one HTTP body from the intermediary in, one answer body out."""

from dataclasses import dataclass

from osci import feedback as codes
from osci.answers import Client
from osci.built import Built
from osci.encryption import can_encrypt_for
from osci.errors import BrokenMime, RemoteProtocolError, UnusableKey
from osci.feedback import feedback
from osci.incoming import ANSWER_FOR, Incoming
from osci.messages import AcceptDelivery, ProcessDelivery
from osci.policy import RECEIVING_NOW, SENDING, Policy
from osci.reader import Received, read_message
from osci.types import Chunks, SpoolFactory, Verdict
from osci.writer import write_fault

__all__ = ["Incoming", "Recipient", "Refusal"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What came in is not acceptable: send `wire` (a fault, or an answer with Feedback `code`) and be done."""

    code: str
    wire: Built


class Recipient:
    """Takes what an intermediary sends to us of its own accord.

    `intermediaries`: signature certificates (DER) that are trusted to deliver; None: whoever signs. An unsigned or
    old-fashioned request is taken as `receiving` says, an answer is written as `sending` says.
    """

    def __init__(
        self,
        client: Client,
        spool_factory: SpoolFactory,
        receiving: Policy = RECEIVING_NOW,
        sending: Policy = SENDING,
        intermediaries: frozenset[bytes] | None = None,
    ) -> None:
        self.client = client
        self.spool_factory = spool_factory
        self.receiving = receiving
        self.sending = sending
        self.intermediaries = intermediaries

    def receive(self, chunks: Chunks) -> Incoming | Refusal:
        """One request body. Raises nothing for what an intermediary, or anybody else, can send.

        Faults: 9000 broken MIME or wrapped key, 9100 structure, 9200 not for us, 9202 decryption, 9300 no delivery.
        Feedback in a normal answer: 9600, 9601, 9602 for the signature.
        """
        try:
            return self._open(read_message(chunks, self.client.decryption_keys, self.receiving, self.spool_factory))
        except (BrokenMime, UnusableKey):
            return _fault(codes.INTERNAL_ERROR)
        except RemoteProtocolError as error:
            return _fault(error.code if error.code in codes.FAULT_CODES else codes.INVALID_MESSAGE)

    def _open(self, received: Received) -> Incoming | Refusal:
        message = received.unsafe_message
        if not isinstance(message, AcceptDelivery | ProcessDelivery):
            return _fault(codes.INVALID_REQUEST)
        if not message.control_block.challenge:
            return _fault(codes.INVALID_MESSAGE)
        if received.transport_encryption.present and not self._can_encrypt_for(message):
            return _fault(codes.NO_CIPHER_CERTIFICATE)
        incoming = Incoming(self.client, self.spool_factory, self.sending, received, message)
        problem = self._signature_problem(received)
        if problem is None:
            return incoming
        return _fault(problem) if problem in codes.FAULT_CODES else Refusal(problem, incoming.answer(feedback(problem)))

    def _can_encrypt_for(self, message: AcceptDelivery | ProcessDelivery) -> bool:
        certificate = message.certificates.find(*ANSWER_FOR)
        return certificate is not None and can_encrypt_for(certificate, self.sending)

    def _signature_problem(self, received: Received) -> str | None:
        status = received.transport_signature
        if not status.present and not self.receiving.require_signed:
            return None
        if status.verdict is not Verdict.VALID:
            return status.code or codes.SIGNATURE_INVALID
        strange = self.intermediaries is not None and status.signer not in self.intermediaries
        return codes.SIGNATURE_INVALID if strange else None


def _fault(code: str) -> Refusal:
    return Refusal(code, write_fault(code, client_at_fault=code != codes.INTERNAL_ERROR))
