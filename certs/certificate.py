"""Reading X.509 certificates: DER in, plain facts out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certs.errors import CertificateInvalid

MAX_CERTIFICATE_BYTES: Final = 64 * 1024  # ours; real ones have 1 to 3 KB, ML-DSA ones below 10 KB
MAX_PEM_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Zertifikatangaben:
    """What people and rules want to know. `uid` is the SAFE-ID in mailbox and VHN certificates."""

    subject: str
    issuer: str
    common_name: str | None
    serial: int
    uid: str | None
    gueltig_ab: datetime
    gueltig_bis: datetime
    sha256: str


def load(der: bytes) -> x509.Certificate:
    """The certificate in `der`; `CertificateInvalid` when it is none, or when its names or extensions are broken."""
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise CertificateInvalid(f"a certificate of {len(der)} bytes is larger than {MAX_CERTIFICATE_BYTES}")
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.subject, certificate.issuer, certificate.extensions, certificate.not_valid_before_utc  # noqa: B018
    except (
        ValueError,
        TypeError,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ) as error:
        raise CertificateInvalid(f"not a readable X.509 certificate: {error}") from error
    return certificate


def facts(der: bytes) -> Zertifikatangaben:
    certificate = load(der)
    return Zertifikatangaben(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        common_name=_attribute(certificate.subject, NameOID.COMMON_NAME),
        serial=certificate.serial_number,
        uid=_attribute(certificate.subject, NameOID.USER_ID),
        gueltig_ab=certificate.not_valid_before_utc,
        gueltig_bis=certificate.not_valid_after_utc,
        sha256=fingerprint(der),
    )


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    """The value if it stands exactly once: a second UID must not be able to stand in for the first."""
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if len(found) == 1 else None


def fingerprint(der: bytes) -> str:
    """SHA-256 over the DER, lower-case hex."""
    return hashlib.sha256(der).hexdigest()


def pem_to_der(pem: bytes) -> tuple[bytes, ...]:
    """Every certificate of a PEM file, in its order; at least one."""
    if len(pem) > MAX_PEM_BYTES:
        raise CertificateInvalid(f"a PEM file of {len(pem)} bytes is larger than {MAX_PEM_BYTES}")
    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except (ValueError, TypeError) as error:
        raise CertificateInvalid(f"not a PEM certificate: {error}") from error
    return tuple(certificate.public_bytes(Encoding.DER) for certificate in certificates)


def der_to_pem(ders: Iterable[bytes]) -> bytes:
    return b"".join(load(der).public_bytes(Encoding.PEM) for der in ders)
