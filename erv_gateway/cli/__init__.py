"""The command `erv-gateway`: one file for each group of commands, loaded only when it is asked for."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Annotated

import typer

from erv_gateway import __version__

MISUSED = 2

TEILE: Mapping[str, str] = MappingProxyType(
    {
        "demo": "demo",
        "run": "dienst",
        "serve": "dienst",
        "work": "dienst",
        "check-config": "betrieb",
        "db": "betrieb",
        "person": "person",
        "akte": "akte",
        "sample": "akte",
        "sendung": "sendung",
        "xjustiz": "xjustiz",
        "schemata": "xjustiz",
        "osci": "osci",
        "signatur": "signatur",
        "pki": "signatur",
        "certs": "certs",
        "nachweis": "nachweis",
        "sandbox": "sandbox",
    }
)
"""Command → file of this package whose `register(app)` adds it. Loading all of them takes a second longer."""


def make_app(arguments: Sequence[str] = ()) -> typer.Typer:
    """The command with the part that `arguments` name, or with all parts."""
    app = typer.Typer(
        name="erv-gateway",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="Case files to German courts by XJustiz and OSCI, and the proof that they arrived.",
    )
    app.callback(invoke_without_command=True, no_args_is_help=True)(_version)
    wanted = TEILE.get(arguments[0]) if arguments else None
    for part in dict.fromkeys(TEILE.values()) if wanted is None else (wanted,):
        import_module(f"{__name__}.{part}").register(app)
    return app


def _version(version: Annotated[bool, typer.Option("--version", help="Show the version and end.")] = False) -> None:
    if version:
        typer.echo(f"erv-gateway {__version__}")
        raise typer.Exit


def main() -> None:
    """Exit codes: 0 good, 1 bad finding, 2 unreadable or misused; never a traceback for what a user can cause."""
    try:
        make_app(sys.argv[1:])()
    except BrokenPipeError:
        sys.exit(MISUSED)
