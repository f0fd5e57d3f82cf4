"""The DMS history as anwendungsspezifischeErweiterung: only for partners that agreed (sheet §2.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from erv_gateway.akte.aktenprotokoll import eintrag_json
from erv_gateway.akte.modell import HistorienEintrag
from xjustiz import Code, schriftgut

KENNUNG: Final = "urn:erv-gateway:aktenhistorie"
VERSION: Final = "1.0"
_DATENTYP: Final = "urn:xoev-de:xdomea:codeliste:datentyp"
_DATENTYP_VERSION: Final = "1.1"
_ZEITPUNKT, _TEXT = "006", "038"


@dataclass(frozen=True, slots=True)
class Historienweg:
    """What a recipient gets of the history beyond the Aktenprotokoll; nothing without an agreement."""

    erweiterung: bool = False
    lesende: bool = False
    """Names of those who merely read: personal data of staff."""


def erweiterung_of(historie: Iterable[HistorienEintrag], weg: Historienweg) -> schriftgut.Erweiterung | None:
    gruppen = tuple(_gruppe(eintrag_json(eintrag, mit_lesenden=weg.lesende)) for eintrag in historie)
    if not weg.erweiterung or not gruppen:
        return None
    return schriftgut.Erweiterung(
        kennung=KENNUNG,
        name="Aktenhistorie",
        beschreibung="Verlauf aus dem Dokumentenmanagementsystem, ein Eintrag je Feldgruppe",
        versionsnummer=VERSION,
        feldgruppen=gruppen,
    )


def _gruppe(eintrag: dict[str, str | None]) -> schriftgut.Feldgruppe:
    felder = tuple(_feld(name, wert) for name, wert in eintrag.items() if wert is not None)
    return schriftgut.Feldgruppe("Eintrag", "Ein Vorgang an diesem Objekt", felder)


def _feld(name: str, wert: str) -> schriftgut.Feld:
    typ = _ZEITPUNKT if name == "zeitpunkt" else _TEXT
    return schriftgut.Feld(name, wert, Code(typ, _DATENTYP, _DATENTYP_VERSION))
