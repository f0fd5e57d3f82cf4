"""The EGVP message above OSCI: which containers, which names, which small XML files (fact sheet §4.2).

No official schema is public; names and order follow real messages. Reading is tolerant, writing is exact.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from erv_gateway.kern.xml import parse_xml

PROJECT_COCO: Final = "project_coco"
"""Container of the business content: nachricht.xml, visitenkarte.xml, herstellerinformation.xml, attachments."""
GOVELLO_COCO: Final = "govello_coco"
"""Container of what only the mailbox software reads: additional_infos."""
NACHRICHT: Final = "nachricht.xml"
VISITENKARTE: Final = "visitenkarte.xml"
HERSTELLERINFORMATION: Final = "herstellerinformation.xml"
ADDITIONAL_INFOS: Final = "additional_infos"

NACHRICHTENTYP_ALLGEMEIN: Final = "Allgemeine Nachricht"
ROLLE_BEBPO: Final = "egvp_bebpo"
ROLLE_JUSTIZ: Final = "egvp_justiz"

PRODUKT: Final = "erv-gateway"
HERSTELLER: Final = "erv-gateway maintainers"

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (production 2); it comes with text that was pasted, and must not stop a message."""


@dataclass(frozen=True, slots=True)
class Visitenkarte:
    """Who writes, as the directory knows it. `rolle` is the SAFE role, e.g. egvp_bebpo."""

    organisation: str
    ort: str
    nutzer_id: str
    rolle: str
    strasse: str = ""
    hausnummer: str = ""
    postleitzahl: str = ""
    bundesland: str = ""


@dataclass(frozen=True, slots=True)
class EgvpKopf:
    """The fields of nachricht.xml."""

    nachrichtentyp: str
    empfaengerkennung: str
    betreff: str
    aktenzeichen_empfaenger: str
    aktenzeichen_absender: str
    freitext: str = ""


def nachricht_xml(kopf: EgvpKopf) -> bytes:
    return _document(
        "Nachricht",
        {
            "Nachrichtentyp": kopf.nachrichtentyp,
            "Signaturniveau": "keine Signatur",
            "Empfaengerkennung": kopf.empfaengerkennung,
            "Betreff": kopf.betreff,
            "Aktenzeichen_Empfaenger": kopf.aktenzeichen_empfaenger,
            "Aktenzeichen_Absender": kopf.aktenzeichen_absender,
            "Freitext": kopf.freitext,
        },
    )


def visitenkarte_xml(karte: Visitenkarte) -> bytes:
    return _document(
        "Visitenkarte",
        {
            "Organisation": karte.organisation,
            "Strasse": karte.strasse,
            "Hausnummer": karte.hausnummer,
            "Postleitzahl": karte.postleitzahl,
            "Ort": karte.ort,
            "Bundesland": karte.bundesland,
            "Land": "DE",
            "Nutzer_ID": karte.nutzer_id,
            "Rollen_ID": karte.rolle,
        },
    )


def herstellerinformation_xml(version: str, registrierungs_id: str) -> bytes:
    """`registrierungs_id`: given by the registration of third-party products; empty until there is one."""
    return _document(
        "Herstellerinformation",
        {
            "Name_des_Produkts_und_Softwareversion": f"{PRODUKT} {version}",
            "Hersteller_des_Produkts": HERSTELLER,
            "Registrierungs_ID": registrierungs_id,
        },
    )


def additional_infos(nutzer_id: str, betreff: str) -> bytes:
    """Java properties: ISO 8859-1 with backslash-u escapes for the rest."""
    lines = {"user_id": nutzer_id, "signature_level": "no", "subject": betreff}
    return "".join(f"{key}={_property_value(_sayable(value))}\n" for key, value in lines.items()).encode("ascii")


def read_nachricht(data: bytes) -> EgvpKopf:
    """Raises XmlRefused."""
    text = _texts(data, NACHRICHT)
    return EgvpKopf(
        nachrichtentyp=text.get("Nachrichtentyp", ""),
        empfaengerkennung=text.get("Empfaengerkennung", ""),
        betreff=text.get("Betreff", ""),
        aktenzeichen_empfaenger=text.get("Aktenzeichen_Empfaenger", ""),
        aktenzeichen_absender=text.get("Aktenzeichen_Absender", ""),
        freitext=text.get("Freitext", ""),
    )


def read_visitenkarte(data: bytes) -> Visitenkarte:
    """Raises XmlRefused."""
    text = _texts(data, VISITENKARTE)
    return Visitenkarte(
        organisation=text.get("Organisation") or text.get("Name", ""),
        ort=text.get("Ort", ""),
        nutzer_id=text.get("Nutzer_ID", ""),
        rolle=text.get("Rollen_ID", ""),
        strasse=text.get("Strasse", ""),
        hausnummer=text.get("Hausnummer", ""),
        postleitzahl=text.get("Postleitzahl", ""),
        bundesland=text.get("Bundesland", ""),
    )


def _texts(data: bytes, what: str) -> dict[str, str]:
    root = parse_xml(data, what=what)
    elements = (element for element in root.iter() if isinstance(element.tag, str))
    return {etree.QName(element).localname: (element.text or "").strip() for element in elements}


def _document(root_name: str, texts: Mapping[str, str]) -> bytes:
    root = etree.Element(root_name)
    for name, text in texts.items():
        etree.SubElement(root, name).text = _sayable(text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _sayable(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _property_value(value: str) -> str:
    """A reader skips blanks before the value, unless the first one is escaped."""
    escaped = "".join(_property_char(char) for char in value)
    return f"\\{escaped}" if escaped.startswith(" ") else escaped


def _property_char(char: str) -> str:
    if char in "\\=:#!\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(char, f"\\{char}")
    if " " <= char <= "~":
        return char
    encoded = char.encode("utf-16-be")
    return "".join(f"\\u{encoded[at]:02x}{encoded[at + 1]:02x}" for at in range(0, len(encoded), 2))
