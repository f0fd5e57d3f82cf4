"""`erv-gateway sandbox run` and `erv-gateway sandbox befunde`."""

import asyncio
import signal
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from erv_gateway import protokollierung
from erv_gateway.cli.ausgabe import misused, print_json
from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.uhr import berlin
from erv_gateway.prozess import die_with_parent
from erv_gateway.sandbox import app as sandbox
from erv_gateway.sandbox.befunde import read_befunde
from erv_gateway.sandbox.szenario import Szenario, szenario_of
from erv_gateway.sandbox.tls import TlsDienst


def register(app: typer.Typer) -> None:
    """Adds the sub-app `sandbox`."""
    commands = typer.Typer(
        no_args_is_help=True, help="Intermediary, court and time stamp authority for training and tests."
    )
    commands.command("run", help="Start the sandbox on this machine (127.0.0.1 only).")(run_command)
    commands.command("befunde", help="Show what has arrived at the simulated court.")(befunde_command)
    app.add_typer(commands, name="sandbox")


def run_command(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="State of the sandbox.")],
    pki: Annotated[Path, typer.Option("--pki", metavar="DIR", help="PKI made by `pki init`.")],
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 0,
    szenario: Annotated[str | None, typer.Option("--szenario", metavar="NAME", help=", ".join(Szenario))] = None,
    ready_file: Annotated[
        Path | None, typer.Option("--ready-file", help="Written as JSON with the addresses, once listening.")
    ] = None,
    schemata: Annotated[Path | None, typer.Option("--schemata", metavar="DIR", help="XJustiz schemata.")] = None,
    detached: Annotated[bool, typer.Option("--detached", help="Outlive the process that started it.")] = False,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert-file", help="PEM: serve OSCI over TLS too.")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key-file", help="PEM, without password.")] = None,
    tls_client_ca: Annotated[
        Path | None, typer.Option("--tls-client-ca-file", help="PEM: demand a client certificate from these CAs.")
    ] = None,
    tls_port: Annotated[int, typer.Option("--tls-port", min=0, max=65535, help="0: any free one.")] = 0,
) -> None:
    if (tls_cert is None) != (tls_key is None):
        raise typer.BadParameter("--tls-cert-file and --tls-key-file belong together")
    if not detached:
        die_with_parent()
    protokollierung.configure()
    try:
        chosen = None if szenario is None else szenario_of(szenario)
        tls = None if tls_cert is None or tls_key is None else TlsDienst(tls_cert, tls_key, tls_client_ca, tls_port)
        vorgaben = sandbox.Vorgaben(folder, pki, port, chosen, ready_file, schemata, tls)
        asyncio.run(_until_signal(vorgaben))
    except (ErvError, OSError) as error:
        misused(str(error))


def befunde_command(
    folder: Annotated[Path, typer.Option("--dir", metavar="DIR", help="State of the sandbox.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    if not folder.is_dir():
        misused(f"{folder} is no folder", as_json=as_json)
    try:
        befunde = read_befunde(folder)
    except (ErvError, OSError, ValueError) as error:
        misused(str(error), as_json=as_json)
    if as_json:
        print_json(befunde)
    else:
        Console().print(_table(befunde))


async def _until_signal(vorgaben: sandbox.Vorgaben) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await sandbox.run(vorgaben, stop)


def _table(befunde: tuple[dict[str, Any], ...]) -> Table:
    table = Table(
        "Eingang", Column("MessageId", overflow="fold"), "Absender", "Dateien", "Abrufe", "Urteil", "Aktenzeichen"
    )
    for befund in befunde:
        table.add_row(
            _local(befund["eingang"]),
            befund["message_id"],
            befund["absender"]["name"] or "",
            str(len(befund["dateien"])),
            str(befund["abrufe"]),
            "\n".join((befund["urteil"], *befund["gruende"])),
            (befund["antwort"] or {}).get("aktenzeichen", ""),
        )
    return table


def _local(moment: str | None) -> str:
    return "" if moment is None else f"{berlin(datetime.fromisoformat(moment)):%d.%m.%Y %H:%M:%S}"
