"""Where codes stand in a message, with the list version each of them names."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from xjustiz.codes import ELEMENT_LISTE
from xjustiz.nachrichten import NAMENSRAUM
from xjustiz.xmlsicher import local, namespace


@dataclass(frozen=True, slots=True)
class CodeStelle:
    """A code with a listVersionID."""

    element: etree._Element
    liste: str
    version: str
    code: str


def code_stellen(wurzel: etree._Element) -> Iterator[CodeStelle]:
    """Every code with a listVersionID; Typ-2 codes that carry one are left to the XSD."""
    for kind in wurzel.iter("code"):
        element = kind.getparent()
        if element is None or namespace(element) != NAMENSRAUM:
            continue
        bekannt = ELEMENT_LISTE.get(local(element))
        liste = element.get("listURI") or (None if bekannt is None else str(bekannt))
        version = element.get("listVersionID")
        if liste is not None and version is not None:
            yield CodeStelle(element, liste.strip(), version.strip(), (kind.text or "").strip())
