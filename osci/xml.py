"""Hostile XML into a small tree: no DOCTYPE, no entities, no processing instructions, limits on size and depth."""

from xml.parsers import expat

from osci import constants as k
from osci.element import EMPTY_CONTEXT, Element
from osci.errors import invalid
from osci.tree import TreeBuilder

__all__ = ["EMPTY_CONTEXT", "Element", "check_document", "parse"]


def parse(document: bytes) -> Element:
    """The root element of a UTF-8 document. RemoteProtocolError 9100 for everything that is not plain XML 1.0."""
    builder = TreeBuilder()
    try:
        _run(builder.parser, document)
    except ValueError as error:
        raise invalid("XML with characters that are not allowed") from error
    finally:
        builder.release()
    if builder.root is None:
        raise invalid("no XML element")
    return builder.root


def check_document(document: bytes) -> None:
    """Whether `parse` and the rule of unique Ids would take the document, without building the tree; 9100 if not."""
    seen: set[str] = set()

    def start(_name: str, attributes: dict[str, str]) -> None:
        identifier = attributes.get("Id")
        if identifier is not None and (not identifier or identifier in seen):
            raise invalid(f"empty or repeated Id {identifier!r}")
        if identifier is not None:
            seen.add(identifier)

    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    _run(parser, document)


def _run(parser: expat.XMLParserType, document: bytes) -> None:
    if len(document) > k.MAX_XML_BYTES:
        raise invalid(f"XML document of {len(document)} bytes is larger than {k.MAX_XML_BYTES}")
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise invalid(f"not well-formed XML: {error}") from error
