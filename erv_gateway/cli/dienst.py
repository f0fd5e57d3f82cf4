"""`run`, `serve`, `work`: the service as one command, and its parts for those who start them one by one."""

from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from erv_gateway import protokollierung
from erv_gateway.cli.ausgabe import say
from erv_gateway.dienst import run, stop_on_signals
from erv_gateway.kern.fehler import ErvError, KonfigurationInvalid
from erv_gateway.prozess import die_with_parent
from erv_gateway.settings import Settings, load
from erv_gateway.storage.connection import StorageUnavailable
from erv_gateway.storage.jobs import WorkerSettings
from erv_gateway.web.app import build_app
from erv_gateway.web.server import serve
from erv_gateway.wiring import open_betrieb
from erv_gateway.worker import work

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="TOML file; else ERV_CONFIG or ./erv-gateway.toml.")
]
Child = Annotated[bool, typer.Option("--child", hidden=True, help="End when the process that started this one ends.")]

NOT_STARTED = 2
LOST = 3
"""A part of the service went away; whoever started this process starts it again."""


def register(app: typer.Typer) -> None:
    app.command("run", help="Start database, web server and workers and keep them going.")(run_command)
    app.command("serve", help="Start the web server only.")(serve_command)
    app.command("work", help="Start a worker; any number side by side.")(work_command)


def run_command(config: Config = None, child: Child = False) -> None:
    settings = _settings(config, child=child)
    _execute(run(settings, config))


def serve_command(config: Config = None, child: Child = False) -> None:
    settings = _settings(config, child=child)
    _execute(_serve(settings))


def work_command(config: Config = None, child: Child = False) -> None:
    settings = _settings(config, child=child)
    _execute(_work(settings))


async def _serve(settings: Settings) -> None:
    stop = stop_on_signals()
    async with open_betrieb(settings) as betrieb:
        await serve(build_app(betrieb, public_url=settings.web.public_url), settings.web, stop)


async def _work(settings: Settings) -> None:
    stop = stop_on_signals()
    section = settings.worker
    chosen = WorkerSettings(section.concurrency, timedelta(seconds=section.heartbeat_seconds))
    async with open_betrieb(settings) as betrieb:
        await work(betrieb, stop=stop, settings=chosen, abholen_alle=timedelta(seconds=section.abholen_seconds))


def _settings(config: Path | None, *, child: bool = False) -> Settings:
    if child:
        die_with_parent()
    try:
        settings = load(config)
    except KonfigurationInvalid as error:
        for fault in error.angaben.get("faults", (str(error),)):
            say(fault)
        raise typer.Exit(NOT_STARTED) from error
    protokollierung.configure(settings.log_level)
    return settings


def _execute(main: Coroutine[Any, Any, None]) -> None:
    """Ends the process with one line instead of a trace for whatever the administrator or a restart must settle."""
    status = 0
    try:
        uvloop.run(main)
    except* StorageUnavailable as lost:
        status = _explain(lost, LOST)
    except* ErvError as faults:
        status = _explain(faults, NOT_STARTED)
    if status:
        raise typer.Exit(status)


def _explain(group: BaseExceptionGroup[BaseException], status: int) -> int:
    for error in _leaves(group):
        say(str(error))
    return status


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
