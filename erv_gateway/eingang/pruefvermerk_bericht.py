"""The Prüfvermerk for people: the statements of pruefvermerk.xml as a report, printed as PDF/A."""

from datetime import datetime
from typing import Final

from erv_gateway.eingang.pruefvermerk_angaben import (
    Vermerkangaben,
    authentifiziert,
    fehlermeldung,
    file_format,
    karte_of,
    signatur_hinweis,
    uhrzeit,
)
from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.pruefprotokoll.ansicht import (
    Absatz,
    Abschnitt,
    Bericht,
    Block,
    Tabelle,
    Zelle,
    ergebnis,
    kennung,
    text,
    vorhandene,
)
from erv_gateway.pruefprotokoll.modell import Bestandteil, Pruefprotokoll, Uebermittlungsweg

TITEL: Final = "Prüfvermerk"
UNBEKANNT: Final = "Keine Angaben."


def pruefvermerk_bericht(angaben: Vermerkangaben) -> Bericht:
    protokoll, erstellt = angaben.protokoll, angaben.erstellt
    weg = protokoll.uebermittlungsweg
    abschnitte = (
        Abschnitt("Übermittlung", 2, _uebermittlung(protokoll, weg, erstellt)),
        Abschnitt("Nachricht", 2, (_nachricht(weg, angaben.freitext),)),
        Abschnitt("Absender", 2, (_karte(angaben.absender),)),
        Abschnitt("Empfänger", 2, (_karte(angaben.empfaenger),)),
        Abschnitt("Dokumente", 2, (_dokumente(protokoll),)),
    )
    return Bericht(TITEL, erstellt, (), abschnitte)


def _uebermittlung(protokoll: Pruefprotokoll, weg: Uebermittlungsweg | None, erstellt: datetime) -> tuple[Block, ...]:
    felder = vorhandene(
        (
            ("Erstellungszeitpunkt", text(uhrzeit(erstellt))),
            ("Eingangszeitpunkt", text(None if weg is None else uhrzeit(weg.eingang))),
            ("Nachrichtenkennzeichen", kennung(protokoll.technik.message_id)),
            ("Authentifizierter Absender", Zelle(authentifiziert(protokoll))),
            ("Gesamtergebnis der Prüfung", ergebnis(protokoll.ergebnis)),
        )
    )
    return (felder,) if weg is None else (Absatz(text(weg.text)), Absatz(text(weg.rechtsfolge)), felder)


def _nachricht(weg: Uebermittlungsweg | None, freitext: str) -> Block:
    if weg is None:
        return Absatz(Zelle(UNBEKANNT))
    return vorhandene(
        (
            ("Nachrichtentyp", text(weg.nachrichtentyp)),
            ("Aktenzeichen des Absenders", text(weg.aktenzeichen_absender)),
            ("Aktenzeichen des Empfängers", text(weg.aktenzeichen_empfaenger)),
            ("Betreff", text(weg.betreff)),
            ("Freitext", text(freitext)),
        )
    )


def _karte(karte: Visitenkarte | None) -> Block:
    felder = tuple((name.replace("_", "-"), text(wert)) for name, wert in karte_of(karte))
    return vorhandene(felder) if felder else Absatz(Zelle(UNBEKANNT))


def _dokumente(protokoll: Pruefprotokoll) -> Block:
    zeilen = tuple(_dokument(protokoll, datei) for datei in protokoll.struktur)
    return Tabelle(f"Dokumente ({len(zeilen)})", ("Name", "Format", "SHA-256", "Hinweis"), zeilen)


def _dokument(protokoll: Pruefprotokoll, datei: Bestandteil) -> tuple[Zelle, ...]:
    hinweis = " ".join((signatur_hinweis(protokoll, datei), fehlermeldung(protokoll, datei))).strip()
    return (kennung(datei.name), text(file_format(datei.name)), kennung(datei.sha256), text(hinweis))
