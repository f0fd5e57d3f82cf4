"""`erv-gateway osci inspect`: what is in an OSCI message, and whether it is intact."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NoReturn

import typer
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from rich.console import Console
from rich.table import Table

from erv_gateway.cli.ausgabe import misused, print_json, printable
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.passwort import read_small
from osci.constants import CHUNK_BYTES
from osci.errors import LocalProtocolError, OsciError
from osci.inspect import InspectReport, inspect
from osci.keys import SoftKey, soft_key


class _Misuse(Exception):
    pass


def register(app: typer.Typer) -> None:
    """Adds the commands `osci ...` to the application."""
    sub = typer.Typer(help="Look into OSCI messages and check them.", no_args_is_help=True)
    sub.command("inspect")(inspect_command)
    sub.callback()(_group)
    app.add_typer(sub, name="osci")


def _group() -> None:
    """Look into OSCI messages and check them."""


def inspect_command(
    file: Annotated[Path, typer.Argument(help="The message: raw HTTP body with its MIME header lines.")],
    key: Annotated[list[Path] | None, typer.Option(help="PKCS#12 file with a decryption key; may be repeated.")] = None,
    password_file: Annotated[Path | None, typer.Option(help="File with the password of the keys.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show an OSCI message. Exit 0: gueltig, 1: another finding, 2: unreadable."""
    try:
        report = _inspect(file, key or [], password_file)
    except (_Misuse, OsciError) as error:
        _fail(str(error), as_json=as_json)
    if as_json:
        print_json(report.to_dict())
    else:
        _print(report)
    raise typer.Exit(report.exit_code)


def _fail(text: str, *, as_json: bool) -> NoReturn:
    misused(" ".join(text.split()), as_json=as_json)


def _inspect(file: Path, keys: list[Path], password_file: Path | None) -> InspectReport:
    password = _password(password_file)
    loaded = [_load(path, password) for path in keys]
    try:
        with file.open("rb") as stream:
            return inspect(_chunks(stream), loaded, _spool)
    except OSError as error:
        raise _Misuse(f"{file}: {error.strerror or error}") from error


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def _spool() -> BinaryIO:
    return tempfile.TemporaryFile()


def _password(path: Path | None) -> bytes:
    """First line of the file; empty without one."""
    if path is None:
        return b""
    lines = _read(path).splitlines()
    return lines[0] if lines else b""


def _read(path: Path) -> bytes:
    try:
        return read_small(path)
    except SchluesselInvalid as error:
        raise _Misuse(str(error)) from error


def _load(path: Path, password: bytes) -> SoftKey:
    data = _read(path)
    try:
        key, certificate, _ = _open_pkcs12(data, password)
    except (ValueError, TypeError) as error:
        raise _Misuse(f"{path}: kein PKCS#12, oder das Kennwort ist falsch") from error
    if key is None or certificate is None:
        raise _Misuse(f"{path}: kein Schlüssel mit Zertifikat darin")
    try:
        return soft_key(key, certificate.public_bytes(Encoding.DER))
    except LocalProtocolError as error:
        raise _Misuse(f"{path}: nur RSA- und EC-Schlüssel werden gebraucht") from error


def _open_pkcs12(data: bytes, password: bytes) -> tuple[Any, Any, Any]:
    """An empty password may have been stored as none at all."""
    try:
        return pkcs12.load_key_and_certificates(data, password)
    except ValueError:
        if password:
            raise
    return pkcs12.load_key_and_certificates(data, None)


# for people


def _print(report: InspectReport) -> None:
    console, data = Console(), report.to_dict()
    table = Table(show_header=False, title=str(data["message_type"]))
    for label, name in (("Nachrichten-ID", "message_id"), ("Betreff", "subject")):
        table.add_row(label, _plain(data[name]))
    table.add_row("Transportverschlüsselung", _plain(data["transport_encryption"]["symmetric"]))
    table.add_row("Transportsignatur", _signature(data["transport_signature"]))
    console.print(table)
    for container in data["containers"]:
        console.print(_container(container))
    for problem in data["problems"]:
        console.print(printable(f"{problem['code']}: {problem['text']}"), markup=False)
    console.print(f"Ergebnis: {data['verdict']}", markup=False)


def _plain(value: object) -> str:
    """Text of strangers without control characters and without markup."""
    return "-" if value is None else printable(str(value)).replace("[", r"\[")


def _signature(data: dict[str, Any]) -> str:
    if not data.get("present", True):
        return "keine"
    return f"{'gültig' if data['valid'] else 'nicht gültig'}: {_plain(data['signer'])}"


def _container(data: dict[str, Any]) -> Table:
    title = f"{_plain(data['id'])}{' (verschlüsselt)' if data['encrypted'] else ''}"
    table = Table("Inhalt", "Art", "Bytes", "SHA-256", title=title)
    for content in data["contents"]:
        table.add_row(*(_plain(content[name]) for name in ("id", "kind", "length", "sha256")))
    for signature in data["signatures"]:
        table.caption = "; ".join(filter(None, (str(table.caption or ""), f"Signatur {_signature(signature)}")))
    return table
