"""Keys, spools and vectors for the tests of `osci`."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from osci import certificates as c
from osci.content import (
    Attachment,
    AttachmentContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.keys import SoftKey, soft_key
from osci.messages import OUR_FEATURES, ControlBlock, StoreDelivery
from osci.policy import RECEIVING_NOW
from osci.types import Role, Use
from osci.writer import Built, write_message

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "osci"
needs_vectors = pytest.mark.skipif(not VECTORS.is_dir(), reason="the shared test vectors are not beside the checkout")
UNSIGNED_ALLOWED = replace(RECEIVING_NOW, name="unsigned-allowed", require_signed=False)


@cache
def manifest() -> dict[str, Any]:
    if not VECTORS.is_dir():
        return {"positive": [], "tampered": []}
    loaded: dict[str, Any] = json.loads((VECTORS / "manifest.json").read_text("utf-8"))
    return loaded


def vectors(kind: str) -> list[Any]:
    entries = manifest()[kind]
    skip = [pytest.param(None, marks=pytest.mark.skip(reason="the shared test vectors are not beside the checkout"))]
    return [pytest.param(entry, id=entry["name"]) for entry in entries] or skip


@cache
def vector_key(name: str) -> SoftKey:
    data = (VECTORS / "keys" / f"{name}.p12").read_bytes()
    key, certificate, _ = pkcs12.load_key_and_certificates(data, b"test1234")
    assert certificate is not None
    return soft_key(key, certificate.public_bytes(Encoding.DER))


def vector_keys(entry: dict[str, Any]) -> list[SoftKey]:
    return [vector_key(name) for name in entry["keys"]]


def vector_bytes(entry: dict[str, Any]) -> bytes:
    return (VECTORS / entry["file"]).read_bytes()


@cache
def own_key(name: str, *, kind: str = "rsa", usage: str = "both") -> SoftKey:
    """A fresh key with a self-signed certificate; the same one for the same name."""
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if kind == "rsa":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        key = ec.generate_private_key({"p256": ec.SECP256R1(), "bp256": ec.BrainpoolP256R1()}[kind])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signs = usage in {"both", "sign"}
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=2))
        .add_extension(_usage(signs=signs), critical=True)
    )
    return SoftKey(key, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def spool() -> io.BytesIO:
    return io.BytesIO()


def attachment(name: str, data: bytes, piece: int = 1000) -> Attachment:
    def chunks() -> Iterator[bytes]:
        for start in range(0, len(data), piece):
            yield data[start : start + piece]

    return Attachment(name, len(data), chunks)


@dataclass(frozen=True)
class Parties:
    originator: SoftKey
    originator_cipher: SoftKey
    addressee: SoftKey
    reader: SoftKey
    author: SoftKey
    intermediary: SoftKey
    intermediary_cipher: SoftKey
    stranger: SoftKey


@cache
def parties() -> Parties:
    names = ("originator", "originator cipher", "addressee", "reader", "author", "intermediary")
    keys = [own_key(name) for name in (*names, "intermediary cipher", "stranger")]
    return Parties(*keys)


def store_certificates() -> c.Certificates:
    p = parties()
    return c.originator(signature=p.originator.certificate, cipher=p.originator_cipher.certificate) + c.Certificates(
        (
            c.entry(Role.ADDRESSEE, Use.CIPHER, p.addressee.certificate),
            c.entry(Role.OTHER_READER, Use.CIPHER, p.reader.certificate, 1),
            c.entry(Role.OTHER_AUTHOR, Use.SIGNATURE, p.author.certificate, 2),
        )
    )


def sample_package(data: bytes = b"<a>Stra\xc3\x9fe &amp;</a>\r\n", file: bytes = b"x" * 3000) -> ContentPackage:
    p = parties()
    inside = ContentContainer(
        (DataContent(data), AttachmentContent(attachment("akte.pdf", file))),
        id="project_coco",
        signers=(p.originator, p.author),
    )
    outside = ContentContainer((DataContent(b"open"), AttachmentContent(attachment("offen.txt", file[:100]))))
    return ContentPackage((EncryptedContainer(inside, (p.addressee.certificate, p.reader.certificate)), outside))


def store(package: ContentPackage | None = None, **changes: Any) -> StoreDelivery:
    message = StoreDelivery(
        control_block=ControlBlock(challenge="Y2hhbGxlbmdl", sequence_number=0),
        certificates=store_certificates(),
        features=OUR_FEATURES,
        message_id="id-1 äöü",
        subject='Klage <Müller> & "Söhne"',
        package=sample_package() if package is None else package,
    )
    return replace(message, **changes)


def build(message: StoreDelivery | None = None) -> Built:
    return write_message(message or store(), parties().originator, spool, RECEIVING_NOW)


def raw(built: Built) -> bytes:
    data = b"".join(built.chunks())
    assert len(data) == built.length
    return data


def in_chunks(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]
