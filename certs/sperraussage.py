"""What one OCSP answer or one CRL says of one certificate, once its own signature is verified."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from certs.algorithms import Eignung, Verwendung, rate, rate_key
from certs.errors import CertificateInvalid


class BelegUnusable(Exception):
    """The answer says nothing of this certificate; the text is a German sentence. Stays within the package."""


@dataclass(frozen=True, slots=True)
class Beleg:
    """An OCSP response ("ocsp") or a CRL ("crl"), DER."""

    art: str
    daten: bytes


@dataclass(frozen=True, slots=True)
class Aussage:
    """`stand` and `naechster` are thisUpdate and nextUpdate. `gesperrt_am` is None where the certificate is good.

    `ungueltig_ab`: from when the key counts as lost (invalidity date), `ausgesetzt`: on hold only.
    `abgelaufene_seit`: certificates that expired after this moment are still reported.
    """

    quelle: str
    sha256: str
    stand: datetime
    naechster: datetime | None
    gesperrt_am: datetime | None = None
    ungueltig_ab: datetime | None = None
    ausgesetzt: bool = False
    abgelaufene_seit: datetime | None = None


def require_strength(signer: bytes, digest: str, at: datetime) -> None:
    """The signature below an answer must have been worth something when the answer was made."""
    try:
        ratings = (rate_key(signer, Verwendung.ZERTIFIKAT, at), rate(digest, Verwendung.ZERTIFIKAT, at))
    except (CertificateInvalid, UnsupportedAlgorithm) as error:
        raise BelegUnusable("Das Signaturverfahren der Sperrauskunft ist unbekannt.") from error
    if any(rating.eignung is Eignung.VERBOTEN for rating in ratings):
        raise BelegUnusable("Das Signaturverfahren der Sperrauskunft ist nicht zugelassen.")


def may(certificate: x509.Certificate, usage: str) -> bool:
    """Whether the key usage, where one is stated, allows `usage`."""
    try:
        stated = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(getattr(stated, usage))
