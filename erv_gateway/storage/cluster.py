"""The files and the process of one PostgreSQL cluster: make it, clear what a crash left, wait for it, end it."""

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import IO

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage import betriebsart, pgdata
from erv_gateway.storage.pgdata import Layout

SUPERUSER = "postgres"
INITDB_SECONDS = 300.0
START_SECONDS = 120.0
"""Crash recovery reads the whole write-ahead log; on a slow disk that is not done in a moment."""
STOP_SECONDS = 30.0
POLL_SECONDS = 0.01
MAX_LOG_BYTES = 4 * 2**20


async def initdb(layout: Layout, art: betriebsart.Betriebsart) -> None:
    """Made under another name and renamed, so that a half-made cluster is never taken for one."""
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    command = art.command(
        layout.data_dir,
        "initdb",
        f"--pgdata={layout.unfinished}",
        f"--username={SUPERUSER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    )
    complaint = await betriebsart.run(command, INITDB_SECONDS)
    if complaint is not None:
        raise KonfigurationInvalid(f"initdb failed in {layout.data_dir}: {complaint}")
    layout.unfinished.rename(layout.cluster)


async def end_leftover(layout: Layout) -> None:
    """We hold the lock, so nobody uses a server that still runs here: its parent is gone and it is about to end."""
    deadline = asyncio.get_running_loop().time() + STOP_SECONDS
    while (server := layout.postmaster()) is not None:
        with suppress(ProcessLookupError):
            os.kill(server.pid, signal.SIGINT)
        if asyncio.get_running_loop().time() > deadline:
            raise KonfigurationInvalid(f"an old PostgreSQL (pid {server.pid}) in {layout.data_dir} does not end")
        await asyncio.sleep(POLL_SECONDS)
    layout.pid_file.unlink(missing_ok=True)
    (layout.data_dir / "ready").unlink(missing_ok=True)


def options(layout: Layout, socket_dir: Path) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "port": str(pgdata.PORT),
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_min_error_statement": "panic",
    }
    return ["-D", str(layout.cluster), *(part for key, value in settings.items() for part in ("-c", f"{key}={value}"))]


def open_log(layout: Layout) -> IO[bytes]:
    if layout.log.exists() and layout.log.stat().st_size > MAX_LOG_BYTES:
        layout.log.replace(layout.log.with_suffix(".log.1"))
    file = layout.log.open("ab")
    layout.log.chmod(0o600)
    return file


async def ready(layout: Layout, process: asyncio.subprocess.Process) -> bool:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        server = layout.postmaster()
        if server is not None and server.pid == process.pid and server.ready:
            return True
        await asyncio.sleep(POLL_SECONDS)
    return False


async def ended(process: asyncio.subprocess.Process, number: signal.Signals) -> bool:
    with suppress(ProcessLookupError):
        process.send_signal(number)
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        return False
    return True
