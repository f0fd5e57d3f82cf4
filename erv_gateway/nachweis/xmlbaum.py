"""XML of a bundle, read by libxml2: without document type, entities, instructions; unique Ids; canonical form.

A second opinion on purpose: what `osci` writes with its own canonicaliser is checked here with another one.
"""

from typing import Final

from lxml import etree

from erv_gateway.nachweis.befund import Mangel, only

Element = etree._Element

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
OSCI: Final = "http://www.osci.de/2002/04/osci"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
XENC: Final = "http://www.w3.org/2001/04/xmlenc#"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XJUSTIZ: Final = "http://www.xjustiz.de"
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"

MAX_DEPTH: Final = 100
"""OSCI nests about 20 deep, XJustiz 3.6.2 about 25."""
MAX_ELEMENTS: Final = 200_000
"""XJustiz with 1,000 documents has about 40,000."""
_WHITE_SPACE: Final = " \t\r\n"


def parse_xml(data: bytes) -> Element:
    """The root. `data` is already bounded by the archive's limits. Raises Mangel."""
    try:
        data.decode()  # libxml2 would follow the byte order mark of another encoding
        root = etree.fromstring(data, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Mangel("kein wohlgeformtes XML") from error
    document = root.getroottree()
    if document.docinfo.internalDTD is not None or (document.docinfo.encoding or "UTF-8").upper() != "UTF-8":
        raise Mangel("XML mit DOCTYPE oder nicht in UTF-8")
    if document.xpath("//processing-instruction()"):
        raise Mangel("XML mit Verarbeitungsanweisung")
    _check_tree(root)
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, huge_tree=True
    )  # huge_tree: a base64 text above 10 MB is normal; size is bounded before


def _check_tree(root: Element) -> None:
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    ids = [element.get("Id") for element in elements if element.get("Id") is not None]
    if len(set(ids)) != len(ids):
        raise Mangel("XML mit doppelter Id")
    if len(elements) > MAX_ELEMENTS or _deeper_than(root, MAX_DEPTH):
        raise Mangel("XML zu tief oder zu groß")


def _deeper_than(root: Element, limit: int) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > limit:
            return True
    return False


def canonical(element: Element) -> bytes:
    """Canonical XML 1.0 (inclusive, no comments) of the element with all namespaces in scope.

    Parsed again on its own first: libxml2 as lxml calls it writes wrong `xmlns=""` below a sub-element that
    declares a default namespace.
    """
    if any(name.startswith(_XML) for above in element.iterancestors() for name in map(str, above.attrib)):
        raise Mangel("xml:-Attribut oberhalb eines unterschriebenen Teils")
    alone = etree.fromstring(etree.tostring(element, encoding="UTF-8", with_tail=False), _parser())
    return etree.tostring(alone, method="c14n", exclusive=False, with_comments=False)


def children(element: Element) -> list[Element]:
    """Child elements; text between them is refused."""
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip(_WHITE_SPACE) for text in texts):
        raise Mangel("Text zwischen Elementen")
    return list(element)


def named(element: Element, namespace: str, local: str) -> list[Element]:
    return [child for child in children(element) if child.tag == f"{{{namespace}}}{local}"]


def one(element: Element, namespace: str, local: str) -> Element:
    return only(named(element, namespace, local), local)


def sole_child(element: Element, namespace: str, local: str) -> Element:
    """The only child there is, which must have this name."""
    child = only(children(element), local)
    if child.tag != f"{{{namespace}}}{local}":
        raise Mangel(f"{local} erwartet")
    return child


def text_of(element: Element) -> str:
    if len(element):
        raise Mangel("Elemente statt Text")
    return element.text or ""
