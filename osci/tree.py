"""From the events of expat to a tree of `Element`, with the limits on depth, number and namespaces."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from xml.parsers import expat

from osci import constants as k
from osci.element import EMPTY_CONTEXT, Element
from osci.errors import invalid

_BLANK = " \t\r\n"
_TEXT_BUFFER_BYTES = 1 << 16


class TreeBuilder:
    """`parser` is ready to parse one document; `root` is the tree afterwards. Raises RemoteProtocolError 9100."""

    def __init__(self) -> None:
        parser = expat.ParserCreate("UTF-8")
        parser.buffer_text = True
        parser.buffer_size = _TEXT_BUFFER_BYTES
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

    def release(self) -> None:
        """Parser and builder hold each other; cut, so that a tree is freed with its last user, not by the collector."""
        del self.parser

    def _start(self, name: str, flat: list[str]) -> None:
        stack = self._stack
        self._count += 1
        if len(stack) >= k.MAX_XML_DEPTH or self._count > k.MAX_XML_ELEMENTS:
            raise invalid("XML is nested too deeply or has too many elements")
        if stack:
            above = stack[-1]
            element = _element(name, flat, above.context, self.parser.CurrentByteIndex)
            above.children.append(element)
            above.inner.append(element)
        else:
            self.root = element = _element(name, flat, EMPTY_CONTEXT, self.parser.CurrentByteIndex)
        stack.append(element)

    def _end(self, _name: str) -> None:
        self._stack.pop().end = self.parser.CurrentByteIndex

    def _text(self, data: str) -> None:
        above = self._stack[-1]
        above.children.append(data)
        if data.strip(_BLANK):
            above.has_text = True

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
    context, declared = above, EMPTY_CONTEXT
    attributes: Sequence[tuple[str, str, str]] = ()
    if len(flat) == 2 and _is_plain(flat[0]):
        attributes = ((flat[0], "", flat[1]),)
    elif flat:
        declared, rest = _split_attributes(name, flat)
        context = _extended(above, declared)
        attributes = _attributes(rest, context)
    prefix, _, local = name.rpartition(":")
    return Element(name, local, _resolve(prefix, context), context, declared, attributes, start)


def _is_plain(name: str) -> bool:
    """No declaration and without a prefix: most elements of OSCI have one attribute of that kind, or none."""
    return ":" not in name and name != "xmlns"


def _extended(above: Mapping[str, str], declared: Mapping[str, str]) -> Mapping[str, str]:
    if declared.items() <= above.items():
        return above
    return MappingProxyType({**above, **declared})


def _split_attributes(name: str, flat: list[str]) -> tuple[Mapping[str, str], list[tuple[str, str]]]:
    if len(flat) > 2 * k.MAX_ATTRIBUTES:
        raise invalid(f"too many attributes on {name}")
    declared: dict[str, str] = {}
    rest: list[tuple[str, str]] = []
    for attribute, value in zip(flat[::2], flat[1::2], strict=True):
        if attribute == "xmlns":
            declared[""] = value
        elif attribute.startswith("xmlns:"):
            declared[_checked_prefix(attribute[6:], value)] = value
        else:
            rest.append((attribute, value))
    return (declared or EMPTY_CONTEXT), rest


def _checked_prefix(prefix: str, uri: str) -> str:
    if not uri or prefix in {"xml", "xmlns", ""} or ":" in prefix:
        raise invalid("a namespace declaration that is not allowed")
    return prefix


def _attributes(pairs: list[tuple[str, str]], context: Mapping[str, str]) -> list[tuple[str, str, str]]:
    resolved = []
    seen = set()
    for name, value in pairs:
        prefix, _, local = name.rpartition(":")
        namespace = _resolve(prefix, context) if prefix else ""
        seen.add((namespace, local))
        resolved.append((name, namespace, value))
    if len(seen) != len(resolved):
        raise invalid("the same attribute twice")
    return resolved


def _resolve(prefix: str, context: Mapping[str, str]) -> str:
    namespace = context.get(prefix)
    if namespace is not None:
        return namespace
    if prefix == "xml":
        return k.XML
    if prefix:
        raise invalid(f"undeclared namespace prefix {prefix!r}")
    return ""
