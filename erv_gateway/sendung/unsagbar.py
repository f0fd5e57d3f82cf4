"""Why a case file cannot be written as XJustiz: a German sentence for staff, the precise English one in `details`."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from xjustiz import Befund, NachrichtInvalid, Schwere, XJustizError

QUELLE: Final = "§ 2 Abs. 3 ERVV; XJustiz-Spezifikation"
_FELDER: Mapping[str, str] = MappingProxyType(
    {
        "anzeigename": "der Titel",
        "aktenzeichen.freitext": "das Aktenzeichen",
        "aktenzeichen": "das Aktenzeichen",
        "dateiname": "der Dateiname",
        "datei": "die Datei",
        "dokumentklasse": "die Dokumentart",
        "nummerImUebergeordnetenContainer": "die laufende Nummer",
        "kurzrubrum": "das Kurzrubrum",
        "gegenstand": "der Verfahrensgegenstand",
        "nachname": "der Name eines Beteiligten",
        "vorname": "der Vorname eines Beteiligten",
        "bezeichnung.aktuell": "die Bezeichnung eines Beteiligten",
        "absenderAnzeigename": "der Absender eines Dokuments",
        "adressatAnzeigename": "der Adressat eines Dokuments",
        "fremdesGeschaeftszeichen": "das fremde Geschäftszeichen",
        "sonstige": "der Name der Behörde",
        "erstellungszeitpunkt": "der Erstellungszeitpunkt",
        "erstellungszeitpunktAkteVersand": "der Zeitpunkt des Exports",
    }
)
_GRUENDE: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(muster), satz, abhilfe)
    for muster, satz, abhilfe in (
        ("blank text", "{feld} ist leer", "Angabe im DMS ergänzen oder weglassen"),
        (r"U\+(?P<was>[0-9A-F]{4,6})", "{feld} enthält ein Zeichen (U+{was}), das XJustiz nicht zulässt",
         "Zeichen im DMS ersetzen"),
        ("a character XML cannot hold", "{feld} enthält ein unsichtbares Steuerzeichen", "Zeichen im DMS entfernen"),
        ("file name .*laenge", "{feld} ist länger als 90 Zeichen", "Datei im DMS umbenennen"),
        ("file name", "{feld} ist für die Übermittlung nicht erlaubt", "Datei im DMS umbenennen"),
        ("not a file number", "{feld} ist leer oder mehrzeilig", "Aktenzeichen im DMS berichtigen"),
        ("not a UUID", "{feld} ist keine Kennung (UUID)", "Export des DMS prüfen lassen"),
        ("without zone", "{feld} nennt keine Zeitzone", "Export des DMS prüfen lassen"),
        ("needs at least one", "{feld} fehlt", "Angabe im DMS ergänzen"),
        ("is below", "{feld} ist zu klein", "Nummerierung im DMS berichtigen"),
        ("empty or impossible code|Typ-3 code", "{feld} hat keinen gültigen Code", "Angabe im DMS berichtigen"),
        ("the calendar knows no", "für diesen Tag ist keine XJustiz-Version hinterlegt",
         "Das Produkt aktualisieren (Administration)"),
        ("only one", "{feld} ist mehrfach angegeben", "Eine Angabe im DMS auswählen"),
    )
)  # fmt: skip
_SONST: Final = ("{feld} lässt sich so nicht übermitteln", "Angaben im DMS berichtigen")


def unsayable(error: XJustizError) -> Befund:
    """P-XJUSTIZ, refusing: nothing else can be checked before."""
    problem, wo = (error.problem, error.where) if isinstance(error, NachrichtInvalid) else (str(error), "Akte")
    name = re.sub(r"\[\d+\]", "", wo.rpartition("/")[2])
    satz, abhilfe = _reason(problem)
    feld = _FELDER.get(name, f"die Angabe „{name}“" if name and wo != "Akte" else _subject(problem))
    return Befund(
        regel="P-XJUSTIZ",
        schwere=Schwere.ERROR,
        wo=wo,
        text=f"Die Akte kann so nicht übermittelt werden: {satz.replace('{feld}', feld)}.",
        quelle=QUELLE,
        abhilfe=f"{abhilfe}, dann die Akte neu übernehmen.",
        details=str(error),
    )


def _reason(problem: str) -> tuple[str, str]:
    for muster, satz, abhilfe in _GRUENDE:
        if treffer := muster.search(problem):
            return satz.replace("{was}", treffer.groupdict().get("was") or ""), abhilfe
    return _SONST


def _subject(problem: str) -> str:
    """A value that failed before it had a place names itself."""
    if problem.startswith("file name"):
        return "der Dateiname"
    return "das Aktenzeichen" if "file number" in problem else "eine Angabe"
