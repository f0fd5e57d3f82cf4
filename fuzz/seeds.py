"""Where the targets start: messages we write ourselves, and the shared vectors where they lie beside the checkout."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from fuzz.keys import ATTACHMENT, DER, PDF, with_carrier
from osci import certificates as c
from osci import messages as m
from osci.certificates import Certificates
from osci.content import Attachment, AttachmentContent, ContainerContent, ContentContainer, ContentPackage, DataContent
from osci.errors import OsciError
from osci.feedback import feedback
from osci.keys import SoftKey, soft_key
from osci.mime import MimeReader
from osci.parts import read_xml_part
from osci.policy import READ_OLD_MAIL
from osci.types import Role, Use
from osci.writer import write_fault, write_message

VECTORS = Path(__file__).resolve().parents[1].parent / "shared" / "vectors" / "osci"
MAX_SEED_BYTES = 48 * 1024
"""Larger vectors differ from smaller ones only in payload."""
_VALIDITY = (datetime(2026, 1, 1), datetime(2036, 1, 1))  # noqa: DTZ001 - x509 counts in UTC
_CERTIFICATES = c.originator(signature=DER, cipher=DER) + Certificates(
    (c.entry(Role.ADDRESSEE, Use.CIPHER, DER), c.entry(Role.INTERMEDIARY, Use.SIGNATURE, DER))
)


def messages() -> Iterator[bytes]:
    """Complete inner MIME messages."""
    yield from (b"".join(write_message(x, None, io.BytesIO, READ_OLD_MAIL).chunks()) for x in _generated())
    yield b"".join(write_fault("9400").chunks())
    yield from _vectors()


def envelopes() -> Iterator[bytes]:
    for message in messages():
        try:
            yield read_xml_part(MimeReader((message,)))
        except OsciError:
            continue


def containers() -> Iterator[bytes]:
    """ContentContainers as they stand encrypted in a message, with the attachment of `keys.encrypted_container`."""
    for package in (_package(), ContentPackage((ContentContainer((_attachment(),)),))):
        message = m.StoreDelivery(certificates=_CERTIFICATES, message_id="1", package=package)
        record = write_message(message, None, io.BytesIO, READ_OLD_MAIL).record
        yield from (with_carrier(container.xml) for container in record.containers) if record else ()


def signing_key() -> SoftKey:
    """For answers; elliptic, since that is fast."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fuzz")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, *_VALIDITY)
    return soft_key(key, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def _generated() -> Iterator[m.Message]:
    block = m.ControlBlock("AAAA", "BBBB", "1000", 0)
    common: dict[str, Any] = {"control_block": block, "certificates": _CERTIFICATES, "features": m.OUR_FEATURES}
    yield m.InitDialog(**common)
    yield m.StoreDelivery(message_id="1", subject="Betreff", package=_package(), **common)
    yield m.FetchProcessCard(selection=m.ByMessageId(("1", "2")), limit=3, **common)
    yield m.ForwardDelivery(receiver="http://127.0.0.1/", message_id="1", package=_package(), **common)
    yield m.MediateDelivery(receiver="http://127.0.0.1/", message_id="1", package=_package(), **common)
    yield m.PartialStoreDelivery(message_id="1_Partial", chunk=m.ChunkInformation(1, 20, (1, 2), 2, 23), **common)
    yield m.ResponseToGetMessageId(feedback=feedback("0800", "3800"), message_id="1", **common)


def _package() -> ContentPackage:
    inner = ContentContainer((DataContent(b"<a/>", "daten"),), "innen")
    return ContentPackage((ContentContainer((DataContent(b"x"), _attachment(), ContainerContent(inner)), "coco"),))


def _attachment() -> AttachmentContent:
    return AttachmentContent(Attachment(ATTACHMENT, len(PDF), lambda: iter((PDF,))))


def _vectors() -> Iterator[bytes]:
    for file in sorted(VECTORS.glob("*/*.osci")):
        if file.stat().st_size <= MAX_SEED_BYTES and "-enc" not in file.stem and "gcm" not in file.stem:
            yield file.read_bytes()
