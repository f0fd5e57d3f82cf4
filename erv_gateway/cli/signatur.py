"""`erv-gateway pki init` and `erv-gateway signatur check`."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from certs.anchors import Anchors, Zweck
from certs.urteil import Urteil
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.ergebnis import Pruefung
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.signatur.pruefen import is_pdf

MISUSED = 2
FARBEN = {Urteil.GUELTIG: "green", Urteil.UNBESTIMMT: "yellow", Urteil.UNGUELTIG: "red"}


def register(app: typer.Typer) -> None:
    """Add the sub-commands to the main command."""
    pki = typer.Typer(help="Development PKI for training, tests and the sandbox.", no_args_is_help=True)
    pki.command("init")(init)
    app.add_typer(pki, name="pki")
    signatur = typer.Typer(help="Check signatures.", no_args_is_help=True)
    signatur.callback()(_signatur)
    signatur.command("check")(check)
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


def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="PDF, CMS with content, or the file that --detached signs.")
    ],
    detached: Annotated[Path | None, typer.Option("--detached", help="Detached signature (.p7s).")] = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="Folder with anchors.toml.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="When the file was there (ISO 8601, UTC without zone); else now."),
    ] = None,
    purpose: Annotated[
        list[Zweck] | None, typer.Option("--purpose", help="Purpose of the trust anchors; else signatur.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check all signatures of a file. Exit 0: gueltig, 1: another result, 2: unreadable or misused."""
    try:
        loaded = None if anchors is None else load_anchors(anchors)
        zwecke = tuple(purpose or _purposes(file))
        pruefung = asyncio.run(_check(file, detached, loaded, _moment(at), zwecke))
    except ErvError as error:
        _misused(str(error), as_json=as_json)
    except (OSError, ValueError) as error:
        _misused(str(error), as_json=as_json)
    _show(pruefung, as_json=as_json)
    raise typer.Exit(_exit_code(pruefung))


def _purposes(file: Path) -> tuple[Zweck, ...]:
    """A proof of origin is signed with a VHN certificate, everything else is not."""
    if file.suffix == ".xml" and (file.stem == "vhn" or file.stem.startswith("vhn_")):
        return (Zweck.VHN_BEBPO, Zweck.VHN_JUSTIZ)
    return (Zweck.SIGNATUR,)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


async def _check(
    file: Path, detached: Path | None, anchors: Anchors | None, at: datetime, zwecke: tuple[Zweck, ...]
) -> Pruefung:
    dienst = Pruefdienst()
    if detached is not None:
        return await dienst.check_detached(file, detached, anchors, at, zwecke)
    with file.open("rb") as stream:
        pdf = is_pdf(stream)
    if pdf:
        return await dienst.check_pdf(file, anchors, at, zwecke)
    return await dienst.check_enclosed(file, anchors, at, zwecke)


def _exit_code(pruefung: Pruefung) -> int:
    if not pruefung.lesbar:
        return MISUSED
    return 0 if pruefung.urteil is Urteil.GUELTIG else 1


def _show(pruefung: Pruefung, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(pruefung.as_json(), ensure_ascii=False, indent=2))
        return
    console = Console()
    console.print(f"Ergebnis: [{FARBEN[pruefung.urteil]}]{pruefung.urteil}[/]")
    for grund in pruefung.gruende:
        console.print(f"  {grund}", markup=False)
    for signatur in pruefung.signaturen:
        console.print(f"[{FARBEN[signatur.urteil]}]{signatur.urteil}[/] {signatur.level}")
        console.print(f"  {signatur.unterzeichner or 'Unterzeichner unbekannt'}", markup=False)
        for grund in signatur.gruende:
            console.print(f"  {grund}", markup=False)


def _misused(text: str, *, as_json: bool) -> NoReturn:
    typer.echo(text, err=True)
    if as_json:
        typer.echo(json.dumps({"error": text}, ensure_ascii=False))
    raise typer.Exit(MISUSED)
