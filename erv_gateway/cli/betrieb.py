"""Commands for the administrator: check the settings, bring the database up to date, look at its state.

Exit codes: 0 all is well, 1 something is to be done (each fault in one line), 2 the question could not be answered.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from erv_gateway.cli.ausgabe import misused, print_json, printable
from erv_gateway.kern.fehler import ErvError, KonfigurationInvalid
from erv_gateway.settings import Settings, load
from erv_gateway.settings.check import describe_faults
from erv_gateway.storage.migrate import Stand, migrate, status
from erv_gateway.storage.zugang import ServerUrls, Zugang, database_access

TO_DO = 1

Config = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="TOML file; else ERV_CONFIG or ./erv-gateway.toml.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add `check-config`, `db migrate` and `db status`."""
    app.command("check-config", help="Check the settings and everything they point to.")(check_config)
    database = typer.Typer(no_args_is_help=True, help="Database: state and migration.")
    database.command("migrate", help="Migrate the database to this version.")(db_migrate)
    database.command("status", help="Show the state of the database.")(db_status)
    app.add_typer(database, name="db")


def check_config(config: Config = None, as_json: AsJson = False) -> None:
    faults = find_faults(config)
    if as_json:
        print_json({"ok": not faults, "faults": list(faults)}, indent=None)
    else:
        for fault in faults:
            typer.echo(printable(fault))
        if not faults:
            typer.echo("The settings are in order.")
    if faults:
        raise typer.Exit(TO_DO)


def db_migrate(config: Config = None) -> None:
    settings = _settings(config)
    try:
        applied = asyncio.run(_migrate(settings))
    except KonfigurationInvalid as error:
        misused(str(error), code=TO_DO)
    except ErvError as error:
        misused(str(error))
    for name in applied:
        typer.echo(f"applied: {name}")
    typer.echo("The database is up to date.")


def db_status(config: Config = None, as_json: AsJson = False) -> None:
    settings = _settings(config, as_json=as_json)
    try:
        stand = asyncio.run(_status(settings))
    except ErvError as error:
        misused(str(error), as_json=as_json)
    _show(stand, as_json)
    if stand.pending or stand.faults:
        raise typer.Exit(TO_DO)


def find_faults(config: Path | None) -> tuple[str, ...]:
    """All faults of the file, or if it can be read, of what it points to."""
    try:
        settings = load(config)
    except KonfigurationInvalid as error:
        return tuple(error.angaben["faults"])
    return describe_faults(settings, datetime.now(UTC))


def server_urls(settings: Settings) -> ServerUrls | None:
    """For `database_access`: None means the embedded server. Raises KonfigurationInvalid on an unreadable password."""
    try:
        url, migrator = settings.database.dsn(), settings.database.dsn(migrator=True)
    except OSError as error:
        raise KonfigurationInvalid(f"a password file of the database cannot be read: {error.strerror}") from error
    return None if url is None else ServerUrls(url, migrator)


async def _migrate(settings: Settings) -> tuple[str, ...]:
    async with database_access(settings.postgres_dir, server_urls(settings)) as access:
        return await migrate(access("migrator"))


async def _status(settings: Settings) -> Stand:
    async with database_access(settings.postgres_dir, server_urls(settings)) as access:
        return await _ask(access)


async def _ask(access: Zugang) -> Stand:
    return await status(access("migrator"))


def _show(stand: Stand, as_json: bool) -> None:
    if as_json:
        print_json({"applied": stand.applied, "pending": stand.pending, "faults": stand.faults}, indent=None)
        return
    typer.echo(f"applied: {len(stand.applied)}, pending: {len(stand.pending)}")
    for line in (*(f"pending: {name}" for name in stand.pending), *stand.faults):
        typer.echo(line)


def _settings(config: Path | None, *, as_json: bool = False) -> Settings:
    try:
        return load(config)
    except KonfigurationInvalid as error:
        misused("\n".join(error.angaben["faults"]), as_json=as_json)
