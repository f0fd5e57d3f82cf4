"""The claims in the metadata of a PDF: PDF/A (ISO 19005-1 6.7.11, 19005-2 6.6.4) and PDF/UA (ISO 14289-1 clause 5)."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from erv_gateway.dateien.grenzen import MAX_XMP_BYTES
from xjustiz import NachrichtUnreadable
from xjustiz.xmlsicher import parse_xml

PDFA: Final = "http://www.aiim.org/pdfa/ns/id/"
PDFUA: Final = "http://www.aiim.org/pdfua/ns/id/"
MAX_WERT: Final = 8


@dataclass(frozen=True, slots=True)
class Anspruch:
    pdfa: str | None = None
    """Part and conformance in one word: "1b", "2u", "4"."""
    pdfua: str | None = None


def read_anspruch(xmp: bytes) -> Anspruch:
    """What cannot be read claims nothing."""
    if len(xmp) > MAX_XMP_BYTES:
        return Anspruch()
    try:
        wurzel = parse_xml(xmp.strip(b"\0 \r\n\t"))
    except NachrichtUnreadable:
        return Anspruch()
    teil = _value(wurzel, PDFA, "part")
    stufe = _value(wurzel, PDFA, "conformance") or ""
    return Anspruch(None if teil is None else teil + stufe.lower(), _value(wurzel, PDFUA, "part"))


def _value(wurzel: etree._Element, namensraum: str, name: str) -> str | None:
    """A property of XMP is an element, or an attribute of its rdf:Description."""
    gesucht = f"{{{namensraum}}}{name}"
    for element in wurzel.iter(etree.Element):
        wert = (element.text if element.tag == gesucht else element.get(gesucht)) or ""
        if wert.strip().isalnum():
            return wert.strip()[:MAX_WERT]
    return None
