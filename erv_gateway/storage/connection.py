"""How a connection is opened, set up and lost."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from erv_gateway.kern.fehler import ErvError

SCHEMA = "erv"
CONNECT_SECONDS = 10.0
CLOSE_SECONDS = 5.0
COMMAND_SECONDS = 60.0
"""A statement that takes longer is a fault of ours; files never pass through the database."""

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    OSError,
    TimeoutError,
)


_CLOSED = re.compile(r"clos(ed|ing)|released|terminat")
"""asyncpg has one InterfaceError for a connection that is gone and for wrong use, which is a bug and must show."""


class StorageUnavailable(ErvError):
    """The connection to PostgreSQL is lost or cannot be made. Whoever works ends and is started again."""

    code = "datenbank"


@contextmanager
def translate() -> Iterator[None]:
    """Turn every way in which asyncpg reports a lost connection into StorageUnavailable.

    Put it around calls into asyncpg only, never around a caller's block: a missing file is an OSError too.
    """
    try:
        yield
    except _LOST as error:
        if isinstance(error, asyncpg.InterfaceError) and not _CLOSED.search(str(error)):
            raise
        raise StorageUnavailable(f"no connection to the database ({type(error).__name__})") from error


async def connect(dsn: str, *, command_seconds: float | None = COMMAND_SECONDS) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection of its own, set up like those of the pool. Raises what asyncpg raises."""
    connection = await asyncpg.connect(
        dsn, timeout=CONNECT_SECONDS, command_timeout=command_seconds, server_settings=_session()
    )
    await set_up(connection)
    return connection


async def create_pool(dsn: str, *, min_size: int, max_size: int, codecs: bool = True) -> "asyncpg.Pool[asyncpg.Record]":
    return await asyncpg.create_pool(
        dsn,
        min_size=min_size,
        max_size=max_size,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings=_session(),
        init=set_up if codecs else None,
    )


async def close_pool(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    try:
        await asyncio.wait_for(pool.close(), CLOSE_SECONDS)
    except _LOST:
        pool.terminate()


async def set_up(connection: Any) -> None:
    """JSON columns carry Python values, not text."""
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, encoder=_dump, decoder=json.loads, schema="pg_catalog")


def _session() -> dict[str, str]:
    return {"search_path": SCHEMA, "application_name": "erv-gateway", "timezone": "UTC"}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
