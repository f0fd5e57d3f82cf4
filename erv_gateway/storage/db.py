"""PostgreSQL through asyncpg: short transactions, reads beside them, and a lock that outlives transactions.

What the other rooms see of asyncpg is `Record` and `UniqueViolation`. A lost connection is always StorageUnavailable:
the process has nothing to rescue then, it ends and is started again.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction

from erv_gateway.storage import connection, job_queue, locks
from erv_gateway.storage.connection import StorageUnavailable, translate

__all__ = ["Database", "Record", "StorageUnavailable", "Tx", "UniqueViolation"]

Record = asyncpg.Record
UniqueViolation = asyncpg.UniqueViolationError

MAX_CONNECTIONS = 8
"""Per process. With two workers and the web process this stays far below PostgreSQL's default of 100."""


class Tx:
    """One open transaction. It ends with the `async with` block that gave it."""

    __slots__ = ("_connection",)

    def __init__(self, connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
        self._connection = connection

    async def execute(self, query: str, *args: object) -> int:
        """Run one statement; the number of rows that it touched (0 for statements that touch none)."""
        with translate():
            answer = await self._connection.execute(query, *args)
        return _count(answer)

    async def fetch_one(self, query: str, *args: object) -> Record | None:
        with translate():
            return await self._connection.fetchrow(query, *args)

    async def fetch_all(self, query: str, *args: object) -> list[Record]:
        with translate():
            return await self._connection.fetch(query, *args)

    async def fetch_value(self, query: str, *args: object) -> Any:
        with translate():
            return await self._connection.fetchval(query, *args)

    async def enqueue(
        self,
        entrypoint: str,
        payload: Mapping[str, Any],
        *,
        delay: timedelta | None = None,
        dedupe_key: str | None = None,
    ) -> bool:
        """Add a job that exists when, and only when, this transaction commits.

        `payload` is JSON: ids and codes, never content. False means that a job with `dedupe_key` is already queued or
        running and nothing was added.
        """
        query, args = job_queue.insert(entrypoint, payload, delay or timedelta(0), dedupe_key)
        return bool(await self.fetch_all(query, *args))


class Database:
    """A pool of connections as one role. Make it with `open`, end it with `close` or `async with`."""

    __slots__ = ("_dsn", "_pool")

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", dsn: str) -> None:
        self._pool = pool
        self._dsn = dsn

    @classmethod
    async def open(cls, dsn: str, *, min_size: int = 1, max_size: int = MAX_CONNECTIONS) -> Self:
        """Connect. Raises StorageUnavailable when the server does not answer or refuses the role."""
        with translate():
            pool = await connection.create_pool(dsn, min_size=min_size, max_size=max_size)
        return cls(pool, dsn)

    async def close(self) -> None:
        """Close every connection; one that does not end within five seconds is cut."""
        await connection.close_pool(self._pool)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def dsn(self) -> str:
        return self._dsn

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Tx]:
        """Commit when the block ends, roll back when it raises. No network call belongs inside."""
        with translate():
            connection = await self._pool.acquire()
        try:
            transaction = connection.transaction()
            with translate():
                await transaction.start()
            try:
                yield Tx(connection)
            except BaseException:
                await _roll_back(transaction)
                raise
            with translate():
                await transaction.commit()
        finally:
            with translate():
                await self._pool.release(connection)

    def session_lock(self, key: str) -> AbstractAsyncContextManager[bool]:
        """Hold `key` across transactions and network calls; see `locks.session_lock`."""
        return locks.session_lock(self._dsn, key)

    async def fetch_one(self, query: str, *args: object) -> Record | None:
        with translate():
            return await self._pool.fetchrow(query, *args)

    async def fetch_all(self, query: str, *args: object) -> list[Record]:
        with translate():
            return await self._pool.fetch(query, *args)

    async def fetch_value(self, query: str, *args: object) -> Any:
        with translate():
            return await self._pool.fetchval(query, *args)


async def _roll_back(transaction: Transaction) -> None:
    """A connection that is lost has rolled back already; the error of the block is the one to report."""
    with suppress(StorageUnavailable), translate():
        await transaction.rollback()


def _count(answer: str) -> int:
    """asyncpg returns the command tag: `UPDATE 3`, `INSERT 0 1`, `CREATE TABLE`."""
    last = answer.rsplit(" ", 1)[-1]
    return int(last) if last.isdecimal() else 0
