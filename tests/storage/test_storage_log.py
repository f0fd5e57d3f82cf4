"""The log is written with the change, and nobody rewrites it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from erv_gateway.kern.ereignisse import Ereignis, EreignisArt, leaf_hash
from erv_gateway.storage import log
from erv_gateway.storage.db import Database, UniqueViolation

Dsn = Callable[[str], str]
MOMENT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
INSERT = "INSERT INTO erv.log_entry (id, art, gegenstand, leaf_hash, canonical_body) VALUES ($1, 'x.y', $1, $2, $3)"


def ereignis(gegenstand: UUID | None = None) -> Ereignis:
    return Ereignis(
        id=uuid4(),
        art=EreignisArt.SENDUNG_ANGELEGT,
        gegenstand=gegenstand or uuid4(),
        zeitpunkt=MOMENT,
        handelnd="person:1",
        angaben={"bytes": 7},
        nonce="00" * 16,
    )


async def written(db: Database) -> Ereignis:
    entry = ereignis()
    async with db.transaction() as tx:
        await log.append(tx, entry)
    return entry


async def as_role(dsn: str, statement: str, *args: object) -> None:
    async with await Database.open(dsn) as database, database.transaction() as tx:
        await tx.execute(statement, *args)


async def test_an_entry_keeps_its_bytes_and_leaf(db: Database) -> None:
    entry = await written(db)
    (found,) = await log.entries_of(db, entry.gegenstand)
    assert (found.id, found.art, found.gegenstand, found.idx) == (entry.id, entry.art, entry.gegenstand, None)
    assert found.canonical_body == entry.body()
    assert found.leaf_hash == leaf_hash(entry.body())
    assert found.received_at.tzinfo is not None
    assert await log.entry(db, entry.id) == found
    assert await log.entry(db, uuid4()) is None


async def test_entries_come_in_the_order_of_writing(db: Database) -> None:
    gegenstand = uuid4()
    entries = [ereignis(gegenstand) for _ in range(5)]
    for entry in entries:
        async with db.transaction() as tx:
            await log.append(tx, entry)
            assert (await log.entries_of(tx, gegenstand))[-1].id == entry.id
    assert [found.id for found in await log.entries_of(db, gegenstand)] == [entry.id for entry in entries]


async def test_no_change_no_entry(db: Database) -> None:
    entry = ereignis()
    with pytest.raises(RuntimeError):  # noqa: PT012
        async with db.transaction() as tx:
            await log.append(tx, entry)
            raise RuntimeError
    assert await log.entries_of(db, entry.gegenstand) == ()


async def test_the_same_entry_twice_is_refused(db: Database) -> None:
    entry = await written(db)
    with pytest.raises(UniqueViolation):
        async with db.transaction() as tx:
            await log.append(tx, replace(entry, handelnd="other"))


@pytest.mark.parametrize("role", ["gateway", "sequencer", "reader"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erv.log_entry SET canonical_body = '\\x00' WHERE id = $1",
        "UPDATE erv.log_entry SET received_at = now() WHERE id = $1",
        "DELETE FROM erv.log_entry WHERE id = $1",
        "UPDATE erv.migration SET checksum = checksum WHERE $1::uuid IS NOT NULL",
    ],
)
async def test_no_role_of_the_service_rewrites_it(db: Database, dsn: Dsn, role: str, statement: str) -> None:
    entry = await written(db)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(dsn(role), statement, entry.id)


@pytest.mark.parametrize("role", ["gateway", "sequencer", "reader"])
@pytest.mark.parametrize("statement", ["TRUNCATE erv.log_entry", "ALTER TABLE erv.log_entry DISABLE TRIGGER ALL"])
async def test_no_role_of_the_service_empties_or_alters_it(dsn: Dsn, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(dsn(role), statement)


@pytest.mark.parametrize("role", ["sequencer", "reader"])
async def test_only_the_gateway_writes(dsn: Dsn, role: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(dsn(role), INSERT, uuid4(), leaf_hash(b"x"), b"x")


@pytest.mark.parametrize("role", ["gateway", "reader"])
async def test_only_the_sequencer_numbers(db: Database, dsn: Dsn, role: str) -> None:
    entry = await written(db)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(dsn(role), "UPDATE erv.log_entry SET idx = 5 WHERE id = $1", entry.id)


async def test_a_place_is_given_once_and_never_changed(db: Database, dsn: Dsn) -> None:
    entry = await written(db)
    await as_role(dsn("sequencer"), "UPDATE erv.log_entry SET idx = 0 WHERE id = $1", entry.id)
    found = await log.entry(db, entry.id)
    assert found is not None
    assert found.idx == 0
    for change in (1, None, 0):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await as_role(dsn("sequencer"), "UPDATE erv.log_entry SET idx = $2 WHERE id = $1", entry.id, change)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE erv.log_entry SET canonical_body = '\\x00' WHERE id = $1",
        "UPDATE erv.log_entry SET idx = 99, art = 'z' WHERE id = $1",
        "DELETE FROM erv.log_entry WHERE id = $1",
    ],
)
async def test_even_the_owner_is_stopped_by_the_trigger(db: Database, dsn: Dsn, statement: str) -> None:
    entry = await written(db)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await as_role(dsn("migrator"), statement, entry.id)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="append-only"):
        await as_role(dsn("migrator"), "TRUNCATE erv.log_entry")


async def test_a_leaf_that_is_not_its_bodys_is_refused(dsn: Dsn) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await as_role(dsn("gateway"), INSERT, uuid4(), leaf_hash(b"other"), b"x")


@pytest.mark.parametrize("column", ["idx", "received_at", "seq"])
async def test_the_gateway_does_not_choose_place_or_time(dsn: Dsn, column: str) -> None:
    statement = INSERT.replace("canonical_body)", f"canonical_body, {column})").replace("$3)", "$3, DEFAULT)")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(dsn("gateway"), statement, uuid4(), leaf_hash(b"x"), b"x")


async def test_the_reader_does_not_see_the_payload_of_the_queue_log(dsn: Dsn) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_role(dsn("reader"), "SELECT traceback FROM erv_jobs.pgqueuer_log")
