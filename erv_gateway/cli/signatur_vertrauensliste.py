"""`erv-gateway signatur vertrauensliste import|fetch|show`."""

import asyncio
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from erv_gateway.cli.ausgabe import misused, print_json, printable
from erv_gateway.cli.signatur_umfeld import make_abruf, signers_of, utc_now
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.vertrauensdienst import Listenstand
from erv_gateway.signatur.vertrauensliste_abruf import LOTL_URL, fetch_lists
from erv_gateway.signatur.vertrauensliste_ordner import Listenbestand, import_lists, load_lists, read_files

Folder = Annotated[Path, typer.Option("--into", "--folder", help="Folder that keeps the imported lists.")]
Signers = Annotated[
    Path | None, typer.Option("--lotl-signers", help="PEM of who may sign the list of lists; else as published.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    listen = typer.Typer(help="EU trusted lists: import, fetch, show.", no_args_is_help=True)
    listen.command("import")(import_)
    listen.command("fetch")(fetch)
    listen.command("show")(show)
    app.add_typer(listen, name="vertrauensliste")


def import_(
    sources: Annotated[list[Path], typer.Argument(metavar="DIR|FILE", help="XML files, or folders with them.")],
    into: Folder,
    lotl_signers: Signers = None,
    as_json: AsJson = False,
) -> None:
    """Import lists from files, off-line. Exit 0: all taken, 1: some refused, 2: nothing usable."""
    try:
        bestand = import_lists(into, read_files(sources), signers_of(lotl_signers))
    except (ErvError, OSError) as error:
        misused(str(error), as_json=as_json)
    _end(bestand, (), as_json=as_json)


def fetch(
    into: Folder,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="Host, or .domain; repeatable. ec.europa.eu is needed.")
    ] = None,
    territory: Annotated[list[str] | None, typer.Option("--territory", help="Only these, such as DE.")] = None,
    url: Annotated[str, typer.Option("--url", help="Address of the list of lists.")] = LOTL_URL,
    lotl_signers: Signers = None,
    as_json: AsJson = False,
) -> None:
    """Fetch lists from permitted hosts and import them. Exit codes as import."""
    try:
        abruf = make_abruf(allow_host or ())
        files, missing = asyncio.run(fetch_lists(abruf, frozenset(territory or ()), url))
        bestand = import_lists(into, files, signers_of(lotl_signers))
    except (ErvError, OSError) as error:
        misused(str(error), as_json=as_json)
    _end(bestand, missing, as_json=as_json)


def show(folder: Folder, lotl_signers: Signers = None, as_json: AsJson = False) -> None:
    """Verify and show what is imported. Exit 1: a list is refused or expired, 2: nothing usable."""
    try:
        bestand = load_lists(folder, signers_of(lotl_signers))
    except (ErvError, OSError) as error:
        misused(str(error), as_json=as_json)
    _end(bestand, (), as_json=as_json)


def _end(bestand: Listenbestand, missing: tuple[tuple[str, str], ...], *, as_json: bool) -> NoReturn:
    staende = [_entry(stand) for stand in (bestand.lotl.stand, *(one.stand for one in bestand.listen))]
    refused = [{"file": name, "reason": reason} for name, reason in (*bestand.abgewiesen, *missing)]
    if as_json:
        services = len(bestand.vertrauenslisten.dienste)
        print_json({"lists": staende, "services": services, "refused": refused})
    else:
        _print(staende, refused)
    raise typer.Exit(1 if refused or any(one["expired"] for one in staende) else 0)


def _entry(stand: Listenstand) -> dict[str, Any]:
    expired = stand.naechste is not None and stand.naechste < utc_now()
    return {**stand.to_json(), "expired": expired}


def _print(staende: list[dict[str, Any]], refused: list[dict[str, str]]) -> None:
    table = Table("Gebiet", "Nummer", "Ausgestellt", "Nächste", "Stand")
    for one in staende:
        stand = "abgelaufen" if one["expired"] else "aktuell"
        table.add_row(one["territory"], str(one["number"]), one["issued"], one["next"] or "geschlossen", stand)
    console = Console()
    console.print(table)
    for entry in refused:
        console.print(printable(f"Abgewiesen: {entry['file']}: {entry['reason']}"), markup=False)
