"""Was a certificate revoked when it counted? Judged from OCSP answers and CRLs at hand (RFC 6960, RFC 5280 §6.3).

The moment that counts is the caller's: the time stamp, else the receipt. A revocation after it harms nothing, one at
or before it does. An answer that is forged, foreign or too old says nothing, and nothing said is never good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.certificate import fingerprint, load
from certs.crl import read_crl
from certs.ocsp import read_ocsp
from certs.sperraussage import Aussage, Beleg, BelegUnusable

CLOCK_SKEW: Final = timedelta(minutes=5)  # ours
MAX_AGE: Final = timedelta(days=1)  # ours: an answer that names no next update counts this long
MAX_BELEGE: Final = 200  # ours
NICHT_GEPRUEFT: Final = "Sperrstatus nicht geprüft."

__all__ = ["Beleg", "Sperrauskunft", "Sperrstatus", "judge"]


class Sperrstatus(StrEnum):
    NICHT_GESPERRT = "nicht gesperrt"
    GESPERRT = "gesperrt"
    NICHT_GEPRUEFT = "nicht geprüft"


@dataclass(frozen=True, slots=True)
class Sperrauskunft:
    """What is known of one certificate at the moment that counts.

    `zertifikat` and `daten` are SHA-256 values (hex) of the certificate and of the answer used; `quelle` is "OCSP",
    "CRL" or empty; `stand` is the time the answer speaks of. `gesperrt_am` stands also where the revocation came only
    after the moment that counts; the status is then `NICHT_GESPERRT`.
    """

    zertifikat: str
    status: Sperrstatus
    grund: str = ""
    quelle: str = ""
    stand: datetime | None = None
    gesperrt_am: datetime | None = None
    daten: str | None = None


def judge(certificate: bytes, issuer: bytes, belege: Iterable[Beleg], at: datetime) -> Sperrauskunft:
    """The state of `certificate` (DER), issued by `issuer` (DER), at the moment `at` (aware).

    A revocation at or before `at` decides, whoever else says otherwise; else the newest good answer; else nothing is
    known, with the reason. `CertificateInvalid` when one of the two certificates cannot be read.
    """
    subject, authority = load(certificate), load(issuer)
    gehoert: list[Sperrauskunft] = []
    maengel: list[str] = []
    for beleg in list(belege)[:MAX_BELEGE]:
        try:
            aussage = _read(beleg, subject, authority)
            gehoert.append(_auskunft(aussage, subject, at))
        except BelegUnusable as error:
            maengel.append(str(error))
    return _decide(fingerprint(certificate), gehoert, maengel)


def _read(beleg: Beleg, subject: x509.Certificate, authority: x509.Certificate) -> Aussage:
    try:
        return (read_ocsp if beleg.art == "ocsp" else read_crl)(beleg.daten, subject, authority)
    except BelegUnusable:
        raise
    except Exception as error:  # foreign DER breaks the parsers with many kinds of errors
        raise BelegUnusable(f"Eine Sperrauskunft ist nicht lesbar ({type(error).__name__}).") from error


def _decide(zertifikat: str, gehoert: list[Sperrauskunft], maengel: list[str]) -> Sperrauskunft:
    for status in (Sperrstatus.GESPERRT, Sperrstatus.NICHT_GEPRUEFT, Sperrstatus.NICHT_GESPERRT):
        passend = [auskunft for auskunft in gehoert if auskunft.status is status]
        if passend:
            return max(passend, key=lambda auskunft: (auskunft.gesperrt_am is not None, auskunft.stand))
    grund = " ".join(dict.fromkeys((NICHT_GEPRUEFT, *maengel)))
    return Sperrauskunft(zertifikat, Sperrstatus.NICHT_GEPRUEFT, grund)


def _auskunft(aussage: Aussage, subject: x509.Certificate, at: datetime) -> Sperrauskunft:
    if aussage.gesperrt_am is None:
        _usable(aussage, subject, at)
        return _result(aussage, subject, Sperrstatus.NICHT_GESPERRT, "")
    am = f"{aussage.gesperrt_am:%d.%m.%Y %H:%M:%S} UTC"
    if aussage.ausgesetzt:
        return _result(aussage, subject, Sperrstatus.NICHT_GEPRUEFT, f"Das Zertifikat war seit {am} ausgesetzt.")
    if aussage.gesperrt_am <= at:
        return _result(aussage, subject, Sperrstatus.GESPERRT, f"Das Zertifikat wurde am {am} gesperrt.")
    if aussage.ungueltig_ab is not None and aussage.ungueltig_ab <= at:
        seit = f"{aussage.ungueltig_ab:%d.%m.%Y}"
        grund = f"Der Schlüssel gilt seit {seit} als nicht mehr sicher; gesperrt wurde das Zertifikat am {am}."
        return _result(aussage, subject, Sperrstatus.NICHT_GEPRUEFT, grund)
    grund = f"Das Zertifikat wurde erst danach gesperrt ({am})."
    return _result(aussage, subject, Sperrstatus.NICHT_GESPERRT, grund)


def _result(aussage: Aussage, subject: x509.Certificate, status: Sperrstatus, grund: str) -> Sperrauskunft:
    own = fingerprint(subject.public_bytes(Encoding.DER))
    return Sperrauskunft(own, status, grund, aussage.quelle, aussage.stand, aussage.gesperrt_am, aussage.sha256)


def _usable(aussage: Aussage, subject: x509.Certificate, at: datetime) -> None:
    """Good news must reach the moment that counts, and come from someone who still kept book of this certificate."""
    ende = aussage.naechster or aussage.stand + MAX_AGE
    if aussage.stand + CLOCK_SKEW < at and ende < at:
        raise BelegUnusable(f"Die Sperrauskunft vom {aussage.stand:%d.%m.%Y} ist zu alt.")
    ablauf = subject.not_valid_after_utc
    if aussage.stand > ablauf and (aussage.abgelaufene_seit is None or aussage.abgelaufene_seit > ablauf):
        raise BelegUnusable("Die Sperrauskunft ist jünger als das Zertifikat und führt Abgelaufene nicht.")
