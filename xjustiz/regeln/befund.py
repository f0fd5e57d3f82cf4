"""The words of a check: what goes in, what a rule is, what comes out."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from xjustiz.merkmale import Dateimerkmale

if TYPE_CHECKING:
    from xjustiz.regeln.kontext import Kontext

KOPF_BYTES = 1024
"""How much of a file `Anlage.anfang` should hold (PDF readers look for %PDF- in the first 1,024 bytes)."""


_BLATTNUMMER = re.compile(r"[FNDSBRAK]\d+\.")


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
    merkmale: Dateimerkmale | None = None
    """What is known of its content; None where it was not examined."""


@dataclass(frozen=True, slots=True)
class Versand:
    """How a package travels. `sicherer_weg`: from a mailbox of § 55a (4) VwGO, with its VHN; `osci`: over EGVP."""

    sicherer_weg: bool
    osci: bool


@dataclass(frozen=True, slots=True)
class Paket:
    """A message file with everything that lies beside it; `anlagen` and `versand` None when that is not known."""

    xml: bytes
    anlagen: tuple[Anlage, ...] | None
    name: str = "xjustiz_nachricht.xml"
    versand: Versand | None = None


@dataclass(frozen=True, slots=True)
class Fund:
    """What a rule function reports: the place, and words for the placeholders of the rule's text."""

    wo: str
    angaben: Mapping[str, str] = field(default_factory=dict)
    details: str = ""


@dataclass(frozen=True, slots=True)
class Befund:
    """A rule that is not kept at one place, in German. `details`: English, for developers; mostly empty."""

    regel: str
    schwere: Schwere
    wo: str
    text: str
    quelle: str
    abhilfe: str
    details: str = ""


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

    `ausgang` overrides the severity for messages we send; `nur` limits it to one direction; `seit`/`bis` bound the
    days on which it holds (None: no day matters to messages of today). `blatt`: its numbers on the reference sheet,
    where they are not the beginning of its id.
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
    nur: Richtung | None = None
    blatt: tuple[str, ...] = ()

    @property
    def nummern(self) -> tuple[str, ...]:
        """Where the sheet has this rule: "F1", "§2.4/7"."""
        return self.blatt or ((self.id.partition(".")[0],) if _BLATTNUMMER.match(self.id) else ())

    def applies(self, am: date, richtung: Richtung) -> bool:
        return self.holds(am) and self.nur in (None, richtung)

    def holds(self, am: date) -> bool:
        return (self.seit is None or am >= self.seit) and (self.bis is None or am <= self.bis)

    def schwere_for(self, richtung: Richtung) -> Schwere:
        return self.ausgang if richtung is Richtung.AUSGANG and self.ausgang is not None else self.schwere
