"""The command `erv-gateway`. Each part registers its own commands; here is only the list of the parts."""

import sys
from typing import Annotated

import typer

from erv_gateway import (
    __version__,
    akte_cli,
    betrieb_cli,
    demo_cli,
    dienst_cli,
    nachweis_cli,
    osci_cli,
    sandbox_cli,
    signatur_cli,
    web_cli,
    xjustiz_cli,
)

MISUSED = 2


def make_app() -> typer.Typer:
    app = typer.Typer(
        name="erv-gateway",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Case files to German courts by XJustiz and OSCI, and the proof that they arrived.",
    )
    app.callback()(_version)
    parts = (
        demo_cli,
        dienst_cli,
        betrieb_cli,
        web_cli,
        akte_cli,
        xjustiz_cli,
        osci_cli,
        signatur_cli,
        nachweis_cli,
        sandbox_cli,
    )
    for part in parts:
        part.register(app)
    return app


def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version and end.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"erv-gateway {__version__}")
        raise typer.Exit


def main() -> None:
    """Exit codes: 0 good, 1 bad finding, 2 unreadable or misused; never a traceback for what a user can cause."""
    try:
        make_app()()
    except BrokenPipeError:
        sys.exit(MISUSED)
