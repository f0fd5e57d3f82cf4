"""Writes the sample case as xdomea 3.1 Abgabe.Abgabe.0401, valid against the published schema."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from lxml import etree

from erv_gateway.kern.uhr import BERLIN
from erv_gateway.sandbox.beispiel_dateien import BeispielDatei
from erv_gateway.sandbox.beispiel_vorgaben import (
    AkteVorgabe,
    DokumentVorgabe,
    Eintrag,
    Kontakt,
    TeilakteVorgabe,
    Vorgaben,
    kennung,
)

NAMESPACE = "urn:xoev-de:xdomea:schema:3.1.0"
DATEIFORMAT_VERSION = "2.0"
_Q = f"{{{NAMESPACE}}}"
Dateien = Mapping[str, Sequence[BeispielDatei]]
"""The files of each document by its key."""


def write_abgabe(vorgaben: Vorgaben, dateien: Dateien) -> bytes:
    """UTF-8 XML of the message."""
    root = etree.Element(f"{_Q}Abgabe.Abgabe.0401", nsmap={"xdomea": NAMESPACE})
    _kopf(root, vorgaben.akte)
    _akte(_add(_add(root, "Schriftgutobjekt"), "Akte"), vorgaben, dateien)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _kopf(root: etree._Element, akte: AkteVorgabe) -> None:
    kopf = _add(root, "Kopf")
    _text(kopf, "ProzessID", str(kennung("prozess")))
    etree.SubElement(_add(kopf, "Nachrichtentyp"), "code").text = "0401"
    _text(kopf, "Erstellungszeitpunkt", akte.exportiert.isoformat())
    _kontakt(kopf, "Absender", (akte.stelle, akte.einheit, "", ""))
    _kontakt(kopf, "Empfaenger", (akte.gericht, "", "", ""))
    system = _add(kopf, "SendendesSystem")
    _text(system, "Produktname", "Beispiel-DMS")
    _text(system, "Version", "7.4")
    _text(kopf, "Importbestaetigung", "1")
    _text(kopf, "Empfangsbestaetigung", "1")


def _akte(element: etree._Element, vorgaben: Vorgaben, dateien: Dateien) -> None:
    akte = vorgaben.akte
    _identifikation(element, akte.schluessel)
    _metadaten(element, akte.titel, akte.aktenzeichen)
    _laufzeit(element, akte)
    _historie(element, akte.historie)
    inhalt = _add(element, "Akteninhalt")
    for nummer, dokument in enumerate(vorgaben.dokumente["akte"], start=len(akte.teilakte) + 1):
        _dokument(_add(inhalt, "Dokument"), dokument, nummer, (), dateien)
    for nummer, teilakte in enumerate(akte.teilakte, start=1):
        _vorgang(_add(inhalt, "Vorgang"), teilakte, nummer, vorgaben.dokumente[teilakte.schluessel], dateien)


def _vorgang(
    element: etree._Element,
    teilakte: TeilakteVorgabe,
    nummer: int,
    dokumente: Sequence[DokumentVorgabe],
    dateien: Dateien,
) -> None:
    _identifikation(element, teilakte.schluessel, nummer)
    _metadaten(element, teilakte.titel, teilakte.aktenzeichen)
    _text(element, "Typ", teilakte.typ)
    _laufzeit(element, teilakte)
    _historie(element, teilakte.historie)
    haupt = [dokument for dokument in dokumente if dokument.anlage_zu is None]
    for stelle, dokument in enumerate(haupt, start=1):
        anlagen = [anlage for anlage in dokumente if anlage.anlage_zu == dokument.schluessel]
        _dokument(_add(element, "Dokument"), dokument, stelle, anlagen, dateien)


def _dokument(
    element: etree._Element, vorgabe: DokumentVorgabe, nummer: int, anlagen: Sequence[DokumentVorgabe], dateien: Dateien
) -> None:
    _identifikation(element, vorgabe.schluessel, nummer)
    _metadaten(element, vorgabe.titel, None)
    _text(element, "FremdesGeschaeftszeichen", vorgabe.fremdes_zeichen)
    _text(element, "Posteingangsdatum", vorgabe.posteingang.isoformat() if vorgabe.posteingang else None)
    _text(element, "DatumDesSchreibens", vorgabe.datum.isoformat())
    _text(element, "Typ", vorgabe.typ)
    _historie(element, vorgabe.historie)
    inhalte = [datei for datei in dateien[vorgabe.schluessel] if not datei.transfervermerk]
    _version(element, vorgabe, inhalte)
    for stelle, anlage in enumerate(anlagen, start=1):
        _dokument(_add(element, "Anlage"), anlage, stelle, (), dateien)
    for datei in dateien[vorgabe.schluessel]:
        if datei.transfervermerk:
            _transfervermerk(_add(element, "Anlage"), vorgabe, datei)
    for rolle, kontakt in (("Absender", vorgabe.absender), ("Empfaenger", vorgabe.empfaenger)):
        if kontakt is not None:
            _kontakt(element, rolle, kontakt)


def _transfervermerk(element: etree._Element, vorgabe: DokumentVorgabe, datei: BeispielDatei) -> None:
    _identifikation(element, f"{vorgabe.schluessel}/transfervermerk", 1)
    _metadaten(element, f"Transfervermerk zu: {vorgabe.titel}", None)
    _text(element, "Typ", "Transfervermerk")
    _version(element, vorgabe, [datei])


def _version(element: etree._Element, vorgabe: DokumentVorgabe, dateien: Sequence[BeispielDatei]) -> None:
    version = _add(element, "Version")
    _text(version, "Nummer", "1.0")
    for datei in dateien:
        eintrag = _add(version, "Format")
        name = _add(eintrag, "Name")
        name.set("listVersionID", DATEIFORMAT_VERSION)
        etree.SubElement(name, "code").text = datei.formatcode
        _text(eintrag, "Version", datei.formatversion)
        primaer = _add(eintrag, "Primaerdokument")
        _text(primaer, "Dateiname", datei.name)
        _text(primaer, "DatumUhrzeit", vorgabe.erstellt.isoformat())


def _historie(element: etree._Element, eintraege: Sequence[Eintrag]) -> None:
    for eintrag in eintraege:
        zeitpunkt, akteur, aktion, metadatum, alt, neu, bemerkung = [*eintrag, "", "", "", ""][:7]
        info = _add(element, "HistorienProtokollInformation")
        _text(info, "MetadatumName", metadatum)
        _text(info, "MetadatumAlterWert", alt)
        _text(info, "MetadatumNeuerWert", neu)
        _text(info, "Akteur", akteur)
        _text(info, "DatumUhrzeit", datetime.fromisoformat(zeitpunkt).replace(tzinfo=BERLIN).isoformat())
        _text(info, "Bemerkung", bemerkung)
        _text(info, "Aktion", aktion)


def _identifikation(element: etree._Element, schluessel: str, nummer: int | None = None) -> None:
    identifikation = _add(element, "Identifikation")
    _text(identifikation, "ID", str(kennung(schluessel)))
    _text(identifikation, "NummerImUebergeordnetenContainer", None if nummer is None else str(nummer))


def _metadaten(element: etree._Element, betreff: str, kennzeichen: str | None) -> None:
    metadaten = _add(element, "AllgemeineMetadaten")
    _text(metadaten, "Betreff", betreff)
    _text(metadaten, "Kennzeichen", kennzeichen)


def _laufzeit(element: etree._Element, traeger: AkteVorgabe | TeilakteVorgabe) -> None:
    laufzeit = _add(element, "Laufzeit")
    _text(laufzeit, "Beginn", traeger.laufzeit_beginn.isoformat())
    _text(laufzeit, "Ende", traeger.laufzeit_ende.isoformat())


def _kontakt(element: etree._Element, rolle: str, kontakt: Kontakt) -> None:
    institution, einheit, vorname, familienname = kontakt
    ziel = _add(element, rolle)
    if institution:
        _text(_add(ziel, "Institution"), "Name", institution)
    if einheit:
        _text(_add(ziel, "Organisationseinheit"), "Name", einheit)
    if familienname:
        name = _add(ziel, "Name")
        _text(_add(name, "Familienname"), "Name", familienname)
        _text(_add(name, "Vorname"), "Name", vorname)


def _add(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{_Q}{name}")


def _text(parent: etree._Element, name: str, text: str | None) -> None:
    """A child element with text; optional ones without are left out."""
    if text:
        _add(parent, name).text = text
