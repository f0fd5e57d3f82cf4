"""A case file that goes to the same court again: what was sent before, and what is different now."""

from dataclasses import dataclass
from datetime import datetime

from erv_gateway.akte.modell import Akte
from erv_gateway.akte.modell_json import akte_from_json
from erv_gateway.akte.vergleich import Vergleich, vergleiche
from erv_gateway.kern.uhr import berlin
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.storage.queries import load

SQL = load("teilung")


@dataclass(frozen=True, slots=True)
class Uebermittelt:
    """A state of the file that was handed over; `eingang` where the court's receipt confirmed it."""

    akte: Akte
    eingang: datetime | None
    angekommen: bool


@dataclass(frozen=True, slots=True)
class Wiederholung:
    """Against the last state that certainly arrived."""

    seit: datetime
    vergleich: Vergleich

    @property
    def satz(self) -> str:
        return self.vergleich.satz(berlin(self.seit).date())


async def transmitted_before(betrieb: Betrieb, sendung: Sendung) -> tuple[Uebermittelt, ...]:
    """Earliest first, a split file once, with the last of its parts.

    What is handed over or uncertain counts: the court may have it, so its UUIDs are taken.
    """
    rows = await betrieb.database.fetch_all(
        SQL.frueher_uebermittelt, sendung.akte_id, sendung.empfaenger_safe_id, sendung.id
    )
    return tuple(Uebermittelt(akte_from_json(row["modell"]), row["eingang"], row["angekommen"]) for row in rows)


async def wiederholung_of(betrieb: Betrieb, sendung: Sendung, akte: Akte) -> Wiederholung | None:
    """None when nothing of this file has arrived at this court so far. `akte` as the DMS delivered it."""
    angekommen = [frueher for frueher in await transmitted_before(betrieb, sendung) if frueher.angekommen]
    if not angekommen or angekommen[-1].eingang is None:
        return None
    return Wiederholung(angekommen[-1].eingang, vergleiche(angekommen[-1].akte, akte))
