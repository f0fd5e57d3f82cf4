"""Fetching the mail: original bytes durable and on record first, only then acknowledged to the intermediary."""

from functools import partial
from typing import Final
from uuid import UUID, uuid4

from erv_gateway.eingang.nachricht import SQL, transition
from erv_gateway.kern.ereignisse import EreignisArt, new_ereignis
from erv_gateway.kern.ids import MessageId, NachrichtId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.postfach.base import Quittung, Unquittierbar, Zustellung
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.storage import log
from erv_gateway.storage.db import Tx
from erv_gateway.storage.queries import load

ABHOLEN: Final = "abholen"
"""Name of the recurring job, one per mailbox."""
VERARBEITEN: Final = "verarbeiten"
"""Name of the job that reads a Nachricht."""
HANDELND: Final = "abholen"
ABHOLEN_SQL = load("abholen")


async def collect_post(betrieb: Betrieb, postfach: str) -> int:
    """Everything that waits in the mailbox. Returns how many deliveries were new.

    A crash between acknowledging and recording it leaves a Nachricht in GESICHERT: when a later round ends without
    an error, the intermediary has nothing left that it does not know we have.
    """
    neu = 0
    async for ereignis in betrieb.postfach(postfach).collect(partial(_is_kept, betrieb, postfach)):
        match ereignis:
            case Zustellung():
                neu += await _secure(betrieb, postfach, ereignis)
            case Quittung():
                await _acknowledged(betrieb, postfach, ereignis)
            case Unquittierbar():
                neu += await _secure_unverified(betrieb, postfach, ereignis)
    for row in await betrieb.database.fetch_all(SQL.unacknowledged, postfach):
        await _mark_quittiert(betrieb, NachrichtId(row["id"]))
    return neu


async def _is_kept(betrieb: Betrieb, postfach: str, message_id: MessageId) -> bool:
    """Whether it lies here and the log says that it cannot be acknowledged."""
    art = EreignisArt.NACHRICHT_UNQUITTIERBAR
    return bool(await betrieb.database.fetch_value(ABHOLEN_SQL.is_kept, postfach, message_id, art))


async def _secure(betrieb: Betrieb, postfach: str, zustellung: Zustellung) -> bool:
    """The original lies in the store already; here it gets its record. The same delivery again changes nothing."""
    async with betrieb.database.transaction() as tx:
        return await _insert(tx, betrieb, postfach, zustellung) is not None


async def _secure_unverified(betrieb: Betrieb, postfach: str, zustellung: Unquittierbar) -> bool:
    """As `_secure`, and on record that nothing can acknowledge it. What is new is examined at once."""
    jetzt, osci = betrieb.uhr.jetzt(), zustellung.osci_code
    art = EreignisArt.NACHRICHT_UNQUITTIERBAR
    async with betrieb.database.transaction() as tx:
        neu = await _insert(tx, betrieb, postfach, zustellung) is not None
        row = await tx.fetch_one(SQL.nachricht_by_message_id, postfach, zustellung.message_id)
        if row is None:
            raise AssertionError("it was written just now")
        nachricht_id, von = NachrichtId(row["id"]), NachrichtZustand(row["zustand"])
        if von is NachrichtZustand.GESICHERT:
            nach = NachrichtZustand.UNQUITTIERBAR
            await transition(tx, nachricht_id, von, nach, art, zeitpunkt=jetzt, handelnd=HANDELND, osci=osci)
            await _enqueue(tx, nachricht_id)
        else:
            await log.append(tx, new_ereignis(art, nachricht_id, zeitpunkt=jetzt, handelnd=HANDELND, osci=osci))
    return neu


async def _enqueue(tx: Tx, nachricht_id: NachrichtId) -> None:
    await tx.enqueue(VERARBEITEN, {"nachricht": str(nachricht_id)}, dedupe_key=f"{VERARBEITEN}:{nachricht_id}")


async def _insert(
    tx: Tx, betrieb: Betrieb, postfach: str, zustellung: Zustellung | Unquittierbar
) -> NachrichtId | None:
    """None when the delivery is known."""
    jetzt = betrieb.uhr.jetzt()
    original = zustellung.original
    found: UUID | None = await tx.fetch_value(
        SQL.insert_nachricht,
        uuid4(),
        postfach,
        zustellung.message_id,
        NachrichtZustand.GESICHERT,
        original.sha256,
        original.bytes,
        jetzt,
    )
    if found is None:
        return None
    await log.append(
        tx,
        new_ereignis(
            EreignisArt.NACHRICHT_GESICHERT,
            found,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            message_id=zustellung.message_id,
            original_sha256=original.sha256,
        ),
    )
    return NachrichtId(found)


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
        await _enqueue(tx, nachricht_id)
