"""Abgabe.Abgabe.0401 as a whole: which version, which Schriftgutobjekt, and what the message says beside it."""

from lxml import etree

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateien import Dateien, Gelesen
from erv_gateway.akte.xdomea.akte import read_akte
from erv_gateway.akte.xdomea.dokument import read_dokumente
from erv_gateway.akte.xdomea.leser import Leser
from erv_gateway.akte.xdomea.versionen import FASSUNGEN, NACHRICHT, Fassung
from erv_gateway.akte.xml_lesen import XmlRefused, parse_xml

_KOPF = frozenset(
    [
        "ProzessID",
        "Nachrichtentyp",
        "Erstellungszeitpunkt",
        "Absender",
        "Empfaenger",
        "SendendesSystem",
        "Importbestaetigung",
        "Empfangsbestaetigung",
    ]
)


def read_abgabe(xml: bytes, dateien: Dateien, befund: Befund) -> tuple[Gelesen, Fassung] | None:
    """The Akte of an xdomea message (2.4, 3.0 or 3.1; KoSIT, xdomea "Abgabe durchführen") and its version.

    `xml`: the message as delivered; `dateien`: what lies beside it. Everything wrong or left out goes to `befund`;
    None when there is nothing that could be read as one Akte.
    """
    try:
        root = parse_xml(xml)
    except XmlRefused as error:
        befund.mangel("xml-ungueltig", "", grund=str(error))
        return None
    fassung = _fassung(root, befund)
    if fassung is None:
        return None
    leser = Leser(fassung, dateien, befund)
    objekt = _schriftgutobjekt(leser, root)
    if objekt is None:
        return None
    akte = read_akte(leser, objekt, leser.kind(root, "Kopf"))
    _report_message(leser, root, objekt)
    return Gelesen(akte, frozenset(leser.genannt)), fassung


def _fassung(root: etree._Element, befund: Befund) -> Fassung | None:
    name = etree.QName(root)
    fassung = FASSUNGEN.get(name.namespace or "")
    if fassung is None:
        moeglich = ", ".join(fassung.version for fassung in FASSUNGEN.values())
        befund.mangel("xdomea-version", "", version=name.namespace or "", moeglich=moeglich)
        return None
    if name.localname != NACHRICHT:
        befund.mangel("xdomea-nachricht", "", nachricht=name.localname)
        return None
    return fassung


def _schriftgutobjekt(leser: Leser, root: etree._Element) -> etree._Element | None:
    """One message carries one case (Leitfaden ERV ch. 5), so exactly one Akte or one Vorgang is taken."""
    objekte = [kind for objekt in leser.kinder(root, "Schriftgutobjekt") for kind in objekt]
    arten = [etree.QName(objekt).localname for objekt in objekte]
    if len(objekte) != 1 or arten[0] not in {"Akte", "Vorgang"}:
        leser.befund.mangel("xdomea-schriftgut", "", anzahl=len(objekte), arten=", ".join(arten) or "keine")
        return None
    return objekte[0]


def _report_message(leser: Leser, root: etree._Element, objekt: etree._Element) -> None:
    leser.ohne_platz(leser.kind(root, "Kopf"), _KOPF, "Kopf")
    leser.ohne_platz(root, frozenset({"Kopf", "Anschreiben", "Schriftgutobjekt"}), "Nachricht")
    if etree.QName(objekt).localname == "Vorgang":
        leser.befund.hinweis("vorgang-als-akte", "Nachricht")
    if leser.vorgaenge:
        leser.befund.hinweis("vorgang-als-teilakte", "Nachricht", anzahl=leser.vorgaenge)
    if (anschreiben := leser.kind(root, "Anschreiben")) is not None:
        for dokument in read_dokumente(leser, anschreiben, "Anschreiben"):
            for datei in dokument.dateien:
                leser.befund.hinweis("anschreiben", "Nachricht", datei=datei.name)
    if leser.ohne_zone:
        leser.befund.hinweis("zeit-ohne-zone", "Nachricht", anzahl=leser.ohne_zone)
