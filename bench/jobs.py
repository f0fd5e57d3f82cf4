"""Jobs per second with the embedded PostgreSQL: put into the queue one by one, and worked off by one worker."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Final

import uvloop

from bench.context import Context
from bench.result import RATE, Row, row
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


def jobs(context: Context) -> list[Row]:
    return uvloop.run(_jobs(context, context.count(1000, 200)))


async def _jobs(context: Context, count: int) -> list[Row]:
    async with EmbeddedPostgres(context.folder / "pg") as server:
        await migrate(server.dsn("migrator"))
        async with await Database.open(server.dsn("migrator")) as owner:
            async with owner.transaction() as tx:
                await tx.execute("CREATE TABLE erv.bench_floor (number int)")
            one, many = await _commits(owner, count, 1), await _commits(owner, 4 * count, CONCURRENCY)
        async with await Database.open(server.dsn("gateway")) as database:
            return await _measured(database, count, one, many)


async def _measured(database: Database, count: int, one: float, many: float) -> list[Row]:
    put = await _enqueue(database, PLAIN, count)
    plain = await _handle(database, PLAIN, count)
    await _enqueue(database, KEYED, count)
    keyed = await _handle(database, KEYED, count)
    many_note = f"one worker, {CONCURRENCY} side by side; floor: one committed row per job, {CONCURRENCY} connections"
    return [
        row("Job enqueue", put, RATE, one, "one transaction each, one after the other; floor: a committed row"),
        row("Job handle", plain, RATE, many, many_note),
        row("Job handle with key", keyed, RATE, many, f"as the jobs of a Sendung; {many_note}"),
    ]


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

    await insert()
    start = time.perf_counter()
    await asyncio.gather(*(insert() for _ in range(connections)))
    return count / (time.perf_counter() - start)
