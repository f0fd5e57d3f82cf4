"""How case files are cut into documents and files: F8, F9, D7, S13, and what §2.4 says of letters and references."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from xjustiz.codes import Bestandteiltyp
from xjustiz.nachrichten import NachrichtArt
from xjustiz.regeln.befund import Anlage, Fund
from xjustiz.regeln.dateien import MEDIEN, PDF, TIFF, documents_with_pdf
from xjustiz.regeln.kontext import FACH, Kontext, code_of, find, findall, in_akte, je_akte, klasse_of, text_of, titel_of
from xjustiz.regeln.ordnung import kennung_of, normal
from xjustiz.regeln.zeiten import parse_tag
from xjustiz.xmlsicher import pfad

_B = Bestandteiltyp
_BEIWERK = frozenset({_B.SIGNATURDATEI.value, _B.TRANSFERVERMERK.value, _B.PRUEFVERMERK.value, _B.VHN.value})
_FEHLBLATT, _TECHNISCH = "011", "014"
_SCHRIFTSATZ = frozenset({"003", "016", "018"})
"""GDS.Dokumentklasse: Klage/Antrag, Antrag (Behörde), Einspruch/Widerspruch (Behörde)."""
_ANLAGE = "002"
"""GDS.Verweistyp."""
_GESAMT = re.compile(r"gesamt|komplett|vollst(?:ä|ae)ndig", re.IGNORECASE)
MAX_TAGE_EINES_DOKUMENTS = 31
"""Own limit: an Akte that ran longer and holds one single document was probably put together to one PDF."""

MAX_SEITEN_EINES_DOKUMENTS = 300
"""Own limit, likewise for the pages of that document."""


def gesamt_pdf(k: Kontext) -> Iterator[Fund]:
    dick = {anlage.name for anlage in k.anlagen if _pages(anlage) > MAX_SEITEN_EINES_DOKUMENTS}
    for akte, dokumente in je_akte(k):
        einzeln = [d for d in dokumente if klasse_of(d) not in {_FEHLBLATT, _TECHNISCH}]
        if len(einzeln) != 1 or k.von_justiz:
            continue
        if _long(akte) or _named_whole(k, einzeln[0]) or dick & _names(k, einzeln[0]):
            yield Fund(pfad(einzeln[0]), {"akte": titel_of(akte)})


def quelle_als_repraesentat(k: Kontext) -> Iterator[Fund]:
    lesbar = documents_with_pdf(k, _B.ORIGINAL)
    for stelle in k.dateien:
        andere = stelle.bestandteil == _B.REPRAESENTAT.value and stelle.endung not in PDF | TIFF
        if andere and id(stelle.dokument) in lesbar:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def nicht_umwandelbar(k: Kontext) -> Iterator[Fund]:
    lesbar = documents_with_pdf(k)
    for stelle in () if k.von_justiz else k.dateien:
        if stelle.endung in MEDIEN and in_akte(stelle.dokument) and id(stelle.dokument) not in lesbar:
            yield Fund(pfad(stelle.element), {"name": stelle.name[:200]})


def fehlblatt_klasse(k: Kontext) -> Iterator[Fund]:
    for dokument in k.dokumente:
        namen = {titel_of(dokument), *_names(k, dokument)}
        if klasse_of(dokument) != _FEHLBLATT and any(name.casefold().startswith("fehlblatt") for name in namen):
            yield Fund(pfad(dokument), {"titel": titel_of(dokument)})


def transfervermerk_fehlt(k: Kontext) -> Iterator[Fund]:
    for dokument in k.dokumente:
        ersetzend = text_of(dokument, f"{FACH}/scan/ersetzenderScan") in {"true", "1"}
        vermerke = [d for d in k.dateien_of(dokument) if d.bestandteil == _B.TRANSFERVERMERK.value]
        if ersetzend and not vermerke and not k.von_justiz:
            yield Fund(pfad(dokument), {"name": titel_of(dokument)})


def akte_leer(k: Kontext) -> Iterator[Fund]:
    for akte, dokumente in je_akte(k):
        if not dokumente:
            yield Fund(pfad(akte), {"titel": titel_of(akte)})


def ohne_schriftgut(k: Kontext) -> Iterator[Fund]:
    if k.ist(NachrichtArt.UEBERMITTLUNG) and not k.objekte:
        yield Fund(f"/{k.art}/schriftgutobjekte")


def ohne_inhalt(k: Kontext) -> Iterator[Fund]:
    for dokument in k.dokumente:
        dateien = k.dateien_of(dokument)
        if dateien and all(datei.bestandteil in _BEIWERK for datei in dateien):
            yield Fund(pfad(dokument), {"name": dateien[0].name[:200]})


def schriftsatz_als_anschreiben(k: Kontext) -> Iterator[Fund]:
    for ref in findall(k.wurzel, "schriftgutobjekte/anschreiben/ref.sgo"):
        for dokument in k.dokumente:
            if kennung_of(dokument) == normal(ref) and (klasse_of(dokument) in _SCHRIFTSATZ or _is_annex(dokument)):
                yield Fund(pfad(dokument), {"name": titel_of(dokument)})


def verweis_kreis(k: Kontext) -> Iterator[Fund]:
    """A reference leads from the lower to the higher object; following it must end."""
    ziele = {kennung_of(d): [normal(ref) for ref in _refs(d)] for d in k.dokumente}
    stellen = {kennung_of(d): d for d in k.dokumente}
    for kennung in sorted(_on_circles(ziele)):
        yield Fund(pfad(stellen[kennung]), {"uuid": kennung[:60]})


def _on_circles(ziele: Mapping[str, Sequence[str]]) -> set[str]:
    """What is left after taking away, again and again, what points nowhere."""
    offen = {von: {nach for nach in nachs if nach in ziele and nach != von} for von, nachs in ziele.items()}
    woher: dict[str, list[str]] = {}
    for von, nachs in offen.items():
        for nach in nachs:
            woher.setdefault(nach, []).append(von)
    enden = deque(von for von, nachs in offen.items() if not nachs)
    while enden:
        ende = enden.popleft()
        del offen[ende]
        for von in woher.get(ende, ()):
            offen[von].discard(ende)
            if not offen[von]:
                enden.append(von)
    return set(offen)


def _refs(dokument: etree._Element) -> list[etree._Element]:
    return findall(dokument, f"{FACH}/verweis/bezugsdokument/ref.sgo")


def _is_annex(dokument: etree._Element) -> bool:
    return any(code_of(verweis, "verweistyp") == _ANLAGE for verweis in findall(dokument, f"{FACH}/verweis"))


def _named_whole(k: Kontext, dokument: etree._Element) -> bool:
    return any(_GESAMT.search(name[:200]) for name in {titel_of(dokument), *_names(k, dokument)})


def _names(k: Kontext, dokument: etree._Element) -> set[str]:
    return {datei.name for datei in k.dateien_of(dokument)}


def _pages(anlage: Anlage) -> int:
    return 0 if anlage.merkmale is None or anlage.merkmale.pdf is None else anlage.merkmale.pdf.seiten


def _long(akte: etree._Element) -> bool:
    laufzeit = find(akte, "laufzeit")
    beginn = None if laufzeit is None else parse_tag(text_of(laufzeit, "beginn"))
    ende = None if laufzeit is None else parse_tag(text_of(laufzeit, "ende"))
    return beginn is not None and ende is not None and (ende - beginn).days > MAX_TAGE_EINES_DOKUMENTS
