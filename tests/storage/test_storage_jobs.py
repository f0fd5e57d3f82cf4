"""The queue: what ends how, and that several workers never do the same thing at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from erv_gateway.kern.fehler import ErvError, GegenstelleFailed, KonfigurationInvalid, ZustandConflict
from erv_gateway.storage import job_runner, jobs
from erv_gateway.storage.db import Database
from erv_gateway.storage.jobs import Handler, Later, WorkerSettings, held, release, run_worker

FAST = WorkerSettings(heartbeat=timedelta(seconds=3), shutdown_grace=timedelta(seconds=1))
WAIT = 15.0
Payload = dict[str, Any]


@pytest.fixture(autouse=True)
async def _empty(dsn: Callable[[str], str]) -> None:
    async with await Database.open(dsn("migrator")) as owner, owner.transaction() as tx:
        await tx.execute("TRUNCATE erv_jobs.pgqueuer, erv_jobs.pgqueuer_log, erv_jobs.job_start")


@asynccontextmanager
async def working(
    db: Database, handlers: dict[str, Any], settings: WorkerSettings = FAST
) -> AsyncIterator["asyncio.Task[None]"]:
    stop = asyncio.Event()
    task = asyncio.create_task(run_worker(db, handlers, stop=stop, settings=settings))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, WAIT)


async def put(db: Database, name: str, payload: Payload | None = None, **options: Any) -> bool:
    async with db.transaction() as tx:
        return await tx.enqueue(name, payload or {}, **options)


async def until(condition: Callable[[], Awaitable[bool] | bool]) -> None:
    async with asyncio.timeout(WAIT):
        while True:
            answer = condition()
            if answer is True or (answer is not False and await answer):
                return
            await asyncio.sleep(0.02)


async def left(db: Database) -> int:
    return int(await db.fetch_value("SELECT count(*) FROM erv_jobs.pgqueuer"))


async def test_a_job_exists_only_when_its_transaction_commits(db: Database) -> None:
    seen: list[Payload] = []

    async def handle(payload: Payload) -> None:
        seen.append(payload)

    async with working(db, {"a": handle}):
        with pytest.raises(ErvError, match="changed my mind"):  # noqa: PT012
            async with db.transaction() as tx:
                await tx.enqueue("a", {"n": 1})
                raise ErvError("changed my mind")
        await put(db, "a", {"n": 2, "text": "ä"})
        await until(lambda: len(seen) == 1)
    assert seen == [{"n": 2, "text": "ä"}]
    assert await left(db) == 0
    assert await db.fetch_value("SELECT count(*) FROM erv_jobs.job_start") == 0


async def test_a_dedupe_key_admits_one_waiting_job(db: Database) -> None:
    assert await put(db, "a", dedupe_key="k") is True
    assert await put(db, "a", dedupe_key="k") is False
    assert await put(db, "a", dedupe_key="other") is True
    assert await left(db) == 2


async def test_a_delayed_job_waits(db: Database) -> None:
    loop = asyncio.get_running_loop()
    moments: list[float] = []

    async def handle(_: Payload) -> None:
        moments.append(loop.time())

    async with working(db, {"a": handle}):
        begin = loop.time()
        await put(db, "a", delay=timedelta(seconds=0.6))
        await until(lambda: len(moments) == 1)
    assert moments[0] - begin >= 0.55


async def test_later_runs_the_same_job_again_and_counts_nothing(db: Database) -> None:
    runs = 0

    async def handle(_: Payload) -> None:
        nonlocal runs
        runs += 1
        if runs <= job_runner.MAX_STARTS + 2:
            raise Later(timedelta(0))

    await put(db, "a", dedupe_key="poll")
    async with working(db, {"a": handle}):
        await until(lambda: runs == job_runner.MAX_STARTS + 3)
        await until(lambda: _is_empty(db))
    assert await held(db) == ()


async def _is_empty(db: Database) -> bool:
    return await left(db) == 0


async def test_a_declared_failure_is_retried_until_it_works(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "FIRST_DELAY", timedelta(seconds=0.05))
    runs = 0

    async def handle(_: Payload) -> None:
        nonlocal runs
        runs += 1
        if runs < 4:
            raise GegenstelleFailed("no answer")

    await put(db, "a")
    async with working(db, {"a": handle}):
        await until(lambda: runs == 4)
        await until(lambda: _is_empty(db))


async def test_after_its_last_failure_a_job_is_held(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runner, "FIRST_DELAY", timedelta(seconds=0.01))
    runs = 0

    async def handle(_: Payload) -> None:
        nonlocal runs
        runs += 1
        raise GegenstelleFailed("no answer")

    await put(db, "a")
    async with working(db, {"a": Handler(handle, max_failures=3)}):
        await until(lambda: _is_held(db))
    assert runs == 3
    assert [(job.entrypoint, job.failures) for job in await held(db)] == [("a", 3)]


async def _is_held(db: Database) -> bool:
    return len(await held(db)) == 1


async def test_any_other_error_holds_the_job_and_its_text_is_stored_nowhere(db: Database) -> None:
    async def handle(_: Payload) -> None:
        raise ValueError("Erika Mustermann")

    await put(db, "a")
    async with working(db, {"a": handle}):
        await until(lambda: _is_held(db))
    stored = await db.fetch_all("SELECT traceback FROM erv_jobs.pgqueuer_log")
    assert "intern" in str(stored)
    assert "Mustermann" not in str(stored)


async def test_a_held_job_can_be_released(db: Database) -> None:
    broken = True
    runs = 0

    async def handle(_: Payload) -> None:
        nonlocal runs
        runs += 1
        if broken:
            raise ValueError

    await put(db, "a", dedupe_key="k")
    async with working(db, {"a": handle}):
        await until(lambda: _is_held(db))
        broken = False
        (job,) = await held(db)
        assert await release(db, [job.id]) == 1
        assert await release(db, [job.id]) == 0
        await until(lambda: _is_empty(db))
    assert runs == 2


async def test_release_refuses_beside_a_newer_job_of_the_same_key(db: Database) -> None:
    async def handle(_: Payload) -> None:
        raise ValueError

    await put(db, "a", dedupe_key="k")
    async with working(db, {"a": handle}):
        await until(lambda: _is_held(db))
    await put(db, "a", dedupe_key="k")
    with pytest.raises(ZustandConflict):
        await release(db, [job.id for job in await held(db)])


async def test_jobs_with_one_key_never_run_side_by_side_in_two_workers(db: Database) -> None:
    running: dict[str, int] = {}
    most: dict[str, int] = {}
    done = 0

    async def handle(payload: Payload) -> None:
        nonlocal done
        key = payload["key"]
        running[key] = running.get(key, 0) + 1
        most[key] = max(most.get(key, 0), running[key])
        await asyncio.sleep(0.03)
        running[key] -= 1
        done += 1

    handler = Handler(handle, key=lambda payload: str(payload["key"]))
    for number in range(12):
        await put(db, "a", {"key": f"k{number % 3}"})
    async with working(db, {"a": handler}), working(db, {"a": handler}):
        await until(lambda: done == 12)
    assert most == {"k0": 1, "k1": 1, "k2": 1}
    assert await held(db) == ()


async def test_a_running_job_ends_before_the_worker_does(db: Database) -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def handle(_: Payload) -> None:
        started.set()
        await asyncio.sleep(0.3)
        ended.set()

    await put(db, "a")
    async with working(db, {"a": handle}):
        await asyncio.wait_for(started.wait(), WAIT)
    assert ended.is_set()
    assert await left(db) == 0


async def test_a_job_that_outlasts_the_grace_goes_back_to_the_queue_uncounted(db: Database) -> None:
    started = asyncio.Event()

    async def hang(_: Payload) -> None:
        started.set()
        await asyncio.sleep(60)

    await put(db, "a")
    grace = WorkerSettings(heartbeat=timedelta(seconds=60), shutdown_grace=timedelta(seconds=0.1))
    async with working(db, {"a": hang}, grace):
        await asyncio.wait_for(started.wait(), WAIT)
    assert await db.fetch_value("SELECT status::text FROM erv_jobs.pgqueuer") == "queued"
    assert await db.fetch_value("SELECT starts FROM erv_jobs.job_start") == 0
    done = asyncio.Event()

    async def work(_: Payload) -> None:
        done.set()

    async with working(db, {"a": work}):
        await asyncio.wait_for(done.wait(), 5)


async def test_a_job_that_kills_its_process_is_held_in_the_end(db: Database) -> None:
    await put(db, "a")
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO erv_jobs.job_start (job_id, starts) SELECT id, $1 FROM erv_jobs.pgqueuer",
            job_runner.MAX_STARTS,
        )
    runs = 0

    async def handle(_: Payload) -> None:
        nonlocal runs
        runs += 1

    async with working(db, {"a": handle}):
        await until(lambda: _is_held(db))
    assert runs == 0


async def test_old_rows_of_the_queue_log_are_removed(db: Database) -> None:
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO erv_jobs.pgqueuer_log (created, job_id, status, priority, entrypoint, aggregated)"
            " VALUES (now() - interval '40 days', 1, 'successful', 0, 'a', true),"
            " (now() - interval '20 days', 2, 'successful', 0, 'a', true)"
        )
        await tx.execute(
            "INSERT INTO erv_jobs.job_start (job_id, starts, last_start) VALUES (1, 1, now() - interval '40 days')"
        )
    await jobs.prune(db, timedelta(days=30))
    assert await db.fetch_value("SELECT array_agg(job_id) FROM erv_jobs.pgqueuer_log") == [2]
    assert await db.fetch_value("SELECT count(*) FROM erv_jobs.job_start") == 0


async def test_a_worker_on_an_empty_database_says_what_to_do(empty_dsn: Callable[[str], str]) -> None:
    async with await Database.open(empty_dsn("migrator")) as database:
        with pytest.raises(KonfigurationInvalid, match="db migrate"):
            await run_worker(database, {}, stop=asyncio.Event())


@pytest.mark.parametrize("wrong", [{"concurrency": 1}, {"heartbeat": timedelta(milliseconds=10)}])
def test_worker_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(KonfigurationInvalid):
        WorkerSettings(**wrong)


@pytest.mark.parametrize(("failures", "seconds"), [(1, 5), (2, 10), (4, 40), (8, 640), (9, 900), (5000, 900)])
def test_the_delay_doubles_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert job_runner.backoff(failures) == timedelta(seconds=seconds)
