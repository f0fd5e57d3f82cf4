"""Commands around the proof bundle: verify one, hand out the stand-alone verifier.

Exit codes of `nachweis verify`: 0 gueltig, 1 unbestimmt or ungueltig, 2 unreadable or misused.
"""

import json
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rich.console import Console

from erv_gateway.kern.fehler import ErvError
from erv_gateway.nachweis.modell import NachweisUrteil, Pruefung
from erv_gateway.nachweis.pruefen import verify_nachweis
from erv_gateway.nachweis.pruefprogramm import pruefprogramm

NOT_GUELTIG: Final = 1
UNREADABLE: Final = 2
_MARKS: Final = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]?[/]"}

Anker = Annotated[list[Path] | None, typer.Option("--anker", metavar="PEM", help="Trust anchor; may be repeated.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add `nachweis verify` and `nachweis pruefprogramm`."""
    nachweis = typer.Typer(no_args_is_help=True, help="Proof bundles.")
    nachweis.command("verify", help="Verify a proof bundle, without network.")(verify)
    nachweis.command("pruefprogramm", help="Write the stand-alone verifier verify.py.")(write_pruefprogramm)
    app.add_typer(nachweis, name="nachweis")


def verify(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE")], as_json: AsJson = False, anker: Anker = None
) -> None:
    try:
        ders = [der for path in anker or [] for der in _load_pem(path)]
        with bundle.open("rb") as quelle:
            pruefung = verify_nachweis(quelle, ders)
    except (OSError, ValueError, ErvError) as error:
        _end(f"Nicht prüfbar: {error}", as_json)
    if as_json:
        typer.echo(json.dumps(to_dict(pruefung), ensure_ascii=False, indent=2))
    else:
        _print(pruefung)
    if pruefung.verdict is not NachweisUrteil.GUELTIG:
        raise typer.Exit(NOT_GUELTIG)


def write_pruefprogramm(ziel: Annotated[Path, typer.Argument(metavar="TARGET")]) -> None:
    try:
        ziel.write_bytes(pruefprogramm())
    except (OSError, ErvError) as error:
        _end(f"Nicht geschrieben: {error}", False)


def to_dict(pruefung: Pruefung) -> dict[str, object]:
    """The JSON of `--json`, the same as of verify.py."""
    checks = [{"name": check.name, "ok": check.ok, "text": check.text} for check in pruefung.checks]
    return {"verdict": pruefung.verdict.value, "checks": checks, "hinweise": list(pruefung.hinweise)}


def _load_pem(path: Path) -> list[bytes]:
    return [
        certificate.public_bytes(Encoding.DER) for certificate in x509.load_pem_x509_certificates(path.read_bytes())
    ]


def _print(pruefung: Pruefung) -> None:
    console = Console()
    for check in pruefung.checks:
        console.print(f" {_MARKS[check.ok]} {check.name:12} ", end="")
        console.print(_printable(check.text), markup=False, highlight=False)
    for hinweis in pruefung.hinweise:
        console.print(f" - {_printable(hinweis)}", markup=False, highlight=False)
    console.print(f"Urteil: {pruefung.verdict.value}", highlight=False)


def _printable(text: str) -> str:
    """Names in a bundle come from outside and must not steer the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _end(message: str, as_json: bool) -> NoReturn:
    if as_json:
        typer.echo(json.dumps({"error": message}, ensure_ascii=False))
    typer.echo(message, err=True)
    raise typer.Exit(UNREADABLE)
