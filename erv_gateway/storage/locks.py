"""A lock by name that several processes share and that no transaction has to stay open for."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from erv_gateway.storage import connection
from erv_gateway.storage.connection import StorageUnavailable, translate
from erv_gateway.storage.queries import load

SQL = load("lock", "try_lock", "unlock")
KEY_BYTES = 8
"""PostgreSQL's advisory locks have 64 bit keys."""


@asynccontextmanager
async def session_lock(dsn: str, key: str) -> AsyncIterator[bool]:
    """Try to take the lock of `key`; yields whether it is held. Never waits for another holder.

    The lock lives on a connection of its own, so that a pool can never starve itself, and ends with it: when that
    connection is lost the body is cancelled and StorageUnavailable raised, since someone else may hold the lock then.
    """
    with translate():
        own = await connection.connect(dsn)
    try:
        with translate():
            held = await own.fetchval(SQL.try_lock, lock_number(key))
        async with _cancelled_when_lost(own):
            yield held
        if held:
            with translate():
                await own.execute(SQL.unlock, lock_number(key))
    finally:
        await _close(own)


def lock_number(key: str) -> int:
    """The first 64 bit of SHA-256 over the key, signed as PostgreSQL's bigint."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:KEY_BYTES], "big", signed=True)


@asynccontextmanager
async def _cancelled_when_lost(own: "asyncpg.Connection[asyncpg.Record]") -> AsyncIterator[None]:
    task = asyncio.current_task()
    lost = False

    def on_loss(_: object) -> None:
        nonlocal lost
        lost = True
        if task is not None:
            task.cancel()

    own.add_termination_listener(on_loss)
    try:
        yield
    except asyncio.CancelledError as error:
        if lost and task is not None and task.uncancel() == 0:
            raise StorageUnavailable("the connection that held a lock is lost") from error
        raise
    finally:
        own.remove_termination_listener(on_loss)


async def _close(own: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Closing the connection frees the lock; a server that is gone has freed it already."""
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        await own.close(timeout=connection.CLOSE_SECONDS)
