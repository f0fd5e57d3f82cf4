"""Which PostgreSQL a process uses: the one of ERV_DATABASE_URL, else the embedded one, found running or started."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage.embedded import ClusterInUse, EmbeddedPostgres, Rolle, attach

WAIT_SECONDS = 150.0
"""Longer than the embedded server may take to recover from a crash."""
POLL_SECONDS = 0.1

Zugang = Callable[[Rolle], str]
"""Role -> address (DSN, with its password if it has one: never log it)."""


@dataclass(frozen=True, slots=True)
class ServerUrls:
    """Addresses of a server of one's own. The migrator owns the schema; without an address of its own it is `url`."""

    url: str
    migrator_url: str | None = None


@asynccontextmanager
async def database_access(postgres_dir: Path, urls: ServerUrls | None) -> AsyncIterator[Zugang]:
    """Of several processes on one data directory the first starts the embedded server, the others find it.

    When the one that started it ends, the server ends too: the others see StorageUnavailable and are started again.
    Raises KonfigurationInvalid.
    """
    if urls is not None:
        yield lambda role: (urls.migrator_url or urls.url) if role == "migrator" else urls.url
        return
    server = EmbeddedPostgres(postgres_dir)
    try:
        yield await _found_or_started(server, postgres_dir)
    finally:
        await server.stop()


async def _found_or_started(server: EmbeddedPostgres, postgres_dir: Path) -> Zugang:
    deadline = asyncio.get_running_loop().time() + WAIT_SECONDS
    while True:
        try:
            return attach(postgres_dir).dsn
        except KonfigurationInvalid:
            pass
        try:
            await server.start()
        except ClusterInUse:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(POLL_SECONDS)
        else:
            return server.dsn
