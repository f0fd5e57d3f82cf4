"""One job: counted, kept apart from others with its key, run, and its end told to pgqueuer."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from erv_gateway.kern.fehler import ErvError, GegenstelleFailed
from erv_gateway.protokollierung import frames_of, logger
from erv_gateway.storage.connection import StorageUnavailable
from erv_gateway.storage.db import Database
from erv_gateway.storage.queries import load

SQL = load("job_start", "begin", "fail", "pause", "unbegin", "finish")

MAX_STARTS = 5
"""Beginnings without an orderly end after which a job is taken for one that kills its process."""
MAX_FAILURES = 100
"""With the delays below that is about a day, the longest maintenance of an intermediary that we plan for."""
FIRST_DELAY = timedelta(seconds=5)
MAX_DELAY = timedelta(minutes=15)
BUSY_DELAY = timedelta(seconds=0.5)

Payload = dict[str, Any]
Handle = Callable[[Payload], Awaitable[None]]
Log = structlog.typing.FilteringBoundLogger


@dataclass(frozen=True, slots=True)
class Handler:
    """`key`: jobs for which it gives the same text never run side by side, in whatever process.

    `max_failures`: None for a recurring job that must never give up.
    """

    handle: Handle
    key: Callable[[Payload], str] | None = None
    retry_on: tuple[type[Exception], ...] = (GegenstelleFailed,)
    max_failures: int | None = MAX_FAILURES


class Later(Exception):
    """Not an error: the same job is to run again after `delay`. A recurring job ends with it."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again in {delay}")
        self.delay = delay


class JobHeld(Exception):
    """What pgqueuer sees, and stores, of an error: its code, never its text."""


class Runner:
    """Wraps handlers for pgqueuer. `lost` is set when a handler lost the database."""

    def __init__(self, database: Database, log: Log | None = None) -> None:
        self.database = database
        self.lost: StorageUnavailable | None = None
        self.lost_event = asyncio.Event()
        self._log = log or logger()

    def entrypoint(self, name: str, handler: Handler | Handle) -> Callable[[Job], Awaitable[None]]:
        chosen = handler if isinstance(handler, Handler) else Handler(handler)

        async def run(job: Job) -> None:
            try:
                await self._run(job, chosen, self._log.bind(job=int(job.id), entrypoint=name))
            except StorageUnavailable as error:
                self.lost = error
                self.lost_event.set()
                # A job that ends cancelled is given back (`job_queue`): it has neither failed nor succeeded.
                raise asyncio.CancelledError from error

        return run

    async def _run(self, job: Job, handler: Handler, log: Log) -> None:
        starts = await self._value(SQL.begin, job.id)
        if starts > MAX_STARTS:
            log.error("job.gehalten", code="job-beendet-prozess", starts=starts)
            raise JobHeld("job-beendet-prozess")
        try:
            await self._handle(job, handler)
        except (StorageUnavailable, RetryRequested):
            raise
        except Later as later:
            await self._value(SQL.pause, job.id)
            raise RetryRequested(later.delay, "later") from None
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is this job's, not the worker's, end
            # `from None`: pgqueuer stores the chain of errors, whose texts may quote content.
            raise await self._failed(job, handler, error, log) from None
        await self._value(SQL.finish, job.id)
        log.info("job.erledigt")

    async def _handle(self, job: Job, handler: Handler) -> None:
        payload = json.loads(job.payload or b"{}")
        async with self._alone(handler.key(payload) if handler.key else None) as alone:
            if not alone:
                await self._value(SQL.unbegin, job.id)
                raise RetryRequested(BUSY_DELAY, "busy")
            await handler.handle(payload)

    @asynccontextmanager
    async def _alone(self, key: str | None) -> AsyncIterator[bool]:
        if key is None:
            yield True
            return
        async with self.database.session_lock(f"job:{key}") as alone:
            yield alone

    async def _failed(self, job: Job, handler: Handler, error: Exception, log: Log) -> Exception:
        """Count it and decide: again after a delay, or held."""
        code = error.code if isinstance(error, ErvError) else "intern"
        failures = await self._value(SQL.fail, job.id)
        details = {"code": code, "error_type": type(error).__name__, "failures": failures}
        limit = handler.max_failures
        if isinstance(error, handler.retry_on) and (limit is None or failures < limit):
            delay = backoff(failures)
            log.warning("job.wiederholt", **details, delay=delay.total_seconds())
            return RetryRequested(delay, code)
        log.error("job.gehalten", **details, frames=frames_of(error))
        return JobHeld(code)

    async def _value(self, query: str, job_id: int) -> int:
        async with self.database.transaction() as tx:
            return int(await tx.fetch_value(query, job_id) or 0)


def backoff(failures: int) -> timedelta:
    """5 s after the first failure, twice as long after each further one, never more than 15 min."""
    doublings = min(failures - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), MAX_DELAY)
