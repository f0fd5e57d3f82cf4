"""The worker: takes jobs from the queue and gives them to handlers. Any number of processes may do so at once.

A job runs at least once, so handlers are idempotent. What ends how:

| the handler | the job |
|---|---|
| returns | is done |
| raises `Later` | runs again after the delay; nothing is counted |
| raises one of `retry_on` | runs again with growing delay, up to `max_failures`, then it is held |
| raises anything else | is held: status `failed`, an error in the log, until a person releases it |
| loses the database | stays; this worker ends with StorageUnavailable |
| kills the process | is picked up when its heartbeat is old; after MAX_STARTS such ends it is held |

Handlers must not block the event loop for longer than half the heartbeat, else another worker takes the job as well.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.errors import FailingListenerError

from erv_gateway.kern.fehler import KonfigurationInvalid, ZustandConflict
from erv_gateway.storage import connection, job_queue
from erv_gateway.storage.connection import StorageUnavailable, translate
from erv_gateway.storage.db import Database, Tx, UniqueViolation
from erv_gateway.storage.job_runner import MAX_FAILURES, MAX_STARTS, Handle, Handler, Later, Log, Runner
from erv_gateway.storage.queries import load

__all__ = [
    "MAX_FAILURES",
    "MAX_STARTS",
    "Handle",
    "Handler",
    "HeldJob",
    "Later",
    "WorkerSettings",
    "held",
    "release",
    "run_worker",
]

SQL = load("jobs", "held", "release", "forget_starts", "prune_log", "prune_statistics", "prune_starts")
QUEUE_CONNECTIONS = 4
"""For pgqueuer itself: one listens, the others fetch jobs, beat and write results."""
POLL = timedelta(seconds=2)
"""A notification wakes the worker at once; this is for a lost one, and for jobs whose worker died."""
PRUNE = timedelta(hours=1)
MIN_CONCURRENCY = 2


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """`heartbeat`: after this long without a sign of life another worker takes the job."""

    concurrency: int = 8
    heartbeat: timedelta = timedelta(seconds=30)
    shutdown_grace: timedelta = timedelta(seconds=20)
    log_retention: timedelta = timedelta(days=30)

    def __post_init__(self) -> None:
        if self.concurrency < MIN_CONCURRENCY:
            raise KonfigurationInvalid(f"a worker needs at least {MIN_CONCURRENCY} jobs side by side")
        if self.heartbeat < timedelta(seconds=1):
            raise KonfigurationInvalid("a heartbeat below one second would steal jobs from working workers")


@dataclass(frozen=True, slots=True)
class HeldJob:
    id: int
    entrypoint: str
    held_since: datetime
    starts: int
    failures: int


async def run_worker(
    database: Database,
    handlers: Mapping[str, Handler | Handle],
    *,
    stop: asyncio.Event,
    settings: WorkerSettings | None = None,
    log: Log | None = None,
) -> None:
    """Work until `stop` is set, then let the running jobs end; those that outlast the grace go back to the queue.

    Raises StorageUnavailable when the database is lost and KonfigurationInvalid when it is not migrated.
    """
    chosen = settings or WorkerSettings()
    runner = Runner(database, log)
    async with _queue_pool(database.dsn) as pool:
        manager = QueueManager(job_queue.queries(AsyncpgPoolDriver(pool)), channel=job_queue.CHANNEL)
        for name, handler in handlers.items():
            manager.entrypoint(name, on_failure="hold")(runner.entrypoint(name, handler))
        await _run(manager, runner, chosen, stop)
        if runner.lost is not None:
            raise runner.lost


async def held(source: Database | Tx) -> tuple[HeldJob, ...]:
    """The jobs that wait for a person, oldest first."""
    return tuple(HeldJob(**dict(row.items())) for row in await source.fetch_all(SQL.held))


async def release(database: Database, ids: Sequence[int]) -> int:
    """Give held jobs back to the queue with fresh counters; how many of `ids` were held.

    Raises ZustandConflict when a newer job with the same dedupe key is already there; nothing is released then.
    """
    try:
        async with database.transaction() as tx:
            await tx.execute(SQL.forget_starts, list(ids))
            released = await tx.fetch_all(SQL.release, list(ids))
            await tx.execute(job_queue.SQL.wake)
            return len(released)
    except UniqueViolation as error:
        raise ZustandConflict("a newer job for the same thing is already queued") from error


async def prune(database: Database, older_than: timedelta) -> None:
    """pgqueuer writes a row for every change of state; nobody needs them for ever."""
    async with database.transaction() as tx:
        for query in (SQL.prune_log, SQL.prune_statistics, SQL.prune_starts):
            await tx.execute(query, older_than)


async def _run(manager: QueueManager, runner: Runner, settings: WorkerSettings, stop: asyncio.Event) -> None:
    work = asyncio.create_task(_work(manager, settings))
    helpers = [
        asyncio.create_task(stop.wait()),
        asyncio.create_task(runner.lost_event.wait()),
        asyncio.create_task(_prune_forever(runner.database, settings.log_retention)),
    ]
    try:
        await asyncio.wait({work, *helpers}, return_when=asyncio.FIRST_COMPLETED)
        manager.shutdown.set()
        await asyncio.wait({work}, timeout=settings.shutdown_grace.total_seconds())
    finally:
        for task in (work, *helpers):
            task.cancel()
        await asyncio.wait({work, *helpers})
    for task in (work, *helpers):
        if not task.cancelled():
            task.result()


async def _work(manager: QueueManager, settings: WorkerSettings) -> None:
    """pgqueuer's loop. It wants at least two batches of jobs to run side by side."""
    await _verify(manager)
    try:
        with translate():
            await manager.run(
                batch_size=settings.concurrency // 2,
                max_concurrent_tasks=settings.concurrency,
                dequeue_timeout=POLL,
                heartbeat_timeout=settings.heartbeat,
                shutdown_on_listener_failure=True,
            )
    except FailingListenerError as error:
        raise StorageUnavailable("the database no longer passes notifications on") from error


async def _verify(manager: QueueManager) -> None:
    try:
        with translate():
            await manager.verify_structure()
    except RuntimeError as error:
        raise KonfigurationInvalid(f"the queue is not usable: {error}; run `erv-gateway db migrate`") from error


async def _prune_forever(database: Database, older_than: timedelta) -> None:
    while True:
        await prune(database, older_than)
        await asyncio.sleep(PRUNE.total_seconds())


@asynccontextmanager
async def _queue_pool(dsn: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """pgqueuer hands JSON over as text: a pool of its own, without our codecs."""
    with translate():
        pool = await connection.create_pool(dsn, min_size=2, max_size=QUEUE_CONNECTIONS, codecs=False)
    try:
        yield pool
    except BaseException:
        pool.terminate()
        raise
    await connection.close_pool(pool)
