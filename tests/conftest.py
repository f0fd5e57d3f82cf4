"""One embedded PostgreSQL per test process, one fresh, migrated database per test module."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
import structlog
from xdist.scheduler import LoadScopeScheduling

from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import EmbeddedPostgres, Rolle
from erv_gateway.storage.migrate import migrate

TEMPLATE = "erv_template"
TOGETHER = {"ablauf": "processes", "demo": "processes", "paket": "paket", "postfach": "postfach"}
"""Folders whose tests run one after the other on one worker: they start whole services, or share what is dear."""
Dsn = Callable[[Rolle], str]


class Scheduling(LoadScopeScheduling):
    """Tests one by one, but for those of `TOGETHER`. (xdist 3.8 finds no groups by mark under pytest 9.2.)"""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(nodeid.split("/")[1], nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(autouse=True)
def _log_of_its_own() -> Iterator[None]:
    """A test that sets up logging writes to its own captured stream, which is closed for the next one."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def made_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a server that was started once and stopped. Copy it: initdb waits long for the disk."""
    data_dir = tmp_path_factory.mktemp("made")
    server = EmbeddedPostgres(data_dir)
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(server.start())
    finally:
        loop.run_until_complete(server.stop())
        loop.close()
    return data_dir


@pytest.fixture
def data_dir(made_cluster: Path, tmp_path: Path) -> Path:
    """A data directory of one's own, to start, kill and damage a server in."""
    shutil.copytree(made_cluster / "cluster", tmp_path / "pg" / "cluster")
    return tmp_path / "pg"


@pytest.fixture(scope="session")
def postgres(made_cluster: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server whose database `erv_template` is migrated."""
    folder = tmp_path_factory.mktemp("pg")
    shutil.copytree(made_cluster / "cluster", folder / "cluster")
    server = EmbeddedPostgres(folder)
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(server.start())
        loop.run_until_complete(_make_template(server))
        yield server
    finally:
        if server.alive():
            os.kill(server.pid, signal.SIGQUIT)  # nothing here is to be kept: spare the checkpoint
        loop.run_until_complete(server.stop())
        loop.close()


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count(1)


@pytest.fixture(scope="module")
def dsn(postgres: EmbeddedPostgres, _numbers: Iterator[int]) -> Dsn:
    """`dsn("gateway")`: the address of this module's own database for a role."""
    name = f"test_{next(_numbers)}"
    _run(_create(postgres, name, TEMPLATE))
    return lambda role: postgres.dsn(role, database=name)


@pytest.fixture(scope="module")
def empty_dsn(postgres: EmbeddedPostgres, _numbers: Iterator[int]) -> Dsn:
    """The same for a database in which nothing was migrated."""
    name = f"test_{next(_numbers)}"
    _run(_create(postgres, name, "template1"))
    return lambda role: postgres.dsn(role, database=name)


@pytest.fixture
async def db(dsn: Dsn) -> AsyncIterator[Database]:
    """This module's database as the gateway sees it."""
    async with await Database.open(dsn("gateway")) as database:
        yield database


@pytest.fixture
def checkout() -> Path:
    return Path(__file__).resolve().parents[1]


def _run(work: Coroutine[object, object, None]) -> None:
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(work)
    finally:
        loop.close()


async def _make_template(server: EmbeddedPostgres) -> None:
    await _create(server, TEMPLATE, "template1")
    await migrate(server.dsn("migrator", database=TEMPLATE))


async def _create(server: EmbeddedPostgres, name: str, template: str) -> None:
    connection = await asyncpg.connect(server.admin_dsn())
    try:
        await connection.execute(f"CREATE DATABASE {name} OWNER erv_migrator TEMPLATE {template}")
    finally:
        await connection.close()
