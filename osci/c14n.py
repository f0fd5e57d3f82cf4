"""Inclusive Canonical XML 1.0 without comments, section 3.4, over the tree of `osci.xml`."""

import re
from collections.abc import Callable, Mapping

from osci.constants import NS5, NS5_CONTEXT
from osci.element import EMPTY_CONTEXT, Element

_SPECIAL = re.compile(r'[&<"\t\n\r]')
"""What an attribute value cannot hold as it is."""


def canonical(element: Element, *, skip: Callable[[Element], bool] | None = None) -> bytes:
    """Canonical bytes of the element with all declarations in scope on its start tag.

    Like the reference implementation, inherited `xml:*` attributes are not copied to the apex. `skip` leaves out
    descendants (attachment key carriers, which are added after signing).
    """
    out: list[str] = []
    _write(element, EMPTY_CONTEXT, element.context, out, skip)
    return "".join(out).encode()


def canonical_without_inherited(element: Element) -> bytes:
    """As written inside a signed container: no declaration on the apex at all (chapter 9, no. 1)."""
    out: list[str] = []
    _write(element, element.context, element.context, out, None)
    return "".join(out).encode()


def _write(
    element: Element,
    rendered: Mapping[str, str],
    declare: Mapping[str, str],
    out: list[str],
    skip: Callable[[Element], bool] | None,
) -> None:
    """`rendered`: declarations that the output has in scope; `declare`: candidates for this start tag."""
    new = {p: u for p, u in declare.items() if rendered.get(p, "") != u} if declare else EMPTY_CONTEXT
    name = element.name
    out.append(f"<{name}{_declarations(new)}{_attributes(element)}>" if new or element.attributes else f"<{name}>")
    scope = {**rendered, **new} if new else rendered
    for child in element.children:
        if isinstance(child, str):
            out.append(_text(child))
        elif skip is None or not skip(child):
            _write(child, scope, child.declared, out, skip)
    out.append(f"</{name}>")


def _declarations(new: Mapping[str, str]) -> str:
    if not new:
        return ""
    if new == NS5_CONTEXT:
        return NS5
    return "".join(
        f' xmlns:{prefix}="{_attribute(uri)}"' if prefix else f' xmlns="{_attribute(uri)}"'
        for prefix, uri in sorted(new.items())
    )


def _attributes(element: Element) -> str:
    attributes = element.attributes
    if len(attributes) == 1:
        return f' {attributes[0][0]}="{_attribute(attributes[0][2])}"'
    return "".join([f' {name}="{_attribute(value)}"' for name, _, value in sorted(attributes, key=_order)])


def _order(attribute: tuple[str, str, str]) -> tuple[str, str]:
    name, namespace, _ = attribute
    return namespace, name.rpartition(":")[2]


def _text(value: str) -> str:
    if "&" in value or "<" in value or ">" in value or "\r" in value:
        value = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")
    return value


def _attribute(value: str) -> str:
    if _SPECIAL.search(value) is None:
        return value
    value = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return value.replace("\t", "&#x9;").replace("\n", "&#xA;").replace("\r", "&#xD;")


escape_text = _text
escape_attribute = _attribute
