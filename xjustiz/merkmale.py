"""What is known about the content of a file, as pure values: found out elsewhere, judged by the rules.

Counts are of the whole file unless `unvollstaendig` names what a limit cut off. Nothing here says whether it is lawful.
"""

from dataclasses import dataclass
from enum import StrEnum


class Abbruch(StrEnum):
    """Why an examination did not come to an end."""

    ZEIT = "zeit"
    RECHENZEIT = "rechenzeit"
    SPEICHER = "speicher"
    ABSTURZ = "absturz"
    ZU_GROSS = "zu-gross"


@dataclass(frozen=True, slots=True)
class PdfText:
    """What a person would find by searching. `unvollstaendig`: the pages after `seiten` were not looked at."""

    seiten: int
    mit_text: int
    bild_ohne_text: tuple[int, ...]
    """Numbers from 1 of pages that show an image and have (almost) no text: the scan without a text layer."""
    bild_ohne_text_anzahl: int
    leer: int
    """Pages without text and image; they may still hold drawings."""
    unvollstaendig: bool


@dataclass(frozen=True, slots=True)
class PdfMerkmale:
    """`version` as the file names it ("1.7"); `pdfa` the claim of its metadata ("2b"), `pdfua` likewise ("1")."""

    version: str
    seiten: int
    pdfa: str | None = None
    pdfua: str | None = None
    pdfa_maengel: tuple[str, ...] = ()
    """Codes of what contradicts the claim, e.g. ausgabeprofil, schriften, skript."""
    kennwort: bool = False
    """It cannot be opened without a password: nothing else is known."""
    verschluesselt: bool = False
    verbote: tuple[str, ...] = ()
    """Codes of what its restrictions forbid: lesen, drucken, kopieren, vorlesen, bearbeiten, kommentieren, formular."""
    skripte: int = 0
    """JavaScript anywhere: names, actions, fields, annotations."""
    startaktionen: int = 0
    """Actions that start programs or import and submit data."""
    multimedia: int = 0
    eingebettet: int = 0
    externe_inhalte: int = 0
    """Streams whose content lies outside the file, and pages taken from other files."""
    schriften_fehlend: tuple[str, ...] = ()
    """Names of fonts that are used and not embedded."""
    seiten_ohne_groesse: int = 0
    signaturen: int = 0
    formularfelder: int = 0
    xfa: bool = False
    maengel: tuple[str, ...] = ()
    """What qpdf reports about damage, in its own words."""
    mangel_anzahl: int = 0
    unvollstaendig: tuple[str, ...] = ()
    """Codes of the limits that cut the examination: objekte, seiten."""
    text: PdfText | None = None
    text_abbruch: Abbruch | None = None


@dataclass(frozen=True, slots=True)
class TiffMerkmale:
    bilder: int
    kompressionen: tuple[int, ...] = ()
    """Values of tag 259 (TIFF 6.0 sections 3, 9-11, 22)."""
    big: bool = False
    """BigTIFF, which is not TIFF 6."""
    maengel: tuple[str, ...] = ()
    """Codes: abgeschnitten, schleife, zu-viele, ohne-bild, ohne-masse."""


@dataclass(frozen=True, slots=True)
class PdfaPruefung:
    """The answer of a PDF/A validator. `verstoesse`: clause and text of the rules that failed, in its own words."""

    profil: str
    konform: bool
    verstoesse: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dateimerkmale:
    """Of a file that is neither PDF nor TIFF nothing is known but that; `unlesbar` says that it claims to be one."""

    pdf: PdfMerkmale | None = None
    tiff: TiffMerkmale | None = None
    unlesbar: bool = False
    abbruch: Abbruch | None = None
    pdfa_pruefung: PdfaPruefung | None = None
