"""The gateway's own verification of a proof bundle; `ops/verifier/verify.py` does the same without sharing code.

Both must reach the same verdict on every bundle (tests/nachweis). Checks and their names: docs/nachweis.md.
"""

from collections.abc import Callable, Sequence
from typing import BinaryIO, Final

from cryptography import x509

from erv_gateway.kern.fehler import ErvError
from erv_gateway.nachweis import pruef_beleg as beleg
from erv_gateway.nachweis import pruef_sendung as sendung
from erv_gateway.nachweis.archiv import read_archiv
from erv_gateway.nachweis.befund import Unklar
from erv_gateway.nachweis.behauptung import parse_behauptung
from erv_gateway.nachweis.buendel import Buendel
from erv_gateway.nachweis.modell import ANNAHME, MANIFEST, Check, NachweisUnreadable, NachweisUrteil, Pruefung
from erv_gateway.nachweis.zertifikatskette import fingerprint

_Schritt = Callable[[Buendel], str]

CHECKS: Final[tuple[tuple[str, _Schritt], ...]] = (
    ("verzeichnis", sendung.check_verzeichnis),
    ("umschlag", sendung.check_umschlag),
    ("inhalt", sendung.check_inhalt),
    ("empfaenger", sendung.check_empfaenger),
    ("paket", sendung.check_paket),
    ("annahme", beleg.check_annahme),
    ("laufzettel", beleg.check_laufzettel),
    ("protokoll", beleg.check_protokoll),
    ("zertifikate", beleg.check_zertifikate),
)

HINWEISE: Final = (
    "Die verschlüsselt übergebenen Anhänge liegen nicht im Bündel. Dass Geheimtext und Klartext dasselbe sind, "
    "beruht auf der Signatur des Absenders über beide.",
    "nachweis.pdf und LIESMICH.txt sind Lesefassungen ohne Signatur; maßgeblich sind die signierten Originale.",
    "Größenangaben, Protokoll und Erstellungszeit sind Angaben des Absenders ohne fremde Signatur und ohne "
    "qualifizierten Zeitstempel.",
    "Ob ein Zertifikat gesperrt war, wird nicht geprüft.",
)
ANNAHME_FEHLT: Final = "Die Antwort auf die Übergabe (annahme.osci) fehlt; der Laufzettel allein belegt den Eingang."


def verify_nachweis(quelle: BinaryIO, anker: Sequence[bytes] = ()) -> Pruefung:
    """Verifies the bundle in `quelle` (seekable), offline. `anker`: DER of the roots that are trusted; without them
    the verdict speaks of integrity only, and a hint names the roots to compare.

    Raises NachweisUnreadable when this is no bundle at all, or an anchor no certificate.
    """
    files = read_archiv(quelle)
    if MANIFEST not in files:
        raise NachweisUnreadable(f"{MANIFEST} is missing")
    buendel = Buendel(files, parse_behauptung(files[MANIFEST]), _load_anker(anker))
    steps = CHECKS if not anker else (*CHECKS, ("vertrauen", beleg.check_vertrauen))
    checks = tuple(_run(name, step, buendel) for name, step in steps)
    return Pruefung(_verdict(checks), checks, tuple(_hinweise(buendel)))


def _run(name: str, step: _Schritt, buendel: Buendel) -> Check:
    try:
        return Check(name, True, step(buendel))
    except Unklar as unklar:
        return Check(name, None, str(unklar))
    except ErvError as mangel:
        return Check(name, False, str(mangel))
    except Exception as error:  # noqa: BLE001 - whatever a hostile bundle provokes is a failed check, never a crash
        return Check(name, False, f"nicht auswertbar ({type(error).__name__})")


def _verdict(checks: Sequence[Check]) -> NachweisUrteil:
    results = {check.ok for check in checks}
    if False in results:
        return NachweisUrteil.UNGUELTIG
    return NachweisUrteil.UNBESTIMMT if None in results else NachweisUrteil.GUELTIG


def _hinweise(buendel: Buendel) -> list[str]:
    hinweise = [*buendel.hinweise, *HINWEISE]
    if ANNAHME not in buendel.files:
        hinweise.append(ANNAHME_FEHLT)
    return hinweise


def _load_anker(anker: Sequence[bytes]) -> tuple[x509.Certificate, ...]:
    try:
        certificates = {fingerprint(c): c for c in (x509.load_der_x509_certificate(der) for der in anker)}
    except ValueError as error:
        raise NachweisUnreadable("an anchor is not a certificate") from error
    return tuple(certificates.values())
