"""The command `erv-gateway`: one file for each group of commands, loaded only when it is asked for."""

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import typer

from erv_gateway import __version__
from erv_gateway.cli.ausgabe import MISUSED, print_json, say

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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        make_app(sys.argv[1:])()
    except SystemExit as end:
        _explain(end.__context__)
        raise
    except OSError as error:  # what a command writes to is full, or what it works in is gone
        say(str(error))
        _drop_output()
        sys.exit(MISUSED)


def _explain(cause: BaseException | None) -> None:
    """Typer ends with 1 for a reader that went away, which would be a finding, and tells machines nothing of misuse."""
    if isinstance(cause, BrokenPipeError):
        sys.exit(MISUSED)
    message = getattr(cause, "format_message", None)
    if message is not None and "--json" in sys.argv:
        print_json({"error": message()}, indent=None)


def _drop_output() -> None:
    """What is still in the buffer would fail once more when the interpreter ends."""
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)
