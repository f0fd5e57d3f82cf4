"""`erv-gateway xjustiz check` and `erv-gateway schemata install|list`.

Exit codes of check: 0 no error, 1 an error was found, 2 the input cannot be read or the command was misused.
"""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from erv_gateway.cli.ausgabe import misused, print_json
from erv_gateway.cli.xjustiz_bericht import print_report, safe
from erv_gateway.cli.xjustiz_codes import codes_command
from erv_gateway.cli.xjustiz_dateien import read_examined
from erv_gateway.cli.xjustiz_paket import Weg, versand_of
from erv_gateway.cli.xjustiz_regeln import regeln_command
from erv_gateway.cli.xjustiz_schematron import schematron_command
from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.uhr import BERLIN
from erv_gateway.storage import schemata
from erv_gateway.storage.schemata import Installiert
from xjustiz import NachrichtUnreadable, Paket, Pruefergebnis, Richtung, XJustizError, check

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OrdnerOption = Annotated[Path | None, typer.Option("--schemata", help="Folder of the schemata.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Adds the two groups of commands to the application."""
    xjustiz = typer.Typer(help="Check XJustiz messages.", no_args_is_help=True)
    xjustiz.command("check")(check_command)
    xjustiz.command("codes")(codes_command)
    xjustiz.command("regeln")(regeln_command)
    xjustiz.callback()(_group)
    app.add_typer(xjustiz, name="xjustiz")
    gruppe = typer.Typer(help="XJustiz schemata and code lists.", no_args_is_help=True)
    gruppe.command("install")(install_command)
    gruppe.command("list")(list_command)
    gruppe.command("schematron")(schematron_command)
    app.add_typer(gruppe, name="schemata")


def _group() -> None:
    """Check XJustiz messages."""


def check_command(
    pfad: Annotated[Path, typer.Argument(metavar="PATH", help="Folder, ZIP or XML file.", show_default=False)],
    as_json: JsonOption = False,
    at: Annotated[
        datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help="Day of validity; else today.")
    ] = None,
    ausgang: Annotated[bool, typer.Option("--ausgang", help="Check it as a message of our own, going out.")] = False,
    weg: Annotated[Weg | None, typer.Option("--weg", help="How it travels, where that is to be judged too.")] = None,
    ordner: OrdnerOption = None,
) -> None:
    """Check a package against schema, code lists and the rules. Exit 0: no error, 1: errors, 2: unreadable."""
    richtung = Richtung.AUSGANG if ausgang else Richtung.EINGANG
    try:
        paket = replace(read_examined(pfad), versand=versand_of(weg))
        ergebnis = _check(paket, at.date() if at else _today(), richtung, ordner)
    except (ErvError, XJustizError, OSError) as error:
        misused(_sentence(error), as_json=as_json)
    if as_json:
        print_json(as_dict(ergebnis))
    else:
        print_report(ergebnis)
    raise typer.Exit(0 if ergebnis.fehlerfrei else 1)


def install_command(
    quelle: Annotated[
        Path | None, typer.Option("--from", help="Official ZIP, or folder with XSD files.", show_default=False)
    ] = None,
    ordner: OrdnerOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing when all went well.")] = False,
) -> None:
    """Install schemata and code lists into the data folder, by default from the pinned source."""
    try:
        vorhanden = schemata.install(quelle, ordner)
    except (ErvError, OSError) as error:
        misused(_sentence(error))
    if not quiet:
        _print_installed(vorhanden)


def list_command(as_json: JsonOption = False, ordner: OrdnerOption = None) -> None:
    """Show what is installed: version, validity window, hash."""
    try:
        vorhanden = schemata.installed(ordner)
    except (ErvError, OSError) as error:
        misused(_sentence(error), as_json=as_json)
    if as_json:
        print_json([_installed_dict(eintrag) for eintrag in vorhanden])
    else:
        _print_installed(vorhanden)


def as_dict(ergebnis: Pruefergebnis) -> dict[str, object]:
    """The published JSON form: version, message, findings."""
    findings = [
        {
            "rule": befund.regel,
            "severity": befund.schwere.value,
            "where": befund.wo,
            "text": befund.text,
            "source": befund.quelle,
            "remedy": befund.abhilfe,
            **({"details": befund.details} if befund.details else {}),
        }
        for befund in ergebnis.befunde
    ]
    return {"version": ergebnis.version, "message": ergebnis.art, "findings": findings}


def _check(paket: Paket, am: date, richtung: Richtung, ordner: Path | None) -> Pruefergebnis:
    schemas, listen = schemata.load_schemas(ordner), schemata.load_codelists(ordner)
    return check(paket, schemas=schemas, codelisten=listen, am=am, richtung=richtung)


def _today() -> date:
    return datetime.now(BERLIN).date()


def _sentence(error: Exception) -> str:
    if isinstance(error, NachrichtUnreadable):
        return f"Das ist keine lesbare XJustiz-Nachricht ({error})."
    if isinstance(error, ErvError):
        return str(error.angaben.get("satz", error))
    return f"Die Prüfung ist nicht möglich ({error})."


def _print_installed(vorhanden: tuple[Installiert, ...]) -> None:
    konsole = Console()
    if not vorhanden:
        konsole.print("Keine Schemata installiert. Installieren mit: erv-gateway schemata install")
        return
    tabelle = Table("Version", "gültig ab", "gültig bis", "Dateien", "SHA-256", "Herkunft")
    for eintrag in vorhanden:
        ab, bis = _day(eintrag.gueltig_ab), _day(eintrag.gueltig_bis)
        tabelle.add_row(eintrag.name, ab, bis, str(eintrag.dateien), eintrag.sha256[:16], safe(eintrag.herkunft[:40]))
    konsole.print(tabelle)
    namen = {eintrag.name for eintrag in vorhanden}
    if "4.0.0" not in namen:
        konsole.print("XJustiz 4.0.0 ist nicht installiert: offizielles ZIP mit schemata install --from ZIP ergänzen.")


def _installed_dict(eintrag: Installiert) -> dict[str, object]:
    return {
        "version": eintrag.name,
        "valid_from": None if eintrag.gueltig_ab is None else eintrag.gueltig_ab.isoformat(),
        "valid_to": None if eintrag.gueltig_bis is None else eintrag.gueltig_bis.isoformat(),
        "sha256": eintrag.sha256,
        "files": eintrag.dateien,
        "source": eintrag.herkunft,
    }


def _day(tag: date | None) -> str:
    return "" if tag is None else f"{tag:%d.%m.%Y}"
