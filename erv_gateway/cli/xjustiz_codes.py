"""`erv-gateway xjustiz codes`: what the code lists of XJustiz say. Exit 0: found, 1: nothing found, 2: no such list."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from erv_gateway.cli.ausgabe import misused, print_json
from erv_gateway.cli.xjustiz_bericht import safe
from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.uhr import BERLIN
from erv_gateway.storage import schemata
from xjustiz import Codeliste, Codelisten, Eintrag, Schemas, XJustizError, enumerations

NICHTS_GEFUNDEN = 1
MAX_VORSCHLAEGE = 20


def codes_command(
    liste: Annotated[
        str | None, typer.Argument(metavar="[LIST]", help="Name or URN of a list; without it all are listed.")
    ] = None,
    suche: Annotated[
        list[str] | None, typer.Argument(metavar="[SEARCH]...", help="Words in code, label or description.")
    ] = None,
    version: Annotated[str | None, typer.Option("--version", help="Version of the list; else the one in use.")] = None,
    at: Annotated[datetime | None, typer.Option("--at", formats=["%Y-%m-%d"], help="Day of use; else today.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ordner: Annotated[
        Path | None, typer.Option("--schemata", help="Folder of the schemata.", show_default=False)
    ] = None,
) -> None:
    """Search the code lists: label, validity, closed entries. Exit 0: found, 1: nothing found, 2: no such list."""
    am = at.date() if at else datetime.now(BERLIN).date()
    try:
        listen = load_lists(ordner)
    except (ErvError, XJustizError, OSError) as error:
        misused(str(getattr(error, "angaben", {}).get("satz", error)), as_json=as_json)
    if liste is None:
        _print_lists(listen, am, as_json=as_json)
        return
    gewaehlt = choose(listen, liste, version, am, as_json=as_json)
    treffer = listen.search(gewaehlt.kennung, " ".join(suche or []), gewaehlt.version)
    _print_entries(listen, gewaehlt, treffer, am, as_json=as_json)
    if not treffer:
        raise typer.Exit(NICHTS_GEFUNDEN)


def load_lists(ordner: Path | None) -> Codelisten:
    """Typ 3 from the installed files, Typ 2 from the enumerations of every installed XSD."""
    return schemata.load_codelists(ordner).with_lists(_enumerated(schemata.load_schemas(ordner)))


def choose(listen: Codelisten, name: str, version: str | None, am: date, *, as_json: bool = False) -> Codeliste:
    """A list by its URN, or by how its name ends (`gerichte`, `gds.gerichte`)."""
    gesucht = name.casefold()
    kennungen = [k for k in listen.kennungen() if k.casefold() == gesucht or _ends(k.casefold(), gesucht)]
    if len(kennungen) != 1:
        aehnlich = kennungen or [k for k in listen.kennungen() if gesucht in _short(k).casefold()]
        vorschlaege = "".join(f"\n  {k}" for k in aehnlich[:MAX_VORSCHLAEGE])
        misused(f"Keine eindeutige Codeliste „{name}“.{vorschlaege}", as_json=as_json)
    (kennung,) = kennungen
    gewaehlt = listen.valid(kennung, am) if version is None else listen.get(kennung, version)
    if gewaehlt is None:
        vorhanden = ", ".join(listen.versionen(kennung))
        misused(f"{kennung}: keine passende Version; vorhanden: {vorhanden}.", as_json=as_json)
    return gewaehlt


def _ends(kennung: str, gesucht: str) -> bool:
    ende = _short(kennung)
    return ende == gesucht or ende.rpartition(".")[2] == gesucht


def _short(kennung: str) -> str:
    return kennung.rpartition(":")[2]


def _enumerated(schemas: Schemas) -> Iterator[Codeliste]:
    for version in schemas.versionen():
        for name in schemas.dateien(version):
            if "_cl_" in name:
                yield from enumerations(schemas.datei(version, name) or b"")


def _print_lists(listen: Codelisten, am: date, *, as_json: bool) -> None:
    zeilen = [_list_dict(listen, liste) for liste in _newest(listen, am)]
    if as_json:
        print_json(zeilen)
        return
    tabelle = Table("Liste", "Version", "gültig ab", "Einträge", "weitere Versionen")
    tabelle.columns[0].overflow = "fold"
    for zeile in zeilen:
        kennung = str(zeile["list"])
        weitere = ", ".join(v for v in listen.versionen(kennung) if v != zeile["version"])
        werte = (_short(kennung), zeile["version"], zeile["valid_from"] or "", zeile["entries"], weitere)
        tabelle.add_row(*(safe(str(wert)) for wert in werte))
    Console().print(tabelle)


def _newest(listen: Codelisten, am: date) -> Iterator[Codeliste]:
    for kennung in listen.kennungen():
        liste = listen.valid(kennung, am) or listen.get(kennung, listen.versionen(kennung)[-1])
        if liste is not None:
            yield liste


def _print_entries(
    listen: Codelisten, liste: Codeliste, treffer: tuple[Eintrag, ...], am: date, *, as_json: bool
) -> None:
    if as_json:
        eintraege = [_entry_dict(eintrag, am) for eintrag in treffer]
        print_json({**_list_dict(listen, liste), "entries": eintraege})
        return
    konsole = Console()
    konsole.print(f"[bold]{safe(liste.kennung)}[/bold]  Version {safe(liste.version)}")
    tabelle = Table("Code", "Bezeichnung", "Hinweis")
    for eintrag in treffer:
        tabelle.add_row(safe(eintrag.code), safe(eintrag.wert), safe(_remark(eintrag, am)))
    konsole.print(tabelle if treffer else "Nichts gefunden.")


def _remark(eintrag: Eintrag, am: date) -> str:
    ende = "" if eintrag.gueltig_bis is None else f" (bis {eintrag.gueltig_bis:%d.%m.%Y})"
    zu = f"aufgelöst{ende}" if eintrag.closed(am) else ende.strip(" ()")
    return "; ".join(teil for teil in (zu, eintrag.beschreibung or "") if teil)


def _list_dict(listen: Codelisten, liste: Codeliste) -> dict[str, object]:
    bis = listen.valid_to(liste.kennung, liste.version)
    return {
        "list": liste.kennung,
        "name": liste.name,
        "version": liste.version,
        "valid_from": None if liste.gueltig_ab is None else liste.gueltig_ab.isoformat(),
        "valid_to": None if bis is None else bis.isoformat(),
        "entries": len(liste.eintraege),
    }


def _entry_dict(eintrag: Eintrag, am: date) -> dict[str, object]:
    return {
        "code": eintrag.code,
        "label": eintrag.wert,
        "description": eintrag.beschreibung,
        "closed": eintrag.closed(am),
        "valid_to": None if eintrag.gueltig_bis is None else eintrag.gueltig_bis.isoformat(),
    }
