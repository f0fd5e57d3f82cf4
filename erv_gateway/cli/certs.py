"""`erv-gateway certs list` and `certs check`: all certificates that the settings name, and how long they last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from certs.ablauf import Ablauf, Ablaufstufe, expiry
from certs.algorithms import Bewertung, Eignung, Verwendung, rate_key
from certs.algorithms_doc import markdown_table
from certs.certificate import facts
from certs.errors import CertsError
from certs.lebenslauf import Schluesselart, Schluesseleintrag, Schluesselzustand, describe_problems
from erv_gateway import settings as einstellungen
from erv_gateway.cli.ausgabe import misused, print_json, printable
from erv_gateway.cli.zeitpunkt import moment_of
from erv_gateway.kern.fehler import ErvError
from erv_gateway.settings import PostfachSettings, Settings
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.schluesselquelle import keys_of, read_certificates
from erv_gateway.signatur.token import Tokens

BAD = 1
FARBEN = {
    Ablaufstufe.FERN: "green",
    Ablaufstufe.VORMERKEN: "yellow",
    Ablaufstufe.DRINGEND: "dark_orange",
    Ablaufstufe.SOFORT: "red",
    Ablaufstufe.ABGELAUFEN: "red",
}
_VERWENDUNG = {
    Schluesselart.SIGNATUR: Verwendung.OSCI,
    Schluesselart.CHIFFRAT: Verwendung.SCHLUESSELTRANSPORT,
    Schluesselart.VHN: Verwendung.HERKUNFT,
    Schluesselart.DOKUMENT: Verwendung.SIGNATUR,
}
Config = Annotated[Path | None, typer.Option("--config", help="Settings file; else ERV_CONFIG or ./erv-gateway.toml.")]
At = Annotated[str | None, typer.Option("--at", help="Judge at this time (ISO 8601, UTC without zone); else now.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the sub-commands to the main command."""
    certs = typer.Typer(help="Certificates and keys of the settings.", no_args_is_help=True)
    certs.command("list")(show)
    certs.command("check")(check)
    certs.command("algorithms")(algorithms)
    app.add_typer(certs, name="certs")


@dataclass(frozen=True, slots=True)
class Posten:
    """One certificate. `mangel`: why it must not be used as it is; empty when all is well."""

    ort: str
    zustand: str
    certificate: bytes
    ablauf: Ablauf
    mangel: str

    @property
    def wird_gebraucht(self) -> bool:
        return self.zustand != Schluesselzustand.ABGELOEST

    def as_json(self) -> dict[str, Any]:
        angaben = facts(self.certificate)
        return {
            "place": self.ort,
            "state": self.zustand,
            "subject": angaben.subject,
            "issuer": angaben.issuer,
            "sha256": angaben.sha256,
            "valid_from": angaben.gueltig_ab.isoformat(),
            "valid_to": angaben.gueltig_bis.isoformat(),
            "days_left": self.ablauf.tage,
            "stage": self.ablauf.stufe,
            "fault": self.mangel,
        }


def show(config: Config = None, at: At = None, as_json: AsJson = False) -> None:
    """List all certificates. Exit 0, or 2 when a key or file cannot be read."""
    posten, _ = _read(config, at, as_json=as_json)
    _print(posten, as_json=as_json)


def check(
    config: Config = None,
    at: At = None,
    days: Annotated[int, typer.Option("--days", min=0, help="Bad when one ends within so many days.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Judge all certificates and keys. Exit 0: well, 1: one ends soon, is weak or in a wrong state, 2: unreadable."""
    posten, probleme = _read(config, at, as_json=as_json)
    faults = [f"{one.ort}: {one.mangel}" for one in posten if one.mangel]
    faults += [f"{one.ort}: {one.ablauf.satz}" for one in posten if one.wird_gebraucht and one.ablauf.tage < days]
    faults += probleme
    if as_json:
        print_json({"good": not faults, "faults": faults})
    else:
        for fault in faults:
            typer.echo(printable(fault))
        typer.echo(f"{len(posten)} Zertifikate geprüft, {len(faults)} Mängel.")
    raise typer.Exit(BAD if faults else 0)


def algorithms() -> None:
    """Print the dated table of algorithms (Markdown)."""
    typer.echo(markdown_table(), nl=False)


def _read(config: Path | None, at: str | None, *, as_json: bool) -> tuple[list[Posten], list[str]]:
    try:
        moment = moment_of(at)
        settings = einstellungen.load(config)
        tokens = Tokens()
        schluessel = {one.name: keys_of(one, tokens) for one in settings.postfach}
        posten = [*_schluessel(settings, schluessel, moment), *_andere(settings, moment)]
    except (ErvError, CertsError, OSError, ValueError) as error:
        misused(str(error), as_json=as_json)
    probleme = [
        f"postfach.{name}: {text}" for name, keys in schluessel.items() for text in describe_problems(keys, moment)
    ]
    return posten, probleme


def _schluessel(settings: Settings, keys: dict[str, tuple[Schluesseleintrag, ...]], at: datetime) -> Iterator[Posten]:
    for entry in settings.postfach:
        for one in keys[entry.name]:
            rating = rate_key(one.certificate, _VERWENDUNG[one.art], at)
            yield _posten(f"postfach.{entry.name}.{one.art}", one.zustand, one.certificate, rating, at)


def _andere(settings: Settings, at: datetime) -> Iterator[Posten]:
    """Others' certificates that we rely upon: intermediaries, courts, trust anchors."""
    for entry in settings.postfach:
        for name, verwendung, path in _vermittler(entry):
            yield _fremd(f"postfach.{entry.name}.{name}", path, verwendung, at)
    for gericht in settings.verzeichnis:
        ort = f"verzeichnis.{gericht.gericht_code}"
        yield _fremd(ort, gericht.cipher_cert_file, Verwendung.SCHLUESSELTRANSPORT, at)
    if settings.anchors_dir is not None:
        for anchor in load_anchors(settings.anchors_dir).alle:
            rating = rate_key(anchor.certificate, Verwendung.ZERTIFIKAT, at)
            yield _posten(f"anker.{anchor.zweck}", "", anchor.certificate, rating, at)


def _vermittler(entry: PostfachSettings) -> tuple[tuple[str, Verwendung, Path], ...]:
    return (
        ("vermittler-chiffrat", Verwendung.SCHLUESSELTRANSPORT, entry.intermediary_cipher_cert_file),
        ("vermittler-signatur", Verwendung.OSCI, entry.intermediary_signature_cert_file),
    )


def _fremd(ort: str, path: Path, verwendung: Verwendung, at: datetime) -> Posten:
    certificate = read_certificates(path)[0]
    return _posten(ort, "", certificate, rate_key(certificate, verwendung, at), at)


def _posten(ort: str, zustand: str, certificate: bytes, rating: Bewertung, at: datetime) -> Posten:
    mangel = "" if rating.eignung is Eignung.OK or zustand == Schluesselzustand.ABGELOEST else rating.grund
    return Posten(ort, zustand, certificate, expiry(certificate, at), mangel)


def _print(posten: list[Posten], *, as_json: bool) -> None:
    if as_json:
        print_json([one.as_json() for one in posten])
        return
    table = Table("Ort", "Zustand", "Inhaber", "gültig bis", "Tage", "SHA-256")
    for one in posten:
        angaben = facts(one.certificate)
        farbe = FARBEN[one.ablauf.stufe]
        table.add_row(
            escape(one.ort),
            one.zustand,
            escape(printable(angaben.common_name or angaben.subject)),
            f"{angaben.gueltig_bis:%d.%m.%Y}",
            f"[{farbe}]{one.ablauf.tage}[/]",
            angaben.sha256[:16],
        )
    Console().print(table)
