"""Commands around Sendungen: one group, each of its parts in a file of its own."""

from importlib import import_module
from typing import Final

import typer

TEILE: Final[tuple[str, ...]] = ("korrektur", "sendung_plan")
"""Files of this package whose `register(sendung)` adds subcommands."""


def register(app: typer.Typer) -> None:
    """Adds `sendung`."""
    sendung = typer.Typer(help="What goes to a court: corrections and plans.", no_args_is_help=True)
    sendung.callback()(_group)
    for teil in TEILE:
        import_module(f"erv_gateway.cli.{teil}").register(sendung)
    app.add_typer(sendung, name="sendung")


def _group() -> None:
    """Keeps the subcommand name when the group has one command only."""
