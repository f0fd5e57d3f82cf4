"""What the intermediary finds about the certificates of a delivery, for the InspectionReport of its card (4.1)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from osci.certificates import Certificates
from osci.errors import RemoteProtocolError
from osci.keys import parse_certificate
from osci.processcard import Inspection, MathResult, OfflineResult

Inspector = Callable[[Certificates, datetime], tuple[Inspection, ...]]
"""Certificates of a request (NonIntermediaryCertificates) and the moment of its arrival in; one entry for each out."""
UNREADABLE = "-"


@dataclass(frozen=True, slots=True)
class CertificateInspector:
    """Checks against `issuers` (DER of CA certificates): signature and period of validity, nothing online.

    A certificate of another issuer is `indeterminate`; it is never called valid.
    """

    issuers: tuple[bytes, ...] = ()

    def __call__(self, certificates: Certificates, at: datetime) -> tuple[Inspection, ...]:
        known = tuple(map(x509.load_der_x509_certificate, self.issuers))
        return tuple(_inspect(entry.der, at, known) for entry in certificates)


def _inspect(der: bytes, at: datetime, issuers: tuple[x509.Certificate, ...]) -> Inspection:
    try:
        parse_certificate(der)
        certificate = x509.load_der_x509_certificate(der)
        subject, issuer = _name(certificate.subject), _name(certificate.issuer)
    except (RemoteProtocolError, ValueError):
        return _inspection(at, UNREADABLE, UNREADABLE, 0, MathResult.CORRUPTED, OfflineResult.INVALID)
    math, offline = _math(certificate, issuers), _period(certificate, at)
    if math is not MathResult.OK and offline is OfflineResult.VALID:
        offline = OfflineResult.INVALID if math is MathResult.CORRUPTED else OfflineResult.INDETERMINATE
    return _inspection(at, subject, issuer, certificate.serial_number, math, offline)


def _name(name: x509.Name) -> str:
    """RFC 4514, as the reference implementation writes it; without characters that XML cannot hold."""
    return "".join(c if c.isprintable() else "?" for c in name.rfc4514_string())


def _inspection(
    at: datetime, subject: str, issuer: str, serial: int, math: MathResult, offline: OfflineResult
) -> Inspection:
    kind = "advanced" if math is MathResult.OK else "unknown"
    return Inspection(at, subject, issuer, serial, kind, math, offline)


def _math(certificate: x509.Certificate, issuers: tuple[x509.Certificate, ...]) -> MathResult:
    candidates = [issuer for issuer in issuers if issuer.subject == certificate.issuer]
    if not candidates:
        return MathResult.INDETERMINATE
    return MathResult.OK if any(_issued(certificate, issuer) for issuer in candidates) else MathResult.CORRUPTED


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _period(certificate: x509.Certificate, at: datetime) -> OfflineResult:
    inside = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    return OfflineResult.VALID if inside else OfflineResult.INVALID
