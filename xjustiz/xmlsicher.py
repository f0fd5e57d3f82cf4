"""The one way bytes become XML here: no DTD, no entities, no network, bounded size and depth."""

from itertools import islice

from lxml import etree

from xjustiz.fehler import NachrichtUnreadable

MAX_XML_BYTES = 64 * 2**20
"""Own limit: a message of 1,000 documents with full metadata needs about 3 MB."""
MAX_TIEFE = 200
"""Own limit on nesting; XJustiz needs three levels for each nested Teilakte. libxml2 itself stops at 256 or later."""
MAX_ELEMENTE = 1_000_000
"""Own limit; a message of 1,000 documents with full metadata has about 60,000. Each costs a hundred times its bytes."""
MAX_NUMMER = 10_000
"""Among namesakes `pfad` counts this far; a hostile file must not make reporting slow."""
_ZU_TIEF = etree.XPath(f"boolean({'/*' * (MAX_TIEFE + 1)})")


def parse_xml(xml: bytes) -> etree._Element:
    """The root element. Raises NachrichtUnreadable. Comments and processing instructions do not reach the tree."""
    if len(xml) > MAX_XML_BYTES:
        raise NachrichtUnreadable(f"XML of {len(xml)} bytes, at most {MAX_XML_BYTES} are read")
    if xml.count(b"<") > 2 * MAX_ELEMENTE:
        raise NachrichtUnreadable(f"XML of more than {MAX_ELEMENTE} elements")
    if b"<!DOCTYPE" in xml:
        raise NachrichtUnreadable("the XML has a DOCTYPE")
    try:
        wurzel = etree.fromstring(xml, _parser())
    except (etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise NachrichtUnreadable(f"not well-formed XML: {error}") from error
    if wurzel is None:
        raise NachrichtUnreadable("no XML element")
    if wurzel.getroottree().docinfo.internalDTD is not None:
        raise NachrichtUnreadable("the XML has a DOCTYPE")
    if _ZU_TIEF(wurzel):
        raise NachrichtUnreadable(f"XML nested deeper than {MAX_TIEFE} elements")
    return wurzel


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=False,
    )


def local(element: etree._Element) -> str:
    """Name without namespace."""
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str | None:
    return etree.QName(element).namespace


def pfad(element: etree._Element) -> str:
    """Readable path with local names and, among namesakes, a number from 1."""
    teile: list[str] = []
    knoten: etree._Element | None = element
    while knoten is not None:
        teile.append(local(knoten) + _nummer(knoten))
        knoten = knoten.getparent()
    return "/" + "/".join(reversed(teile))


def _nummer(element: etree._Element) -> str:
    if element.getparent() is None:
        return ""
    tag = str(element.tag)
    davor = sum(1 for _ in islice(element.itersiblings(tag, preceding=True), MAX_NUMMER))
    if davor == 0 and next(element.itersiblings(tag), None) is None:
        return ""
    return f"[{davor + 1}]" if davor < MAX_NUMMER else f"[>{MAX_NUMMER}]"
