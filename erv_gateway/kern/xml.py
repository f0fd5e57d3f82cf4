"""Small XML from outside, read without its weapons: no document type, no entities, no network, limited size."""

from typing import Final

from lxml import etree

from erv_gateway.kern.fehler import EingabeRefused

MAX_XML_BYTES: Final = 16 * 2**20
"""Far above any message of 1,000 documents (about 2 MB), far below what hurts."""


class XmlRefused(EingabeRefused):
    code = "xml"


def parse_xml(data: bytes, *, what: str, limit: int = MAX_XML_BYTES) -> etree._Element:
    """The root element of `data`. Raises XmlRefused for anything that is not plain, well-formed, small XML."""
    if len(data) > limit:
        raise XmlRefused(f"{what} has {len(data)} bytes, more than {limit}", was=what)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlRefused(f"{what} is not well-formed XML: {error}", was=what) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused(f"{what} has a document type declaration", was=what)
    return root
