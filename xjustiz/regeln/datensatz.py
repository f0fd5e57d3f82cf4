"""D1: one message, readable, in a lawful version, valid; and what court systems stumble over."""

from collections.abc import Iterator

from lxml import etree

from xjustiz.fehler import SchemaNotAvailable
from xjustiz.nachrichten import NAMENSRAUM
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import Kontext, find, iter_named
from xjustiz.regeln.schematext import german
from xjustiz.versionen import Lage, find_version, lage_of
from xjustiz.xmlsicher import pfad

_XSI_ORT = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_OHNE_SCHEMA = frozenset({Lage.UNBEKANNT, Lage.NIE_GUELTIG})


def schema(k: Kontext) -> Iterator[Fund]:
    try:
        fehler = k.schemas.validate(k.wurzel, k.version)
    except SchemaNotAvailable:
        return
    gesehen: set[tuple[int, str]] = set()
    for einer in fehler:
        if (einer.zeile, einer.pfad) not in gesehen:
            gesehen.add((einer.zeile, einer.pfad))
            yield Fund(f"Zeile {einer.zeile}: {einer.pfad}", {"problem": german(einer.text)}, einer.text)


def schema_fehlt(k: Kontext) -> Iterator[Fund]:
    if lage_of(k.version, k.am, k.kalender) not in _OHNE_SCHEMA and k.version not in k.schemas.versionen():
        yield _kopf(k)


def nachricht_unbekannt(k: Kontext) -> Iterator[Fund]:
    if k.version in k.schemas.versionen() and k.art not in k.schemas.nachrichten(k.version):
        yield Fund(f"/{k.art[:120]}", {"art": k.art[:120], "version": k.version})


def version_unbekannt(k: Kontext) -> Iterator[Fund]:
    yield from _lage(k, Lage.UNBEKANNT)


def version_nie_gueltig(k: Kontext) -> Iterator[Fund]:
    yield from _lage(k, Lage.NIE_GUELTIG)


def version_abgelaufen(k: Kontext) -> Iterator[Fund]:
    yield from _lage(k, Lage.ABGELAUFEN)


def version_zukuenftig(k: Kontext) -> Iterator[Fund]:
    yield from _lage(k, Lage.ZUKUENFTIG)


def kodierung(k: Kontext) -> Iterator[Fund]:
    genannt = k.wurzel.getroottree().docinfo.encoding or "UTF-8"
    if genannt.upper() not in {"UTF-8", "UTF8", "US-ASCII", "ASCII"}:
        yield Fund(k.paket.name, {"kodierung": genannt})


def praefix(k: Kontext) -> Iterator[Fund]:
    if k.wurzel.prefix != "tns":
        yield Fund(pfad(k.wurzel), {"praefix": k.wurzel.prefix or "(keines)"})


def schemaort(k: Kontext) -> Iterator[Fund]:
    erwartet = _module(k)
    genannt = k.wurzel.get(_XSI_ORT, "").split()
    if erwartet is None:
        return
    if genannt[:1] != [NAMENSRAUM] or not any(teil.rsplit("/", 1)[-1] == erwartet for teil in genannt[1::2]):
        yield Fund(pfad(k.wurzel), {"erwartet": erwartet})


def weitere_nachricht(k: Kontext) -> Iterator[Fund]:
    for anlage in k.anlagen:
        if anlage.name.lower() == "xjustiz_nachricht.xml":
            yield Fund(anlage.name)


def dateiname_der_nachricht(k: Kontext) -> Iterator[Fund]:
    if k.paket.anlagen is not None and k.paket.name != "xjustiz_nachricht.xml":
        yield Fund(k.paket.name, {"name": k.paket.name})


def anlagen_ungeprueft(k: Kontext) -> Iterator[Fund]:
    if k.paket.anlagen is None and k.dateien:
        yield Fund(k.paket.name, {"anzahl": str(len(k.dateien))})


def erweiterung(k: Kontext) -> Iterator[Fund]:
    stellen: list[etree._Element] = list(iter_named(k.wurzel, "anwendungsspezifischeErweiterung"))
    if stellen:
        yield Fund(pfad(stellen[0]), {"anzahl": str(len(stellen))})


def _lage(k: Kontext, gesucht: Lage) -> Iterator[Fund]:
    if lage_of(k.version, k.am, k.kalender) is gesucht:
        yield _kopf(k)


def _kopf(k: Kontext) -> Fund:
    eintrag = find_version(k.version, k.kalender)
    ab = None if eintrag is None else eintrag.gueltig_ab
    bis = None if eintrag is None else eintrag.gueltig_bis
    kopf = find(k.wurzel, "nachrichtenkopf")
    return Fund(
        pfad(k.wurzel if kopf is None else kopf),
        {
            "version": k.version[:40] or "(keine)",
            "tag": f"{k.am:%d.%m.%Y}",
            "ab": "" if ab is None else f"{ab:%d.%m.%Y}",
            "bis": "" if bis is None else f"{bis:%d.%m.%Y}",
        },
    )


def _module(k: Kontext) -> str | None:
    return k.schemas.nachrichten(k.version).get(k.art) if k.version in k.schemas.versionen() else None
