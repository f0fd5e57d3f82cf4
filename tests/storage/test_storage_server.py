"""A PostgreSQL server of one's own: no roles of ours on it yet, an administrator's login roles, and outages."""

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from erv_gateway.kern.ereignisse import leaf_hash
from erv_gateway.storage.db import Database, StorageUnavailable
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.storage.jobs import WorkerSettings, held, run_worker
from erv_gateway.storage.migrate import migrate
from erv_gateway.storage.zugang import ServerUrls, database_access

INSERT = "INSERT INTO erv.log_entry (id, art, gegenstand, leaf_hash, canonical_body) VALUES ($1, 'x.y', $1, $2, $3)"


async def test_roles_are_made_where_there_are_none_and_a_login_role_gets_one(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        await _forget_ours(server.admin_dsn())
        dba, service = (server.admin_dsn("other").replace("//postgres@", f"//{user}@") for user in ("dba", "svc"))
        assert "0001_roles_and_log.sql" in await migrate(dba)
        admin = await asyncpg.connect(dba)
        await admin.execute("GRANT erv_gateway TO svc")
        assert await admin.fetchval("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'erv_gateway'") is False
        await admin.close()
        urls = ServerUrls(service, dba)
        async with (
            database_access(data_dir / "unused", urls) as access,
            await Database.open(access("gateway")) as database,
        ):
            assert await migrate(access("migrator")) == ()
            async with database.transaction() as tx:
                await tx.execute(INSERT, uuid4(), leaf_hash(b"x"), b"x")
                await tx.enqueue("a", {})
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await database.fetch_all("DELETE FROM erv.log_entry")
        assert not (data_dir / "unused").exists()


async def _forget_ours(admin_dsn: str) -> None:
    admin = await asyncpg.connect(admin_dsn)
    await admin.execute("DROP DATABASE erv")
    for role in ("migrator", "gateway", "sequencer", "reader"):
        await admin.execute(f"DROP ROLE erv_{role}")
    await admin.execute("CREATE ROLE dba LOGIN CREATEROLE")
    await admin.execute("CREATE ROLE svc LOGIN")
    await admin.execute("CREATE DATABASE other OWNER dba")
    await admin.close()


@pytest.mark.crash
async def test_a_worker_that_loses_the_database_ends_and_its_job_is_not_lost(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    await server.start()
    await migrate(server.dsn("migrator"))
    settings = WorkerSettings(heartbeat=timedelta(seconds=2), shutdown_grace=timedelta(seconds=1))
    database = await Database.open(server.dsn())
    async with database.transaction() as tx:
        await tx.enqueue("a", {})

    async def kill_it(_: dict[str, Any]) -> None:
        os.killpg(server.pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        await database.fetch_value("SELECT 1")

    with pytest.raises(StorageUnavailable):
        async with asyncio.timeout(30):
            await run_worker(database, {"a": kill_it}, stop=asyncio.Event(), settings=settings)
    await database.close()
    await server.stop()

    stop = asyncio.Event()

    async def work(_: dict[str, Any]) -> None:
        stop.set()

    async with (
        EmbeddedPostgres(data_dir) as again,
        await Database.open(again.dsn()) as database,
        asyncio.timeout(30),
    ):
        await run_worker(database, {"a": work}, stop=stop, settings=settings)
        assert await held(database) == ()
        assert await database.fetch_value("SELECT count(*) FROM erv_jobs.pgqueuer") == 0


async def test_an_idle_worker_notices_the_outage_by_itself(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    await server.start()
    await migrate(server.dsn("migrator"))
    async with await Database.open(server.dsn()) as database:
        worker = asyncio.create_task(run_worker(database, {"a": _nothing}, stop=asyncio.Event()))
        await asyncio.sleep(0.5)
        await server.stop()
        with pytest.raises(StorageUnavailable):
            await asyncio.wait_for(worker, 30)


async def _nothing(_: dict[str, Any]) -> None: ...
