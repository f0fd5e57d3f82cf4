"""Keys, packages and a direct line to an IntermediaryServer, shared by the tests of this folder."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from osci.content import (
    Attachment,
    AttachmentContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.dialog import Answer, Client, Delivery, Dialog, Intermediary, OutgoingRequest
from osci.intermediary import Identity, IntermediaryServer, Reply
from osci.keys import SoftKey, soft_key
from osci.mailbox import DeliveryStore

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def make_key(name: str) -> SoftKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START - timedelta(days=1))
        .not_valid_after(START + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return soft_key(key, certificate.public_bytes(Encoding.DER))


@dataclass(frozen=True)
class Keys:
    intermediary: Identity
    sender: Client
    court: Client
    stranger: Client


def make_keys() -> Keys:
    def client(name: str) -> Client:
        return Client(make_key(f"{name} Signatur"), make_key(f"{name} Chiffrat"))

    return Keys(
        Identity(make_key("Vermittler Signatur"), make_key("Vermittler Chiffrat")),
        client("Amt"),
        client("Gericht"),
        client("Fremder"),
    )


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@dataclass
class Line:
    """A client talks to the server in the same process; `replies` are what the server said."""

    server: IntermediaryServer
    keys: Keys
    replies: list[Reply] = field(default_factory=list)

    def dialog(self, client: Client) -> Dialog:
        identity = self.keys.intermediary
        known = Intermediary(identity.decryption_key.certificate, identity.signing_key.certificate)
        return Dialog(client, known, io.BytesIO)

    def ask(self, dialog: Dialog, request: OutgoingRequest) -> Answer:
        reply = self.server.handle(request.wire.chunks())
        self.replies.append(reply)
        return dialog.receive(reply.wire.chunks())

    def lose(self, request: OutgoingRequest) -> Reply:
        """The request arrives, the answer does not."""
        return self.server.handle(request.wire.chunks())

    def opened(self, client: Client) -> Dialog:
        dialog = self.dialog(client)
        self.ask(dialog, dialog.init())
        return dialog

    def new_message_id(self, client: Client) -> str:
        dialog = self.dialog(client)
        return str(self.ask(dialog, dialog.get_message_id()).message.message_id)  # type: ignore[attr-defined]

    def store(self, message_id: str, package: ContentPackage, subject: str | None = "Betreff") -> Answer:
        dialog = self.dialog(self.keys.sender)
        request = dialog.store_delivery(
            message_id, Delivery(package, self.keys.court.decryption_key.certificate, subject)
        )
        return self.ask(dialog, request)

    def deliver(self, package: ContentPackage | None = None, subject: str | None = "Betreff") -> str:
        message_id = self.new_message_id(self.keys.sender)
        self.store(message_id, package or make_package(self.keys), subject)
        return message_id


def make_line(keys: Keys, store: DeliveryStore, clock: Clock) -> Line:
    return Line(IntermediaryServer(keys.intermediary, store, clock, io.BytesIO), keys)


def make_package(keys: Keys, data: bytes = b"Guten Tag", name: str = "Schriftsatz_1.pdf") -> ContentPackage:
    """Signed by the sender: once for the court only, once readable for everybody on the way."""
    court = keys.court.decryption_key.certificate
    attachment = AttachmentContent(attachment_of(name, data))
    secret = ContentContainer(
        (DataContent(b"<a/>", "nachricht.xml"), attachment), "project_coco", (keys.sender.signing_key,)
    )
    public = ContentContainer(
        (DataContent(b"user_id=x", "additional_infos"),), "govello_coco", (keys.sender.signing_key,)
    )
    return ContentPackage((EncryptedContainer(secret, (court,)), public))


def attachment_of(name: str, data: bytes) -> Attachment:
    return Attachment(name, len(data), lambda: iter((data,)))


def big_attachment(name: str, length: int) -> Attachment:
    """Content without memory."""

    def chunks() -> Iterator[bytes]:
        block = bytes(range(256)) * 4096
        yield from (block for _ in range(length // len(block)))

    return Attachment(name, length, chunks)
