"""N1 and N2: names of the attachments."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from xjustiz.regeln.befund import Fund
from xjustiz.regeln.dateien import TRANSPORT_NAMEN
from xjustiz.regeln.kontext import Kontext
from xjustiz.werte import NACHRICHT_DATEINAME, DateinameMangel, dateiname_mangel

_NICHTSSAGEND = re.compile(
    r"(?:scan|dokument|anlage|datei|document|image|img|file|unbenannt|untitled|neu|kopie|seite|attachment)?"
    r"[\d_-]*(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?",
    re.IGNORECASE,
)


def reserviert(k: Kontext) -> Iterator[Fund]:
    gelistet = {stelle.name for stelle in k.dateien if stelle.name.lower() != NACHRICHT_DATEINAME}
    yield from _mangel(gelistet, DateinameMangel.RESERVIERT)


def laenge(k: Kontext) -> Iterator[Fund]:
    yield from _mangel(_alle(k), DateinameMangel.LAENGE)


def punkte(k: Kontext) -> Iterator[Fund]:
    yield from _mangel(_alle(k), DateinameMangel.PUNKTE)


def zeichen(k: Kontext) -> Iterator[Fund]:
    yield from _mangel(_alle(k), DateinameMangel.ZEICHEN)


def doppelt(k: Kontext) -> Iterator[Fund]:
    aufgefuehrt = Counter(stelle.name for stelle in k.dateien)
    vorhanden = Counter(anlage.name for anlage in k.anlagen)
    for name in sorted(aufgefuehrt | vorhanden):
        anzahl = max(aufgefuehrt[name], vorhanden[name])
        if anzahl > 1:
            yield Fund(name[:200], {"name": name[:200], "anzahl": str(anzahl)})


def gross_klein(k: Kontext) -> Iterator[Fund]:
    gruppen: dict[str, set[str]] = {}
    for name in _alle(k):
        gruppen.setdefault(unicodedata.normalize("NFC", name).casefold(), set()).add(name)
    for namen in gruppen.values():
        if len(namen) > 1:
            yield Fund(min(namen)[:200], {"namen": ", ".join(sorted(namen))[:400]})


def nichtssagend(k: Kontext) -> Iterator[Fund]:
    for name in sorted(_alle(k)):
        if _NICHTSSAGEND.fullmatch(name.partition(".")[0]):
            yield Fund(name[:200], {"name": name[:200]})


def _alle(k: Kontext) -> set[str]:
    namen = {stelle.name for stelle in k.dateien} | {anlage.name for anlage in k.anlagen}
    return {name for name in namen if name.lower() not in TRANSPORT_NAMEN | {NACHRICHT_DATEINAME}}


def _mangel(namen: set[str], gesucht: DateinameMangel) -> Iterator[Fund]:
    for name in sorted(namen):
        if dateiname_mangel(name) is gesucht:
            yield Fund(name[:200], {"name": name[:200], "laenge": str(len(name))})
