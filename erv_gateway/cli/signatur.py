"""`erv-gateway pki init` and `erv-gateway signatur check`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from erv_gateway.cli import signatur_vertrauensliste
from erv_gateway.cli.ausgabe import misused
from erv_gateway.cli.signatur_bericht import bericht
from erv_gateway.cli.signatur_check import check
from erv_gateway.cli.signatur_sign import sign
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.pki import Pki, init_pki


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
    except (ErvError, OSError) as error:
        misused(str(error))
    _show_pki(pki)


def _show_pki(pki: Pki) -> None:
    table = Table("Ordner", "Name", "SAFE-ID", "Schlüssel", title=f"Entwicklungs-PKI in {pki.folder}")
    for teilnehmer in pki.teilnehmer.values():
        table.add_row(teilnehmer.kennung, teilnehmer.name, teilnehmer.safe_id or "", ", ".join(teilnehmer.schluessel))
    Console().print(table)
