"""What a plan is made from."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.anwenden import Korrigiert
from erv_gateway.sendung.korrekturen.werte import Aenderung, Auslassung
from erv_gateway.sendung.sendung import Sendung


@dataclass(frozen=True, slots=True)
class Lage:
    """A Sendung with everything that was corrected so far."""

    betrieb: Betrieb
    sendung: Sendung
    stand: Korrigiert


@dataclass(frozen=True, slots=True)
class Ausgefuehrt:
    """A plan whose files are made: what is to be recorded, and what could not be done."""

    aenderungen: tuple[Aenderung, ...]
    auslassungen: tuple[Auslassung, ...] = ()


Planen = Callable[[Lage], Awaitable[tuple[Aenderung, ...]]]
Ausfuehren = Callable[[Lage, tuple[Aenderung, ...]], Awaitable[Ausgefuehrt]]


async def as_planned(_lage: Lage, aenderungen: tuple[Aenderung, ...]) -> Ausgefuehrt:
    """For corrections that need no file: the plan itself is recorded."""
    return Ausgefuehrt(aenderungen)
