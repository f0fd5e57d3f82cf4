"""Numbered migrations: `migrations/NNNN_name.sql`, each in one transaction, each for ever what it was."""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files

import asyncpg

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage import connection
from erv_gateway.storage.connection import translate
from erv_gateway.storage.locks import lock_number
from erv_gateway.storage.queries import load

SQL = load("migrate", "lock", "has_schema", "create_schema", "has_table", "create_table", "applied", "record")
_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_LOCK = "erv migrate"


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> bytes:
        return hashlib.sha256(self.sql.encode()).digest()


@dataclass(frozen=True, slots=True)
class Stand:
    """`applied` and `pending` are names in order; `faults` are one line each, empty when all is well."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    faults: tuple[str, ...]


Applied = Sequence[asyncpg.Record]
Connection = asyncpg.Connection


def available() -> tuple[Migration, ...]:
    """The migrations of this version, in order.

    Raises KonfigurationInvalid on a strange name or a number given twice.
    """
    folder = files("erv_gateway.storage").joinpath("migrations")
    found = []
    for entry in folder.iterdir():
        match = _FILE.fullmatch(entry.name)
        if match:
            found.append(Migration(int(match[1]), entry.name, entry.read_text(encoding="utf-8")))
        elif entry.name.endswith(".sql"):
            raise KonfigurationInvalid(f"migrations/{entry.name} is not named NNNN_name.sql")
    found.sort(key=lambda migration: migration.number)
    if len({migration.number for migration in found}) != len(found):
        raise KonfigurationInvalid("two migrations have the same number")
    return tuple(found)


async def migrate(dsn: str, *, migrations: Sequence[Migration] | None = None) -> tuple[str, ...]:
    """Apply what is missing and return its names. `dsn` is the migrator's: it owns the schema.

    Raises KonfigurationInvalid when an applied file was changed or has vanished, a new one is numbered before an
    applied one, or a statement fails (that file is rolled back, those before it stay).
    """
    known = tuple(migrations) if migrations is not None else available()
    async with _connection(dsn) as own:
        await own.execute(SQL.lock, lock_number(_LOCK))
        await _prepare(own)
        applied = await own.fetch(SQL.applied)
        for fault in find_faults(known, applied):
            raise KonfigurationInvalid(fault)
        pending = known[len(applied) :]
        for migration in pending:
            await _apply(own, migration)
        return tuple(migration.name for migration in pending)


async def status(dsn: str, *, migrations: Sequence[Migration] | None = None) -> Stand:
    """What is applied, what is missing, what is wrong. Changes nothing; any role may ask."""
    known = tuple(migrations) if migrations is not None else available()
    async with _connection(dsn) as own:
        applied = await own.fetch(SQL.applied) if await own.fetchval(SQL.has_table) else []
    done = tuple(row["name"] for row in applied)
    pending = tuple(migration.name for migration in known if migration.name not in done)
    return Stand(done, pending, tuple(find_faults(known, applied)))


def find_faults(known: Sequence[Migration], applied: Applied) -> Iterator[str]:
    """The applied ones must be the first of the known ones, unchanged."""
    by_number = {migration.number: migration for migration in known}
    for row in applied:
        migration = by_number.get(row["number"])
        if migration is None or migration.name != row["name"]:
            yield f"migration {row['name']} was applied, but this version does not have it: is it older than the data?"
        elif migration.checksum != row["checksum"]:
            yield f"migration {row['name']} was changed after it was applied"
    last = max((row["number"] for row in applied), default=0)
    done = {row["number"] for row in applied}
    for migration in known:
        if migration.number < last and migration.number not in done:
            yield f"migration {migration.name} is missing although a later one was applied"


async def _prepare(own: "Connection[asyncpg.Record]") -> None:
    async with own.transaction():
        if not await own.fetchval(SQL.has_schema):
            await own.execute(SQL.create_schema)
        if not await own.fetchval(SQL.has_table):
            await own.execute(SQL.create_table)


async def _apply(own: "Connection[asyncpg.Record]", migration: Migration) -> None:
    try:
        async with own.transaction():
            await own.execute(migration.sql)
            await own.execute(SQL.record, migration.number, migration.name, migration.checksum)
    except asyncpg.PostgresConnectionError:
        raise
    except asyncpg.InsufficientPrivilegeError as error:
        raise KonfigurationInvalid(
            f"migration {migration.name}: the migrating role may not do this ({error}); the head of "
            "migrations/0001_roles_and_log.sql says what the administrator prepares"
        ) from error
    except asyncpg.PostgresError as error:
        raise KonfigurationInvalid(f"migration {migration.name} fails: {error}") from error


@asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator["Connection[asyncpg.Record]"]:
    """The advisory lock is the session's, so it ends with this connection. A migration may take its time."""
    with translate():
        own = await connection.connect(dsn, command_seconds=None)
        try:
            yield own
        except asyncpg.InsufficientPrivilegeError as error:
            raise KonfigurationInvalid(f"the role of the migration lacks a right: {error}") from error
        finally:
            await own.close()
