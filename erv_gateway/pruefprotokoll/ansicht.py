"""What a report shows, in which order and words: one description for HTML and PDF, so that they cannot differ."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from certs.urteil import Urteil
from erv_gateway.kern.uhr import berlin
from erv_gateway.pruefprotokoll.modell import Ampel, ampel_of

STRICH: Final = "–"
ERGEBNIS_TEXTE: Final = {
    Urteil.GUELTIG: "gültig (grün)",
    Urteil.UNBESTIMMT: "unbestimmt (gelb)",
    Urteil.UNGUELTIG: "ungültig (rot)",
}
"""The result in words with the colour that staff know; pages and paper add colour and shape to the words."""
SYMBOLE: Final = {Ampel.GRUEN: "●", Ampel.GELB: "▲", Ampel.ROT: "■"}
"""One shape for each colour: who cannot tell the colours apart, or prints in grey, sees the shape."""
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that hide or reorder what is read: controls, zero width and bidi marks, line separators."""


class Art(StrEnum):
    TEXT = "text"
    KENNUNG = "kennung"
    """A digest, an id, a name: shown letter by letter, never hyphenated."""
    ZAHL = "zahl"


@dataclass(frozen=True, slots=True)
class Zelle:
    text: str
    art: Art = Art.TEXT
    ampel: Ampel | None = None


@dataclass(frozen=True, slots=True)
class Absatz:
    zelle: Zelle


@dataclass(frozen=True, slots=True)
class Felder:
    """Names with their values."""

    felder: tuple[tuple[str, Zelle], ...]


@dataclass(frozen=True, slots=True)
class Tabelle:
    titel: str
    kopf: tuple[str, ...]
    zeilen: tuple[tuple[Zelle, ...], ...]


Block = Absatz | Felder | Tabelle


@dataclass(frozen=True, slots=True)
class Abschnitt:
    """`ebene` 2 for the five parts, 3 for what is inside one."""

    titel: str
    ebene: int
    bloecke: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Bericht:
    titel: str
    erstellt: datetime
    kopf: tuple[Block, ...]
    abschnitte: tuple[Abschnitt, ...]


def vorhandene(felder: Iterable[tuple[str, Zelle]]) -> Felder:
    """Without the fields of which nothing is known."""
    return Felder(tuple(feld for feld in felder if feld[1].text != STRICH))


def sichtbar(text: str) -> str:
    """A word from outside as people may see it: what hides or turns letters becomes its code point, [U+202E]."""
    return "".join(_sichtbar(sign) for sign in text)


def _sichtbar(sign: str) -> str:
    if sign in "\n\r\t":
        return " "
    return f"[U+{ord(sign):04X}]" if unicodedata.category(sign) in _HIDDEN else sign


def text(wert: str | None) -> Zelle:
    return Zelle(sichtbar(wert) if wert else STRICH)


def kennung(wert: str | None) -> Zelle:
    return Zelle(sichtbar(wert), Art.KENNUNG) if wert else Zelle(STRICH)


def zahl(wert: int | None) -> Zelle:
    return Zelle(STRICH if wert is None else f"{wert:,}".replace(",", "."), Art.ZAHL)


def ergebnis(urteil: Urteil) -> Zelle:
    return Zelle(ERGEBNIS_TEXTE[urteil], ampel=ampel_of(urteil))


def zeit(moment: datetime | None) -> Zelle:
    """`21.11.2026, 22:05:07 Uhr (MEZ)`, Berlin."""
    return Zelle(STRICH if moment is None else zeit_text(moment))


def zeit_text(moment: datetime) -> str:
    local = berlin(moment)
    return f"{local:%d.%m.%Y, %H:%M:%S} Uhr ({'MESZ' if local.dst() else 'MEZ'})"


def saetze(gruende: Iterable[str]) -> Zelle:
    return text(" ".join(gruende))
