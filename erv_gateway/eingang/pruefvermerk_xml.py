"""pruefvermerk.xml: names and order follow real ones (fact sheet of the justice system's export, no public schema)."""

from typing import Final

from lxml import etree

from erv_gateway.eingang.pruefvermerk_angaben import (
    SHA256_HINWEIS,
    Vermerkangaben,
    authentifiziert,
    fehlermeldung,
    file_format,
    karte_of,
    signatur_hinweis,
    uhrzeit,
)
from erv_gateway.postfach.egvp import Visitenkarte
from erv_gateway.pruefprotokoll.ansicht import sichtbar
from erv_gateway.pruefprotokoll.etsi_xml import text_of
from erv_gateway.pruefprotokoll.modell import Bestandteil, Pruefprotokoll, Uebermittlungsweg

WURZEL: Final = "Pruefvermerk"


def pruefvermerk_xml(angaben: Vermerkangaben) -> bytes:
    """UTF-8. `OriginalDateiName` is the name as it came, `DateiName` the same made visible."""
    root, protokoll = etree.Element(WURZEL), angaben.protokoll
    weg = protokoll.uebermittlungsweg
    _add(root, "Erstellungszeitpunkt", uhrzeit(angaben.erstellt))
    _add(root, "Uebermittlungsweg", "" if weg is None else weg.text)
    _add(root, "Eingangszeitpunkt", "" if weg is None else uhrzeit(weg.eingang))
    _add(root, "Nachrichtenkennzeichen", protokoll.technik.message_id or "")
    _add(root, "AuthentifizierteAbsender", authentifiziert(protokoll))
    _nachricht(root, weg, angaben.freitext)
    for name, karte in (("Absender", angaben.absender), ("Empfaenger", angaben.empfaenger)):
        _karte(root, name, karte)
    for datei in protokoll.struktur:
        _dokument(root, protokoll, datei)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _nachricht(root: etree._Element, weg: Uebermittlungsweg | None, freitext: str) -> None:
    nachricht = _add(root, "Nachricht")
    _add(nachricht, "Nachrichtentyp", "" if weg is None else weg.nachrichtentyp or "")
    _add(nachricht, "AbsenderAktenzeichen", "" if weg is None else weg.aktenzeichen_absender or "")
    _add(nachricht, "EmpfaengerAktenzeichen", "" if weg is None else weg.aktenzeichen_empfaenger or "")
    _add(nachricht, "Betreff", "" if weg is None else weg.betreff or "")
    _add(nachricht, "Freitext", freitext)


def _karte(root: etree._Element, name: str, karte: Visitenkarte | None) -> None:
    element = _add(root, name)
    for feld, wert in karte_of(karte):
        _add(element, feld, wert)


def _dokument(root: etree._Element, protokoll: Pruefprotokoll, datei: Bestandteil) -> None:
    dokument = _add(root, "Dokument")
    _add(dokument, "OriginalDateiName", datei.name)
    _add(dokument, "DateiName", sichtbar(datei.name))
    _add(dokument, "Format", file_format(datei.name))
    _add(dokument, "Hinweis", " ".join((SHA256_HINWEIS + datei.sha256, signatur_hinweis(protokoll, datei))).strip())
    _add(dokument, "FehlerMeldung", fehlermeldung(protokoll, datei))


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, name)
    child.text = None if text is None else text_of(text)
    return child
