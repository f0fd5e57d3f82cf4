"""A state change, its log entry and the next job, in the caller's one transaction."""

from datetime import datetime
from uuid import UUID

from erv_gateway.kern.ereignisse import Angabe, EreignisArt, new_ereignis
from erv_gateway.kern.fehler import ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand, check_sendung
from erv_gateway.storage import log
from erv_gateway.storage.db import Tx
from erv_gateway.storage.queries import load

SQL = load("sendung")


async def transition(
    tx: Tx,
    sendung_id: SendungId,
    von: SendungZustand,
    nach: SendungZustand,
    art: EreignisArt,
    *,
    zeitpunkt: datetime,
    handelnd: str,
    **angaben: Angabe,
) -> None:
    """Raises ZustandConflict when the Sendung is not, or no longer, in `von`: then nothing may be done."""
    check_sendung(von, nach)
    if await tx.execute(SQL.set_zustand, sendung_id, von, nach) != 1:
        raise ZustandConflict(f"Sendung {sendung_id} is not in {von}", von=str(von), nach=str(nach))
    await record(tx, sendung_id, art, zeitpunkt=zeitpunkt, handelnd=handelnd, **angaben)


async def record(
    tx: Tx, sendung_id: UUID, art: EreignisArt, *, zeitpunkt: datetime, handelnd: str, **angaben: Angabe
) -> None:
    """A log entry without a change of state."""
    await log.append(tx, new_ereignis(art, sendung_id, zeitpunkt=zeitpunkt, handelnd=handelnd, **angaben))
