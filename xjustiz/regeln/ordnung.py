"""Ids, numbers, references: rules of the specification that no XSD checks (sheet §2.4)."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from xjustiz.fehler import WertInvalid
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import FACH, Kontext, container, find, findall, iter_named, kinder, text_of, titel_of
from xjustiz.werte import Uuid
from xjustiz.xmlsicher import local, pfad

_UUID_FELDER = ("id", "eigeneNachrichtenID", "fremdeNachrichtenID", "ref.sgo", "id.referenzierteAkte")


def uuid_form(k: Kontext) -> Iterator[Fund]:
    kopf_und_objekte = iter_named(k.wurzel, *_UUID_FELDER)
    for element in kopf_und_objekte:
        eltern = element.getparent()
        if local(element) == "id" and (eltern is None or local(eltern) != "identifikation"):
            continue
        wert = (element.text or "").strip()
        try:
            Uuid(wert)
        except WertInvalid:
            yield Fund(pfad(element), {"wert": wert[:60]})


def uuid_doppelt(k: Kontext) -> Iterator[Fund]:
    erste: dict[str, etree._Element] = {}
    for objekt in k.objekte:
        kennung = kennung_of(objekt)
        if not kennung:
            continue
        if kennung in erste:
            yield Fund(pfad(objekt), {"uuid": kennung, "andere": pfad(erste[kennung])})
        else:
            erste[kennung] = objekt


def nachrichtenid_gleich(k: Kontext) -> Iterator[Fund]:
    eigene = {(e.text or "").strip().lower() for e in iter_named(k.wurzel, "eigeneNachrichtenID")}
    for fremde in iter_named(k.wurzel, "fremdeNachrichtenID"):
        if (fremde.text or "").strip().lower() in eigene:
            yield Fund(pfad(fremde))


def nummer_doppelt(k: Kontext) -> Iterator[Fund]:
    for ort in container(k):
        anzahl = Counter(_nummern(ort))
        for nummer, wie_oft in sorted(anzahl.items()):
            if wie_oft > 1:
                yield Fund(pfad(ort), {"nummer": str(nummer), "anzahl": str(wie_oft), "titel": titel_of(ort)})


def nummer_luecke(k: Kontext) -> Iterator[Fund]:
    for ort in container(k):
        nummern = set(_nummern(ort))
        fehlend = sorted(set(range(1, max(nummern, default=0) + 1)) - nummern) if len(nummern) < _SEHR_VIELE else []
        if fehlend:
            liste = ", ".join(str(nummer) for nummer in fehlend[:10])
            yield Fund(pfad(ort), {"fehlend": liste, "titel": titel_of(ort)})


def anschreiben_verweis(k: Kontext) -> Iterator[Fund]:
    ziele = {kennung_of(dokument) for dokument in k.dokumente}
    for ref in findall(k.wurzel, "schriftgutobjekte/anschreiben/ref.sgo"):
        if normal(ref) not in ziele:
            yield Fund(pfad(ref), {"uuid": normal(ref)[:60]})


def dokument_verweis(k: Kontext) -> Iterator[Fund]:
    ziele = {kennung_of(objekt) for objekt in k.objekte}
    for dokument in k.dokumente:
        for ref in findall(dokument, f"{FACH}/verweis/bezugsdokument/ref.sgo"):
            if normal(ref) not in ziele or normal(ref) == kennung_of(dokument):
                yield Fund(pfad(ref), {"uuid": normal(ref)[:60], "titel": titel_of(dokument)})


def akten_verweis(k: Kontext) -> Iterator[Fund]:
    ziele = {kennung_of(objekt) for objekt in k.objekte if local(objekt) == "akte"}
    for ref in iter_named(k.wurzel, "id.referenzierteAkte"):
        if normal(ref) not in ziele:
            yield Fund(pfad(ref), {"uuid": normal(ref)[:60]})


def grunddaten_verweis(k: Kontext) -> Iterator[Fund]:
    for feld, ziel in _GRUNDDATEN_VERWEISE:
        vorhanden = {(e.text or "").strip() for e in iter_named(k.wurzel, ziel)}
        for ref in iter_named(k.wurzel, feld):
            if not len(ref) and (ref.text or "").strip() not in vorhanden:
                yield Fund(pfad(ref), {"nummer": (ref.text or "").strip()[:40], "ziel": ziel})


def anzeigename_doppelt(k: Kontext) -> Iterator[Fund]:
    for ort in container(k):
        namen = Counter((local(kind), text_of(kind, f"{FACH}/anzeigename") or "") for kind in kinder(ort))
        for (_, name), anzahl in namen.items():
            if name and anzahl > 1:
                yield Fund(pfad(ort), {"name": name[:80], "anzahl": str(anzahl)})


def anzeigename_fehlt(k: Kontext) -> Iterator[Fund]:
    ohne = [objekt for objekt in k.objekte if not text_of(objekt, f"{FACH}/anzeigename")]
    if ohne:
        yield Fund(pfad(ohne[0]), {"anzahl": str(len(ohne))})


_SEHR_VIELE = 10_000
"""Own limit: beyond it the gap is not searched, so that one huge number costs nothing."""
_GRUNDDATEN_VERWEISE = (
    ("ref.beteiligtennummer", "beteiligtennummer"),
    ("ref.rollennummer", "rollennummer"),
    ("ref.instanznummer", "instanznummer"),
    ("verweisInstanz", "instanznummer"),
)


def _nummern(ort: etree._Element) -> Iterator[int]:
    for kind in kinder(ort):
        text = text_of(kind, "identifikation/nummerImUebergeordnetenContainer") or ""
        if text.isascii() and text.isdigit() and len(text) <= len(str(_SEHR_VIELE)):
            yield int(text)


def kennung_of(objekt: etree._Element) -> str:
    """The UUID of an object in lower case; empty where it has none."""
    element = find(objekt, "identifikation/id")
    return "" if element is None else normal(element)


def normal(element: etree._Element) -> str:
    return (element.text or "").strip().lower()
