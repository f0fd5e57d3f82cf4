"""`erv-gateway signatur sign`: one file, with a key from a PKCS#12 file or a PKCS#11 token."""

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated, Any, BinaryIO

import typer

from certs.anchors import Zweck
from certs.certificate import facts
from certs.errors import CertsError
from erv_gateway.cli.ausgabe import misused, print_json, printable
from erv_gateway.kern.fehler import ErvError, KonfigurationInvalid
from erv_gateway.signatur.abruf import Abruf
from erv_gateway.signatur.abruf_regeln import Abrufregeln
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.langzeit import Langzeit
from erv_gateway.signatur.pkcs11 import Pkcs11Key, Schluesselname
from erv_gateway.signatur.schluessel import load_key
from erv_gateway.signatur.schluesselquelle import read_certificates
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf
from erv_gateway.signatur.token import Tokenort, Tokens
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst


class Level(StrEnum):
    B = "B"
    T = "T"
    LT = "LT"
    LTA = "LTA"


@dataclass(frozen=True, slots=True)
class Auftrag:
    file: Path
    out: Path
    level: Level
    detached: bool
    tsa: tuple[str, ...]
    anchors: Path | None
    hosts: frozenset[str]


def sign(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to sign.")],
    key: Annotated[Path | None, typer.Option("--key", help="PKCS#12 file with key and certificate.")] = None,
    password_file: Annotated[Path | None, typer.Option("--password-file", help="Its first line opens --key.")] = None,
    pkcs11: Annotated[Path | None, typer.Option("--pkcs11", help="PKCS#11 library instead of --key.")] = None,
    token: Annotated[str | None, typer.Option("--token", help="Label of the token.")] = None,
    serial: Annotated[str | None, typer.Option("--serial", help="Serial number of the token.")] = None,
    key_label: Annotated[str | None, typer.Option("--key-label", help="Label of the key in the token.")] = None,
    key_id: Annotated[str | None, typer.Option("--key-id", help="Id of the key in the token (hexadecimal).")] = None,
    pin_file: Annotated[Path | None, typer.Option("--pin-file", help="Its first line is the PIN.")] = None,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", help="PEM of certificate and issuers; else from the token.")
    ] = None,
    level: Annotated[Level, typer.Option("--level", help="B, T (time stamp), LT, LTA (PDF only).")] = Level.B,
    detached: Annotated[bool, typer.Option("--detached", help="A signature beside the file: FILE.p7s.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write; else FILE.p7s, or FILE with -signed in its name.")
    ] = None,
    tsa: Annotated[list[str] | None, typer.Option("--tsa", help="Time stamp authority; may be given twice.")] = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="Folder with anchors.toml, for LT and LTA.")] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="Host that may be asked for revocation data (LT, LTA).")
    ] = None,
    pkcs1: Annotated[bool, typer.Option("--pkcs1", help="RSA PKCS#1 v1.5 instead of PSS.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Sign a file: a PDF inside (PAdES), any file beside (CAdES). Exit 0: signed, 2: not signed."""
    target = out or (file.with_name(f"{file.name}.p7s") if detached else file.with_stem(f"{file.stem}-signed"))
    order = Auftrag(file, target, level, detached, tuple(tsa or ()), anchors, frozenset(allow_host or ()))
    try:
        if pkcs11 is None:
            handle: Any = _soft(key, password_file)
        else:
            handle = _token(
                Tokenort(pkcs11, token, serial, _wanted(pin_file, "--pin-file")), key_label, key_id, certificate
            )
        asyncio.run(_sign(order, Signer(handle, pss=not pkcs1)))
    except (ErvError, CertsError, OSError) as error:
        misused(str(error), as_json=as_json)
    _tell(order, handle.certificate, as_json=as_json)


def _soft(key: Path | None, password_file: Path | None) -> Any:
    return load_key(_wanted(key, "--key or --pkcs11"), password_file)


def _token(ort: Tokenort, label: str | None, kennung: str | None, certificate: Path | None) -> Pkcs11Key:
    if ort.label is None and ort.serial is None:
        raise KonfigurationInvalid("--token or --serial is missing")
    chain = () if certificate is None else read_certificates(certificate)
    token = Tokens().token(ort)
    return Pkcs11Key(token, Schluesselname(label, kennung), chain[0] if chain else None, chain[1:])


def _wanted(path: Path | None, option: str) -> Path:
    if path is None:
        raise KonfigurationInvalid(f"{option} is missing")
    return path


async def _sign(order: Auftrag, signer: Signer) -> None:
    """The target exists only when the signature is complete; an existing file is not overwritten."""
    if order.out.exists():
        raise KonfigurationInvalid(f"{order.out} exists already")
    with (
        order.file.open("rb") as source,
        tempfile.TemporaryDirectory(dir=order.out.parent, prefix=".erv-gateway-") as folder,
    ):
        written = Path(folder) / order.out.name
        with written.open("w+b") as target:
            await _write(order, signer, source, target)
        written.rename(order.out)


async def _write(order: Auftrag, signer: Signer, source: BinaryIO, target: IO[bytes]) -> None:
    tsa = Zeitstempeldienst(order.tsa) if order.level is not Level.B else None
    if not order.detached:
        await sign_pdf(source, target, signer, tsa, langzeit=_langzeit(order))
    elif order.level in (Level.LT, Level.LTA):
        raise KonfigurationInvalid("a detached signature has level B or T")
    else:
        target.write(await sign_detached(source, signer, tsa, zeitpunkt=datetime.now(UTC)))


def _langzeit(order: Auftrag) -> Langzeit | None:
    if order.level in (Level.B, Level.T):
        return None
    anchors = load_anchors(_wanted(order.anchors, "--anchors"))
    now = datetime.now(UTC)
    trusted = tuple(anchor.certificate for anchor in anchors.for_zweck(*Zweck, at=now))
    return Langzeit(trusted, Abruf(Abrufregeln(order.hosts), lambda: now), order.level is Level.LTA)


def _tell(order: Auftrag, certificate: bytes, *, as_json: bool) -> None:
    signer = facts(certificate)
    if as_json:
        told = {"file": str(order.out), "level": f"B-{order.level}", "signer": signer.subject, "sha256": signer.sha256}
        print_json(told)
    else:
        typer.echo(printable(f"{order.out} (B-{order.level}, {signer.subject})"))
