"""XML from outside: no DOCTYPE, no entities, bounded. Everything else raises `XmlRefused`."""

from lxml import etree

MAX_XML_BYTES = 200 * 10**6  # own limit: a file of 20 000 documents with history takes about 100 MB
MAX_XML_ELEMENTS = 4 * 10**6  # own limit, also for attributes: about 2 GB as a tree, ten times the largest real file


class XmlRefused(Exception):
    """Carries a short German reason; the caller turns it into a Mangel."""


def parse_xml(raw: bytes) -> etree._Element:
    """The root element of `raw` (UTF-8 or as declared); depth is bounded to 256 by libxml2."""
    if len(raw) > MAX_XML_BYTES or raw.count(b"<") > 2 * MAX_XML_ELEMENTS or raw.count(b"=") > MAX_XML_ELEMENTS:
        raise XmlRefused("zu groß")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw or b"\x00" in raw[:4]:
        raise XmlRefused("DOCTYPE und Entitäten sind nicht zugelassen")
    try:
        root = etree.fromstring(raw, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused("nicht wohlgeformt") from error
    if root.getroottree().docinfo.doctype:
        raise XmlRefused("DOCTYPE und Entitäten sind nicht zugelassen")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
