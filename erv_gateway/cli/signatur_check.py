"""`erv-gateway signatur check`."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from certs.anchors import Anchors, Zweck
from certs.errors import CertsError
from certs.urteil import Urteil
from erv_gateway.cli.ausgabe import MISUSED, misused, print_json, printable
from erv_gateway.cli.signatur_umfeld import Umfeld, load_umfeld
from erv_gateway.cli.zeitpunkt import moment_of
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.auftrag import Auftrag
from erv_gateway.signatur.ergebnis import Pruefung, Signaturpruefung
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.pruefen import is_pdf

MAX_BASIS_BYTES = 128 * 1024 * 1024  # ours; revocation lists in base64
FARBEN = {Urteil.GUELTIG: "green", Urteil.UNBESTIMMT: "yellow", Urteil.UNGUELTIG: "red"}


def check(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="PDF, CMS with content, or the file that --detached signs.")
    ],
    detached: Annotated[Path | None, typer.Option("--detached", help="Detached signature (.p7s).")] = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="Folder with anchors.toml.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", "--received", help="When the file was there (ISO 8601, UTC without zone); else now."),
    ] = None,
    purpose: Annotated[
        list[Zweck] | None, typer.Option("--purpose", help="Purpose of the trust anchors; else signatur.")
    ] = None,
    revocation: Annotated[
        list[Path] | None, typer.Option("--revocation", help="CRL or OCSP response at hand (DER or PEM); repeatable.")
    ] = None,
    trusted_lists: Annotated[
        Path | None, typer.Option("--trusted-lists", help="Folder of imported EU trusted lists.")
    ] = None,
    lotl_signers: Annotated[
        Path | None, typer.Option("--lotl-signers", help="PEM of who may sign the list of lists; else as published.")
    ] = None,
    online: Annotated[
        bool, typer.Option("--online", help="Fetch OCSP, CRL and issuers from the hosts of --allow-host.")
    ] = False,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="Host, or .domain with all below; repeatable.")
    ] = None,
    basis: Annotated[
        Path | None, typer.Option("--basis", help="Repeat a check on the grounds kept with --save-basis; off-line.")
    ] = None,
    save_basis: Annotated[
        Path | None, typer.Option("--save-basis", help="Keep what the verdict rests on, as JSON.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check all signatures of a file. Exit 0: gueltig, 1: another result, 2: unreadable or misused."""
    try:
        auftrag = Auftrag(_kind(file, detached), file, detached)
        umfeld = load_umfeld(revocation or (), trusted_lists, lotl_signers, allow_host or (), online=online)
        if basis is not None:
            pruefung = asyncio.run(umfeld.dienst.repeat(auftrag, _read_basis(basis)))
        else:
            loaded = None if anchors is None else load_anchors(anchors)
            zwecke = tuple(purpose or _purposes(file))
            pruefung = asyncio.run(_check(umfeld, auftrag, loaded, moment_of(at), zwecke))
        if save_basis is not None and pruefung.grundlage is not None:
            save_basis.write_text(json.dumps(pruefung.grundlage.to_json(), indent=1), encoding="utf-8")
    except (ErvError, CertsError, OSError, ValueError) as error:
        misused(str(error), as_json=as_json)
    _show(pruefung, as_json=as_json)
    raise typer.Exit(_exit_code(pruefung))


def _kind(file: Path, detached: Path | None) -> str:
    if detached is not None:
        return "detached"
    with file.open("rb") as stream:
        return "pdf" if is_pdf(stream) else "enclosed"


async def _check(
    umfeld: Umfeld, auftrag: Auftrag, anchors: Anchors | None, at: datetime, zwecke: tuple[Zweck, ...]
) -> Pruefung:
    if auftrag.p7s is not None:
        return await umfeld.dienst.check_detached(auftrag.path, auftrag.p7s, anchors, at, zwecke)
    if auftrag.art == "pdf":
        return await umfeld.dienst.check_pdf(auftrag.path, anchors, at, zwecke)
    return await umfeld.dienst.check_enclosed(auftrag.path, anchors, at, zwecke)


def _read_basis(path: Path) -> Pruefgrundlage:
    with path.open("rb") as file:
        data = file.read(MAX_BASIS_BYTES + 1)
    if len(data) > MAX_BASIS_BYTES:
        raise GrundlageInvalid(f"{path.name} is larger than {MAX_BASIS_BYTES} bytes")
    try:
        return Pruefgrundlage.from_json(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise GrundlageInvalid(f"{path.name} is no JSON") from error


def _purposes(file: Path) -> tuple[Zweck, ...]:
    """A proof of origin is signed with a VHN certificate, everything else is not."""
    if file.suffix == ".xml" and (file.stem == "vhn" or file.stem.startswith("vhn_")):
        return (Zweck.VHN_BEBPO, Zweck.VHN_JUSTIZ)
    return (Zweck.SIGNATUR,)


def _exit_code(pruefung: Pruefung) -> int:
    if not pruefung.lesbar:
        return MISUSED
    return 0 if pruefung.urteil is Urteil.GUELTIG else 1


def _show(pruefung: Pruefung, *, as_json: bool) -> None:
    if as_json:
        print_json(pruefung.as_json())
        return
    console = Console()
    console.print(f"Ergebnis: [{FARBEN[pruefung.urteil]}]{pruefung.urteil}[/]")
    for grund in pruefung.gruende:
        console.print(printable(f"  {grund}"), markup=False)
    for signatur in pruefung.signaturen:
        _show_signature(console, signatur)


def _show_signature(console: Console, signatur: Signaturpruefung) -> None:
    console.print(f"[{FARBEN[signatur.urteil]}]{signatur.urteil}[/] {signatur.level}")
    console.print(printable(f"  {signatur.unterzeichner or 'Unterzeichner unbekannt'}"), markup=False)
    if signatur.zeitpunkt is not None:
        zeit = f"{signatur.zeitpunkt:%d.%m.%Y %H:%M:%S} UTC"
        console.print(f"  Maßgeblicher Zeitpunkt: {zeit} ({signatur.zeitgrundlage})", markup=False)
    for grund in signatur.gruende:
        console.print(printable(f"  {grund}"), markup=False)
    console.print(f"  Qualifiziert: {signatur.qualifiziert}. {signatur.qualifikation_grund}", markup=False)
