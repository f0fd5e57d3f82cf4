"""DIN 91379 (Zeichen und definierte Zeichensequenzen in Unicode): what XJustiz text fields may hold.

The character sets are those of `din-norm-91379-datatypes.xsd` (2022-08). Text is normalised to NFC first; what is
still not allowed can be replaced by `transliterate`, which says what it changed.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from xjustiz.fehler import WertInvalid


class Datentyp(StrEnum):
    """The five data types of the norm: A names of persons, B names, C names and more, D legal names, E everything."""

    A = "datatypeA"
    B = "datatypeB"
    C = "datatypeC"
    D = "datatypeD"
    E = "datatypeE"


@dataclass(frozen=True, slots=True)
class Ersetzung:
    """One kind of replacement in a text: `zeichen` became `ersatz`, `anzahl` times."""

    zeichen: str
    ersatz: str
    anzahl: int

    def beschreibung(self) -> str:
        """For people: code point and replacement."""
        name = unicodedata.name(self.zeichen, "ohne Namen")
        return f"U+{ord(self.zeichen):04X} ({name}) → {self.ersatz!r}, {self.anzahl}×"


@dataclass(frozen=True, slots=True)
class Umschrift:
    """The result of `transliterate`: the lawful text and what was changed on the way, to be shown to a person."""

    text: "Din91379Text"
    ersetzungen: tuple[Ersetzung, ...]
    normalisiert: bool
    """True when NFC alone changed the text (same look, other code points)."""


class Din91379Text(str):
    """Text in NFC whose characters the data type allows. Raises WertInvalid naming the first character refused."""

    __slots__ = ()

    def __new__(cls, text: str, datentyp: Datentyp = Datentyp.C) -> Self:
        normal = unicodedata.normalize("NFC", text)
        for stelle, zeichen in refused(normal, datentyp):
            raise WertInvalid(f"character U+{ord(zeichen):04X} at {stelle} is not in DIN 91379 {datentyp.value}")
        return super().__new__(cls, normal)


def refused(text: str, datentyp: Datentyp = Datentyp.C) -> Iterator[tuple[int, str]]:
    """Position and character of everything in `text` that the data type does not allow, as it stands (no NFC)."""
    muster = _MUSTER[datentyp]
    stelle = 0
    while stelle < len(text):
        treffer = muster.match(text, stelle)
        if treffer is not None and treffer.end() > stelle:
            stelle = treffer.end()
            continue
        yield stelle, text[stelle]
        stelle += 1


def transliterate(text: str, datentyp: Datentyp = Datentyp.C) -> Umschrift:
    """Lawful text for any text: NFC, then `UMSCHRIFT`, then base letters, then "?"; reports every replacement."""
    normal = unicodedata.normalize("NFC", text)
    stellen = dict(refused(normal, datentyp))
    zaehler: dict[tuple[str, str], int] = {}
    teile: list[str] = []
    for stelle, zeichen in enumerate(normal):
        if stelle not in stellen:
            teile.append(zeichen)
            continue
        ersatz = _replacement(zeichen, datentyp)
        zaehler[zeichen, ersatz] = zaehler.get((zeichen, ersatz), 0) + 1
        teile.append(ersatz)
    ersetzungen = tuple(Ersetzung(zeichen, ersatz, anzahl) for (zeichen, ersatz), anzahl in zaehler.items())
    return Umschrift(Din91379Text("".join(teile), datentyp), ersetzungen, normal != text)


def _replacement(zeichen: str, datentyp: Datentyp) -> str:
    for versuch in (UMSCHRIFT.get(zeichen), unicodedata.normalize("NFKC", zeichen), _basis(zeichen)):
        if versuch is not None and versuch != zeichen and _allowed(versuch, datentyp):
            return versuch
    if unicodedata.category(zeichen) in {"Mn", "Cf", "Cc", "Me"}:
        return ""
    return "?" if _allowed("?", datentyp) else "-"


def _basis(zeichen: str) -> str:
    zerlegt = unicodedata.normalize("NFKD", zeichen)
    return "".join(teil for teil in zerlegt if not unicodedata.combining(teil))


def _allowed(text: str, datentyp: Datentyp) -> bool:
    return next(refused(text, datentyp), None) is None


UMSCHRIFT: Mapping[str, str] = MappingProxyType(
    {
        "\u2010": "-",  # Trennstriche
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2015": "-",
        "\u2212": "-",
        "\u201c": '"',  # Anführungszeichen
        "\u201d": '"',
        "\u201e": '"',
        "\u201f": '"',
        "\u2033": '"',
        "\u2018": "'",
        "\u201a": "'",
        "\u201b": "'",
        "\u2032": "'",
        "\u2039": "'",
        "\u203a": "'",
        "\u2026": "...",
        "\u2022": "-",  # Aufzählungszeichen
        "\u25cf": "-",
        "\u2192": "->",
        "\u2190": "<-",
        "\u00ad": "",  # weicher Trennstrich und unsichtbare Zeichen
        "\u200b": "",
        "\u200c": "",
        "\u200d": "",
        "\u2060": "",
        "\ufeff": "",
        "\u2028": "\n",
        "\u2029": "\n",
        "\u00a0": " ",  # geschützte und schmale Leerzeichen
        "\u2002": " ",
        "\u2003": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u00df": "ss",
        "\u20ac": "EUR",
        "\u2122": "(TM)",
        "\u00a7": "Par.",
        "\t": " ",
        "\n": " ",
        "\r": " ",
    }
)
"""Replacements we stand for, tried in this order before Unicode's own decompositions; `docs` prints this table."""

_SEQUENZEN = (
    "A\u030b|C(?:[\u0300\u0304\u0306\u0308\u0315\u0323\u0326]|\u0328\u0306)|D\u0302|F[\u0300\u0304]|G\u0300"
    "|H[\u0304\u0326\u0331]|J[\u0301\u030c]|K(?:[\u0300\u0302\u0304\u0307\u0315\u031b\u0326]|\u035f[Hh])"
    "|L(?:\u0325\u0304|[\u0302\u0325\u0326])|M[\u0300\u0302\u0306\u0310]|N[\u0302\u0304\u0306\u0326]"
    "|P[\u0300\u0304\u0315\u0323]|R(?:\u0325\u0304|[\u0306\u0325])|S(?:[\u0300\u0304\u0331]|\u031b\u0304)"
    "|T[\u0300\u0304\u0308\u0315\u031b]|U\u0307|Z[\u0300\u0304\u0306\u0308\u0327]"
    "|a\u030b|c(?:[\u0300\u0304\u0306\u0308\u0315\u0323\u0326]|\u0328\u0306)|d\u0302|f[\u0300\u0304]|g\u0300"
    "|h[\u0304\u0326]|j\u0301|k(?:[\u0300\u0302\u0304\u0307\u0315\u031b\u0326]|\u035fh)"
    "|l(?:\u0325\u0304|[\u0302\u0325\u0326])|m[\u0300\u0302\u0306\u0310]|n[\u0302\u0304\u0306\u0326]"
    "|p[\u0300\u0304\u0315\u0323]|r(?:\u0325\u0304|[\u0306\u0325])|s(?:[\u0300\u0304\u0331]|\u031b\u0304)"
    "|t[\u0300\u0304\u0315\u031b]|u\u0307|z[\u0300\u0304\u0306\u0308\u0327]"
    "|[\u00c7\u00e7]\u0306|[\u00db\u00fb]\u0304|\u00ff\u0301|[\u010c\u010d][\u0315\u0323]|[\u0113\u014d]\u030d"
    "|[\u012a\u012b]\u0301|[\u017d\u017e][\u0326\u0327]|[\u1e32\u1e33\u1e62\u1e63\u1e6c\u1e6d]\u0304"
    "|[\u1ea0\u1ea1\u1ecc\u1ecd]\u0308|[\u1ee4\u1ee5][\u0304\u0308]"
)
_LATEIN = (
    "\u0187-\u0188\u018f\u0197\u01a0-\u01a1\u01af-\u01b0\u01b7\u01cd-\u01dc\u01de-\u01df\u01e2-\u01f0\u01f4-\u01f5"
    "\u01f8-\u01ff\u0212-\u0213\u0218-\u021b\u021e-\u021f\u0227-\u0233\u0259\u0268\u0292\u02b9-\u02ba\u02be-\u02bf"
    "\u02c8\u02cc\u1e02-\u1e03\u1e06-\u1e07\u1e0a-\u1e11\u1e17\u1e1c-\u1e2b\u1e2f-\u1e37\u1e3a-\u1e3b\u1e40-\u1e49"
    "\u1e52-\u1e5b\u1e5e-\u1e63\u1e6a-\u1e6f\u1e80-\u1e87\u1e8c-\u1e97\u1e9e\u1ea0-\u1ef9\u2019\u2021"
)
_RECHTLICH = (
    "\u0192\u02b0\u02b3\u02c6\u02dc\u02e2\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u1d48\u1d57\u2018-\u201a"
    "\u201c-\u201e\u2020\u2026\u2030\u2032-\u2033\u2039-\u203a\u2070\u2074-\u2079\u207f-\u2089\u20ac\u2122\u221e\u2264-\u2265"
)
_KYRILLISCH = "\u040d\u0410-\u042a\u042c\u042e-\u044a\u044c\u044e-\u044f\u045d"
_B_BEREICH = " -~\u00a1-\u00a3\u00a5\u00a7-\u00ac\u00ae-\u00b7\u00b9-\u00bb\u00bf-\u017e\u20ac"
_ZEICHEN: Mapping[Datentyp, str] = MappingProxyType(
    {
        Datentyp.A: f" ',-.A-Z`-z~\u00a8\u00b4\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017e{_LATEIN}",
        Datentyp.B: f"{_B_BEREICH}{_LATEIN}",
        Datentyp.C: f"\t\n\r -~\u00a0-\u00ac\u00ae-\u017e\u20ac{_LATEIN}",
        Datentyp.D: f" -~\u00a1-\u00ac\u00ae-\u017e{_LATEIN}{_RECHTLICH}",
        Datentyp.E: f"\t\n\r -~\u00a0-\u00ac\u00ae-\u017e{_LATEIN}{_RECHTLICH}{_KYRILLISCH}",
    }
)
_MUSTER: Mapping[Datentyp, re.Pattern[str]] = MappingProxyType(
    {typ: re.compile(f"(?:{_SEQUENZEN}|[{zeichen}])+") for typ, zeichen in _ZEICHEN.items()}
)
