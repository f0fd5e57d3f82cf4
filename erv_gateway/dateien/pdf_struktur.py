"""The build of a PDF as qpdf sees it: claim, encryption, active content, fonts, pages, damage."""

import re
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

import pikepdf

from erv_gateway.dateien.grenzen import MAX_NAMEN, MAX_SEITEN, MAX_TEXT, MAX_XMP_BYTES
from erv_gateway.dateien.pdf_lauf import Zaehlung, walk
from erv_gateway.dateien.pdf_xmp import Anspruch, read_anspruch
from xjustiz.merkmale import PdfMerkmale

PDF_FEHLER: Final = (pikepdf.PikepdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError, AttributeError)
"""What qpdf and pikepdf raise on files that break their rules."""
_ORT: Final = re.compile(r"^stream <[^>]{0,200}>(?:, |: | (?=\()|$)")
"""How pikepdf calls the file we gave it."""
VERBOTE: Final = (
    ("drucken", "print_lowres"),
    ("kopieren", "extract"),
    ("vorlesen", "accessibility"),
    ("bearbeiten", "modify_other"),
    ("kommentieren", "modify_annotation"),
    ("formular", "modify_form"),
)


def read_struktur(file: BinaryIO, *, gruendlich: bool) -> PdfMerkmale | None:
    """None for what qpdf cannot open at all. `gruendlich` decodes every stream in search of damage."""
    try:
        with pikepdf.open(file) as pdf:
            return _merkmale(pdf, gruendlich)
    except pikepdf.PasswordError:
        return PdfMerkmale(version="", seiten=0, kennwort=True, verschluesselt=True, verbote=("lesen",))
    except PDF_FEHLER:
        return None


def _merkmale(pdf: pikepdf.Pdf, gruendlich: bool) -> PdfMerkmale:
    zaehlung = walk(pdf)
    anspruch = read_anspruch(_xmp(pdf))
    seiten, ohne_groesse = _pages(pdf)
    schaeden = _damage(pdf, gruendlich)
    xfa = _has(pdf.Root.get("/AcroForm"), "/XFA")
    return PdfMerkmale(
        version=str(pdf.pdf_version)[:MAX_TEXT],
        seiten=seiten,
        pdfa=anspruch.pdfa,
        pdfua=anspruch.pdfua,
        pdfa_maengel=tuple(_contradictions(pdf, anspruch, zaehlung, xfa)),
        verschluesselt=bool(pdf.is_encrypted),
        verbote=tuple(name for name, recht in VERBOTE if pdf.is_encrypted and not getattr(pdf.allow, recht)),
        skripte=zaehlung.skripte,
        startaktionen=zaehlung.startaktionen,
        multimedia=zaehlung.multimedia,
        eingebettet=zaehlung.eingebettet,
        externe_inhalte=zaehlung.externe_inhalte,
        schriften_fehlend=tuple(sorted(zaehlung.schriften_fehlend)[:MAX_NAMEN]),
        seiten_ohne_groesse=ohne_groesse,
        signaturen=zaehlung.signaturen,
        formularfelder=zaehlung.formularfelder,
        xfa=xfa,
        maengel=tuple(schaden[:MAX_TEXT] for schaden in schaeden[:MAX_NAMEN]),
        mangel_anzahl=len(schaeden),
        unvollstaendig=_cut(zaehlung, seiten),
    )


def _cut(zaehlung: Zaehlung, seiten: int) -> tuple[str, ...]:
    return ("objekte",) * zaehlung.unvollstaendig + ("seiten",) * (seiten > MAX_SEITEN)


def _xmp(pdf: pikepdf.Pdf) -> bytes:
    strom = pdf.Root.get("/Metadata")
    if not isinstance(strom, pikepdf.Stream):
        return b""
    try:
        return bytes(strom.read_bytes())[: MAX_XMP_BYTES + 1]
    except PDF_FEHLER:
        return b""


def _pages(pdf: pikepdf.Pdf) -> tuple[int, int]:
    """How many pages, and how many of them have no area to show anything on (the first MAX_SEITEN)."""
    anzahl = len(pdf.pages)
    ohne = sum(not _has_area(pdf.pages[nummer].obj.get("/MediaBox")) for nummer in range(min(anzahl, MAX_SEITEN)))
    return anzahl, ohne


def _has_area(box: Any) -> bool:
    try:
        links, unten, rechts, oben = (float(wert) for wert in box)
    except PDF_FEHLER:
        return False
    return rechts != links and oben != unten


def _damage(pdf: pikepdf.Pdf, gruendlich: bool) -> list[str]:
    schaeden = [str(warnung) for warnung in pdf.get_warnings()]
    if gruendlich:
        schaeden += _syntax(pdf)
    return list(dict.fromkeys(_ORT.sub("", schaden, count=1) for schaden in schaeden))


def _syntax(pdf: pikepdf.Pdf) -> list[str]:
    try:
        return [str(mangel) for mangel in pdf.check_pdf_syntax()]
    except PDF_FEHLER as error:  # a stream that cannot be decoded ends the check
        return [str(error)]


def _contradictions(pdf: pikepdf.Pdf, anspruch: Anspruch, zaehlung: Zaehlung, xfa: bool) -> Iterable[str]:
    """What a file that claims PDF/A must not be (ISO 19005-1 and -2, the clauses a structure check can decide)."""
    if anspruch.pdfa is None:
        return
    widersprueche = (
        ("ausgabeprofil", not _has_profile(pdf)),  # 6.2.2 / 6.2.3
        ("kennung", "/ID" not in pdf.trailer),  # 6.1.3
        ("verschluesselt", pdf.is_encrypted),  # 6.1.3
        ("schriften", bool(zaehlung.schriften_fehlend)),  # 6.3.4 / 6.2.11.4
        ("skript", zaehlung.skripte or zaehlung.startaktionen),  # 6.6.1 / 6.5.1
        ("xfa", xfa),  # 6.4.2
        ("lzw", zaehlung.lzw),  # 6.1.10 / 6.1.7.2
        ("anlagen", anspruch.pdfa.startswith("1") and zaehlung.eingebettet),  # 6.1.11
    )
    yield from (code for code, trifft_zu in widersprueche if trifft_zu)


def _has_profile(pdf: pikepdf.Pdf) -> bool:
    absichten = pdf.Root.get("/OutputIntents")
    if not isinstance(absichten, pikepdf.Array):
        return False
    return any(_has(absicht, "/DestOutputProfile") for absicht in absichten)


def _has(objekt: Any, name: str) -> bool:
    return isinstance(objekt, pikepdf.Dictionary) and name in objekt
