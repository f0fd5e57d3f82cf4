"""DokumentType -> Dokument. An Anlage becomes a Dokument behind its main document, or the Transfervermerk of it."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from lxml import etree

from erv_gateway.akte.modell import Datei, Dokument, Rolle
from erv_gateway.akte.xdomea.historie import read_historie, scan_of, veraktung_of
from erv_gateway.akte.xdomea.kontakt import kontakt_namen
from erv_gateway.akte.xdomea.leser import Leser
from erv_gateway.akte.xdomea.primaerdokument import TRANSFERVERMERK, read_dateien, read_erstellt

DOKUMENTKLASSE_BY_TYP: Mapping[str, str] = MappingProxyType(
    {  # xdomea Typ is free text; codes of urn:xoev-de:xjustiz:codeliste:gds.dokumentklasse 1.4
        "andere": "001",
        "klage": "003",
        "klageschrift": "003",
        "urteil": "006",
        "beschluss": "007",
        "verfügung": "008",
        "vermerk": "009",
        "aktenvermerk": "009",
        "protokoll": "010",
        "niederschrift": "010",
        "fehlblatt": "011",
        "zustellungsurkunde": "012",
        "zustellungsdokument": "012",
        "gutachten": "013",
        "stellungnahme": "015",
        "schreiben": "015",
        "brief": "015",
        "antrag": "016",
        "bauantrag": "016",
        "bescheid": "017",
        "widerspruch": "018",
        "einspruch": "018",
        "widerspruchsbescheid": "019",
        "einspruchsbescheid": "019",
        "kostenrechnung": "020",
        "gebührenbescheid": "020",
        "gerichtsbescheid": "021",
    }
)
ANDERE = "001"
_GELESEN = frozenset(
    {
        "Identifikation",
        "AllgemeineMetadaten",
        "FremdesGeschaeftszeichen",
        "Posteingangsdatum",
        "DatumDesSchreibens",
        "Typ",
        "HistorienProtokollInformation",
        "Version",
        "Anlage",
        "Absender",
        "Empfaenger",
        "Nummer",
    }
)


def read_dokumente(leser: Leser, element: etree._Element, wo: str, ebene: str = "Dokument") -> list[Dokument]:
    """The document and, behind it, its Anlagen (also theirs); numbers are given later."""
    dokument = read_dokument(leser, element, wo, ebene)
    wo = f"{wo} › {dokument.titel}"
    dokumente = [dokument]
    for anlage in leser.kinder(element, "Anlage"):
        if is_transfervermerk(leser, anlage):
            dokumente[0] = _with_transfervermerk(leser, dokumente[0], anlage, wo)
        else:
            dokumente += _read_anlage(leser, anlage, dokument, wo)
    return dokumente


def read_dokument(leser: Leser, element: etree._Element, wo: str, ebene: str = "Dokument") -> Dokument:
    """One DokumentType without its Anlagen."""
    titel = read_titel(leser, element, f"{wo} › {ebene}", ebene)
    wo = f"{wo} › {titel}"
    historie = read_historie(leser, element, wo)
    leser.ohne_platz(element, _GELESEN, wo)
    return Dokument(
        id=leser.kennung(element, wo),
        nummer=0,
        titel=titel,
        dateien=read_dateien(leser, element, wo),
        klasse=_klasse(leser, element, wo),
        fremdes_geschaeftszeichen=leser.text(element, "FremdesGeschaeftszeichen"),
        posteingang=leser.datum(element, wo, "Posteingangsdatum"),
        datum_des_schreibens=leser.datum(element, wo, "DatumDesSchreibens"),
        erstellt_am=read_erstellt(leser, element, wo),
        veraktet_am=veraktung_of(historie),
        scan=scan_of(leser, historie, wo),
        absender=kontakt_namen(leser, leser.kinder(element, "Absender")),
        adressat=kontakt_namen(leser, leser.kinder(element, "Empfaenger")),
        historie=historie,
    )


def read_titel(leser: Leser, element: etree._Element, wo: str, ersatz: str) -> str:
    """Betreff, else Kennzeichen, else the kind of object; what else AllgemeineMetadaten holds is reported."""
    metadaten = leser.kind(element, "AllgemeineMetadaten")
    betreff, kennzeichen = leser.text(metadaten, "Betreff"), leser.text(metadaten, "Kennzeichen")
    leser.ohne_platz(
        metadaten, frozenset({"Betreff"} if ersatz == "Dokument" and betreff else {"Betreff", "Kennzeichen"}), wo
    )
    if betreff is None:
        leser.befund.hinweis("titel-ersetzt", wo, wert=kennzeichen or ersatz)
    return betreff or kennzeichen or ersatz


def is_transfervermerk(leser: Leser, anlage: etree._Element) -> bool:
    """TR-RESISCAN: the Anlage whose Typ is exactly "Transfervermerk"."""
    return (leser.text(anlage, "Typ") or "").casefold() == TRANSFERVERMERK


def _with_transfervermerk(leser: Leser, dokument: Dokument, anlage: etree._Element, wo: str) -> Dokument:
    """Its files join the document; its own history joins the document's, since the file has none in the model."""
    wo = f"{wo} › Transfervermerk"
    dateien = tuple(_as_transfervermerk(datei) for datei in read_dateien(leser, anlage, wo))
    historie = dokument.historie + read_historie(leser, anlage, wo)
    leser.ohne_platz(
        anlage, _GELESEN - {"Posteingangsdatum", "DatumDesSchreibens", "Absender", "Empfaenger", "Anlage"}, wo
    )
    geordnet = tuple(sorted(historie, key=lambda eintrag: eintrag.zeitpunkt))
    return replace(dokument, dateien=dokument.dateien + dateien, historie=geordnet)


def _as_transfervermerk(datei: Datei) -> Datei:
    return datei if datei.rolle is Rolle.SIGNATURDATEI else replace(datei, rolle=Rolle.TRANSFERVERMERK)


def _read_anlage(leser: Leser, anlage: etree._Element, haupt: Dokument, wo: str) -> list[Dokument]:
    gelesen = read_dokumente(leser, anlage, wo, "Anlage")
    leser.befund.hinweis("anlage-als-dokument", f"{wo} › {gelesen[0].titel}")
    return [replace(gelesen[0], anlage_zu=haupt.id), *gelesen[1:]]


def _klasse(leser: Leser, element: etree._Element, wo: str) -> str:
    typ = leser.text(element, "Typ")
    if typ is None:
        return ANDERE
    klasse = DOKUMENTKLASSE_BY_TYP.get(typ.casefold())
    if klasse is None:
        leser.befund.hinweis("dokumenttyp-unbekannt", wo, wert=typ)
    return klasse or ANDERE
