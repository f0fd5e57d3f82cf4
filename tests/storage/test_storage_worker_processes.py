"""Several worker processes on one queue, some of which are killed."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from erv_gateway.storage import jobs
from erv_gateway.storage.db import Database
from erv_gateway.storage.job_runner import MAX_STARTS

CHILD = Path(__file__).with_name("worker_child.py")
WAIT = 60.0
Dsn = Callable[[str], str]
Start = Callable[[str], "subprocess.Popen[str]"]

pytestmark = [pytest.mark.slow, pytest.mark.crash]


@pytest.fixture(autouse=True)
async def _tables(dsn: Dsn) -> None:
    async with await Database.open(dsn("migrator")) as owner, owner.transaction() as tx:
        await tx.execute("DROP TABLE IF EXISTS erv.ran, erv.done")
        await tx.execute("CREATE TABLE erv.ran (job int, pid int)")
        await tx.execute("CREATE TABLE erv.done (job int PRIMARY KEY)")
        await tx.execute("GRANT SELECT, INSERT ON erv.ran, erv.done TO erv_gateway")
        await tx.execute("TRUNCATE erv_jobs.pgqueuer, erv_jobs.pgqueuer_log, erv_jobs.job_start")


@pytest.fixture
def start(dsn: Dsn) -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def begin(kind: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(CHILD), dsn("gateway"), kind], stdout=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait()


async def put(db: Database, kind: str, *payloads: dict[str, float]) -> None:
    async with db.transaction() as tx:
        for payload in payloads:
            await tx.enqueue(kind, payload)


async def until(db: Database, query: str, wanted: object) -> None:
    end = time.monotonic() + WAIT
    while (found := await db.fetch_value(query)) != wanted:
        assert time.monotonic() < end, f"{query}: {found}"
        await asyncio.sleep(0.05)


async def test_two_workers_share_the_jobs_and_a_killed_ones_job_is_run_again(db: Database, start: Start) -> None:
    first, second = start("note"), start("note")
    await put(db, "note", *({"n": number, "seconds": 0.05} for number in range(30)))
    await until(db, "SELECT count(*) FROM erv.done", 30)
    assert await db.fetch_value("SELECT count(DISTINCT pid) FROM erv.ran") == 2
    await put(db, "note", {"n": 100, "seconds": 2})
    await until(db, "SELECT count(*) FROM erv.ran WHERE job = 100", 1)
    victim = await db.fetch_value("SELECT pid FROM erv.ran WHERE job = 100")
    (first if first.pid == victim else second).kill()
    await until(db, "SELECT count(*) FROM erv.done WHERE job = 100", 1)
    pids = [row["pid"] for row in await db.fetch_all("SELECT pid FROM erv.ran WHERE job = 100")]
    assert sorted(pids) == sorted([first.pid, second.pid])


async def test_sigterm_lets_the_running_job_end_and_leaves_the_rest(db: Database, start: Start) -> None:
    worker = start("note")
    await put(db, "note", *({"n": number, "seconds": 0.5} for number in range(20)))
    await until(db, "SELECT count(*) > 0 FROM erv.ran", True)
    worker.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(worker.wait, WAIT) == 0
    done = await db.fetch_value("SELECT count(*) FROM erv.done")
    assert await db.fetch_value("SELECT count(*) FROM erv.ran") == done
    assert await db.fetch_value("SELECT count(*) FROM erv_jobs.pgqueuer WHERE status = 'queued'") == 20 - done


async def test_a_job_that_kills_every_worker_is_taken_out(db: Database, start: Start) -> None:
    await put(db, "die", {"n": 1})
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO erv_jobs.job_start (job_id, starts) SELECT id, $1 FROM erv_jobs.pgqueuer", MAX_STARTS - 1
        )
    assert await asyncio.to_thread(start("die").wait, WAIT) == -signal.SIGKILL
    survivor = start("die")
    await until(db, "SELECT count(*) FROM erv_jobs.pgqueuer WHERE status = 'failed'", 1)
    assert survivor.poll() is None
    assert await db.fetch_value("SELECT count(*) FROM erv.ran") == 1
    assert [job.starts for job in await jobs.held(db)] == [MAX_STARTS + 1]
