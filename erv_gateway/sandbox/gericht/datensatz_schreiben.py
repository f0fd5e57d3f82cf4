"""The court's own XJustiz writer: one 0005005 in 3.6.2 that names the file number and demands an eEB."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from lxml import etree

from erv_gateway.kern.uhr import berlin
from erv_gateway.sandbox.gericht.datensatz import UEBERMITTLUNG
from erv_gateway.sandbox.gericht.stammdaten import BEZEICHNUNG, GERICHT_CODE, GERICHTE_VERSION

VERSION: Final = "3.6.2"
NS: Final = "http://www.xjustiz.de"
SCHEMA: Final = f"{NS} xjustiz_0005_nachrichten_3_2.xsd"
AKTENZEICHENMITTEILUNG: Final = "021"
SCHREIBEN: Final = "015"
ORIGINAL: Final = "001"
_LIST: Final = "urn:xoev-de:xjustiz:codeliste:gds."
_XSI: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"


@dataclass(frozen=True, slots=True)
class Gerichtsnachricht:
    """`aktenzeichen_empfaenger` exactly as the authority wrote it; None: it gave none. Times are aware."""

    erstellt: datetime
    nachrichten_id: UUID
    fremde_nachrichten_id: str
    aktenzeichen: str
    empfaenger: str
    aktenzeichen_empfaenger: str | None
    dokument_id: UUID
    dateiname: str
    anzeigename: str


def write_gerichtsnachricht(nachricht: Gerichtsnachricht) -> bytes:
    """UTF-8 bytes; the caller validates them against the official XSD before sending."""
    root = etree.Element(f"{{{NS}}}{UEBERMITTLUNG}", nsmap={"tns": NS, "xsi": _XSI[1:].split("}")[0]})
    root.set(_XSI, SCHEMA)
    _kopf(root, nachricht)
    _grunddaten(root, nachricht)
    _schriftgut(root, nachricht)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _kopf(root: etree._Element, nachricht: Gerichtsnachricht) -> None:
    kopf = _add(root, "nachrichtenkopf")
    kopf.set("xjustizVersion", VERSION)
    _add(kopf, "erstellungszeitpunkt", berlin(nachricht.erstellt).isoformat(timespec="seconds"))
    absender = _add(kopf, "absender")
    _gericht(_add(absender, "informationen/auswahl_kommunikationspartner"))
    _add(absender, "aktenzeichen", nachricht.aktenzeichen)
    _add(absender, "eigeneNachrichtenID", str(nachricht.nachrichten_id))
    empfaenger = _add(kopf, "empfaenger")
    _add(empfaenger, "informationen/auswahl_kommunikationspartner/sonstige", nachricht.empfaenger)
    _aktenzeichen_empfaenger(_add(empfaenger, "auswahl_aktenzeichen"), nachricht.aktenzeichen_empfaenger)
    _add(empfaenger, "fremdeNachrichtenID", nachricht.fremde_nachrichten_id)
    _code(kopf, "ereignis", AKTENZEICHENMITTEILUNG, "ereignis", "1.13")
    hersteller = _add(kopf, "herstellerinformation")
    _add(hersteller, "nameDesProdukts", "Sandbox")
    _add(hersteller, "herstellerDesProdukts", "erv-gateway maintainers")
    _add(hersteller, "version", "1")


def _grunddaten(root: etree._Element, nachricht: Gerichtsnachricht) -> None:
    instanz = _add(root, "grunddaten/verfahrensdaten/instanzdaten")
    _add(instanz, "instanznummer", "1")
    _gericht(_add(instanz, "auswahl_instanzbehoerde"))
    _add(instanz, "aktenzeichen/auswahl_aktenzeichen/aktenzeichen.freitext", nachricht.aktenzeichen)


def _schriftgut(root: etree._Element, nachricht: Gerichtsnachricht) -> None:
    schriftgut = _add(root, "schriftgutobjekte")
    _add(schriftgut, "anschreiben/ref.sgo", str(nachricht.dokument_id))
    dokument = _add(schriftgut, "dokument")
    identifikation = _add(dokument, "identifikation")
    _add(identifikation, "id", str(nachricht.dokument_id))
    _add(identifikation, "nummerImUebergeordnetenContainer", "1")
    _add(dokument, "datumDesSchreibens", berlin(nachricht.erstellt).date().isoformat())
    daten = _add(dokument, "xjustiz.fachspezifischeDaten")
    _code(daten, "dokumentklasse", SCHREIBEN, "dokumentklasse", "1.4")
    _add(daten, "anzeigename", nachricht.anzeigename)
    _add(daten, "absenderAnzeigename", BEZEICHNUNG)
    _add(daten, "adressatAnzeigename", nachricht.empfaenger)
    datei = _add(daten, "datei")
    _add(datei, "dateiname", nachricht.dateiname)
    etree.SubElement(_add(datei, "bestandteil"), "code").text = ORIGINAL
    _add(daten, "ruecksendungEEB.erforderlich", "true")


def _aktenzeichen_empfaenger(parent: etree._Element, aktenzeichen: str | None) -> None:
    if aktenzeichen:
        _add(parent, "aktenzeichen.freitext", aktenzeichen)
    else:
        _add(parent, "aktenzeichen.unbekannt", "true")


def _gericht(parent: etree._Element) -> None:
    _code(parent, "gericht", GERICHT_CODE, "gerichte", GERICHTE_VERSION)


def _code(parent: etree._Element, name: str, code: str, liste: str, version: str) -> None:
    element = _add(parent, name)
    element.set("listURI", _LIST + liste)
    element.set("listVersionID", version)
    etree.SubElement(element, "code").text = code


def _add(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """New elements along `path`; the last one gets the text and is returned."""
    element = parent
    for name in path.split("/"):
        element = etree.SubElement(element, f"{{{NS}}}{name}")
    element.text = text
    return element
