"""A Schematron file (ISO 19757-3, queryBinding xslt2) as data: as much of the language as the XJustiz files use."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from xjustiz.fehler import NachrichtUnreadable, SchemaBroken
from xjustiz.xmlsicher import local, namespace, parse_xml

_SCH = "http://purl.oclc.org/dsdl/schematron"
_BEKANNT = frozenset({"ns", "pattern", "rule", "assert", "report", "extends", "param", "value-of", "schema"})
_KENNUNG = re.compile(r"\[(SCH-[A-Z]+-\d{4})\]\s*")
MAX_AUSDRUCK = 4000
"""Own limit on an XPath expression; the longest of XJustiz has about 600 characters."""


@dataclass(frozen=True, slots=True)
class Pruefung:
    """An assert, or a report turned round: the rule is kept where `ausdruck` (XPath 2.0) is true."""

    id: str
    ausdruck: str
    text: str


@dataclass(frozen=True, slots=True)
class Kontextregel:
    kontext: str
    pruefungen: tuple[Pruefung, ...]


@dataclass(frozen=True, slots=True)
class Regelwerk:
    """One file. A node is checked by the first rule of a pattern (`muster`) whose context it is (ISO 19757-3, 6.5)."""

    name: str
    namensraeume: Mapping[str, str]
    muster: tuple[tuple[Kontextregel, ...], ...]


def parse_regelwerk(name: str, inhalt: bytes) -> Regelwerk:
    """`name` is for errors and findings. Raises SchemaBroken for what is no Schematron, or uses more than is known."""
    try:
        wurzel = parse_xml(inhalt)
    except NachrichtUnreadable as error:
        raise SchemaBroken(f"{name}: {error}") from error
    fremd = {local(e) for e in wurzel.iter(etree.Element) if namespace(e) != _SCH or local(e) not in _BEKANNT}
    if local(wurzel) != "schema" or fremd:
        raise SchemaBroken(f"{name}: no Schematron that can be read: {', '.join(sorted(fremd))[:200]}")
    raeume = {e.get("prefix", ""): e.get("uri", "") for e in wurzel.iterfind(f"{{{_SCH}}}ns")}
    try:
        return Regelwerk(name, raeume, tuple(_patterns(wurzel)))
    except KeyError as error:
        raise SchemaBroken(f"{name}: refers to {error}, which is not there") from error


def _patterns(wurzel: etree._Element) -> Iterator[tuple[Kontextregel, ...]]:
    alle = wurzel.findall(f"{{{_SCH}}}pattern")
    abstrakt = {str(p.get("id")): p for p in alle if p.get("abstract") == "true"}
    for pattern in alle:
        if pattern.get("abstract") == "true":
            continue
        vorlage = pattern.get("is-a")
        regeln = tuple(_rules(pattern if vorlage is None else abstrakt[vorlage]))
        werte = {str(p.get("name")): str(p.get("value")) for p in pattern.iterfind(f"{{{_SCH}}}param")}
        yield tuple(_filled(regel, werte) for regel in regeln)


def _rules(pattern: etree._Element) -> Iterator[Kontextregel]:
    regeln = pattern.findall(f"{{{_SCH}}}rule")
    abstrakt = {str(r.get("id")): r for r in regeln if r.get("abstract") == "true"}
    for regel in regeln:
        if regel.get("abstract") != "true":
            yield Kontextregel(_expression(regel, "context"), tuple(_tests(regel, abstrakt)))


def _tests(regel: etree._Element, abstrakt: Mapping[str, etree._Element]) -> Iterator[Pruefung]:
    for kind in regel:
        match local(kind):
            case "extends":
                name = str(kind.get("rule"))
                weitere = {kennung: andere for kennung, andere in abstrakt.items() if kennung != name}
                yield from _tests(abstrakt[name], weitere)
            case "assert":
                yield _test(kind, _expression(kind, "test"))
            case "report":
                yield _test(kind, f"not({_expression(kind, 'test')})")


def _test(element: etree._Element, ausdruck: str) -> Pruefung:
    text = " ".join("".join(str(teil) for teil in element.itertext()).split())
    genannt = _KENNUNG.search(text)
    kennung = element.get("id") or (genannt[1] if genannt else "SCH")
    return Pruefung(kennung, ausdruck, _KENNUNG.sub("", text))


def _expression(element: etree._Element, attribut: str) -> str:
    ausdruck = element.get(attribut, "")
    if not ausdruck or len(ausdruck) > MAX_AUSDRUCK:
        raise SchemaBroken(f"line {element.sourceline}: no usable {attribut}")
    return ausdruck


def _filled(regel: Kontextregel, werte: Mapping[str, str]) -> Kontextregel:
    """Parameters of an abstract pattern are put in as text, the longest name first."""
    for name in sorted(werte, key=len, reverse=True):
        regel = Kontextregel(
            regel.kontext.replace(f"${name}", werte[name]),
            tuple(replace(p, ausdruck=p.ausdruck.replace(f"${name}", werte[name])) for p in regel.pruefungen),
        )
    return regel
