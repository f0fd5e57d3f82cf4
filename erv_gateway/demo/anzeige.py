"""What the demo prints: German, step by step, with progress."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from erv_gateway.kern.uhr import berlin

_FARBE = {"gueltig": "green", "unbestimmt": "yellow", "ungueltig": "red", "error": "red", "warning": "yellow"}


class Anzeige:
    def __init__(self, console: Console) -> None:
        self.console = console

    def schritt(self, nummer: int, text: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]Schritt {nummer}: {text}", align="left")

    def sage(self, text: str) -> None:
        self.console.print(f"  {text}", highlight=False)

    @contextmanager
    def laeuft(self, text: str) -> Iterator[None]:
        """A spinner while it lasts, a line when it is done."""
        with self.console.status(f"{text} …"):
            yield
        self.console.print(f"  [green]✓[/green] {text}", highlight=False)

    def baum(self, knoten: dict[str, Any]) -> None:
        tree = Tree(knoten["text"])
        _grow(tree, knoten.get("kinder", []))
        self.console.print(tree)

    def befunde(self, befunde: list[dict[str, Any]]) -> None:
        if not befunde:
            self.sage("[green]✓[/green] Keine Befunde.")
            return
        table = Table("Schwere", "Regel", "Wo", "Befund", title="Befunde der Prüfung")
        for befund in befunde:
            schwere = befund["schwere"]
            table.add_row(f"[{_FARBE.get(schwere, 'blue')}]{schwere}", befund["regel"], befund["wo"], befund["text"])
        self.console.print(table)

    def dateien(self, titel: str, dateien: list[dict[str, Any]]) -> None:
        table = Table("", "Datei", "Bytes", "SHA-256", title=titel)
        table.columns[2].justify = "right"
        table.columns[3].no_wrap = True
        for datei in dateien:
            haken = "[green]✓" if datei.get("ok", True) else "[red]✗"
            table.add_row(haken, datei["name"], f"{datei['bytes']:,}".replace(",", "."), f"{datei['sha256'][:16]}…")
        self.console.print(table)

    def pruefungen(self, titel: str, pruefungen: list[dict[str, Any]]) -> None:
        table = Table("Ergebnis", "Was", "Begründung", title=titel)
        for pruefung in pruefungen:
            ergebnis = pruefung["ergebnis"]
            table.add_row(f"[{_FARBE.get(ergebnis, 'blue')}]{ergebnis}", pruefung["was"], pruefung["begruendung"])
        self.console.print(table)


def uhrzeit(iso: str) -> str:
    """ISO time to what people in Germany write."""
    return f"{berlin(datetime.fromisoformat(iso)):%d.%m.%Y, %H:%M:%S} Uhr"


def _grow(tree: Tree, kinder: list[dict[str, Any]]) -> None:
    for kind in kinder:
        _grow(tree.add(kind["text"]), kind.get("kinder", []))
