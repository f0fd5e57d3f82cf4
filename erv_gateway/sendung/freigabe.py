"""Approval: the last act of a person before the package is made and sent."""

from uuid import UUID

from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.fehler import NotPermitted
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.sendung import Sendung, load_sendung
from erv_gateway.sendung.zustand import SQL, transition

PAKETIEREN = "paketieren"
"""Name of the job that makes the package."""


async def approve(betrieb: Betrieb, sendung_id: SendungId, person: UUID) -> None:
    """GEPRUEFT → FREIGEGEBEN. Raises NotPermitted where four eyes are demanded and only two looked, ZustandConflict."""
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        sendung = await load_sendung(tx, sendung_id)
        _check_vier_augen(betrieb, sendung, person)
        await transition(
            tx,
            sendung_id,
            SendungZustand.GEPRUEFT,
            SendungZustand.FREIGEGEBEN,
            EreignisArt.SENDUNG_FREIGEGEBEN,
            zeitpunkt=jetzt,
            handelnd=str(person),
        )
        await tx.execute(SQL.set_freigabe, sendung_id, person, jetzt)
        await tx.enqueue(PAKETIEREN, {"sendung": str(sendung_id)}, dedupe_key=f"{PAKETIEREN}:{sendung_id}")


def _check_vier_augen(betrieb: Betrieb, sendung: Sendung, person: UUID) -> None:
    if betrieb.vier_augen and sendung.angelegt_von == person:
        raise NotPermitted("four eyes: the person who made the Sendung cannot approve it", grund="vier-augen")
