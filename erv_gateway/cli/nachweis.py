"""Commands around the proof bundle: verify one, hand out the stand-alone verifier.

Exit codes of `nachweis verify`: 0 gueltig, 1 unbestimmt or ungueltig, 2 unreadable or misused.
"""

from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rich.console import Console

from erv_gateway.cli.ausgabe import misused, print_json, printable
from erv_gateway.kern.fehler import ErvError
from erv_gateway.nachweis.modell import NachweisUrteil, Pruefung
from erv_gateway.nachweis.pruefen import verify_nachweis
from erv_gateway.nachweis.pruefprogramm import pruefprogramm
from erv_gateway.signatur.passwort import read_small

NOT_GUELTIG: Final = 1
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
        misused(f"Nicht prüfbar: {error}", as_json=as_json)
    if as_json:
        print_json(to_dict(pruefung))
    else:
        _print(pruefung)
    if pruefung.verdict is not NachweisUrteil.GUELTIG:
        raise typer.Exit(NOT_GUELTIG)


def write_pruefprogramm(ziel: Annotated[Path, typer.Argument(metavar="TARGET")]) -> None:
    try:
        ziel.write_bytes(pruefprogramm())
    except (OSError, ErvError) as error:
        misused(f"Nicht geschrieben: {error}")


def to_dict(pruefung: Pruefung) -> dict[str, object]:
    """The JSON of `--json`, the same as of verify.py."""
    checks = [{"name": check.name, "ok": check.ok, "text": check.text} for check in pruefung.checks]
    return {"verdict": pruefung.verdict.value, "checks": checks, "hinweise": list(pruefung.hinweise)}


def _load_pem(path: Path) -> list[bytes]:
    return [certificate.public_bytes(Encoding.DER) for certificate in x509.load_pem_x509_certificates(read_small(path))]


def _print(pruefung: Pruefung) -> None:
    console = Console()
    for check in pruefung.checks:
        console.print(f" {_MARKS[check.ok]} {check.name:12} ", end="")
        console.print(printable(check.text), markup=False, highlight=False)
    for hinweis in pruefung.hinweise:
        console.print(f" - {printable(hinweis)}", markup=False, highlight=False)
    console.print(f"Urteil: {pruefung.verdict.value}", highlight=False)
