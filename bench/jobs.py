"""Jobs per second with the embedded PostgreSQL: put into the queue one by one, and worked off by one worker."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

import uvloop

from bench.context import Context
from bench.result import RATE, Row, row
from erv_gateway import protokollierung
from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.storage.jobs import Handler, run_worker
from erv_gateway.storage.migrate import migrate

CONCURRENCY: Final = 8
INSERT: Final = "INSERT INTO erv.bench_floor (number) VALUES ($1)"
PLAIN, KEYED = "bench-plain", "bench-keyed"


@dataclass(slots=True)
class _Count:
    """Stops the worker after `wanted` jobs; the rate counts from the first job to the last."""

    wanted: int
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    moments: list[float] = field(default_factory=list)

    async def handle(self, _payload: dict[str, Any]) -> None:
        self.moments.append(time.perf_counter())
        if len(self.moments) == self.wanted:
            self.stop.set()

    def rate(self) -> float:
        return (len(self.moments) - 1) / (self.moments[-1] - self.moments[0])


@dataclass(frozen=True, slots=True)
class _Round:
    """Rates of one round. The floors are measured between the others: how fast the disk syncs changes by the second."""

    one: float
    put: float
    many: float
    plain: float
    keyed: float


def jobs(context: Context) -> list[Row]:
    protokollierung.configure()  # one line for each job, as in the service
    return _rows(uvloop.run(_rounds(context, context.count(400, 200))))


def _rows(rounds: Sequence[_Round]) -> list[Row]:
    one, many = median(each.one for each in rounds), median(each.many for each in rounds)
    note = f"one worker, {CONCURRENCY} side by side; floor: one committed row for each job, {CONCURRENCY} connections"
    enqueue_note = "one transaction each, one after the other; floor: a committed row"
    return [
        row("Job enqueue", median(each.put for each in rounds), RATE, one, enqueue_note),
        row("Job handle", median(each.plain for each in rounds), RATE, many, note),
        row("Job handle with key", median(each.keyed for each in rounds), RATE, many, f"as for a Sendung; {note}"),
    ]


async def _rounds(context: Context, count: int) -> list[_Round]:
    async with EmbeddedPostgres(context.folder / "pg") as server:
        await migrate(server.dsn("migrator"))
        async with (
            await Database.open(server.dsn("migrator")) as owner,
            await Database.open(server.dsn("gateway")) as database,
        ):
            async with owner.transaction() as tx:
                await tx.execute("CREATE TABLE erv.bench_floor (number int)")
            return [await _round(owner, database, count) for _ in range(context.runs(3))]


async def _round(owner: Database, database: Database, count: int) -> _Round:
    one, put = await _commits(owner, count, 1), await _enqueue(database, PLAIN, count)
    many, plain = await _commits(owner, count, CONCURRENCY), await _handle(database, PLAIN, count)
    await _enqueue(database, KEYED, count)
    return _Round(one, put, many, plain, await _handle(database, KEYED, count))


async def _enqueue(database: Database, name: str, count: int) -> float:
    start = time.perf_counter()
    for number in range(count):
        async with database.transaction() as tx:
            await tx.enqueue(name, {"number": number})
    return count / (time.perf_counter() - start)


async def _handle(database: Database, name: str, count: int) -> float:
    counted = _Count(count)
    handler = Handler(counted.handle, key=(lambda payload: str(payload["number"])) if name == KEYED else None)
    await run_worker(database, {name: handler}, stop=counted.stop)
    return counted.rate()


async def _commits(owner: Database, count: int, connections: int) -> float:
    async def insert() -> None:
        for number in range(count // connections):
            async with owner.transaction() as tx:
                await tx.execute(INSERT, number)

    start = time.perf_counter()
    await asyncio.gather(*(insert() for _ in range(connections)))
    return count / (time.perf_counter() - start)
