"""Hostile XML into a small tree: no DOCTYPE, no entities, no processing instructions, limits on size and depth.

Prefixes, declarations and source offsets are kept, since canonical forms and re-packing need them (sections 3.3, 3.4).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from xml.parsers import expat

from osci import constants as k
from osci.errors import RemoteProtocolError, invalid

EMPTY_CONTEXT: Mapping[str, str] = MappingProxyType({})


class Element:
    """One element. `context` maps every prefix in scope to its namespace, `declared` those on its own start tag.

    `attributes` are (qualified name, namespace, value) without declarations; `start` and `end` are byte offsets of the
    element in the parsed document.
    """

    __slots__ = ("attributes", "children", "context", "declared", "end", "local", "name", "namespace", "start")

    def __init__(self, name: str, context: Mapping[str, str], declared: Mapping[str, str], start: int) -> None:
        prefix, _, local = name.rpartition(":")
        self.name = name
        self.local = local
        self.namespace = _resolve(prefix, context)
        self.context = context
        self.declared = declared
        self.attributes: list[tuple[str, str, str]] = []
        self.children: list[Element | str] = []
        self.start = start
        self.end = start

    def get(self, name: str) -> str | None:
        """An attribute by its qualified name, as OSCI names its attributes."""
        return next((value for key, _, value in self.attributes if key == name), None)

    def is_(self, namespace: str, local: str) -> bool:
        return self.local == local and self.namespace == namespace

    def elements(self) -> list["Element"]:
        """Child elements; RemoteProtocolError 9100 where text stands between them."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                found.append(child)
            elif child.strip(" \t\r\n"):
                raise invalid(f"text between the elements of {self.local}")
        return found

    def text(self) -> str:
        """Character data; RemoteProtocolError 9100 where elements stand in it."""
        if len(self.children) == 1 and isinstance(self.children[0], str):
            return self.children[0]
        parts = [child for child in self.children if isinstance(child, str)]
        if len(parts) != len(self.children):
            raise invalid(f"elements inside the text of {self.local}")
        return "".join(parts)

    def child(self, namespace: str, local: str) -> "Element | None":
        """The only child of that name, None if missing; 9100 where there are several."""
        found = self.all(namespace, local)
        if len(found) > 1:
            raise invalid(f"{local} appears {len(found)} times in {self.local}")
        return found[0] if found else None

    def need(self, namespace: str, local: str) -> "Element":
        found = self.child(namespace, local)
        if found is None:
            raise invalid(f"{local} is missing in {self.local}")
        return found

    def all(self, namespace: str, local: str) -> list["Element"]:
        return [e for e in self.elements() if e.local == local and e.namespace == namespace]

    def walk(self) -> Iterator["Element"]:
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(c for c in reversed(element.children) if isinstance(c, Element))


def parse(document: bytes) -> Element:
    """The root element of a UTF-8 document. RemoteProtocolError 9100 for everything that is not plain XML 1.0."""
    if len(document) > k.MAX_XML_BYTES:
        raise invalid(f"XML document of {len(document)} bytes is larger than {k.MAX_XML_BYTES}")
    builder = _Builder()
    try:
        builder.parser.Parse(document, True)
    except expat.ExpatError as error:
        raise invalid(f"not well-formed XML: {error}") from error
    except ValueError as error:
        raise invalid("XML with characters that are not allowed") from error
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

    if len(document) > k.MAX_XML_BYTES:
        raise invalid(f"XML document of {len(document)} bytes is larger than {k.MAX_XML_BYTES}")
    parser = expat.ParserCreate("UTF-8")
    parser.StartElementHandler = start
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise invalid(f"not well-formed XML: {error}") from error


class _Builder:
    def __init__(self) -> None:
        parser = expat.ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.buffer_size = 1 << 16
        parser.ordered_attributes = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        self.parser = parser
        self.root: Element | None = None
        self._stack: list[Element] = []
        self._count = 0

    def _start(self, name: str, flat: list[str]) -> None:
        self._count += 1
        if len(self._stack) >= k.MAX_XML_DEPTH or self._count > k.MAX_XML_ELEMENTS:
            raise invalid("XML is nested too deeply or has too many elements")
        above = self._stack[-1].context if self._stack else EMPTY_CONTEXT
        element = _element(name, flat, above, self.parser.CurrentByteIndex)
        if self._stack:
            self._stack[-1].children.append(element)
        else:
            self.root = element
        self._stack.append(element)

    def _end(self, _name: str) -> None:
        element = self._stack.pop()
        element.end = self.parser.CurrentByteIndex

    def _text(self, data: str) -> None:
        children = self._stack[-1].children
        children.append(data)

    @staticmethod
    def _declaration(version: str, encoding: str | None, _standalone: int) -> None:
        if version != "1.0" or (encoding is not None and encoding.upper() != "UTF-8"):
            raise invalid("only XML 1.0 in UTF-8 is allowed")

    @staticmethod
    def _doctype(*_: object) -> None:
        raise invalid("DOCTYPE is not allowed")

    @staticmethod
    def _instruction(*_: object) -> None:
        raise invalid("processing instructions are not allowed")


def _element(name: str, flat: list[str], above: Mapping[str, str], start: int) -> Element:
    if not flat:
        return Element(name, above, EMPTY_CONTEXT, start)
    if len(flat) > 2 * k.MAX_ATTRIBUTES:
        raise invalid(f"too many attributes on {name}")
    declared, rest = _split_attributes(flat)
    context = _extended(above, declared) if declared else above
    element = Element(name, context, declared, start)
    element.attributes = _attributes(rest, context)
    return element


def _extended(above: Mapping[str, str], declared: Mapping[str, str]) -> Mapping[str, str]:
    if all(above.get(prefix) == uri for prefix, uri in declared.items()):
        return above
    return MappingProxyType({**above, **declared})


def _split_attributes(flat: list[str]) -> tuple[Mapping[str, str], list[tuple[str, str]]]:
    declared: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for name, value in zip(flat[::2], flat[1::2], strict=True):
        if name == "xmlns":
            declared[""] = value
        elif name.startswith("xmlns:"):
            declared[_checked_prefix(name[6:], value)] = value
        else:
            rest.append((name, value))
    return (declared or EMPTY_CONTEXT), rest


def _checked_prefix(prefix: str, uri: str) -> str:
    if not uri or prefix in {"xml", "xmlns", ""} or ":" in prefix:
        raise invalid("a namespace declaration that is not allowed")
    return prefix


def _attributes(pairs: list[tuple[str, str]], context: Mapping[str, str]) -> list[tuple[str, str, str]]:
    resolved = []
    for name, value in pairs:
        prefix = name.rpartition(":")[0]
        resolved.append((name, _resolve(prefix, context) if prefix else "", value))
    if len(resolved) > 1 and len({(ns, n.rpartition(":")[2]) for n, ns, _ in resolved}) != len(resolved):
        raise invalid("the same attribute twice")
    return resolved


def _resolve(prefix: str, context: Mapping[str, str]) -> str:
    if prefix == "xml":
        return k.XML
    namespace = context.get(prefix)
    if namespace is None and prefix:
        raise RemoteProtocolError("9100", f"undeclared namespace prefix {prefix!r}")
    return namespace or ""
