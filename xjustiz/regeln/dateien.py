"""Files of the package against the files the message lists: D6, N3, F1, F10, roles."""

import re
from collections import Counter
from collections.abc import Iterator

from xjustiz.codes import Bestandteiltyp
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import TNS, DateiStelle, Kontext, endung, in_akte, titel_of
from xjustiz.regeln.vertraulich import VERSCHLUESSELT
from xjustiz.weiterleitung import EREIGNIS_WEITERLEITUNG
from xjustiz.werte import NACHRICHT_DATEINAME
from xjustiz.xmlsicher import pfad

MAX_NACHRICHT_BYTES = 200 * 10**6
"""Sum of the attachments (§ 5 (1) No. 3 ERVV; ERVB 2025 of 16.07.2025)."""
MAX_DATEIEN = 1000
"""Attachments per message (same source)."""
TRANSPORT_NAMEN = frozenset({"vhn.xml", "vhn.xml.p7s", "pruefvermerk.xml", "pruefvermerk.pdf"})
"""Added by the sending or receiving component, listed only when forwarded under another name."""
PDF = frozenset({"pdf"})
TIFF = frozenset({"tif", "tiff"})
ARCHIVE = frozenset({"zip", "7z", "rar", "gz", "tgz", "tar", "bz2", "xz", "zst", "cab", "arj", "lzh"})
CONTAINER = frozenset({"asice", "asics", "sce", "scs"})
"""Signature containers (ETSI EN 319 162-1)."""
MEDIEN = frozenset(
    {"mp3", "wav", "m4a", "flac", "ogg", "mp4", "m4v", "mov", "avi", "mkv", "webm", "mpg", "mpeg", "wmv"}
)
"""Sound and film: no PDF can hold them (BehAktÜbV § 3 (3))."""
_WEITERGELEITET = re.compile(r"(?:xjustiz_nachricht|vhn|pruefvermerk)_[0-9a-fA-F-]{36}\.xml", re.IGNORECASE)
_ORIGINAL_NACHRICHT = re.compile(r"xjustiz_nachricht_[0-9a-fA-F-]{36}\.xml", re.IGNORECASE)
_ANDERSWO = PDF | TIFF | ARCHIVE | CONTAINER | VERSCHLUESSELT
"""Extensions that rules of their own speak of."""
_B = Bestandteiltyp
_INHALT = frozenset({_B.ORIGINAL.value, _B.REPRAESENTAT.value, _B.TRANSFERVERMERK.value, ""})


def nicht_aufgefuehrt(k: Kontext) -> Iterator[Fund]:
    """In a forwarded message the original data set lists the original attachments (Leitfaden ERV 6.5)."""
    gelistet = {stelle.name for stelle in k.dateien}
    for anlage in () if _weiterleitung(k) else k.anlagen:
        if anlage.name not in gelistet and anlage.name.lower() not in TRANSPORT_NAMEN | {NACHRICHT_DATEINAME}:
            yield Fund(anlage.name[:200], {"name": anlage.name[:200]})


def _weiterleitung(k: Kontext) -> bool:
    ereignisse = (code.text for code in k.wurzel.iterfind(f"{TNS}nachrichtenkopf/{TNS}ereignis/code"))
    return EREIGNIS_WEITERLEITUNG in ereignisse and any(_ORIGINAL_NACHRICHT.fullmatch(d.name) for d in k.dateien)


def anlage_fehlt(k: Kontext) -> Iterator[Fund]:
    if k.paket.anlagen is None:
        return
    vorhanden = {anlage.name for anlage in k.anlagen}
    for stelle in k.dateien:
        if stelle.name not in vorhanden and stelle.name != NACHRICHT_DATEINAME:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def selbst_aufgefuehrt(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.name.lower() == NACHRICHT_DATEINAME:
            yield Fund(pfad(stelle.element))


def zu_gross(k: Kontext) -> Iterator[Fund]:
    summe = sum(anlage.groesse for anlage in k.anlagen)
    if summe > MAX_NACHRICHT_BYTES:
        yield Fund(k.paket.name, {"megabyte": f"{summe / 10**6:.1f}".replace(".", ",")})


def zu_viele(k: Kontext) -> Iterator[Fund]:
    anzahl = len(k.dateien) if k.paket.anlagen is None else len(k.anlagen)
    if anzahl > MAX_DATEIEN:
        yield Fund(k.paket.name, {"anzahl": str(anzahl)})


def mehrere_originale(k: Kontext) -> Iterator[Fund]:
    yield from _mehrere(k, _B.ORIGINAL)


def mehrere_repraesentate(k: Kontext) -> Iterator[Fund]:
    yield from _mehrere(k, _B.REPRAESENTAT)


def ursprungsformat_gesperrt(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil == _B.URSPRUENGLICHES_FORMAT.value and k.version.startswith("3."):
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def archiv(k: Kontext) -> Iterator[Fund]:
    for name in sorted({stelle.name for stelle in k.dateien} | {anlage.name for anlage in k.anlagen}):
        if endung(name) in ARCHIVE:
            yield Fund(name[:200], {"name": name[:200]})


def dateityp(k: Kontext) -> Iterator[Fund]:
    lesbar = documents_with_pdf(k)
    for stelle in k.dateien:
        if stelle.bestandteil not in _INHALT or stelle.endung in _ANDERSWO or _lawful_source(stelle):
            continue
        if not _WEITERGELEITET.fullmatch(stelle.name) and id(stelle.dokument) not in lesbar:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200], "endung": stelle.endung or "keine"})


def _lawful_source(stelle: DateiStelle) -> bool:
    """Parts of an Akte that cannot be turned into a PDF go in their source format (BehAktÜbV § 3 (3))."""
    return stelle.endung in MEDIEN and in_akte(stelle.dokument)


def tiff_allein(k: Kontext) -> Iterator[Fund]:
    lesbar = documents_with_pdf(k)
    for stelle in k.dateien:
        if stelle.endung in TIFF and stelle.bestandteil in _INHALT and id(stelle.dokument) not in lesbar:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def _mehrere(k: Kontext, bestandteil: Bestandteiltyp) -> Iterator[Fund]:
    anzahl = Counter(id(stelle.dokument) for stelle in k.dateien if stelle.bestandteil == bestandteil.value)
    for dokument in k.dokumente:
        if anzahl[id(dokument)] > 1:
            yield Fund(pfad(dokument), {"anzahl": str(anzahl[id(dokument)]), "titel": titel_of(dokument)})


def documents_with_pdf(k: Kontext, *teile: Bestandteiltyp) -> set[int]:
    """Identities of the dokument elements with a PDF as Original or Repräsentat (BehAktÜbV § 3 (2)), or as `teile`."""
    lesbar = {teil.value for teil in teile or (_B.ORIGINAL, _B.REPRAESENTAT)}
    return {id(stelle.dokument) for stelle in k.dateien if stelle.endung in PDF and stelle.bestandteil in lesbar}
