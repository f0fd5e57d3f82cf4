"""Typ-3 codes against the list version they name; the XSD does not look at them (sheet §0 No. 11)."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from xjustiz.codelisten import Codeliste, Eintrag
from xjustiz.codes import ELEMENT_LISTE
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import TNS, Kontext
from xjustiz.xmlsicher import local, pfad


@dataclass(frozen=True, slots=True)
class CodeStelle:
    element: etree._Element
    liste: str
    version: str
    code: str


def code_unbekannt(k: Kontext) -> Iterator[Fund]:
    for stelle in _stellen(k):
        liste = _liste(k, stelle)
        if liste is not None and stelle.code not in liste.eintraege:
            yield _fund(stelle)


def listenversion_unbekannt(k: Kontext) -> Iterator[Fund]:
    gesehen: set[tuple[str, str]] = set()
    for stelle in _stellen(k):
        schluessel = stelle.liste, stelle.version
        if k.codelisten.versionen(stelle.liste) and k.codelisten.get(*schluessel) is None and schluessel not in gesehen:
            gesehen.add(schluessel)
            yield _fund(stelle)


def liste_unbekannt(k: Kontext) -> Iterator[Fund]:
    gesehen: set[str] = set()
    for stelle in _stellen(k):
        if not k.codelisten.versionen(stelle.liste) and stelle.liste not in gesehen:
            gesehen.add(stelle.liste)
            yield _fund(stelle)


def listenversion_veraltet(k: Kontext) -> Iterator[Fund]:
    gesehen: set[tuple[str, str]] = set()
    for stelle in _stellen(k):
        liste = k.codelisten.get(stelle.liste, stelle.version)
        neueste = None if liste is None else _newest(k, stelle.liste)
        if neueste is None or neueste.version == stelle.version or (stelle.liste, stelle.version) in gesehen:
            continue
        gesehen.add((stelle.liste, stelle.version))
        yield _fund(stelle, neu=neueste.version)


def partner_aufgeloest(k: Kontext) -> Iterator[Fund]:
    yield from _closed(k, im_kopf=True)


def eintrag_aufgeloest(k: Kontext) -> Iterator[Fund]:
    yield from _closed(k, im_kopf=False)


def _closed(k: Kontext, *, im_kopf: bool) -> Iterator[Fund]:
    for stelle in _stellen(k):
        eintrag = _eintrag(k, stelle)
        if eintrag is not None and eintrag.closed(k.am) and _in_kopf(stelle.element) is im_kopf:
            yield _fund(stelle, wert=eintrag.wert)


def _stellen(k: Kontext) -> Iterator[CodeStelle]:
    """Every code with a listVersionID; Typ-2 codes that carry one are left to the XSD."""
    for kind in k.wurzel.iter("code"):
        element = kind.getparent()
        if element is None or not str(element.tag).startswith(TNS):
            continue
        bekannt = ELEMENT_LISTE.get(local(element))
        liste = element.get("listURI") or (None if bekannt is None else str(bekannt))
        version = element.get("listVersionID")
        if liste is not None and version is not None:
            yield CodeStelle(element, liste.strip(), version.strip(), (kind.text or "").strip())


def _liste(k: Kontext, stelle: CodeStelle) -> Codeliste | None:
    liste = k.codelisten.get(stelle.liste, stelle.version)
    return None if liste is None or liste.platzhalter else liste


def _eintrag(k: Kontext, stelle: CodeStelle) -> Eintrag | None:
    return k.codelisten.lookup(stelle.liste, stelle.version, stelle.code)


def _newest(k: Kontext, kennung: str) -> Codeliste | None:
    for version in reversed(k.codelisten.versionen(kennung)):
        liste = k.codelisten.get(kennung, version)
        if liste is not None and (liste.gueltig_ab is None or liste.gueltig_ab <= k.am):
            return liste
    return None


def _in_kopf(element: etree._Element) -> bool:
    return any(local(ahne) == "nachrichtenkopf" for ahne in element.iterancestors())


def _fund(stelle: CodeStelle, **weitere: str) -> Fund:
    name = stelle.liste.rpartition(":")[2]
    angaben = {"code": stelle.code[:60], "liste": name[:80], "version": stelle.version[:20], **weitere}
    return Fund(pfad(stelle.element), angaben)
