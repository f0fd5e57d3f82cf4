"""`erv-gateway demo`: the main job end to end; with `--keep` the same stage stays up for a browser."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from erv_gateway.cli.ausgabe import misused
from erv_gateway.demo.ablauf import run_demo
from erv_gateway.demo.anzeige import Anzeige
from erv_gateway.demo.orte import existing, fresh
from erv_gateway.demo.weiter import stay_up
from erv_gateway.kern.fehler import ErvError

FAILED = 1
INTERRUPTED = 130

Ordner = Annotated[Path, typer.Option("--dir", metavar="DIR", help="Folder of the demo.")]
Weiter = Annotated[
    bool, typer.Option("--keep", help="Start the sandbox and gateway of the last demo and keep them up.")
]


def register(app: typer.Typer) -> None:
    app.command("demo", help="Show the whole way of a case file to the court and back (in German).")(demo)


def demo(ordner: Ordner = Path("var/demo"), weiter: Weiter = False) -> None:
    console = Console()
    try:
        asyncio.run(_main(ordner, Anzeige(console), weiter=weiter))
    except (ErvError, TimeoutError) as error:
        console.print(f"[red]Die Demo ist gescheitert:[/red] {error}", highlight=False)
        console.print(f"Protokolle der Prozesse: {ordner}/gateway.log, {ordner}/sandbox.log")
        raise typer.Exit(FAILED) from error
    except OSError as error:
        misused(str(error))
    except (KeyboardInterrupt, asyncio.CancelledError) as error:
        console.print("Abgebrochen; alle Prozesse der Demo sind beendet.")
        raise typer.Exit(0 if weiter else INTERRUPTED) from error


async def _main(ordner: Path, anzeige: Anzeige, *, weiter: bool) -> None:
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    if weiter:
        await stay_up(existing(ordner), anzeige)
    else:
        await run_demo(fresh(ordner), anzeige)
