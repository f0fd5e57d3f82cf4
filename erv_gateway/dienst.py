"""`erv-gateway run`: one process that keeps the others going: PostgreSQL, the web server, the workers.

Each of them may die at any time; it is started again and goes on where the database says. When this process dies, all
of them end with it.
"""

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from erv_gateway.protokollierung import logger
from erv_gateway.settings import Settings
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.storage.migrate import migrate
from erv_gateway.wiring import open_database_access

WATCH_SECONDS: Final = 0.2
RESTART_SECONDS: Final = 0.5
MAX_RESTART_SECONDS: Final = 10.0
STABLE_SECONDS: Final = 30.0
"""A child that lived this long was well; its next restart is quick again."""
GRACE_SECONDS: Final = 25.0


async def run(settings: Settings, config: Path | None) -> None:
    """Until SIGTERM or SIGINT. Raises KonfigurationInvalid when the database cannot be started or migrated."""
    stop = stop_on_signals()
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_database(settings, ready, stop))
        await ready.wait()
        for command in _commands(config, settings.worker.processes):
            group.create_task(_keep_child(command, stop))


def stop_on_signals() -> asyncio.Event:
    """An event that is set by SIGTERM and SIGINT."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    return stop


def _commands(config: Path | None, workers: int) -> list[list[str]]:
    options = [] if config is None else ["--config", str(config)]
    base = [sys.executable, "-m", "erv_gateway"]
    return [[*base, "serve", "--child", *options], *[[*base, "work", "--child", *options]] * workers]


async def _keep_database(settings: Settings, ready: asyncio.Event, stop: asyncio.Event) -> None:
    """The embedded server, restarted when it dies; with a server of one's own only the migration is ours."""
    if settings.database.dsn() is not None:
        async with open_database_access(settings) as zugang:
            await migrate(zugang("migrator"))
        ready.set()
        await stop.wait()
        return
    while not stop.is_set():
        async with EmbeddedPostgres(settings.postgres_dir) as server:
            await migrate(server.dsn("migrator"))
            ready.set()
            while server.alive() and not await _stopped(stop, WATCH_SECONDS):
                pass
            if not stop.is_set():
                logger().error("datenbank.gestorben")


async def _keep_child(command: Sequence[str], stop: asyncio.Event) -> None:
    delay = RESTART_SECONDS
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        started = loop.time()
        child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
        await _wait(child, stop)
        if stop.is_set():
            return
        delay = RESTART_SECONDS if loop.time() - started > STABLE_SECONDS else min(delay * 2, MAX_RESTART_SECONDS)
        logger().warning("prozess.beendet", pid=child.pid, status=child.returncode, worker=command[3])
        await _stopped(stop, delay)


async def _wait(child: asyncio.subprocess.Process, stop: asyncio.Event) -> None:
    """Until the child ends; a stop is passed on and waited for, then enforced."""
    ended = asyncio.create_task(child.wait())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not ended.done():
        child.terminate()
        await asyncio.wait({ended}, timeout=GRACE_SECONDS)
    if not ended.done():
        child.kill()
    await ended


async def _stopped(stop: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
