"""`erv-gateway signatur bericht`: a report on the signatures of files, and the repetition of a stored one."""

import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from certs.urteil import Urteil
from erv_gateway import __version__
from erv_gateway.cli.ausgabe import MISUSED, misused, print_json
from erv_gateway.cli.zeitpunkt import moment_of
from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.texte import german_text
from erv_gateway.pruefprotokoll.dateien import Dateibericht, Pruefauftrag, check_files, file_digest
from erv_gateway.pruefprotokoll.json_form import MAX_PROTOKOLL_BYTES, from_bytes, to_bytes
from erv_gateway.pruefprotokoll.modell import Pruefprotokoll
from erv_gateway.pruefprotokoll.wiederholen import Wiederholung, repeat_pruefungen
from erv_gateway.pruefprotokoll.wiederholen_vhn import Vhnwiederholung, repeat_herkunft
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.isoliert import Grenzen, Pruefdienst
from erv_gateway.signatur.vhn import VHN_NAME

PROTOKOLL = "pruefprotokoll.json"


class Form(StrEnum):
    JSON = "json"
    HTML = "html"
    PDF = "pdf"
    ETSI = "etsi"


def bericht(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="PDF, .p7m, or files with their .p7s beside; with --repeat the folder of a report."
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="Form of the report.")] = Form.JSON,
    out: Annotated[Path | None, typer.Option("--out", help="Write the report here; else to standard output.")] = None,
    grounds: Annotated[
        Path | None, typer.Option("--grounds", help="Also write what the checks rest on, into this folder.")
    ] = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="Folder with anchors.toml.")] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="When the files were there (ISO 8601, UTC without zone); else now."),
    ] = None,
    repeat: Annotated[
        bool, typer.Option("--repeat", "--wiederholen", help="Repeat the checks of a stored report, off-line.")
    ] = False,
) -> None:
    """Report on signatures. Exit 0: gueltig (repeated: the same result), 1: another, 2: unreadable or misused."""
    try:
        if repeat:
            raise typer.Exit(_repeat(files))
        _refuse_huge(files)
        found = asyncio.run(check_files(files, Pruefdienst(), _auftrag(anchors, at)))
        _write(_render(found, form), out)
        _write_grounds(found.grundlagen, grounds)
    except ErvError as error:
        misused(german_text(error))
    except (OSError, ValueError) as error:
        misused(str(error))
    raise typer.Exit(_exit_code(found.protokoll))


def _refuse_huge(files: list[Path]) -> None:
    for path in files:
        if path.stat().st_size > Grenzen().max_datei:
            misused(f"{path}: Die Datei ist größer, als eine Nachricht sein darf.")


def _auftrag(anchors: Path | None, at: str | None) -> Pruefauftrag:
    jetzt = datetime.now(UTC)
    am = jetzt if at is None else moment_of(at)
    return Pruefauftrag(None if anchors is None else load_anchors(anchors), am, jetzt, f"erv-gateway {__version__}")


def _render(found: Dateibericht, form: Form) -> bytes:
    if form is Form.JSON:
        return to_bytes(found.protokoll)
    if form is Form.ETSI:
        from erv_gateway.pruefprotokoll.etsi import render_etsi

        return render_etsi(found.protokoll, found.zertifikate)
    from erv_gateway.pruefprotokoll.gliederung import bericht_of

    view = bericht_of(found.protokoll)
    if form is Form.HTML:
        from erv_gateway.pruefprotokoll.html import render_html

        return render_html(view)
    from erv_gateway.pruefprotokoll.pdf import render_bericht

    return render_bericht(view)


def _write(data: bytes, out: Path | None) -> None:
    if out is not None:
        out.write_bytes(data)
        return
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _write_grounds(grundlagen: Mapping[str, bytes], folder: Path | None) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for nummer, data in enumerate(grundlagen.values(), 1):
        (folder / f"pruefgrundlage-{nummer:03}.json").write_bytes(data)


def _repeat(folders: list[Path]) -> int:
    """The folder holds pruefprotokoll.json, the files under any name, and what the checks rested on."""
    if len(folders) != 1 or not folders[0].is_dir():
        misused("--repeat takes one folder")
    with (folders[0] / PROTOKOLL).open("rb") as file:
        protokoll = from_bytes(file.read(MAX_PROTOKOLL_BYTES + 1))
    orte = {file_digest(path): path for path in sorted(folders[0].iterdir()) if path.is_file()}
    herkunft, results = asyncio.run(_repeat_all(protokoll, orte))
    lines = [*([] if herkunft is None else [_herkunft(herkunft)]), *(_result(one) for one in results)]
    print_json(lines)
    if any(line["verdict_now"] is None for line in lines):
        return MISUSED
    return 0 if all(line["same"] for line in lines) else 1


async def _repeat_all(
    protokoll: Pruefprotokoll, orte: Mapping[str, Path]
) -> tuple[Vhnwiederholung | None, tuple[Wiederholung, ...]]:
    dienst = Pruefdienst()
    herkunft = await repeat_herkunft(protokoll, orte.get, dienst)
    return herkunft, await repeat_pruefungen(protokoll, orte.get, dienst)


def _herkunft(one: Vhnwiederholung) -> dict[str, object]:
    return {
        "file": VHN_NAME,
        "verdict_then": one.damals,
        "verdict_now": one.heute,
        "same": one.gleich,
        "text": one.text,
    }


def _result(one: Wiederholung) -> dict[str, object]:
    return {
        "file": one.damals.signaturdatei or one.damals.name,
        "verdict_then": str(one.damals.ergebnis),
        "verdict_now": None if one.heute is None else str(one.heute.ergebnis),
        "same": one.gleich,
        "text": one.text,
    }


def _exit_code(protokoll: Pruefprotokoll) -> int:
    if any(not datei.lesbar for datei in protokoll.signaturen):
        return MISUSED
    return 0 if protokoll.ergebnis is Urteil.GUELTIG else 1
