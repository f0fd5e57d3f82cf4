"""Migrations run once, in order, and for ever as they were."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pgqueuer.adapters.persistence import schema_ddl

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage import job_queue
from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.storage.migrate import Migration, available, migrate, status

Dsn = Callable[[str], str]
ONE = Migration(1, "0001_one.sql", "CREATE TABLE erv.one (n int);")
TWO = Migration(2, "0002_two.sql", "CREATE TABLE erv.two (n int); INSERT INTO erv.two VALUES (1);")
TEN = Migration(10, "0010_ten.sql", "CREATE TABLE erv.ten (n int);")


@pytest.fixture
async def owner(empty_dsn: Dsn) -> str:
    dsn = empty_dsn("migrator")
    async with await Database.open(dsn) as database, database.transaction() as tx:
        await tx.execute("DROP SCHEMA IF EXISTS erv CASCADE")
    return dsn


async def value(dsn: str, query: str) -> object:
    async with await Database.open(dsn) as database:
        return await database.fetch_value(query)


async def test_each_is_applied_once_and_in_order(owner: str) -> None:
    assert (await status(owner, migrations=[ONE, TWO])).pending == (ONE.name, TWO.name)
    assert await migrate(owner, migrations=[ONE, TWO]) == (ONE.name, TWO.name)
    assert await migrate(owner, migrations=[ONE, TWO, TEN]) == (TEN.name,)
    assert await migrate(owner, migrations=[ONE, TWO, TEN]) == ()
    found = await status(owner, migrations=[ONE, TWO, TEN])
    assert (found.applied, found.pending, found.faults) == ((ONE.name, TWO.name, TEN.name), (), ())


async def test_a_changed_file_is_refused(owner: str) -> None:
    await migrate(owner, migrations=[ONE])
    changed = Migration(1, ONE.name, ONE.sql + " ")
    with pytest.raises(KonfigurationInvalid, match="changed after it was applied"):
        await migrate(owner, migrations=[changed, TWO])
    assert (await status(owner, migrations=[changed])).faults
    assert await value(owner, "SELECT to_regclass('erv.two')") is None


async def test_a_gap_and_a_vanished_file_are_refused(owner: str) -> None:
    await migrate(owner, migrations=[ONE, TEN])
    with pytest.raises(KonfigurationInvalid, match="missing although a later one"):
        await migrate(owner, migrations=[ONE, TWO, TEN])
    with pytest.raises(KonfigurationInvalid, match="does not have it"):
        await migrate(owner, migrations=[ONE])


async def test_one_that_fails_leaves_nothing_and_those_before_it_stay(owner: str) -> None:
    broken = Migration(3, "0003_broken.sql", "CREATE TABLE erv.three (n int); SELECT 1/0;")
    with pytest.raises(KonfigurationInvalid, match=r"0003_broken.sql fails: division by zero"):
        await migrate(owner, migrations=[ONE, broken])
    assert (await status(owner, migrations=[ONE, broken])).applied == (ONE.name,)
    assert await value(owner, "SELECT to_regclass('erv.three')") is None


async def test_two_at_once_do_it_once(owner: str) -> None:
    answers = await asyncio.gather(*(migrate(owner, migrations=[ONE, TWO]) for _ in range(4)))
    assert sorted(answers) == [(), (), (), (ONE.name, TWO.name)]


async def test_another_role_may_not_migrate(empty_dsn: Dsn) -> None:
    with pytest.raises(KonfigurationInvalid, match="right"):
        await migrate(empty_dsn("gateway"), migrations=[ONE])


async def test_the_real_ones_work_where_the_roles_exist_already(dsn: Dsn, postgres: EmbeddedPostgres) -> None:
    found = await status(dsn("reader"))
    assert found.faults == ()
    assert found.pending == ()
    assert found.applied[:2] == ("0001_roles_and_log.sql", "0002_jobs.sql")
    assert await migrate(dsn("migrator")) == ()


async def test_without_the_right_to_make_roles_the_administrator_is_told(owner: str) -> None:
    role = Migration(1, "0001_role.sql", "CREATE ROLE erv_nobody;")
    with pytest.raises(KonfigurationInvalid, match="the administrator"):
        await migrate(owner, migrations=[role])


def test_numbers_are_unique_and_ascend() -> None:
    numbers = [migration.number for migration in available()]
    assert numbers == sorted(set(numbers))


def test_the_queue_is_pgqueuers_own_schema_of_the_installed_version() -> None:
    """After an update of pgqueuer this fails, and a new migration takes what `pgq upgrade --plan` says."""
    expected = schema_ddl.render_install(job_queue.names(), create_schema=False)
    (jobs,) = (migration for migration in available() if migration.number == 2)
    assert " ".join(expected.split()) in " ".join(jobs.sql.split())


def test_each_migration_names_grants_for_its_tables() -> None:
    folder = Path(__file__).resolve().parents[2] / "erv_gateway" / "storage" / "migrations"
    for path in folder.glob("*.sql"):
        text = path.read_text(encoding="utf-8")
        assert "CREATE TABLE" not in text or "GRANT " in text, path.name
