"""Rules over what is known about the content of the files: F2 to F5, F7. Where nothing is known they say nothing."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from xjustiz.merkmale import Abbruch, Dateimerkmale, PdfMerkmale, TiffMerkmale
from xjustiz.nachrichten import NachrichtArt
from xjustiz.regeln.befund import Anlage, Fund
from xjustiz.regeln.dateien import PDF
from xjustiz.regeln.kontext import Kontext, endung

MAX_GENANNT: Final = 3
"""Fonts, pages and the like that one sentence names."""
PDFA_TEILE: Final = ("1", "2")
"""PDF/A-1 and PDF/A-2 (2. ERVB 2022 No. 1)."""
TIFF_KOMPRESSIONEN: Final = frozenset({1, 2, 3, 4, 5, 6, 32773})
"""TIFF 6.0: none, CCITT 1D, Group 3, Group 4, LZW, JPEG (section 22), PackBits."""
VERBOTE: Mapping[str, str] = MappingProxyType(
    {
        "lesen": "Lesen",
        "drucken": "Drucken",
        "kopieren": "Kopieren",
        "vorlesen": "Vorlesen",
        "bearbeiten": "Bearbeiten",
        "kommentieren": "Kommentieren",
        "formular": "Ausfüllen",
    }
)
WIDERSPRUECHE: Mapping[str, str] = MappingProxyType(
    {
        "ausgabeprofil": "Farbprofil der Ausgabe fehlt",
        "kennung": "Kennung der Datei fehlt",
        "verschluesselt": "Verschlüsselung",
        "schriften": "nicht eingebettete Schriften",
        "skript": "Skripte oder Startaktionen",
        "xfa": "XFA-Formular",
        "lzw": "LZW-Kompression",
        "anlagen": "eingebettete Dateien",
    }
)
ABBRUECHE: Mapping[Abbruch, str] = MappingProxyType(
    {
        Abbruch.RECHENZEIT: "zu viel Rechenzeit",
        Abbruch.SPEICHER: "zu viel Speicher",
        Abbruch.ABSTURZ: "Absturz des Prüfprogramms",
        Abbruch.ZU_GROSS: "die Datei ist zu groß",
        Abbruch.ZEIT: "Zeitüberschreitung",
    }
)
BESTAENDIG: Final = frozenset(ABBRUECHE) - {Abbruch.ZEIT}
"""What lies in the file and comes again; time may have run out because the machine was busy."""


def _fund(anlage: Anlage, **angaben: str) -> Fund:
    return Fund(anlage.name[:200], {"name": anlage.name[:200], **angaben})


def _bekannt(k: Kontext) -> Iterator[tuple[Anlage, Dateimerkmale]]:
    return ((anlage, anlage.merkmale) for anlage in k.anlagen if anlage.merkmale is not None)


def _pdfs(k: Kontext) -> Iterator[tuple[Anlage, PdfMerkmale]]:
    """Every PDF that could be opened."""
    return ((a, m.pdf) for a, m in _bekannt(k) if m.pdf is not None and not m.pdf.kennwort)


def _tiffs(k: Kontext) -> Iterator[tuple[Anlage, TiffMerkmale]]:
    return ((a, m.tiff) for a, m in _bekannt(k) if m.tiff is not None)


def where(bedingung: Callable[[PdfMerkmale], object]) -> Callable[[Kontext], Iterator[Fund]]:
    """A rule that names every PDF for which `bedingung` holds; a number it yields is the `anzahl` of the text."""

    def pruefe(k: Kontext) -> Iterator[Fund]:
        for anlage, pdf in _pdfs(k):
            if ergebnis := bedingung(pdf):
                yield _fund(anlage, anzahl=str(int(ergebnis)) if isinstance(ergebnis, int) else "")

    return pruefe


def unlesbar(k: Kontext) -> Iterator[Fund]:
    yield from (_fund(anlage) for anlage, merkmale in _bekannt(k) if merkmale.unlesbar)


def kennwort(k: Kontext) -> Iterator[Fund]:
    yield from (_fund(anlage) for anlage, m in _bekannt(k) if m.pdf is not None and m.pdf.kennwort)


def verschluesselt(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        if pdf.verschluesselt:
            verbote = ", ".join(VERBOTE.get(code, code) for code in pdf.verbote)
            yield _fund(anlage, verbote=f" (eingeschränkt: {verbote})" if verbote else "")


def abgebrochen(k: Kontext) -> Iterator[Fund]:
    for anlage, merkmale in _bekannt(k):
        if merkmale.abbruch in BESTAENDIG:
            yield _fund(anlage, grund=ABBRUECHE[merkmale.abbruch])


def zeit_abgelaufen(k: Kontext) -> Iterator[Fund]:
    yield from (_fund(anlage) for anlage, merkmale in _bekannt(k) if merkmale.abbruch is Abbruch.ZEIT)


def unvollstaendig(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        if pdf.unvollstaendig or pdf.text_abbruch is not None or (pdf.text is not None and pdf.text.unvollstaendig):
            yield _fund(anlage)


def schriften(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        if pdf.schriften_fehlend:
            yield _fund(anlage, schriften=_some(pdf.schriften_fehlend, len(pdf.schriften_fehlend)))


def pdfa_widerspruch(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        if pdf.pdfa is not None and pdf.pdfa_maengel:
            maengel = "; ".join(WIDERSPRUECHE.get(code, code) for code in pdf.pdfa_maengel)
            yield _fund(anlage, pdfa=pdf.pdfa, maengel=maengel)


def pdfa_teil(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        if pdf.pdfa is not None and not pdf.pdfa.startswith(PDFA_TEILE):
            yield _fund(anlage, pdfa=pdf.pdfa)


def owi_ohne_pdfa(k: Kontext) -> Iterator[Fund]:
    if k.ist(NachrichtArt.OWI_AN_JUSTIZ):
        yield from (_fund(anlage) for anlage, pdf in _pdfs(k) if pdf.pdfa is None and endung(anlage.name) in PDF)


def pdfa_nicht_konform(k: Kontext) -> Iterator[Fund]:
    for anlage, merkmale in _bekannt(k):
        pruefung = merkmale.pdfa_pruefung
        if pruefung is not None and not pruefung.konform:
            yield _fund(anlage, profil=pruefung.profil, verstoesse=_some(pruefung.verstoesse, len(pruefung.verstoesse)))


def scan_ohne_text(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        text = pdf.text
        if text is not None and text.bild_ohne_text_anzahl:
            seiten = _some(tuple(str(nummer) for nummer in text.bild_ohne_text), text.bild_ohne_text_anzahl)
            anzahl = f"{text.bild_ohne_text_anzahl} von {text.seiten} Seiten"
            yield _fund(anlage, anzahl=anzahl, seiten=seiten)


def ganz_ohne_text(k: Kontext) -> Iterator[Fund]:
    for anlage, pdf in _pdfs(k):
        text = pdf.text
        if text is not None and text.seiten and not text.mit_text and not text.bild_ohne_text_anzahl:
            yield _fund(anlage)


def big_tiff(k: Kontext) -> Iterator[Fund]:
    yield from (_fund(anlage) for anlage, tiff in _tiffs(k) if tiff.big)


def tiff_beschaedigt(k: Kontext) -> Iterator[Fund]:
    yield from (_fund(anlage) for anlage, tiff in _tiffs(k) if tiff.maengel)


def tiff_kompression(k: Kontext) -> Iterator[Fund]:
    for anlage, tiff in _tiffs(k):
        fremd = [str(wert) for wert in tiff.kompressionen if wert not in TIFF_KOMPRESSIONEN]
        if fremd:
            yield _fund(anlage, kompression=_some(tuple(fremd), len(fremd)))


def _some(namen: tuple[str, ...], anzahl: int) -> str:
    """The first few, and how many there are beyond them."""
    genannt = ", ".join(name[:100] for name in namen[:MAX_GENANNT])
    return genannt if anzahl <= MAX_GENANNT else f"{genannt} und {anzahl - MAX_GENANNT} weitere"
