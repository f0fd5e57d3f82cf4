"""A delivery that reached a passive recipient, and the answers it may give (chapter 7)."""

from dataclasses import dataclass, replace

from osci import feedback as codes
from osci.answers import Client
from osci.built import Built
from osci.certificates import Certificates, entry
from osci.content import Package, StoredPackage
from osci.errors import LocalProtocolError
from osci.feedback import Feedback, FeedbackEntry, feedback, first_error
from osci.messages import (
    AcceptDelivery,
    ControlBlock,
    ProcessDelivery,
    QualityOfTimestamp,
    Response,
    ResponseToAcceptDelivery,
    ResponseToProcessDelivery,
)
from osci.opened import OpenedContainer
from osci.participants import with_participants
from osci.policy import Policy
from osci.reader import Received
from osci.transport import seal
from osci.types import Role, SpoolFactory, Use
from osci.writer import write_message

ANSWER_FOR = (Role.INTERMEDIARY, Use.CIPHER)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A delivery that holds its checks; nothing is answered until one of `accept`, `refuse`, `reply` is called.

    `message` has the process card and the sender's certificates; each method gives the HTTP body of the answer.
    """

    client: Client
    spool_factory: SpoolFactory
    sending: Policy
    received: Received
    message: AcceptDelivery | ProcessDelivery

    def open_containers(self) -> tuple[OpenedContainer, ...]:
        """The content, opened with our keys. RemoteProtocolError 9100 for a malformed package."""
        return self.received.open_containers(self.client.decryption_keys)

    def accept(self) -> Built:
        """Taken (0800), without a reply. Keep the delivery first: the intermediary will not send it again."""
        return self.answer(feedback(codes.DONE_DIALOG_CLOSED))

    def refuse(self, code: str = codes.DELIVERY_REFUSED, text: str | None = None) -> Built:
        """Not taken: Feedback with an error code (9xxx)."""
        entries = feedback(code) if text is None else (FeedbackEntry(code, text),)
        if first_error(entries) is None:
            raise LocalProtocolError("a refusal needs an error code, 9xxx")
        return self.answer(entries)

    def reply(
        self,
        package: Package,
        subject: str | None = None,
        certificates: Certificates | None = None,
        custom_headers: tuple[bytes, ...] = (),
    ) -> Built:
        """Taken, with content for the sender. Only a processDelivery can be replied to (LocalProtocolError)."""
        if not isinstance(self.message, ProcessDelivery):
            raise LocalProtocolError("an acceptDelivery has no reply with content")
        return self._write(
            ResponseToProcessDelivery(
                control_block=self._block(),
                certificates=with_participants(self._as_originator() + (certificates or Certificates()), package),
                feedback=feedback(codes.DONE_DIALOG_CLOSED),
                message_id=self.message.message_id_response,
                subject=subject,
                package=package,
                custom_headers=custom_headers,
                quality=QualityOfTimestamp() if self.message.message_id_response is not None else None,
            )
        )

    def answer(self, entries: Feedback) -> Built:
        """An answer that says nothing but these entries."""
        if isinstance(self.message, AcceptDelivery):
            own = entry(Role.ADDRESSEE, Use.SIGNATURE, self.client.signing_key.certificate)
            block, certificates = self._block(), Certificates((own,))
            return self._write(
                ResponseToAcceptDelivery(control_block=block, certificates=certificates, feedback=entries)
            )
        return self._write(
            ResponseToProcessDelivery(
                control_block=self._block(),
                certificates=self._as_originator(),
                feedback=entries,
                message_id=self.message.message_id_response,
                package=StoredPackage(),
                quality=QualityOfTimestamp() if self.message.message_id_response is not None else None,
            )
        )

    def _block(self) -> ControlBlock:
        return ControlBlock(response=self.message.control_block.challenge)

    def _as_originator(self) -> Certificates:
        """We are the originator of the reply, the sender is its addressee."""
        client, sender = self.client, self.message.certificates.find(Role.ORIGINATOR, Use.CIPHER)
        found = [
            entry(Role.ORIGINATOR, Use.CIPHER, client.decryption_key.certificate),
            entry(Role.ORIGINATOR, Use.SIGNATURE, client.signing_key.certificate),
        ]
        if sender is not None:
            found.append(entry(Role.ADDRESSEE, Use.CIPHER, sender))
        return Certificates(tuple(found))

    def _write(self, message: Response) -> Built:
        """Signed iff the request was, encrypted iff the request was, with its symmetric algorithm (chapter 7)."""
        signed = self.received.transport_signature.present
        policy = replace(self.sending, require_signed=signed)
        signer = self.client.signing_key if signed else None
        wire = write_message(message, signer, self.spool_factory, policy)
        certificate = self.message.certificates.find(*ANSWER_FOR)
        if not self.received.transport_encryption.present or certificate is None:
            return wire
        return seal(wire, certificate, _same_symmetric(policy, self.received.transport_encryption.symmetric))


def _same_symmetric(policy: Policy, algorithm: str | None) -> Policy:
    """What the request was encrypted with, as far as we write it at all (never CBC)."""
    if algorithm is None or algorithm not in policy.symmetric:
        return policy
    return replace(policy, choice=replace(policy.choice, symmetric=algorithm))
