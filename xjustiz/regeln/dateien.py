"""Files of the package against the files the message lists: D6, N3, S7, F1, F10, roles."""

import re
from collections import Counter
from collections.abc import Iterator

from xjustiz.codes import Bestandteiltyp
from xjustiz.regeln.befund import Fund
from xjustiz.regeln.kontext import DateiStelle, Kontext, endung
from xjustiz.werte import NACHRICHT_DATEINAME, SIGNATUR_ENDUNGEN
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
_WEITERGELEITET = re.compile(r"(?:xjustiz_nachricht|vhn|pruefvermerk)_[0-9a-fA-F-]{36}\.xml", re.IGNORECASE)
_B = Bestandteiltyp
_INHALT = frozenset({_B.ORIGINAL.value, _B.REPRAESENTAT.value, _B.TRANSFERVERMERK.value, ""})


def nicht_aufgefuehrt(k: Kontext) -> Iterator[Fund]:
    gelistet = {stelle.name for stelle in k.dateien}
    for anlage in k.anlagen:
        if anlage.name not in gelistet and anlage.name.lower() not in TRANSPORT_NAMEN | {NACHRICHT_DATEINAME}:
            yield Fund(anlage.name[:200], {"name": anlage.name[:200]})


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


def signatur_ohne_bezug(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil == _B.SIGNATURDATEI.value and not stelle.bezuege:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def bezug_ohne_signatur(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil != _B.SIGNATURDATEI.value and stelle.bezuege:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def bezug_unbekannt(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        namen = {andere.name for andere in k.dateien_of(stelle.dokument)} - {stelle.name}
        for bezug in stelle.bezuege:
            if stelle.bestandteil == _B.SIGNATURDATEI.value and bezug not in namen:
                yield Fund(pfad(stelle.element), {"name": stelle.name, "bezug": bezug[:200]})


def signatur_endung(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil == _B.SIGNATURDATEI.value and stelle.endung not in SIGNATUR_ENDUNGEN:
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def signatur_name(k: Kontext) -> Iterator[Fund]:
    signaturen = [stelle for stelle in k.dateien if stelle.bestandteil == _B.SIGNATURDATEI.value]
    namen = {stelle.name.rpartition(".")[0] for stelle in signaturen}
    for stelle in signaturen:
        for bezug in stelle.bezuege:
            if bezug not in namen and stelle.endung in SIGNATUR_ENDUNGEN:
                yield Fund(pfad(stelle.element), {"name": stelle.name, "bezug": bezug[:200]})


def vhn_ohne_signatur(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil != _B.VHN.value:
            continue
        andere = k.dateien_of(stelle.dokument)
        if not any(d.bestandteil == _B.SIGNATURDATEI.value and stelle.name in d.bezuege for d in andere):
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def ursprungsformat_gesperrt(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil == _B.URSPRUENGLICHES_FORMAT.value and k.version.startswith("3."):
            yield Fund(pfad(stelle.element), {"name": stelle.name})


def archiv(k: Kontext) -> Iterator[Fund]:
    for name in sorted({stelle.name for stelle in k.dateien} | {anlage.name for anlage in k.anlagen}):
        if endung(name) in ARCHIVE:
            yield Fund(name[:200], {"name": name[:200]})


def dateityp(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.bestandteil not in _INHALT or stelle.endung in PDF | TIFF | ARCHIVE:
            continue
        if not _WEITERGELEITET.fullmatch(stelle.name) and not _pdf_beside(k, stelle):
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200], "endung": stelle.endung or "keine"})


def tiff_allein(k: Kontext) -> Iterator[Fund]:
    for stelle in k.dateien:
        if stelle.endung in TIFF and stelle.bestandteil in _INHALT and not _pdf_beside(k, stelle):
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def signatur_bei_akte(k: Kontext) -> Iterator[Fund]:
    if k.von_justiz or "straf" in k.art:
        return
    for stelle in k.dateien:
        vhn = any(name.lower().startswith("vhn") for name in stelle.bezuege)
        if stelle.bestandteil == _B.SIGNATURDATEI.value and not vhn and _in_akte(stelle):
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def _mehrere(k: Kontext, bestandteil: Bestandteiltyp) -> Iterator[Fund]:
    anzahl = Counter(id(stelle.dokument) for stelle in k.dateien if stelle.bestandteil == bestandteil.value)
    for dokument in k.dokumente:
        if anzahl[id(dokument)] > 1:
            yield Fund(pfad(dokument), {"anzahl": str(anzahl[id(dokument)])})


def _pdf_beside(k: Kontext, stelle: DateiStelle) -> bool:
    """A PDF rendering of the same content lies in the same document (BehAktÜbV § 3 (2))."""
    lesbar = {_B.ORIGINAL.value, _B.REPRAESENTAT.value}
    return any(d.endung in PDF and d.bestandteil in lesbar for d in k.dateien_of(stelle.dokument))


def _in_akte(stelle: DateiStelle) -> bool:
    return any(str(ahne.tag).endswith("}akte") for ahne in stelle.dokument.iterancestors())
