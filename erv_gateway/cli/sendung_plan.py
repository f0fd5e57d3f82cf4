"""`erv-gateway sendung plan|split|rejoin|vergleich|abdeckung`: what is in a Sendung, in how many messages it goes."""

import json
from typing import Annotated, Any
from uuid import UUID

import typer

from erv_gateway.cli.ausgabe import printable
from erv_gateway.cli.betrieb import AsJson, Config
from erv_gateway.cli.sendung_zugriff import KeyFile, Open, Sendung, open_configured, person_of, run, show
from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.anschreiben import render_anschreiben
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.bestand import load_corrected
from erv_gateway.sendung.paket import angaben_of, build_entwurf, load_korrigiert
from erv_gateway.sendung.sendung import SendungArt, load_sendung
from erv_gateway.sendung.teilen import plan_digest, plan_teilung, rejoin, split
from erv_gateway.sendung.wiederholung import wiederholung_of


def register(app: typer.Typer, open_with: Open = open_configured) -> None:
    """Adds the five commands."""

    @app.command("plan", help="In how many messages the file would go, and what would be in each.")
    def plan_(sendung: Sendung, config: Config = None, as_json: AsJson = False) -> None:
        show(run(open_with, config, lambda betrieb: _plan(betrieb, sendung), as_json=as_json), as_json, _print_plan)

    @app.command("split", help="Lay down the plan that `plan` showed.")
    def split_(
        sendung: Sendung,
        plan: Annotated[str, typer.Option("--plan", metavar="SHA256", help="The plan that `plan` named.")],
        key_file: KeyFile,
        config: Config = None,
        as_json: AsJson = False,
    ) -> None:
        done = run(open_with, config, lambda betrieb: _split(betrieb, sendung, plan, key_file), as_json=as_json)
        show(done, as_json, lambda value: typer.echo("\n".join(value["teile"])))

    @app.command("rejoin", help="Take a split back, as long as no part is approved.")
    def rejoin_(sendung: Sendung, key_file: KeyFile, config: Config = None, as_json: AsJson = False) -> None:
        done = run(open_with, config, lambda betrieb: _rejoin(betrieb, sendung, key_file), as_json=as_json)
        show(done, as_json, lambda _: typer.echo("Die Teilung ist aufgehoben."))

    @app.command("vergleich", help="What is new since this file last arrived at this court.")
    def vergleich_(sendung: Sendung, config: Config = None, as_json: AsJson = False) -> None:
        found = run(open_with, config, lambda betrieb: _vergleich(betrieb, sendung), as_json=as_json)
        show(found, as_json, lambda value: typer.echo(printable(value["satz"])))

    @app.command("abdeckung", help="What of the DMS's metadata and history goes where.")
    def abdeckung_(sendung: Sendung, config: Config = None, as_json: AsJson = False) -> None:
        show(
            run(open_with, config, lambda betrieb: _abdeckung(betrieb, sendung), as_json=as_json),
            as_json,
            _print_abdeckung,
        )


async def _plan(betrieb: Betrieb, sendung: UUID) -> dict[str, Any]:
    plan = await plan_teilung(betrieb, SendungId(sendung))
    return {
        "plan": plan_digest(plan),
        "teile": [
            {"nummer": t.nummer, "dateien": t.dateien, "bytes": t.bytes, "dokumente": [str(k) for k in t.dokumente]}
            for t in plan.teile
        ],
        "zu_gross": [{"id": str(d.id), "titel": d.titel} for d in plan.zu_gross],
        "getrennte_anlagen": [{"id": str(d.id), "titel": d.titel} for d in plan.getrennte_anlagen],
    }


async def _split(betrieb: Betrieb, sendung: UUID, plan: str, key_file: KeyFile) -> dict[str, Any]:
    person = await person_of(betrieb, key_file)
    return {"teile": [str(teil) for teil in await split(betrieb, SendungId(sendung), person, plan)]}


async def _rejoin(betrieb: Betrieb, sendung: UUID, key_file: KeyFile) -> dict[str, Any]:
    await rejoin(betrieb, SendungId(sendung), await person_of(betrieb, key_file))
    return {"sendung": str(sendung)}


async def _vergleich(betrieb: Betrieb, sendung_id: UUID) -> dict[str, Any]:
    sendung = await load_sendung(betrieb.database, SendungId(sendung_id))
    akte = (await load_corrected(betrieb.database, sendung)).akte
    wiederholung = await wiederholung_of(betrieb, sendung, akte)
    if wiederholung is None:
        return {"seit": None, "satz": "Diese Akte ist bei diesem Gericht noch nicht angekommen."}
    vergleich = wiederholung.vergleich
    listen = {"neu": vergleich.neu, "geaendert": vergleich.geaendert, "entfernt": vergleich.entfernt}
    namen = {name: [{"id": str(d.id), "titel": d.titel} for d in dokumente] for name, dokumente in listen.items()}
    return {"seit": wiederholung.seit.isoformat(), "satz": wiederholung.satz, **namen}


async def _abdeckung(betrieb: Betrieb, sendung_id: UUID) -> dict[str, Any]:
    """Of the package as it would be now."""
    sendung = await load_sendung(betrieb.database, SendungId(sendung_id))
    if sendung.art is not SendungArt.AKTE:
        raise EingabeRefused("an eEB carries no case file", grund="keine-akte")
    jetzt = betrieb.uhr.jetzt()
    brief = await render_anschreiben(betrieb, sendung, angaben_of(sendung), jetzt)
    entwurf = await build_entwurf(betrieb, sendung, await load_korrigiert(betrieb, sendung), brief, jetzt)
    bericht: dict[str, Any] = json.loads(entwurf.abdeckung)
    return bericht


def _print_plan(plan: dict[str, Any]) -> None:
    for dokument in plan["zu_gross"]:
        typer.echo(f"Für jede Nachricht zu groß: {printable(dokument['titel'])}")
    for teil in plan["teile"]:
        groesse = f"{teil['bytes'] / 10**6:.1f} MB"
        typer.echo(f"Teil {teil['nummer']}: {len(teil['dokumente'])} Dokumente, {teil['dateien']} Dateien, {groesse}")
    for dokument in plan["getrennte_anlagen"]:
        typer.echo(f"Anlage in einem anderen Teil als ihr Dokument: {printable(dokument['titel'])}")
    typer.echo(f"Plan: {plan['plan']}")


def _print_abdeckung(bericht: dict[str, Any]) -> None:
    for angabe in bericht["angaben"]:
        anders = f", {angabe['umgeschrieben']} umgeschrieben" if angabe["umgeschrieben"] else ""
        typer.echo(
            f"{angabe['angabe']}: {angabe['uebermittelt']} von {angabe['im_dms']} in {angabe['element']}{anders}"
        )
    historie = bericht["historie"]
    typer.echo(f"Verlauf: {historie['eintraege']} Einträge im Aktenprotokoll, {historie['erweiterung']} im Datensatz")
    typer.echo(f"Namen von Lesenden zurückgehalten: {historie['lesende_zurueckgehalten']}")
