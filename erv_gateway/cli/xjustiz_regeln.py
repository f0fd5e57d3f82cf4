"""`erv-gateway xjustiz regeln`: the rules that are checked; `--markdown` writes docs/regeln.md."""

from typing import Annotated

import typer

from erv_gateway.cli.ausgabe import print_json
from erv_gateway.cli.regelblatt.markdown import render, schwere, tage
from xjustiz import REGELN, Regel

NICHTS = 1


def regeln_command(
    suche: Annotated[str, typer.Argument(metavar="[SEARCH]", help="Part of an id, text or source.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print docs/regeln.md.")] = False,
) -> None:
    """Show the rules with severity, days, source and remedy. Exit 0: some, 1: none fits."""
    if markdown:
        typer.echo(render(), nl=False)
        return
    gefunden = [regel for regel in REGELN if _fits(regel, suche.casefold())]
    if as_json:
        print_json([_as_dict(regel) for regel in gefunden])
    else:
        _print(gefunden)
    raise typer.Exit(0 if gefunden else NICHTS)


def _fits(regel: Regel, suche: str) -> bool:
    return any(suche in text.casefold() for text in (regel.id, regel.text, regel.quelle, *regel.nummern))


def _as_dict(regel: Regel) -> dict[str, object]:
    return {
        "rule": regel.id,
        "severity": regel.schwere.value,
        "severity_outgoing": (regel.ausgang or regel.schwere).value,
        "direction": None if regel.nur is None else regel.nur.value,
        "since": None if regel.seit is None else regel.seit.isoformat(),
        "until": None if regel.bis is None else regel.bis.isoformat(),
        "sheet": list(regel.nummern),
        "text": regel.text,
        "source": regel.quelle,
        "remedy": regel.abhilfe,
    }


def _print(regeln: list[Regel]) -> None:
    for regel in regeln:
        typer.echo(f"{regel.id}  {schwere(regel)}, {tage(regel)}\n  {regel.text}\n  {regel.quelle}")
