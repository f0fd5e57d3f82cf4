"""anwendungsspezifischeErweiterung: plain xs:string, no DIN 91379."""

from xjustiz.schreiber.bau import Bau
from xjustiz.schriftgut import Erweiterung, Feld, Feldgruppe


def write_erweiterung(eltern: Bau, erweiterung: Erweiterung | None) -> None:
    if erweiterung is None:
        return
    bau = eltern.kind("anwendungsspezifischeErweiterung")
    bau.frei("kennung", erweiterung.kennung)
    bau.frei("name", erweiterung.name)
    bau.frei("beschreibung", erweiterung.beschreibung)
    bau.frei("versionsnummer", erweiterung.versionsnummer)
    bau.datum("versionsdatum", erweiterung.versionsdatum)
    for gruppe in erweiterung.feldgruppen:
        _gruppe(bau.kind("feldgruppe"), gruppe)
    for feld in erweiterung.felder:
        _feld(bau.kind("feld"), feld)


def _gruppe(bau: Bau, gruppe: Feldgruppe) -> None:
    bau.frei("name", gruppe.name)
    bau.frei("beschreibung", gruppe.beschreibung)
    for untergruppe in gruppe.untergruppen:
        _gruppe(bau.kind("unterfeldgruppe"), untergruppe)
    for feld in gruppe.felder:
        _feld(bau.kind("feld"), feld)


def _feld(bau: Bau, feld: Feld) -> None:
    bau.frei("name", feld.name)
    bau.frei("beschreibung", feld.beschreibung)
    bau.typ3("datentyp", feld.datentyp)
    bau.frei("wert", feld.wert)
