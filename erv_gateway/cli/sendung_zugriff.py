"""What commands around Sendungen share: the open gateway, the person who acts, errors as one German line.

Exit codes: 0 done, 1 refused, 2 not found, wrong key, or the database could not be reached.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from erv_gateway.kern.fehler import EingabeRefused, ErvError, KonfigurationInvalid, ZustandConflict
from erv_gateway.kern.texte import german_text
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.settings import load
from erv_gateway.web.fehler import AnmeldungRequired
from erv_gateway.web.person import MAX_KEY_ZEICHEN, SQL, digest_of
from erv_gateway.wiring import open_betrieb

REFUSED: Final = 1
NO_ANSWER: Final = 2
Open = Callable[[Path | None], AbstractAsyncContextManager[Betrieb]]

Sendung = Annotated[UUID, typer.Argument(metavar="SENDUNG", help="Id of the Sendung.")]
KeyFile = Annotated[Path, typer.Option("--key-file", metavar="FILE", help="File with the access key of who acts.")]


@asynccontextmanager
async def open_configured(config: Path | None) -> AsyncIterator[Betrieb]:
    async with open_betrieb(load(config)) as betrieb:
        yield betrieb


async def person_of(betrieb: Betrieb, key_file: Path) -> UUID:
    """Raises KonfigurationInvalid, AnmeldungRequired."""
    try:
        with key_file.open(encoding="ascii") as file:
            key = file.read(MAX_KEY_ZEICHEN + 1).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KonfigurationInvalid(f"{key_file} cannot be read") from error
    row = await betrieb.database.fetch_one(SQL.person_by_zugang, digest_of(key))
    if row is None:
        raise AnmeldungRequired("wrong key")
    person: UUID = row["id"]
    return person


def run(open_with: Open, config: Path | None, act: Callable[[Betrieb], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    async def acted() -> dict[str, Any]:
        async with open_with(config) as betrieb:
            return await act(betrieb)

    try:
        return asyncio.run(acted())
    except ErvError as error:
        for line in error.angaben.get("faults", (german_text(error),)):
            typer.echo(line, err=True)
        raise typer.Exit(REFUSED if isinstance(error, ZustandConflict | EingabeRefused) else NO_ANSWER) from error


def show(value: dict[str, Any], as_json: bool, print_it: Callable[[dict[str, Any]], None]) -> None:
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
    else:
        print_it(value)


def plain(text: str) -> str:
    """Titles and names come from outside: no control characters reach the terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
