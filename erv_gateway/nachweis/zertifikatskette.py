"""Certificates of a bundle: read from PEM, chained to a root, judged at the moment of entry. No network."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from erv_gateway.nachweis.befund import Mangel, Unklar

MAX_CHAIN: Final = 6
"""Public administration and BNotK use three."""


def load_pem(data: bytes, path: str) -> x509.Certificate:
    """Exactly one certificate and nothing else. Raises Mangel."""
    try:
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise Mangel(f"{path} ist kein Zertifikat") from error
    if certificate.public_bytes(Encoding.PEM) != data:
        raise Mangel(f"{path} enthält anderes als genau ein Zertifikat")
    return certificate


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def build_chain(leaf: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """From the leaf to a self-signed certificate. Raises Unklar when an issuer is missing, Mangel when too long."""
    chain = [leaf]
    while not _issued_by(chain[-1], chain[-1]):
        issuer = next((other for other in others if other not in chain and _issued_by(chain[-1], other)), None)
        if issuer is None:
            raise Unklar(f"zu {chain[-1].subject.rfc4514_string()} fehlt das Zertifikat des Ausstellers")
        chain.append(issuer)
        if len(chain) > MAX_CHAIN:
            raise Mangel("eine Zertifikatskette ist zu lang")
    return tuple(chain)


def require_valid_chain(chain: Sequence[x509.Certificate], moment: datetime, rolle: str) -> None:
    """Raises Mangel unless all were valid at `moment` and every issuer may issue."""
    for certificate in chain:
        if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
            name = certificate.subject.rfc4514_string()
            raise Mangel(f"{rolle}: {name} war zum Zeitpunkt des Eingangs nicht gültig")
    for cas_below, issuer in enumerate(chain[1:]):
        _require_ca(issuer, cas_below, rolle)


def _require_ca(certificate: x509.Certificate, cas_below: int, rolle: str) -> None:
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError) as error:
        raise Mangel(f"{rolle}: ein Aussteller ist keine Zertifizierungsstelle") from error
    too_long = constraints.path_length is not None and constraints.path_length < cas_below
    if not constraints.ca or too_long or not _may_issue(certificate):
        raise Mangel(f"{rolle}: ein Aussteller durfte dieses Zertifikat nicht ausstellen")


def _may_issue(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True
