"""Which sub-indication of EN 319 102-1 §5.1.3 says why a signature is not green, from the facts of our verdict.

EN 319 102-1 knows some causes only as INDETERMINATE where our verdict is red: the cause is named all the same, the
main indication stays ours.
"""

from datetime import datetime
from typing import Final

from certs.revocation import Sperrstatus
from certs.urteil import Urteil
from erv_gateway.pruefprotokoll.modell import Signatur

FALSCHER_HASH: Final = frozenset(
    {"Der Inhalt ist nicht der, der signiert wurde.", "Die Signatur passt nicht zur Datei."}
)
"""Reasons of `signatur` for bytes that are not the signed ones, against additions behind a PDF's signature."""


def sub_indication(signatur: Signatur) -> str | None:
    """None for a green one: TOTAL-PASSED has no sub-indication."""
    if signatur.ergebnis is Urteil.GUELTIG:
        return None
    return _failed(signatur) if signatur.ergebnis is Urteil.UNGUELTIG else _indeterminate(signatur)


def _failed(signatur: Signatur) -> str:
    if signatur.nach_signatur_geaendert:
        return "HASH_FAILURE" if FALSCHER_HASH & set(signatur.gruende) else "FORMAT_FAILURE"
    if _gesperrt(signatur):
        return "REVOKED"
    return _by_date(signatur, frueh="NOT_YET_VALID", spaet="EXPIRED") or "SIG_CRYPTO_FAILURE"


def _indeterminate(signatur: Signatur) -> str:
    if signatur.nach_signatur_geaendert:
        return "SIG_CONSTRAINTS_FAILURE"
    if not signatur.kette:
        return "NO_SIGNING_CERTIFICATE_FOUND"
    if _gesperrt(signatur):
        return "REVOKED_NO_POE"
    dated = _by_date(signatur, frueh="OUT_OF_BOUNDS_NO_POE", spaet="OUT_OF_BOUNDS_NO_POE")
    if dated is not None:
        return dated
    if len(signatur.kette) == 1:
        return "NO_CERTIFICATE_CHAIN_FOUND"
    unknown = any(one.status == Sperrstatus.NICHT_GEPRUEFT for one in signatur.sperrauskuenfte)
    return "TRY_LATER" if unknown else "SIG_CONSTRAINTS_FAILURE"


def _gesperrt(signatur: Signatur) -> bool:
    return any(one.status == Sperrstatus.GESPERRT for one in signatur.sperrauskuenfte)


def _by_date(signatur: Signatur, *, frueh: str, spaet: str) -> str | None:
    """Whether the signer's certificate was valid at the time that counts."""
    zeitpunkt = signatur.zeit_gewertet
    if zeitpunkt is None or not signatur.kette:
        return None
    blatt = signatur.kette[0]
    if _before(zeitpunkt, blatt.gueltig_ab):
        return frueh
    return spaet if _before(blatt.gueltig_bis, zeitpunkt) else None


def _before(first: datetime | None, second: datetime | None) -> bool:
    return first is not None and second is not None and first < second
