"""Typ-3 codes against the list version they name; the XSD does not look at them (sheet §0 No. 11)."""

from collections.abc import Iterable, Iterator

from lxml import etree

from xjustiz.codelisten import Codeliste
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.codestellen import CodeStelle
from xjustiz.regeln.kontext import Kontext
from xjustiz.xmlsicher import local, pfad


def code_unbekannt(k: Kontext) -> Iterator[Fund]:
    for stelle in k.codes:
        liste = _liste(k, stelle)
        if liste is not None and not liste.platzhalter and stelle.code not in liste.eintraege:
            yield _fund(stelle)


def listenversion_unbekannt(k: Kontext) -> Iterator[Fund]:
    for stelle in _once(k.codes):
        if k.codelisten.versionen(stelle.liste) and _liste(k, stelle) is None:
            yield _fund(stelle)


def liste_unbekannt(k: Kontext) -> Iterator[Fund]:
    for stelle in {stelle.liste: stelle for stelle in reversed(k.codes)}.values():
        if not k.codelisten.versionen(stelle.liste):
            yield _fund(stelle)


def listenversion_veraltet(k: Kontext) -> Iterator[Fund]:
    for stelle in _once(k.codes):
        neueste = None if _liste(k, stelle) is None else _newest(k, stelle.liste)
        if neueste is not None and neueste.version != stelle.version:
            yield _fund(stelle, neu=neueste.version)


def partner_aufgeloest(k: Kontext) -> Iterator[Fund]:
    yield from _closed(k, im_kopf=True)


def eintrag_aufgeloest(k: Kontext) -> Iterator[Fund]:
    yield from _closed(k, im_kopf=False)


def _closed(k: Kontext, *, im_kopf: bool) -> Iterator[Fund]:
    for stelle in k.codes:
        eintrag = k.codelisten.lookup(stelle.liste, stelle.version, stelle.code)
        if eintrag is not None and eintrag.closed(k.am) and _in_kopf(stelle.element) is im_kopf:
            yield _fund(stelle, wert=eintrag.wert)


def _once(stellen: Iterable[CodeStelle]) -> Iterator[CodeStelle]:
    """The first place of every list version."""
    gesehen: set[tuple[str, str]] = set()
    for stelle in stellen:
        if (stelle.liste, stelle.version) not in gesehen:
            gesehen.add((stelle.liste, stelle.version))
            yield stelle


def _liste(k: Kontext, stelle: CodeStelle) -> Codeliste | None:
    return k.codelisten.get(stelle.liste, stelle.version)


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
