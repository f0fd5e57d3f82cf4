"""Typ-2 lists: the enumerations in the XSDs, with their labels (sheet §0 No. 11)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from xjustiz.codelisten import Codeliste, Eintrag
from xjustiz.fehler import NachrichtUnreadable, SchemaBroken
from xjustiz.xmlsicher import parse_xml

_XS = "{http://www.w3.org/2001/XMLSchema}"


def enumerations(xsd: bytes) -> tuple[Codeliste, ...]:
    """Every enumerated code list of one XSD file. Raises SchemaBroken for bytes that are no XSD."""
    try:
        wurzel = parse_xml(xsd)
    except NachrichtUnreadable as error:
        raise SchemaBroken(str(error)) from error
    werte = {str(typ.get("name")): _entries(typ) for typ in wurzel.iterfind(f"{_XS}simpleType")}
    return tuple(_listen(wurzel, werte))


def _listen(wurzel: etree._Element, werte: Mapping[str, Mapping[str, Eintrag]]) -> Iterator[Codeliste]:
    for typ in wurzel.iterfind(f"{_XS}complexType"):
        liste = typ.find(f"{_XS}annotation/{_XS}appinfo/codeliste")
        code = typ.find(f".//{_XS}element[@name='code']")
        if liste is None or code is None:
            continue
        eintraege = werte.get(code.get("type", "").rpartition(":")[2])
        if eintraege:
            version = typ.findtext(f"{_XS}annotation/{_XS}appinfo/versionCodeliste/version") or ""
            kennung, name = liste.findtext("kennung") or "", liste.findtext("nameKurz") or ""
            yield Codeliste(kennung, version, name, None, eintraege)


def _entries(typ: etree._Element) -> Mapping[str, Eintrag]:
    gefunden: dict[str, Eintrag] = {}
    for wert in typ.iterfind(f"{_XS}restriction/{_XS}enumeration"):
        code = wert.get("value", "")
        angaben = wert.find(f"{_XS}annotation/{_XS}appinfo")
        text = "" if angaben is None else angaben.findtext("wert") or ""
        beschreibung = None if angaben is None else angaben.findtext("beschreibung")
        gefunden[code] = Eintrag(code, text, beschreibung)
    return MappingProxyType(gefunden)
