"""The client's side of a dialog without I/O (chapter 5): requests out, answers in, state in a table."""

from osci import certificates as c
from osci.answers import Answer, Client, Expectation, Intermediary, RequestRefused, check_answer
from osci.certificates import Certificates
from osci.delivery import Delivery
from osci.dialog_state import TRANSITIONS, State, diagram
from osci.download import Download
from osci.errors import LocalProtocolError
from osci.exchange import Exchange, OutgoingRequest
from osci.messages import (
    ExitDialog,
    FetchDelivery,
    FetchProcessCard,
    ForwardDelivery,
    GetMessageId,
    InitDialog,
    MediateDelivery,
    PartialFetchDelivery,
    PartialStoreDelivery,
    Selection,
    StoreDelivery,
)
from osci.participants import with_participants
from osci.types import Role, Use
from osci.upload import Upload

__all__ = [
    "TRANSITIONS",
    "Answer",
    "Client",
    "Delivery",
    "Dialog",
    "Expectation",
    "Intermediary",
    "OutgoingRequest",
    "RequestRefused",
    "State",
    "check_answer",
    "diagram",
]


class Dialog(Exchange):
    """One dialog: implicit (getMessageId, storeDelivery or forwardDelivery alone) or explicit (init ... exit).

    A request method gives bytes; send them, feed the answer to `receive`. LocalProtocolError: not in this state.
    `addressee` is always the DER cipher certificate of whom the delivery is for.
    """

    def get_message_id(self) -> OutgoingRequest:
        return self.send(GetMessageId(certificates=self._both()))

    def store_delivery(self, message_id: str, delivery: Delivery) -> OutgoingRequest:
        """Into the addressee's mailbox. The same `wire` bytes may be sent again; see `check_answer`."""
        return self.send(
            StoreDelivery(
                certificates=self._for_delivery(delivery),
                message_id=message_id,
                subject=delivery.subject,
                package=delivery.package,
                custom_headers=delivery.custom_headers,
                quality=delivery.quality,
            )
        )

    def forward_delivery(self, receiver: str, message_id: str, delivery: Delivery) -> OutgoingRequest:
        """To a recipient without mailbox, at the URI `receiver`; the answer has the process card, or 9805."""
        return self.send(
            ForwardDelivery(
                certificates=self._for_delivery(delivery),
                receiver=receiver,
                message_id=message_id,
                subject=delivery.subject,
                package=delivery.package,
                custom_headers=delivery.custom_headers,
                quality=delivery.quality,
            )
        )

    def mediate_delivery(self, receiver: str, delivery: Delivery, message_id: str | None = None) -> OutgoingRequest:
        """To the recipient at the URI `receiver`, whose reply comes back as content of the answer.

        Explicit dialogs only. Without `message_id` there are no process cards (chapter 4), and no subject.
        """
        if message_id is None and delivery.subject is not None:
            raise LocalProtocolError("a subject needs a message id")
        return self.send(
            MediateDelivery(
                certificates=self._for_delivery(delivery),
                receiver=receiver,
                message_id=message_id,
                subject=delivery.subject,
                package=delivery.package,
                custom_headers=delivery.custom_headers,
                quality=delivery.quality if message_id is not None else None,
            )
        )

    def store_chunk(self, upload: Upload, addressee: bytes, number: int | None = None) -> OutgoingRequest:
        """A chunk of a large delivery (section 4.2); the next missing one, or `number` (from 1)."""
        chosen = upload.next() if number is None else number
        if chosen is None:
            raise LocalProtocolError("all chunks have arrived; ask_upload tells how the delivery fares")
        return self.send(
            PartialStoreDelivery(
                certificates=self._to(addressee),
                message_id=upload.partial_id,
                subject=upload.subject,
                chunk=upload.information(chosen),
                package=upload.package(chosen),
            )
        )

    def ask_upload(self, upload: Upload, addressee: bytes) -> OutgoingRequest:
        """InfoOnly: which chunks have arrived, and what became of the delivery."""
        certificates = self._to(addressee)
        return self.send(PartialStoreDelivery(certificates=certificates, message_id=upload.partial_id))

    def fetch_chunk(self, download: Download) -> OutgoingRequest:
        """The next chunk of a delivery; a small one may come as a whole."""
        chunk = download.information()
        certificates = self._signature_only()
        return self.send(PartialFetchDelivery(certificates=certificates, selection=download.selection, chunk=chunk))

    def init(self) -> OutgoingRequest:
        return self.send(InitDialog(certificates=self._both()))

    def fetch_delivery(self, selection: Selection = None) -> OutgoingRequest:
        return self.send(FetchDelivery(certificates=self._signature_only(), selection=selection))

    def fetch_process_card(self, selection: Selection = None, limit: int | None = None) -> OutgoingRequest:
        return self.send(FetchProcessCard(certificates=self._signature_only(), selection=selection, limit=limit))

    def exit(self) -> OutgoingRequest:
        return self.send(ExitDialog(certificates=self._signature_only()))

    # inside

    def _for_delivery(self, delivery: Delivery) -> Certificates:
        return with_participants(self._to(delivery.addressee) + delivery.certificates, delivery.package)

    def _to(self, addressee: bytes) -> Certificates:
        return self._both() + Certificates((c.entry(Role.ADDRESSEE, Use.CIPHER, addressee),))

    def _both(self) -> Certificates:
        return c.originator(
            signature=self.client.signing_key.certificate, cipher=self.client.decryption_key.certificate
        )

    def _signature_only(self) -> Certificates:
        return c.originator(signature=self.client.signing_key.certificate)
