"""A gateway's stations over this module's database; see `stationen`."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import typer
from stationen import Werk, build_werk
from typer.testing import CliRunner

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_schemas


@pytest.fixture
async def werk(db: Database, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Werk:
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")
    return await build_werk(db, tmp_path_factory.getbasetemp(), tmp_path)


@pytest.fixture
def stage(dsn: Callable[[str], str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Opens the stations on a database connection of their own, as each call of a command has one."""
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")

    @asynccontextmanager
    async def opened() -> AsyncIterator[Werk]:
        async with await Database.open(dsn("gateway")) as database:
            yield await build_werk(database, tmp_path_factory.getbasetemp(), tmp_path)

    return opened


@pytest.fixture
def cli(stage: Callable[..., Any]) -> Callable[..., Callable[..., tuple[int, str]]]:
    """`cli(register, *prefix)` makes a command over the stage: arguments in, exit code and output out."""

    @asynccontextmanager
    async def open_betrieb(_: Path | None) -> AsyncIterator[Betrieb]:
        async with stage() as werk:
            yield werk.betrieb

    def build(register: Callable[..., None], *prefix: str) -> Callable[..., tuple[int, str]]:
        app = typer.Typer()
        app.command("other")(lambda: None)
        register(app, open_betrieb)

        def invoke(*arguments: str) -> tuple[int, str]:
            result = CliRunner().invoke(app, [*prefix, *arguments])
            return result.exit_code, result.output

        return invoke

    return build
