"""The log: written in the transaction of the change it reports, never changed afterwards."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from erv_gateway.kern.ereignisse import Ereignis, leaf_hash
from erv_gateway.storage.db import Database, Record, Tx
from erv_gateway.storage.queries import load

SQL = load("log", "append", "entries_of", "entry")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """`seq` is the order of writing (with gaps), `idx` the place in the tree once the sequencer gave one.

    `leaf_hash` is RFC 6962's over `canonical_body`; `received_at` is the database's clock, aware, UTC.
    """

    id: UUID
    seq: int
    idx: int | None
    art: str
    gegenstand: UUID
    leaf_hash: bytes
    canonical_body: bytes
    received_at: datetime


async def append(tx: Tx, ereignis: Ereignis) -> None:
    """Write one entry; it is there exactly when the transaction commits. The same id twice is a UniqueViolation."""
    body = ereignis.body()
    await tx.execute(SQL.append, ereignis.id, str(ereignis.art), ereignis.gegenstand, leaf_hash(body), body)


async def entries_of(source: Database | Tx, gegenstand: UUID) -> tuple[LogEntry, ...]:
    """All entries about one thing (Akte, Sendung, Nachricht) in the order of writing."""
    return tuple(_entry(row) for row in await source.fetch_all(SQL.entries_of, gegenstand))


async def entry(source: Database | Tx, id: UUID) -> LogEntry | None:
    row = await source.fetch_one(SQL.entry, id)
    return None if row is None else _entry(row)


def _entry(row: Record) -> LogEntry:
    return LogEntry(**dict(row.items()))
