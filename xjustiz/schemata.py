"""Validation against the official XSDs, which are handed in as bytes: nothing is ever fetched."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from types import MappingProxyType

from lxml import etree

from xjustiz.fehler import NachrichtUnreadable, SchemaBroken, SchemaNotAvailable
from xjustiz.nachrichten import NAMENSRAUM
from xjustiz.schematron import Schematron
from xjustiz.xmlsicher import local, namespace, parse_xml

MAX_SCHEMAFEHLER = 50
"""Faults reported for one message."""
COMPILE_ATTEMPTS = 10
_BASIS = "xjustiz-schema:///"
_NACHRICHT = re.compile(rb'<(?:\w+:)?element\s[^>]*?\bname="(nachricht\.[\w.-]+\.\d{7})"')
_XS = "{http://www.w3.org/2001/XMLSchema}"
_KOPF = f"{{{NAMENSRAUM}}}nachrichtenkopf"


@dataclass(frozen=True, slots=True)
class SchemaFehler:
    """A fault found by libxml2: line (0 where unknown), path as libxml2 writes it, its English text."""

    zeile: int
    pfad: str
    text: str


class Schemas:
    """XSDs by version and file name. Modules are compiled when first used, chosen by the message's root element.

    `schematron`: the official Schematron rules, where they are at hand.
    """

    def __init__(self, versionen: Mapping[str, Mapping[str, bytes]], schematron: Schematron | None = None) -> None:
        self.schematron = Schematron({}) if schematron is None else schematron
        self._dateien = {version: dict(dateien) for version, dateien in versionen.items()}
        self._nachrichten: dict[str, Mapping[str, str]] = {}
        self._gebaut: dict[tuple[str, str], etree.XMLSchema] = {}
        self._lock = Lock()

    def versionen(self) -> tuple[str, ...]:
        return tuple(sorted(self._dateien))

    def nachrichten(self, version: str) -> Mapping[str, str]:
        """Root element to file name. Raises SchemaNotAvailable for a version that is not there."""
        if version not in self._dateien:
            raise SchemaNotAvailable(f"the XSDs of XJustiz {version} are not there")
        if version not in self._nachrichten:
            self._nachrichten[version] = MappingProxyType(dict(_index(self._dateien[version])))
        return self._nachrichten[version]

    def datei(self, version: str, name: str) -> bytes | None:
        return self._dateien.get(version, {}).get(name)

    def dateien(self, version: str) -> tuple[str, ...]:
        return tuple(sorted(self._dateien.get(version, {})))

    def validate(self, xml: bytes | etree._Element, version: str | None = None) -> tuple[SchemaFehler, ...]:
        """Faults of a message against the module of its root element; empty when valid.

        `version` defaults to the xjustizVersion the message names. Raises SchemaNotAvailable when there is no XSD for
        it, SchemaBroken when the XSDs cannot be compiled, NachrichtUnreadable for bytes that are no lawful XML.
        """
        wurzel = parse_xml(xml) if isinstance(xml, bytes) else xml
        nummer = version_of(wurzel) if version is None else version
        schema = self._schema(nummer, wurzel)
        with self._lock:
            schema.validate(wurzel)
            return tuple(
                SchemaFehler(eintrag.line, eintrag.path or "", _readable(eintrag.message))
                for eintrag in list(schema.error_log)[:MAX_SCHEMAFEHLER]
            )

    def _schema(self, version: str, wurzel: etree._Element) -> etree.XMLSchema:
        name = local(wurzel) if namespace(wurzel) == NAMENSRAUM else str(wurzel.tag)
        datei = self.nachrichten(version).get(name)
        if datei is None:
            raise SchemaNotAvailable(f"XJustiz {version} has no message {name}")
        with self._lock:
            if (version, datei) not in self._gebaut:
                self._gebaut[version, datei] = _compile(self._dateien[version], datei)
            return self._gebaut[version, datei]


def _index(dateien: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, inhalt in sorted(dateien.items()):
        yield from ((treffer.decode("ascii"), name) for treffer in _NACHRICHT.findall(inhalt))


def version_of(wurzel: etree._Element) -> str:
    """The xjustizVersion a message names; empty when it names none."""
    kopf = wurzel.find(_KOPF)
    return "" if kopf is None else kopf.get("xjustizVersion", "")


def schema_version(grunddatensatz: bytes) -> str:
    """The XJustiz version a grunddatensatz XSD belongs to (versionStandard/version).

    Not the fixed value of xjustizVersion: that of 3.7.0 says 3.6.2 (sheet §0 No. 2). Raises SchemaBroken.
    """
    try:
        wurzel = parse_xml(grunddatensatz)
    except NachrichtUnreadable as error:
        raise SchemaBroken(str(error)) from error
    version = wurzel.findtext(f"{_XS}annotation/{_XS}appinfo/versionStandard/version", "").strip()
    if wurzel.get("targetNamespace") != NAMENSRAUM or not version:
        raise SchemaBroken("no XJustiz grunddatensatz")
    return version


class _Resolver(etree.Resolver):
    """Answers includes and imports from memory and refuses everything else."""

    def __init__(self, dateien: Mapping[str, bytes]) -> None:
        super().__init__()
        self._dateien = dateien

    def resolve(self, system_url: str, _public_id: str, context: object) -> object:  # type: ignore[override]
        name = system_url.rsplit("/", 1)[-1].replace("%20", " ")
        inhalt = self._dateien.get(name)
        if inhalt is None:
            raise SchemaBroken(f"the XSDs refer to {name!r}, which is not among them")
        return self.resolve_string(inhalt, context, base_url=system_url)


def _compile(dateien: Mapping[str, bytes], name: str) -> etree.XMLSchema:
    """Tried again: lxml sets libxml2's document loader, one per process, around every parse and puts the old one back
    without holding the GIL, so a parse that ends in another thread can take ours away (about 1 of 1,000 compilations
    beside three busy threads). A compilation takes about 10 ms."""
    for _ in range(COMPILE_ATTEMPTS - 1):
        with suppress(SchemaBroken):
            return _compile_once(dateien, name)
    return _compile_once(dateien, name)


def _compile_once(dateien: Mapping[str, bytes], name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    parser.resolvers.add(_Resolver(dateien))
    try:
        return etree.XMLSchema(etree.fromstring(dateien[name], parser, base_url=_BASIS + name))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise SchemaBroken(f"{name}: {error}") from error


def _readable(text: str) -> str:
    return text.replace(f"{{{NAMENSRAUM}}}", "")
