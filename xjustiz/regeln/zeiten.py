"""Days and times: none in the future, in order, with a zone."""

from collections.abc import Iterator
from datetime import date, timedelta, timezone

from lxml import etree

from xjustiz.leser.zweig import parse_datum, parse_zeitpunkt
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import Kontext, find, iter_named, text_of, titel_of
from xjustiz.xmlsicher import local, pfad

_TAGE = ("datum", "datumDesSchreibens", "veraktungsdatum", "scanDatum")
_ZEITPUNKTE = ("erstellungszeitpunkt", "erstellungszeitpunktAkteVersand", "posteingangsdatum")
_OBJEKTE = frozenset({"akte", "teilakte", "dokument", "ansichtsPDF"})
_WINTERZEIT = timezone(timedelta(hours=1))
"""The earliest day it can be in Germany: nothing is called future that may be today."""


def zeitzone_fehlt(k: Kontext) -> Iterator[Fund]:
    element = find(k.wurzel, "nachrichtenkopf/erstellungszeitpunkt")
    if element is None:
        return
    try:
        zeitpunkt = parse_zeitpunkt((element.text or "").strip())
    except ValueError:
        return
    if zeitpunkt.tzinfo is None:
        yield Fund(pfad(element))


def tag_in_der_zukunft(k: Kontext) -> Iterator[Fund]:
    for objekt in k.objekte:
        for element in iter_named(objekt, *_TAGE, *_ZEITPUNKTE):
            if _next_object(element) is objekt and _after(element, k.am):
                yield Fund(pfad(element), {"tag": (element.text or "").strip()[:40], "titel": titel_of(element)})


def erstellung_in_der_zukunft(k: Kontext) -> Iterator[Fund]:
    element = find(k.wurzel, "nachrichtenkopf/erstellungszeitpunkt")
    if element is not None and _after(element, k.am):
        yield Fund(pfad(element), {"tag": (element.text or "").strip()[:40]})


def laufzeit_verkehrt(k: Kontext) -> Iterator[Fund]:
    for laufzeit in iter_named(k.wurzel, "laufzeit"):
        if _ordered(laufzeit, "beginn", "ende") is False:
            yield Fund(
                pfad(laufzeit),
                {
                    "beginn": str(text_of(laufzeit, "beginn")),
                    "ende": str(text_of(laufzeit, "ende")),
                    "titel": titel_of(laufzeit),
                },
            )


def eingang_vor_schreiben(k: Kontext) -> Iterator[Fund]:
    for dokument in k.dokumente:
        if _ordered(dokument, "datumDesSchreibens", "posteingang/datum") is False:
            geschrieben, eingang = text_of(dokument, "datumDesSchreibens"), text_of(dokument, "posteingang/datum")
            yield Fund(pfad(dokument), {"tag": str(geschrieben), "eingang": str(eingang), "titel": titel_of(dokument)})


def parse_tag(text: str | None) -> date | None:
    """A day, or the German day of a point in time; None for anything else (the XSD speaks of that)."""
    try:
        return parse_datum(text or "")
    except ValueError:
        return _day_of_moment(text or "")


def _day_of_moment(text: str) -> date | None:
    try:
        moment = parse_zeitpunkt(text)
        return (moment if moment.tzinfo is None else moment.astimezone(_WINTERZEIT)).date()
    except (ValueError, OverflowError):
        return None


def _ordered(element: etree._Element, erst: str, dann: str) -> bool | None:
    """Whether one day is not after the other; None where one of them is missing or no day."""
    frueher, spaeter = parse_tag(text_of(element, erst)), parse_tag(text_of(element, dann))
    return None if frueher is None or spaeter is None else frueher <= spaeter


def _after(element: etree._Element, am: date) -> bool:
    tag = parse_tag((element.text or "").strip())
    return tag is not None and tag > am


def _next_object(element: etree._Element) -> etree._Element | None:
    return next((ahne for ahne in element.iterancestors() if local(ahne) in _OBJEKTE), None)
