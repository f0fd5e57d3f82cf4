"""The one way bytes become XML here: no DTD, no entities, no network, bounded size and depth."""

from lxml import etree

from xjustiz.fehler import NachrichtUnreadable

MAX_XML_BYTES = 64 * 2**20
"""Own limit: a message of 1,000 documents with full metadata needs about 3 MB."""
MAX_TIEFE = 200
"""Own limit on nesting; XJustiz needs three levels for each nested Teilakte. libxml2 itself stops at 256 or later."""


def parse_xml(xml: bytes) -> etree._Element:
    """The root element. Raises NachrichtUnreadable. Comments and processing instructions do not reach the tree."""
    if len(xml) > MAX_XML_BYTES:
        raise NachrichtUnreadable(f"XML of {len(xml)} bytes, at most {MAX_XML_BYTES} are read")
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
    _check_depth(wurzel)
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


def _check_depth(wurzel: etree._Element) -> None:
    tiefe = 0
    for ereignis, _ in etree.iterwalk(wurzel, events=("start", "end")):
        tiefe += 1 if ereignis == "start" else -1
        if tiefe > MAX_TIEFE:
            raise NachrichtUnreadable(f"XML nested deeper than {MAX_TIEFE} elements")


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
    eltern = element.getparent()
    if eltern is None or len(gleiche := eltern.findall(str(element.tag))) == 1:
        return ""
    return f"[{gleiche.index(element) + 1}]"
