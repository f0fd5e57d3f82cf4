"""`erv-gateway person add`: people who may work with the gateway, and their access keys.

Exit codes: 0 done, 1 refused (one line says why), 2 wrong settings, or the database could not be reached.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from erv_gateway.cli.ausgabe import MISUSED, misused, printable
from erv_gateway.kern.fehler import ErvError, KonfigurationInvalid
from erv_gateway.kern.texte import german_text
from erv_gateway.settings import load
from erv_gateway.storage.db import Database, StorageUnavailable
from erv_gateway.web.person import NeuePerson, PersonInvalid, add_person, new_key
from erv_gateway.wiring import open_database_access

OpenDatabase = Callable[[Path | None], AbstractAsyncContextManager[Database]]
"""From the settings file (None: the usual places) to the open database, as the gateway's role."""

REFUSED = 1


@asynccontextmanager
async def open_configured(config: Path | None) -> AsyncIterator[Database]:
    """The database of the settings. Raises KonfigurationInvalid, StorageUnavailable."""
    async with open_database_access(load(config)) as zugang, await Database.open(zugang("gateway")) as database:
        yield database


def register(app: typer.Typer, open_database: OpenDatabase = open_configured) -> None:
    """Add `person add`."""
    person = typer.Typer(no_args_is_help=True, help="People and their access keys.")

    @person.command("add", help="Add a person and write the access key to a new file (0600).")
    def add(
        kennung: Annotated[str, typer.Argument(metavar="LOGIN", help="Short, like m.muster.")],
        name: Annotated[str, typer.Argument(metavar="NAME", help="As pages show it.")],
        key_file: Annotated[Path, typer.Option("--key-file", metavar="FILE", help="Must not exist yet.")],
        config: Annotated[
            Path | None,
            typer.Option("--config", metavar="FILE", help="TOML file; else ERV_CONFIG or ./erv-gateway.toml."),
        ] = None,
    ) -> None:
        _add(open_database, config, kennung, name, key_file)

    app.add_typer(person, name="person")


def _add(open_database: OpenDatabase, config: Path | None, kennung: str, name: str, key_file: Path) -> None:
    try:
        neu = NeuePerson(kennung, name)
        _add_with_key(open_database, config, neu, key_file)
    except ErvError as error:
        misused(
            german_text(error),
            code=MISUSED if isinstance(error, StorageUnavailable | KonfigurationInvalid) else REFUSED,
        )
    typer.echo(printable(f"Added: {neu.kennung} ({neu.name}). The access key is in {key_file}."))


def _add_with_key(open_database: OpenDatabase, config: Path | None, neu: NeuePerson, key_file: Path) -> None:
    """The key is in its file before the person exists; when that fails the file goes away again."""
    key = new_key()
    _write_key(key_file, key)
    try:
        asyncio.run(_store(open_database, config, neu, key))
    except BaseException:
        key_file.unlink()
        raise


async def _store(open_database: OpenDatabase, config: Path | None, neu: NeuePerson, key: str) -> None:
    async with open_database(config) as database:
        await add_person(database, neu, key, datetime.now(UTC))


def _write_key(key_file: Path, key: str) -> None:
    """Made new, for its owner alone, on the disk when this returns."""
    try:
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise PersonInvalid("the key file exists", feld=f"Die Datei {key_file} gibt es schon") from error
    except OSError as error:
        raise KonfigurationInvalid(f"{key_file} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
