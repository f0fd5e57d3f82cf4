"""`erv-gateway schemata schematron`: install the official Schematron rules, which no package registry carries."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from erv_gateway.kern.fehler import ErvError
from erv_gateway.storage import schemata
from erv_gateway.storage.schematron import install_schematron

UNBRAUCHBAR = 2


def schematron_command(
    quelle: Annotated[Path, typer.Option("--from", help="Official ZIP, or folder with .sch files.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ordner: Annotated[
        Path | None, typer.Option("--schemata", help="Folder of the schemata.", show_default=False)
    ] = None,
) -> None:
    """Install the official Schematron rules from the ZIP of the XJustiz site; `xjustiz check` then runs them."""
    try:
        namen = install_schematron(quelle, ordner or schemata.default_dir())
    except (ErvError, OSError) as error:
        satz = getattr(error, "angaben", {}).get("satz", error)
        Console(stderr=True).print(f"[red]{escape(str(satz))}[/red]", soft_wrap=True)
        raise typer.Exit(UNBRAUCHBAR) from error
    typer.echo(json.dumps(namen) if as_json else f"{len(namen)} Schematron-Dateien installiert.")
