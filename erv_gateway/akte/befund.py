"""What intake finds: a `Mangel` refuses the delivery as a whole, a `Hinweis` lets it pass but tells a person.

`angaben` may quote the delivery (file names, titles). They are for people; the log gets codes and counts only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from erv_gateway.akte.texte import HINWEIS_TEXTE, MANGEL_TEXTE
from erv_gateway.kern.fehler import EingabeRefused

MAX_ANGABE_ZEICHEN = 200  # own limit: a quoted value stays one readable line
Angaben = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Mangel:
    """A reason for refusal. `code` is a key of `MANGEL_TEXTE`, `wo` the place (file name or path in the structure)."""

    code: str
    wo: str
    angaben: Angaben = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hinweis:
    """Something that has no place in the model, or was read in one of several ways. `code`: key of `HINWEIS_TEXTE`."""

    code: str
    wo: str
    angaben: Angaben = field(default_factory=dict)


class EinlieferungRefused(EingabeRefused):
    """The delivery was refused as a whole; `maengel` lists everything that was found, nothing was stored."""

    code: ClassVar[str] = "einlieferung"

    def __init__(self, maengel: Iterable[Mangel]) -> None:
        self.maengel = tuple(maengel)
        codes = ", ".join(sorted({mangel.code for mangel in self.maengel}))
        super().__init__(f"delivery refused: {len(self.maengel)} finding(s): {codes}", anzahl=len(self.maengel))


class Befund:
    """Collects findings while a delivery is read, so that the sender gets all of them at once."""

    __slots__ = ("hinweise", "maengel")

    def __init__(self) -> None:
        self.maengel: list[Mangel] = []
        self.hinweise: list[Hinweis] = []

    def mangel(self, code: str, wo: str, **angaben: str | int) -> None:
        self.maengel.append(Mangel(code, shorten(wo), _short_angaben(angaben)))

    def hinweis(self, code: str, wo: str, **angaben: str | int) -> None:
        self.hinweise.append(Hinweis(code, shorten(wo), _short_angaben(angaben)))

    def check(self) -> None:
        """Raises `EinlieferungRefused` when anything refuses the delivery."""
        if self.maengel:
            raise EinlieferungRefused(self.maengel)


def text_of(befund: Mangel | Hinweis) -> str:
    """One German sentence for people, ending in a full stop."""
    texte = MANGEL_TEXTE if isinstance(befund, Mangel) else HINWEIS_TEXTE
    return texte[befund.code].format_map({"wo": befund.wo, **befund.angaben})


def shorten(value: str) -> str:
    """One line without control or format characters, at most `MAX_ANGABE_ZEICHEN` long."""
    clean = "".join(zeichen if zeichen.isprintable() else "\N{REPLACEMENT CHARACTER}" for zeichen in value)
    return clean if len(clean) <= MAX_ANGABE_ZEICHEN else clean[: MAX_ANGABE_ZEICHEN - 1] + "…"


def _short_angaben(angaben: Angaben) -> Angaben:
    return {key: shorten(value) if isinstance(value, str) else value for key, value in angaben.items()}
