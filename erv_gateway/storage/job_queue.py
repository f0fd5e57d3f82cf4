"""Where the queue lies (pgqueuer's tables in a schema of their own) and how a job gets into it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.db import Driver
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import JOB_STATUS, Channel
from pgqueuer.models import Job, TracebackRecord
from pgqueuer.queries import Queries

from erv_gateway.storage.queries import load

SQL = load("job_queue", "give_back", "unbegin", "wake")
SCHEMA = "erv_jobs"
CHANNEL = Channel("ch_pgqueuer")


def names() -> DBSettings:
    """The names that migration 0002 gave, all of them said here: pgqueuer would read the rest from the environment."""
    return DBSettings(
        prefix="",
        db_schema=SCHEMA,
        channel=CHANNEL,
        function="fn_pgqueuer_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        trigger="tg_pgqueuer_changed",
        schedules_table="pgqueuer_schedules",
        durability=Durability.durable,
        widen_id=True,
    )


class JobQueries(Queries):
    """pgqueuer's operations with two corrections.

    It deletes a job whose task was cancelled. Ours are cancelled only because the worker ends: another one is to have
    them at once, and the interrupted start does not count. And its trigger is silent when a job is put back, so that
    idle workers would notice it at their next poll only.
    """

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        await super().retry_job(job, delay, traceback_record)
        await self.driver.execute(SQL.wake)

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        ended = [entry for entry in job_status if entry[1] != "canceled"]
        if ended:
            await super().log_jobs(ended)
        for job, status, _ in job_status:
            if status == "canceled":
                await self.driver.execute(SQL.unbegin, job.id)
                await self.driver.execute(SQL.give_back, job.id, job.queue_manager_id)
                await self.driver.execute(SQL.wake)


def queries(driver: Driver) -> Queries:
    """pgqueuer's own operations, bound to our schema."""
    settings = names()
    return JobQueries(
        driver,
        qbe=QueryBuilderEnvironment(settings=settings),
        qbq=QueryQueueBuilder(settings=settings),
        qbs=QuerySchedulerBuilder(settings=settings),
    )


def insert(
    entrypoint: str, payload: Mapping[str, Any], delay: timedelta, dedupe_key: str | None
) -> tuple[str, tuple[object, ...]]:
    """pgqueuer's statement for one new job and its arguments; it returns no row when the dedupe key is taken."""
    body = json.dumps(dict(payload), ensure_ascii=False, allow_nan=False).encode()
    return _enqueue_sql(), ([0], [entrypoint], [body], [delay], [dedupe_key], [None])


@lru_cache(maxsize=1)
def _enqueue_sql() -> str:
    return QueryQueueBuilder(settings=names()).build_enqueue_query("skip")
