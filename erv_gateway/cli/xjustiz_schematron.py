"""`erv-gateway schemata schematron`: install the official Schematron rules, which no package registry carries."""

from pathlib import Path
from typing import Annotated

import typer

from erv_gateway.cli.ausgabe import misused, print_json
from erv_gateway.kern.fehler import ErvError
from erv_gateway.storage import schemata
from erv_gateway.storage.schematron import install_schematron


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
        misused(str(satz), as_json=as_json)
    if as_json:
        print_json(namen, indent=None)
    else:
        typer.echo(f"{len(namen)} Schematron-Dateien installiert.")
