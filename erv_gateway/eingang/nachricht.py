"""An inbound Nachricht as it stands in the database, and its state changes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from erv_gateway.kern.ereignisse import Angabe, EreignisArt, new_ereignis
from erv_gateway.kern.fehler import NotFound, ZustandConflict
from erv_gateway.kern.ids import AkteId, NachrichtId
from erv_gateway.kern.zustaende import NachrichtZustand, check_nachricht
from erv_gateway.postfach.base import Anhang
from erv_gateway.storage import log
from erv_gateway.storage.db import Database, Tx
from erv_gateway.storage.queries import load

SQL = load("nachricht")


@dataclass(frozen=True, slots=True)
class Nachricht:
    id: NachrichtId
    postfach: str
    message_id: str
    zustand: NachrichtZustand
    original_sha256: str
    original_bytes: int
    gesichert_am: datetime
    eingang: datetime | None
    betreff: str | None
    absender_safe_id: str | None
    absender_name: str | None
    absender_cipher: bytes | None
    pruefprotokoll: dict[str, Any] | None
    xjustiz_version: str | None
    xjustiz_nachricht: str | None
    fremde_nachrichten_id: UUID | None
    eeb_verlangt: bool
    akte_id: AkteId | None
    zuordnung: str | None


async def load_nachricht(source: Database | Tx, nachricht_id: NachrichtId) -> Nachricht:
    """Raises NotFound."""
    row = await source.fetch_one(SQL.nachricht, nachricht_id)
    if row is None:
        raise NotFound(f"no Nachricht {nachricht_id}", was="Nachricht")
    values = dict(row)
    return Nachricht(**{**values, "zustand": NachrichtZustand(values["zustand"])})


async def load_anhaenge(source: Database | Tx, nachricht_id: NachrichtId) -> tuple[Anhang, ...]:
    rows = await source.fetch_all(SQL.anhaenge, nachricht_id)
    return tuple(Anhang(row["name"], row["sha256"], row["bytes"]) for row in rows)


async def transition(
    tx: Tx,
    nachricht_id: NachrichtId,
    von: NachrichtZustand,
    nach: NachrichtZustand,
    art: EreignisArt,
    *,
    zeitpunkt: datetime,
    handelnd: str,
    **angaben: Angabe,
) -> None:
    """State change and log entry. Raises ZustandConflict when the Nachricht is not in `von`."""
    check_nachricht(von, nach)
    if await tx.execute(SQL.set_zustand, nachricht_id, von, nach) != 1:
        raise ZustandConflict(f"Nachricht {nachricht_id} is not in {von}", von=str(von), nach=str(nach))
    await log.append(tx, new_ereignis(art, nachricht_id, zeitpunkt=zeitpunkt, handelnd=handelnd, **angaben))
