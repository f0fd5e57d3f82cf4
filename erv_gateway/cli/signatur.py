"""`erv-gateway pki init` and `erv-gateway signatur check`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from erv_gateway.cli import signatur_vertrauensliste
from erv_gateway.cli.signatur_bericht import bericht
from erv_gateway.cli.signatur_check import check
from erv_gateway.cli.signatur_sign import sign
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.pki import Pki, init_pki

MISUSED = 2


def register(app: typer.Typer) -> None:
    """Add the sub-commands to the main command."""
    pki = typer.Typer(help="Development PKI for training, tests and the sandbox.", no_args_is_help=True)
    pki.command("init")(init)
    app.add_typer(pki, name="pki")
    signatur = typer.Typer(help="Make and check signatures.", no_args_is_help=True)
    signatur.callback()(_signatur)
    signatur.command("check")(check)
    signatur.command("sign")(sign)
    signatur.command("bericht")(bericht)
    signatur_vertrauensliste.register(signatur)
    app.add_typer(signatur, name="signatur")
    pki.callback()(_signatur)


def _signatur() -> None:
    """Keeps the name of the only sub-command on the command line."""


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Empty or new folder.")],
    office: Annotated[
        list[str] | None, typer.Option("--office", "--offices", help="Name of an authority; may be repeated.")
    ] = None,
    court: Annotated[str | None, typer.Option("--court", help="Name of the court.")] = None,
    intermediary: Annotated[str | None, typer.Option("--intermediary", help="Name of the intermediary.")] = None,
) -> None:
    """Make a development PKI: root, issuing CAs by purpose, keys of all participants."""
    try:
        pki = init_pki(folder, datetime.now(UTC), aemter=tuple(office or ()), gericht=court, vermittler=intermediary)
    except ErvError as error:
        _misused(str(error), as_json=False)
    _show_pki(pki)


def _show_pki(pki: Pki) -> None:
    table = Table("Ordner", "Name", "SAFE-ID", "Schlüssel", title=f"Entwicklungs-PKI in {pki.folder}")
    for teilnehmer in pki.teilnehmer.values():
        table.add_row(teilnehmer.kennung, teilnehmer.name, teilnehmer.safe_id or "", ", ".join(teilnehmer.schluessel))
    Console().print(table)


def _misused(text: str, *, as_json: bool) -> NoReturn:
    typer.echo(text, err=True)
    if as_json:
        typer.echo(json.dumps({"error": text}, ensure_ascii=False))
    raise typer.Exit(MISUSED)
