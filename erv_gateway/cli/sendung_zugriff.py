"""What commands around Sendungen share: the open gateway, the person who acts, errors as one German line.

Exit codes: 0 done, 1 refused, 2 not found, wrong key, or the database could not be reached.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from erv_gateway.cli.ausgabe import MISUSED, misused, print_json
from erv_gateway.kern.fehler import EingabeRefused, ErvError, KonfigurationInvalid, ZustandConflict
from erv_gateway.kern.texte import german_text
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.settings import load
from erv_gateway.web.fehler import AnmeldungRequired
from erv_gateway.web.person import MAX_KEY_ZEICHEN, SQL, digest_of
from erv_gateway.wiring import open_betrieb

REFUSED: Final = 1
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


def run(
    open_with: Open, config: Path | None, act: Callable[[Betrieb], Awaitable[dict[str, Any]]], *, as_json: bool
) -> dict[str, Any]:
    async def acted() -> dict[str, Any]:
        async with open_with(config) as betrieb:
            return await act(betrieb)

    try:
        return asyncio.run(acted())
    except ErvError as error:
        lines = error.angaben.get("faults", (german_text(error),))
        refused = isinstance(error, ZustandConflict | EingabeRefused)
        misused("\n".join(lines), as_json=as_json, code=REFUSED if refused else MISUSED)


def show(value: dict[str, Any], as_json: bool, print_it: Callable[[dict[str, Any]], None]) -> None:
    if as_json:
        print_json(value)
    else:
        print_it(value)
