"""The words of a check: what goes in, what a rule is, what comes out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xjustiz.regeln.kontext import Kontext

KOPF_BYTES = 1024
"""How much of a file `Anlage.anfang` should hold (PDF readers look for %PDF- in the first 1,024 bytes)."""


class Schwere(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Richtung(StrEnum):
    """Arriving messages are read with patience, our own must be right in every point."""

    EINGANG = "eingang"
    AUSGANG = "ausgang"


@dataclass(frozen=True, slots=True)
class Anlage:
    """An attachment: its name as it lies in the package, its size in bytes, its first `KOPF_BYTES` bytes."""

    name: str
    groesse: int
    anfang: bytes


@dataclass(frozen=True, slots=True)
class Paket:
    """A message file with everything that lies beside it; `anlagen` None when that is not known."""

    xml: bytes
    anlagen: tuple[Anlage, ...] | None
    name: str = "xjustiz_nachricht.xml"


@dataclass(frozen=True, slots=True)
class Fund:
    """What a rule function reports: the place, and words for the placeholders of the rule's text."""

    wo: str
    angaben: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Befund:
    """A rule that is not kept at one place, in German."""

    regel: str
    schwere: Schwere
    wo: str
    text: str
    quelle: str
    abhilfe: str


@dataclass(frozen=True, slots=True)
class Pruefergebnis:
    """`version` as the message names it, `art` the name of its root element; errors come first."""

    version: str
    art: str
    befunde: tuple[Befund, ...]

    @property
    def fehlerfrei(self) -> bool:
        return all(befund.schwere is not Schwere.ERROR for befund in self.befunde)


@dataclass(frozen=True, slots=True)
class Regel:
    """A rule. `text` and `abhilfe` are German sentences with the placeholders of its `Fund`s.

    `ausgang` overrides the severity for messages we send; `seit`/`bis` bound the days on which the rule holds.
    """

    id: str
    schwere: Schwere
    quelle: str
    text: str
    abhilfe: str
    pruefe: Callable[["Kontext"], Iterator[Fund]]
    ausgang: Schwere | None = None
    seit: date | None = None
    bis: date | None = None

    def holds(self, am: date) -> bool:
        return (self.seit is None or am >= self.seit) and (self.bis is None or am <= self.bis)

    def schwere_for(self, richtung: Richtung) -> Schwere:
        return self.ausgang if richtung is Richtung.AUSGANG and self.ausgang is not None else self.schwere
