"""Fetching the mail: original bytes durable and on record first, only then acknowledged to the intermediary."""

from typing import Final
from uuid import UUID, uuid4

from erv_gateway.eingang.nachricht import SQL, transition
from erv_gateway.kern.ereignisse import EreignisArt, new_ereignis
from erv_gateway.kern.ids import MessageId, NachrichtId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.postfach.base import Quittung, Zustellung
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.storage import log

ABHOLEN: Final = "abholen"
"""Name of the recurring job, one per mailbox."""
VERARBEITEN: Final = "verarbeiten"
"""Name of the job that reads a Nachricht."""
HANDELND: Final = "abholen"


async def collect_post(betrieb: Betrieb, postfach: str) -> int:
    """Everything that waits in the mailbox. Returns how many deliveries were new.

    A crash between acknowledging and recording it leaves a Nachricht in GESICHERT: when a later round ends without
    an error, the intermediary has nothing left that it does not know we have.
    """
    neu = 0
    async for ereignis in betrieb.postfach(postfach).collect():
        if isinstance(ereignis, Zustellung):
            neu += await _secure(betrieb, postfach, ereignis)
        else:
            await _acknowledged(betrieb, postfach, ereignis)
    for row in await betrieb.database.fetch_all(SQL.unacknowledged, postfach):
        await _mark_quittiert(betrieb, NachrichtId(row["id"]))
    return neu


async def _secure(betrieb: Betrieb, postfach: str, zustellung: Zustellung) -> bool:
    """The original lies in the store already; here it gets its record. The same delivery again changes nothing."""
    jetzt = betrieb.uhr.jetzt()
    original = zustellung.original
    async with betrieb.database.transaction() as tx:
        nachricht_id: UUID | None = await tx.fetch_value(
            SQL.insert_nachricht,
            uuid4(),
            postfach,
            zustellung.message_id,
            NachrichtZustand.GESICHERT,
            original.sha256,
            original.bytes,
            jetzt,
        )
        if nachricht_id is None:
            return False
        await log.append(
            tx,
            new_ereignis(
                EreignisArt.NACHRICHT_GESICHERT,
                nachricht_id,
                zeitpunkt=jetzt,
                handelnd=HANDELND,
                message_id=zustellung.message_id,
                original_sha256=original.sha256,
            ),
        )
    return True


async def _acknowledged(betrieb: Betrieb, postfach: str, quittung: Quittung) -> None:
    row = await betrieb.database.fetch_one(SQL.nachricht_by_message_id, postfach, MessageId(quittung.message_id))
    if row is not None and row["zustand"] == NachrichtZustand.GESICHERT:
        await _mark_quittiert(betrieb, NachrichtId(row["id"]))


async def _mark_quittiert(betrieb: Betrieb, nachricht_id: NachrichtId) -> None:
    async with betrieb.database.transaction() as tx:
        await transition(
            tx,
            nachricht_id,
            NachrichtZustand.GESICHERT,
            NachrichtZustand.QUITTIERT,
            EreignisArt.NACHRICHT_QUITTIERT,
            zeitpunkt=betrieb.uhr.jetzt(),
            handelnd=HANDELND,
        )
        await tx.enqueue(VERARBEITEN, {"nachricht": str(nachricht_id)}, dedupe_key=f"{VERARBEITEN}:{nachricht_id}")
