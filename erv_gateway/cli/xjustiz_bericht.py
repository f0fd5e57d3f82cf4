"""The report of a check for people: by severity, by rule, one sentence for each finding, source and remedy once."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

from rich.console import Console
from rich.markup import escape

from xjustiz import Befund, Pruefergebnis, Schwere

_TITEL: Mapping[Schwere, tuple[str, str]] = MappingProxyType(
    {
        Schwere.ERROR: ("Fehler", "red"),
        Schwere.WARNING: ("Warnungen", "yellow"),
        Schwere.HINT: ("Hinweise", "cyan"),
    }
)
_UNNOETIG = ("/xjustiz.fachspezifischeDaten", "/inhalt")


def print_report(ergebnis: Pruefergebnis) -> None:
    konsole = Console(highlight=False, soft_wrap=True)
    konsole.print(f"[bold]{safe(ergebnis.art)}[/bold]  XJustiz {safe(ergebnis.version)}")
    for zeile in _report(ergebnis):
        konsole.print(zeile)
    konsole.print(_summary(ergebnis))


def safe(text: str) -> str:
    """Foreign text for a terminal: no markup, no control characters."""
    return escape("".join(zeichen if zeichen.isprintable() or zeichen == "\n" else "\ufffd" for zeichen in text))


def _report(ergebnis: Pruefergebnis) -> Iterator[str]:
    for schwere, befunde in groupby(ergebnis.befunde, key=lambda befund: befund.schwere):
        titel, farbe = _TITEL[schwere]
        yield f"\n[bold {farbe}]{titel}[/bold {farbe}]"
        for regel, gruppe in groupby(befunde, key=lambda befund: (befund.regel, befund.quelle)):
            yield from _rule(*regel, list(gruppe))


def _rule(regel: str, quelle: str, befunde: list[Befund]) -> Iterator[str]:
    yield f"  [bold]{safe(regel)}[/bold]  [dim]{safe(quelle)}[/dim]"
    for abhilfe, gruppe in groupby(befunde, key=lambda befund: befund.abhilfe):
        for text, orte in _by_sentence(gruppe):
            yield f"    {safe(text)}"
            yield from (f"      [dim]{safe(ort)}[/dim]" for ort in orte)
        yield f"    → {safe(abhilfe)}"


def _by_sentence(befunde: Iterable[Befund]) -> Iterator[tuple[str, list[str]]]:
    """Sentences with all their places; a place that the sentence names itself is not repeated."""
    orte: dict[str, list[str]] = {}
    for befund in befunde:
        liste = orte.setdefault(befund.text, [])
        if f"„{befund.wo}“" not in befund.text:
            liste.append(_short(befund.wo))
    yield from orte.items()


def _short(wo: str) -> str:
    """A path without the root and the elements that only wrap others."""
    kopf, nachricht, rest = wo.partition("/nachricht.")
    ort = kopf + rest.partition("/")[2] if nachricht and not kopf else wo
    for huelle in _UNNOETIG:
        ort = ort.replace(huelle, "")
    return ort or "Nachricht"


def _summary(ergebnis: Pruefergebnis) -> str:
    anzahl = {schwere: sum(befund.schwere is schwere for befund in ergebnis.befunde) for schwere in Schwere}
    warnungen, hinweise = anzahl[Schwere.WARNING], anzahl[Schwere.HINT]
    weitere = f"{warnungen} Warnung{'en' * (warnungen != 1)}, {hinweise} Hinweis{'e' * (hinweise != 1)}."
    if anzahl[Schwere.ERROR]:
        return f"\n[red]{anzahl[Schwere.ERROR]} Fehler.[/red] {weitere}"
    return f"\n[green]Keine Fehler.[/green] {weitere}"
