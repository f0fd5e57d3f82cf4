"""Commands around case files: `sample case` writes the sample case, `akte lesen` reads a delivery, storing nothing."""

import re
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from erv_gateway.akte.befund import EinlieferungRefused, text_of
from erv_gateway.akte.darstellung import einlieferung_json, refused_json
from erv_gateway.akte.einlieferung import Einlieferung, inspect_delivery
from erv_gateway.akte.modell import Akte, Datei, Dokument, Rolle, Teilakte, abdeckung
from erv_gateway.cli.ausgabe import MISUSED, misused, print_json, say
from erv_gateway.sandbox.beispiel import write_beispiel

EXIT_REFUSED = 1
UNREADABLE = frozenset({"kein-lieferformat", "zip-beschaedigt"})
"""Nothing could be looked at, so nothing was found either."""
UUID_PREFIX = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}_")  # xdomea file names, long and alike
MAX_LISTED = 40  # own choice: as many Hinweise as a screen takes; all of them with --json
_ROLLEN = {
    Rolle.ORIGINAL: "Original",
    Rolle.REPRAESENTAT: "Repräsentat",
    Rolle.SIGNATURDATEI: "Signatur",
    Rolle.TRANSFERVERMERK: "Transfervermerk",
}
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Adds `sample` and `akte` to the command line."""
    sample = typer.Typer(help="Sample data.", no_args_is_help=True)
    sample.callback()(_group)
    sample.command("case")(sample_case)
    akten = typer.Typer(help="Case files.", no_args_is_help=True)
    akten.callback()(_group)
    akten.command("lesen")(akte_lesen)
    app.add_typer(sample, name="sample")
    app.add_typer(akten, name="akte")


def _group() -> None:
    """Keeps the subcommand name when a group has one command only."""


def sample_case(
    verzeichnis: Annotated[Path, typer.Argument(metavar="DIR", help="Target folder, made if it is not there.")],
    manifest: Annotated[bool, typer.Option("--manifest", help="Also as a folder with manifest.json.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the sample case file as an xdomea Abgabe 0401."""
    try:
        ergebnis = write_beispiel(verzeichnis, mit_manifest=manifest)
    except OSError as error:
        misused(str(error), as_json=as_json)
    if as_json:
        felder = {"zip": str(ergebnis.zip), "manifest": str(ergebnis.manifest) if ergebnis.manifest else None}
        zahlen = {"akte": str(ergebnis.akte_id), "dokumente": ergebnis.dokumente, "bytes": ergebnis.bytes}
        print_json({**felder, **zahlen}, indent=None)
        return
    typer.echo(f"Beispielakte mit {ergebnis.dokumente} Dokumenten ({_groesse(ergebnis.bytes)}):")
    for pfad in filter(None, (ergebnis.zip, ergebnis.manifest)):
        typer.echo(f"  {pfad}")


def akte_lesen(
    pfad: Annotated[Path, typer.Argument(metavar="PATH", help="Folder or ZIP file.")], as_json: JsonOption = False
) -> None:
    """Read a delivery without storing it (in German). Exit 0: would be taken, 1: would be refused, 2: unreadable."""
    try:
        einlieferung = inspect_delivery(pfad)
    except EinlieferungRefused as refused:
        _show_refused(refused, as_json)
        unreadable = any(mangel.code in UNREADABLE for mangel in refused.maengel)
        raise typer.Exit(MISUSED if unreadable else EXIT_REFUSED) from refused
    except OSError as error:
        misused(str(error), as_json=as_json)
    if as_json:
        print_json(einlieferung_json(einlieferung))
    else:
        print_einlieferung(einlieferung, Console())


def print_einlieferung(einlieferung: Einlieferung, console: Console) -> None:
    """Tree, coverage of the history and Hinweise, in German."""
    console.print(akte_tree(einlieferung.akte))
    stand = abdeckung(einlieferung.akte)
    console.print(
        f"\n{len(einlieferung.dateien)} Dateien, {_groesse(sum(datei.bytes for datei in einlieferung.dateien))}. "
        f"Historie: {stand.mit_historie} von {stand.dokumente} Dokumenten, {stand.eintraege} Einträge."
    )
    if einlieferung.hinweise:
        console.print(_hinweis_table(einlieferung))


def akte_tree(akte: Akte) -> Tree:
    """Akte, Teilakten, Dokumente and Dateien; names from outside are shown as plain text, never as markup."""
    baum = Tree(Text(f"{akte.aktenzeichen}  {akte.titel}", style="bold"))
    for teilakte in akte.teilakten:
        _add_teilakte(baum, teilakte)
    for dokument in akte.dokumente:
        _add_dokument(baum, dokument)
    return baum


def _add_teilakte(baum: Tree, teilakte: Teilakte) -> None:
    zweig = baum.add(Text(f"{teilakte.nummer}  {teilakte.titel}", style="bold"))
    for innere in teilakte.teilakten:
        _add_teilakte(zweig, innere)
    for dokument in teilakte.dokumente:
        _add_dokument(zweig, dokument)


def _add_dokument(baum: Tree, dokument: Dokument) -> None:
    historie = f"{len(dokument.historie)} Historieneinträge" if dokument.historie else "ohne Historie"
    zweig = baum.add(Text(f"{dokument.nummer}  {dokument.titel}  ({historie})"))
    for datei in dokument.dateien:
        zweig.add(Text(_datei_zeile(datei), style="dim"))


def _datei_zeile(datei: Datei) -> str:
    name = UUID_PREFIX.sub("…_", datei.name)
    return f"{_ROLLEN[datei.rolle]}: {name}, {_groesse(datei.bytes)}"


def _hinweis_table(einlieferung: Einlieferung) -> Table:
    gleiche = Counter(text_of(hinweis) for hinweis in einlieferung.hinweise)
    tabelle = Table("Hinweise zur Übernahme", show_lines=False)
    for text, anzahl in list(gleiche.items())[:MAX_LISTED]:
        tabelle.add_row(Text(f"{text} ({anzahl}-mal)" if anzahl > 1 else text))
    if len(gleiche) > MAX_LISTED:
        tabelle.add_row(Text(f"… und {len(gleiche) - MAX_LISTED} weitere, vollständig mit --json"))
    return tabelle


def _show_refused(refused: EinlieferungRefused, as_json: bool) -> None:
    if as_json:
        print_json(refused_json(refused))
        return
    typer.echo(f"Die Lieferung wird nicht angenommen ({len(refused.maengel)} Mängel):", err=True)
    for mangel in refused.maengel:
        say(f"  {text_of(mangel)}")


def _groesse(anzahl: int) -> str:
    wert, einheit = (anzahl / 10**6, "MB") if anzahl >= 10**6 else (anzahl / 10**3, "KB")
    return f"{wert:.1f} {einheit}".replace(".", ",")
