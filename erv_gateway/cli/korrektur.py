"""`erv-gateway sendung korrektur`: look at corrections, make them, take them back.

Exit codes: 0 done, 1 refused (one line says why), 2 not found, wrong key, or the database could not be reached.
Who makes a correction or takes it back says so with the access key (`person add`).
"""

from pathlib import Path
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from erv_gateway.cli.ausgabe import printable
from erv_gateway.cli.betrieb import AsJson, Config
from erv_gateway.cli.sendung_zugriff import KeyFile, Open, Sendung, open_configured, person_of, run, show
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.darstellung import angewandt_json, plan_json, uebersicht
from erv_gateway.sendung.korrekturen.register import korrektur_of
from erv_gateway.sendung.korrekturen.vorgang import apply, preview, undo

ONLY: Final = "Only this change of the plan, counted from 1; may be given several times."

Kennung = Annotated[str, typer.Argument(metavar="ID", help="Id of the correction, as `list` shows it.")]


def register(app: typer.Typer, open_with: Open = open_configured) -> None:
    """Adds `korrektur list|preview|apply|undo`."""
    korrektur = typer.Typer(no_args_is_help=True, help="Corrections: looked at first, recorded, undoable.")

    @korrektur.command("list", help="What could be corrected, and what was.")
    def list_(sendung: Sendung, config: Config = None, as_json: AsJson = False) -> None:
        found = run(open_with, config, lambda betrieb: uebersicht(betrieb, SendungId(sendung)), as_json=as_json)
        show(found, as_json, _print_uebersicht)

    @korrektur.command("preview", help="Show every single change; nothing is changed.")
    def preview_(sendung: Sendung, kennung: Kennung, config: Config = None, as_json: AsJson = False) -> None:
        plan = run(open_with, config, lambda betrieb: _preview(betrieb, sendung, kennung), as_json=as_json)
        show(plan, as_json, _print_plan)

    @korrektur.command("apply", help="Make the correction that `preview` showed.")
    def apply_(
        sendung: Sendung,
        kennung: Kennung,
        plan: Annotated[str, typer.Option("--plan", metavar="SHA256", help="The plan that `preview` named.")],
        key_file: KeyFile,
        only: Annotated[list[int] | None, typer.Option("--only", metavar="N", min=1, help=ONLY)] = None,
        config: Config = None,
        as_json: AsJson = False,
    ) -> None:
        nur = frozenset(only or ())
        done = run(
            open_with, config, lambda betrieb: _apply(betrieb, sendung, kennung, plan, key_file, nur), as_json=as_json
        )
        show(done, as_json, _print_applied)

    @korrektur.command("undo", help="Take a correction back, by its number in `list`.")
    def undo_(
        sendung: Sendung,
        nummer: Annotated[int, typer.Argument(metavar="NUMBER", min=1)],
        key_file: KeyFile,
        config: Config = None,
        as_json: AsJson = False,
    ) -> None:
        done = run(open_with, config, lambda betrieb: _undo(betrieb, sendung, nummer, key_file), as_json=as_json)
        show(done, as_json, lambda _: typer.echo(f"Korrektur Nr. {nummer} ist zurückgenommen."))

    app.add_typer(korrektur, name="korrektur")


async def _preview(betrieb: Betrieb, sendung: UUID, kennung: str) -> dict[str, Any]:
    return plan_json(await preview(betrieb, SendungId(sendung), korrektur_of(kennung).id))


async def _apply(
    betrieb: Betrieb, sendung: UUID, kennung: str, plan: str, key_file: Path, nur: frozenset[int]
) -> dict[str, Any]:
    person = await person_of(betrieb, key_file)
    done = await apply(betrieb, SendungId(sendung), korrektur_of(kennung).id, person, plan_sha256=plan, nur=nur)
    return angewandt_json(done)


async def _undo(betrieb: Betrieb, sendung: UUID, nummer: int, key_file: Path) -> dict[str, Any]:
    await undo(betrieb, SendungId(sendung), nummer, await person_of(betrieb, key_file))
    return {"nummer": nummer, "zurueckgenommen": True}


def _print_uebersicht(found: dict[str, Any]) -> None:
    for korrektur in found["korrekturen"]:
        stand = korrektur["hindernis"] or f"{korrektur['aenderungen']} Änderungen möglich"
        typer.echo(f"{korrektur['id']:<14} {printable(korrektur['titel'])}: {stand}")
    for nummer in found["angewandt"]:
        zurueck = " (zurückgenommen)" if nummer["zurueckgenommen_am"] else ""
        typer.echo(f"Nr. {nummer['nummer']}  {nummer['titel']}: {len(nummer['aenderungen'])} Änderungen{zurueck}")


def _print_plan(plan: dict[str, Any]) -> None:
    if not plan["aenderungen"]:
        typer.echo("Hier gibt es für diese Sendung nichts zu korrigieren.")
        return
    for nummer, aenderung in enumerate(plan["aenderungen"], 1):
        typer.echo(f"{nummer}. {printable(aenderung['wo'])}\n  vorher:  {printable(aenderung['vorher'])}")
        typer.echo(f"  nachher: {printable(aenderung['nachher'])}\n  {printable(aenderung['warum'])}")
        for zeichen in aenderung["zeichen"]:
            typer.echo(f"    {printable(zeichen)}")
    typer.echo(f"Plan: {plan['plan']}")


def _print_applied(done: dict[str, Any]) -> None:
    typer.echo(f"Nr. {done['nummer']}  {done['titel']}: {len(done['aenderungen'])} Änderungen angewandt.")
    for auslassung in done["auslassungen"]:
        typer.echo(f"  ausgelassen: {printable(auslassung['wo'])}: {printable(auslassung['grund'])}")
