"""Transactions, reads, codecs, the lock, and how a lost server shows."""

import asyncio
import os
import signal
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from erv_gateway.storage.db import Database, StorageUnavailable, UniqueViolation
from erv_gateway.storage.embedded import EmbeddedPostgres

Dsn = Callable[[str], str]


@pytest.fixture(scope="module", autouse=True)
def _table(dsn: Dsn) -> None:
    async def make() -> None:
        async with await Database.open(dsn("migrator")) as owner, owner.transaction() as tx:
            await tx.execute("CREATE TABLE thing (id uuid PRIMARY KEY, data jsonb, bytes bytea, at timestamptz)")
            await tx.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON thing TO erv_gateway")

    asyncio.run(make())


async def insert(db: Database, key: uuid.UUID) -> None:
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO thing (id) VALUES ($1)", key)


async def test_values_come_back_as_they_went_in(db: Database) -> None:
    key, moment = uuid.uuid4(), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    data = {"ä": [1, None, "x"], "n": {"b": True}}
    async with db.transaction() as tx:
        assert await tx.execute("INSERT INTO thing VALUES ($1, $2, $3, $4)", key, data, b"\0\xff", moment) == 1
        assert await tx.fetch_value("SELECT data -> 'ä' FROM thing WHERE id = $1", key) == [1, None, "x"]
    row = await db.fetch_one("SELECT id, data, bytes, at FROM thing WHERE id = $1", key)
    assert row is not None
    assert dict(row) == {"id": key, "data": data, "bytes": b"\0\xff", "at": moment}
    assert row["at"].tzinfo is not None


async def test_a_plain_string_is_a_json_value_too(db: Database) -> None:
    key = uuid.uuid4()
    async with db.transaction() as tx:
        await tx.execute("INSERT INTO thing (id, data) VALUES ($1, $2)", key, '{"not": "parsed"}')
    assert await db.fetch_value("SELECT jsonb_typeof(data) FROM thing WHERE id = $1", key) == "string"


async def test_what_raises_in_the_block_is_rolled_back_and_passes_unchanged(db: Database) -> None:
    key = uuid.uuid4()
    for error in (FileNotFoundError("a file"), TimeoutError(), KeyError("x"), asyncio.CancelledError()):
        with pytest.raises(type(error)):  # noqa: PT012
            async with db.transaction() as tx:
                await tx.execute("INSERT INTO thing (id) VALUES ($1)", key)
                raise error
    assert await db.fetch_one("SELECT id FROM thing WHERE id = $1", key) is None


async def test_execute_counts_rows(db: Database) -> None:
    key = uuid.uuid4()
    async with db.transaction() as tx:
        assert await tx.execute("UPDATE thing SET data = NULL WHERE id = $1", key) == 0
        assert await tx.execute("INSERT INTO thing (id) VALUES ($1), ($2)", key, uuid.uuid4()) == 2
        assert await tx.execute("SET LOCAL work_mem = '4MB'") == 0


async def test_a_key_twice_is_a_unique_violation(db: Database) -> None:
    key = uuid.uuid4()
    await insert(db, key)
    with pytest.raises(UniqueViolation):
        await insert(db, key)


async def test_wrong_use_stays_a_bug_and_is_no_outage(db: Database) -> None:
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await db.fetch_all("SELEKT 1")
    with pytest.raises(asyncpg.InterfaceError):
        await db.fetch_all("SELECT $1::int", "x", "y")


async def test_a_lock_is_held_once_and_freed_at_the_end(db: Database) -> None:
    async with db.session_lock("a") as first, db.session_lock("a") as second, db.session_lock("b") as other:
        assert (first, second, other) == (True, False, True)
        idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        assert await db.fetch_value(idle) == 0
    async with db.session_lock("a") as again:
        assert again is True


async def test_a_lock_is_freed_when_the_block_raises(db: Database) -> None:
    with pytest.raises(ValueError, match="x"):
        async with db.session_lock("a"):
            raise ValueError("x")
    async with db.session_lock("a") as again:
        assert again is True


async def test_whoever_loses_the_lock_is_stopped(db: Database, postgres: EmbeddedPostgres) -> None:
    went_on = False
    with pytest.raises(StorageUnavailable):  # noqa: PT012
        async with db.session_lock("a"):
            await _cut_locks(postgres)
            await asyncio.sleep(10)
            went_on = True
    assert not went_on
    await asyncio.sleep(0)


async def test_a_cancel_from_outside_stays_a_cancel(db: Database) -> None:
    async def hold() -> None:
        async with db.session_lock("a"):
            await asyncio.sleep(10)

    task = asyncio.create_task(hold())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def _cut_locks(postgres: EmbeddedPostgres) -> None:
    admin = await asyncpg.connect(postgres.admin_dsn())
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    await admin.close()


async def test_a_server_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        await Database.open(f"postgresql://erv_gateway@/erv?host={tmp_path}")


@pytest.mark.crash
async def test_a_server_that_dies_is_the_same_error_everywhere(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    await server.start()
    database = await Database.open(server.dsn())
    with pytest.raises(StorageUnavailable):  # noqa: PT012
        async with database.transaction() as tx:
            os.killpg(server.pid, signal.SIGKILL)
            await asyncio.sleep(0.1)
            await tx.execute("SELECT 1")
    for ask in (database.fetch_value, database.fetch_one, database.fetch_all):
        with pytest.raises(StorageUnavailable):
            await ask("SELECT 1")
    with pytest.raises(StorageUnavailable):
        async with database.transaction():
            pass
    with pytest.raises(StorageUnavailable):
        async with database.session_lock("a"):
            pass
    await database.close()
    await server.stop()
