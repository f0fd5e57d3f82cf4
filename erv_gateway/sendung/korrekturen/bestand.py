"""The corrections of a Sendung as they lie in the database, and the Akte that comes of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from erv_gateway.akte.modell import Akte
from erv_gateway.akte.modell_json import akte_from_json
from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.korrekturen.anwenden import Korrigiert, korrigiere
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.werte import (
    Aenderung,
    Auslassung,
    KorrekturId,
    aenderungen_from_json,
    auslassungen_from_json,
)
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.storage.db import Database, Record, Tx
from erv_gateway.storage.queries import load

SQL: Final = load("korrektur")
AKTE_SQL: Final = load("akte")


@dataclass(frozen=True, slots=True)
class Angewandt:
    """A correction on record. `plan_sha256`: digest of the plan that the person had seen."""

    nummer: int
    korrektur: KorrekturId
    plan_sha256: str
    aenderungen: tuple[Aenderung, ...]
    auslassungen: tuple[Auslassung, ...]
    angewandt_von: UUID
    angewandt_am: datetime
    zurueckgenommen_von: UUID | None = None
    zurueckgenommen_am: datetime | None = None

    @property
    def gilt(self) -> bool:
        return self.zurueckgenommen_am is None


async def load_korrekturen(source: Database | Tx, sendung_id: SendungId) -> tuple[Angewandt, ...]:
    """All of them in their order, also those taken back. A part of a split Sendung has those of the whole."""
    ganze = await source.fetch_value(SQL.wurzel, sendung_id) or sendung_id
    return tuple(_angewandt(row) for row in await source.fetch_all(SQL.korrekturen, ganze))


async def is_part(source: Database | Tx, sendung_id: SendungId) -> bool:
    return await source.fetch_value(SQL.wurzel, sendung_id) is not None


async def count_acts(source: Database | Tx, sendung_id: SendungId) -> int:
    """Grows with every correction made and with every one taken back: what was seen at one count holds at that only."""
    anzahl: int = await source.fetch_value(SQL.acts, sendung_id)
    return anzahl


async def check_acts(tx: Tx, sendung_id: SendungId, anzahl: int) -> None:
    """Raises KorrekturRefused when someone corrected since. The caller holds the row of the Sendung."""
    if await count_acts(tx, sendung_id) != anzahl:
        raise KorrekturRefused("corrected by someone else meanwhile", grund="vorschau-veraltet")


async def load_delivered(source: Database | Tx, sendung: Sendung) -> Akte:
    """The Akte as the delivery brought it. Raises NotFound, also for a Sendung without an Akte (eEB)."""
    row = await source.fetch_one(AKTE_SQL.stand, sendung.aktenstand_id)
    if row is None:
        raise NotFound(f"no Aktenstand {sendung.aktenstand_id}", was="Aktenstand")
    return akte_from_json(row["modell"])


async def load_corrected(source: Database | Tx, sendung: Sendung) -> Korrigiert:
    """The Akte with all corrections that hold. Raises NotFound, KorrekturRefused (`passt-nicht`)."""
    akte = await load_delivered(source, sendung)
    korrekturen = await load_korrekturen(source, sendung.id)
    return korrigiere(akte, [korrektur.aenderungen for korrektur in korrekturen if korrektur.gilt])


def _angewandt(row: Record) -> Angewandt:
    return Angewandt(
        nummer=row["nummer"],
        korrektur=KorrekturId(row["art"]),
        plan_sha256=row["plan_sha256"],
        aenderungen=aenderungen_from_json(row["aenderungen"]),
        auslassungen=auslassungen_from_json(row["auslassungen"]),
        angewandt_von=row["angewandt_von"],
        angewandt_am=row["angewandt_am"],
        zurueckgenommen_von=row["zurueckgenommen_von"],
        zurueckgenommen_am=row["zurueckgenommen_am"],
    )
