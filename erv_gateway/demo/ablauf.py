"""The demo's steps: from the DMS export to the verified proof."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from erv_gateway.demo.anzeige import Anzeige, uhrzeit
from erv_gateway.demo.api import Abgelehnt, Api, wait_for
from erv_gateway.demo.einrichtung import (
    AEMTER,
    AMT,
    GERICHT,
    GERICHT_NAME,
    POSTFACH,
    free_port,
    write_config,
)
from erv_gateway.demo.orte import Orte
from erv_gateway.demo.prozesse import command, gateway, sandbox
from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.uhr import BERLIN
from erv_gateway.nachweis.pruefprogramm import pruefprogramm
from erv_gateway.sandbox.gericht.stammdaten import GERICHT_CODE
from erv_gateway.signatur.pki import load_pki

PERSONEN: Final = (("k.brandt", "Karin Brandt"), ("t.yilmaz", "Tarik Yılmaz"))
"""Who prepares, who approves."""
FERTIG: Final = frozenset({"ABGELEGT", "ABGEWIESEN", "BEANSTANDET"})

ANSCHREIBEN: Final = (
    "Sehr geehrte Damen und Herren,",
    "in dem Verwaltungsstreitverfahren übersenden wir die vollständige elektronische Behördenakte. "
    "Was das Aktensystem über Entstehung und Änderung der Dokumente weiß, ist im Aktenprotokoll lesbar.",
    "Mit freundlichen Grüßen",
)


class DemoFailed(ErvError):
    """A step did not end as it must."""

    code = "demo"


@dataclass(frozen=True, slots=True)
class Buehne:
    """Everything is running; two people have access."""

    orte: Orte
    anzeige: Anzeige
    url: str
    bearbeitung: Api
    freigabe: Api


async def run_demo(orte: Orte, anzeige: Anzeige) -> None:
    """Raises ErvError when anything is not as it must be."""
    async with AsyncExitStack() as stack:
        buehne = await _aufbauen(orte, anzeige, stack)
        akte_id = await _uebernehmen(buehne)
        sendung = await _versenden(buehne, akte_id)
        await _gericht(buehne, sendung)
        nachricht = await _bestaetigung(buehne, sendung)
        bundle = await _empfangsbekenntnis(buehne, sendung, nachricht)
        await _nachweis_pruefen(buehne, bundle)
        _schluss(buehne)


async def _aufbauen(orte: Orte, anzeige: Anzeige, stack: AsyncExitStack) -> Buehne:
    anzeige.schritt(1, "Alles starten")
    with anzeige.laeuft("Entwicklungs-PKI: Wurzel, Zertifizierungsstellen, Ämter, Gericht, Intermediär"):
        aemter = [option for name in AEMTER for option in ("--office", name)]
        await command("pki", "init", str(orte.pki), *aemter, "--court", GERICHT_NAME)
    with anzeige.laeuft("Sandbox: Intermediär, simuliertes Verwaltungsgericht, Zeitstempeldienst"):
        adressen = await stack.enter_async_context(sandbox(orte))
    port = free_port()
    write_config(orte, load_pki(orte.pki), adressen, port, GERICHT_CODE)
    with anzeige.laeuft("Gateway: private PostgreSQL, Webserver, zwei Worker"):
        url = await stack.enter_async_context(gateway(orte, port))
    apis = []
    for kennung, name in PERSONEN:
        with anzeige.laeuft(f"Zugang für {name}"):
            key_file = str(orte.zugang(kennung))
            await command("person", "add", kennung, name, "--key-file", key_file, "--config", str(orte.config))
        apis.append(await stack.enter_async_context(Api(url, orte.zugang(kennung).read_text().strip())))
    return Buehne(orte, anzeige, url, *apis)


async def _uebernehmen(buehne: Buehne) -> str:
    anzeige = buehne.anzeige
    anzeige.schritt(2, "Akte aus dem DMS übernehmen (xdomea Abgabe.0401)")
    with anzeige.laeuft("Beispielakte erzeugen: Stadt, Baugenehmigung, zwei Teilakten"):
        out = await command("sample", "case", str(buehne.orte.wurzel / "dms-export"), "--json")
    export = Path(json.loads(out)["zip"])
    with anzeige.laeuft(f"{export.name} einliefern, jede Datei prüfen und sichern"):
        antwort = await buehne.bearbeitung.upload("/akten", export)
    anzeige.baum(antwort["baum"])
    deckung = antwort["abdeckung"]
    anzeige.sage(
        f"Historie: {deckung['mit_historie']} von {deckung['dokumente']} Dokumenten, {deckung['eintraege']} Einträge."
    )
    for hinweis in antwort["hinweise"]:
        anzeige.sage(f"Hinweis: {hinweis}")
    akte_id: str = antwort["akte_id"]
    return akte_id


async def _versenden(buehne: Buehne, akte_id: str) -> str:
    anzeige = buehne.anzeige
    anzeige.schritt(3, "Prüfen, freigeben, packen, signieren, verschlüsseln, übergeben")
    sendung: str = (await buehne.bearbeitung.post("/sendungen", _neue_sendung(buehne, akte_id)))["id"]
    with anzeige.laeuft("Vorprüfung gegen XSD und Regeln"):
        pruefung = await _vorpruefung(buehne, sendung)
    anzeige.befunde(pruefung["befunde"])
    if pruefung["zustand"] != "GEPRUEFT":
        raise DemoFailed("the sample case did not pass its checks")
    await _vier_augen(buehne, sendung)
    with anzeige.laeuft("XJustiz-Paket, PAdES-Signatur, VHN, Verschlüsselung, OSCI-Übergabe, Laufzettel, Nachweis"):
        ende = await _bis_fertig(buehne, sendung)
    if ende["zustand"] != "ABGELEGT":
        raise DemoFailed(f"the Sendung ended in {ende['zustand']}")
    return sendung


async def _vorpruefung(buehne: Buehne, sendung: str) -> dict[str, Any]:
    """What takes longer than a request may is finished by a worker."""
    antwort: dict[str, Any] = await buehne.bearbeitung.post(f"/sendungen/{sendung}/pruefung")
    if "befunde" in antwort:
        return antwort
    ende: dict[str, Any] = await wait_for(
        lambda: buehne.bearbeitung.get(f"/sendungen/{sendung}"), lambda value: value["pruefung"] is None
    )
    return ende


def _neue_sendung(buehne: Buehne, akte_id: str) -> dict[str, Any]:
    gericht = load_pki(buehne.orte.pki).teilnehmer[GERICHT]
    amt = load_pki(buehne.orte.pki).teilnehmer[AMT]
    return {
        "akte_id": akte_id,
        "postfach": POSTFACH,
        "empfaenger": gericht.safe_id,
        "betreff": "Behördenakte zum Verfahren wegen Baugenehmigung",
        "absaetze": list(ANSCHREIBEN),
        "unterzeichner": PERSONEN[0][1],
        "kurzrubrum": f"Beispiel ./. {amt.name}",
        "gegenstand": "Baugenehmigung",
        "sachgebiet": "056",
        "beteiligte": [
            {"rolle": "101", "name": "Beispiel", "vorname": "Karla"},
            {"rolle": "028", "name": amt.name},
        ],
    }


async def _vier_augen(buehne: Buehne, sendung: str) -> None:
    """Who prepared may not approve: that this is refused is part of what the demo shows."""
    try:
        await buehne.bearbeitung.post(f"/sendungen/{sendung}/freigabe")
    except Abgelehnt as refused:
        if refused.status != 403:
            raise
        buehne.anzeige.sage(f"[green]✓[/green] Vier Augen: {PERSONEN[0][1]} darf die eigene Sendung nicht freigeben.")
    else:
        raise DemoFailed("the person who prepared the Sendung could approve it")
    await buehne.freigabe.post(f"/sendungen/{sendung}/freigabe")
    buehne.anzeige.sage(f"[green]✓[/green] Freigegeben von {PERSONEN[1][1]}.")


async def _bis_fertig(buehne: Buehne, sendung: str) -> dict[str, Any]:
    ende: dict[str, Any] = await wait_for(
        lambda: buehne.bearbeitung.get(f"/sendungen/{sendung}"), lambda value: value["zustand"] in FERTIG
    )
    return ende


async def _gericht(buehne: Buehne, sendung: str) -> None:
    anzeige = buehne.anzeige
    anzeige.schritt(4, "Was das Gericht hat (eigene Schlüssel, eigener Prüfcode)")
    message_id = (await buehne.bearbeitung.get(f"/sendungen/{sendung}"))["message_id"]
    with anzeige.laeuft("Abholen, entschlüsseln, Signaturen und VHN prüfen, gegen das amtliche XSD validieren"):
        befund = await wait_for(lambda: _befund(buehne, message_id), lambda value: value is not None)
    for grund in befund["gruende"]:
        anzeige.sage(f"[red]✗[/red] {grund}")
    if befund["urteil"] != "gueltig":
        raise DemoFailed("the court did not accept the delivery")
    anzahl = len(befund["dateien"])
    anzeige.sage(f"[green]✓[/green] XJustiz {befund['xjustiz_version']}, {anzahl} Dateien, alle gelistet")
    antwort = await wait_for(lambda: _befund(buehne, message_id), _geantwortet)
    anzeige.sage(
        f"[green]✓[/green] Aktenzeichen des Gerichts: {antwort['antwort']['aktenzeichen']}; ein Schreiben folgt"
    )


async def _befund(buehne: Buehne, message_id: str) -> dict[str, Any] | None:
    befunde = json.loads(await command("sandbox", "befunde", "--dir", str(buehne.orte.sandbox), "--json"))
    matching = [befund for befund in befunde if befund["message_id"] == message_id]
    if len(matching) > 1:
        raise DemoFailed("the court has the delivery more than once")
    return matching[0] if matching else None


def _geantwortet(befund: dict[str, Any] | None) -> bool:
    return bool(befund and befund["antwort"] and befund["antwort"]["stand"] == "uebergeben")


async def _bestaetigung(buehne: Buehne, sendung: str) -> dict[str, Any]:
    anzeige = buehne.anzeige
    anzeige.schritt(5, "Eingangsbestätigung, Antwort des Gerichts, Empfangsbekenntnis")
    stand = await buehne.bearbeitung.get(f"/sendungen/{sendung}")
    anzeige.sage(f"Eingang beim Intermediär des Gerichts: [bold]{uhrzeit(stand['eingang'])}[/bold]")
    anzeige.dateien("Eingangsbestätigung, Datei für Datei", stand["urteil"]["dateien"])
    with anzeige.laeuft("Auf das Schreiben des Gerichts warten"):
        liste = await wait_for(
            lambda: buehne.bearbeitung.get("/nachrichten"),
            lambda value: any(n["eeb_verlangt"] and n["zustand"] == "ZUGEORDNET" for n in value["nachrichten"]),
        )
    offen = next(n for n in liste["nachrichten"] if n["eeb_verlangt"])
    nachricht: dict[str, Any] = await buehne.bearbeitung.get(f"/nachrichten/{offen['id']}")
    anzeige.sage(f"„{nachricht['betreff']}“ von {nachricht['absender_name']}, Akte: {nachricht['zuordnung']}")
    anzeige.pruefungen("Prüfprotokoll", nachricht["pruefprotokoll"]["pruefungen"])
    if nachricht["pruefprotokoll"]["ergebnis"] != "gueltig":
        raise DemoFailed("the court's letter did not verify")
    return nachricht


async def _empfangsbekenntnis(buehne: Buehne, sendung: str, nachricht: dict[str, Any]) -> Path:
    """The decision is a person's: here the demo plays the person."""
    anzeige = buehne.anzeige
    datum = datetime.now(BERLIN).date().isoformat()
    antwort = await buehne.freigabe.post(f"/nachrichten/{nachricht['id']}/eeb", {"art": "bekenntnis", "datum": datum})
    anzeige.sage(f"{PERSONEN[1][1]} bekennt den Empfang zum {datum}.")
    with anzeige.laeuft("Empfangsbekenntnis senden und seinen Eingang bestätigen lassen"):
        ende = await _bis_fertig(buehne, antwort["sendung_id"])
    if ende["zustand"] != "ABGELEGT":
        raise DemoFailed(f"the eEB ended in {ende['zustand']}")
    bundle = buehne.orte.ergebnis / "nachweis.zip"
    await buehne.bearbeitung.download(f"/sendungen/{sendung}/nachweis", bundle)
    await buehne.bearbeitung.download(
        f"/sendungen/{antwort['sendung_id']}/nachweis", buehne.orte.ergebnis / "nachweis-eeb.zip"
    )
    anzeige.sage(f"Nachweis: {bundle}")
    return bundle


async def _nachweis_pruefen(buehne: Buehne, bundle: Path) -> None:
    """The stand-alone program, in a process of its own that cannot import the gateway."""
    buehne.anzeige.schritt(6, "Nachweis prüfen, wie es ein Sachverständiger kann: verify.py, allein")
    program = buehne.orte.ergebnis / "verify.py"
    program.write_bytes(pruefprogramm())
    anker = buehne.orte.pki / "ca" / "root.pem"
    for path in (bundle, buehne.orte.ergebnis / "nachweis-eeb.zip"):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(program),
            str(path),
            "--anker",
            str(anker),
            stdout=asyncio.subprocess.PIPE,
            cwd=buehne.orte.ergebnis,
        )
        out, _ = await process.communicate()
        buehne.anzeige.console.print(out.decode(), highlight=False, markup=False)
        if process.returncode != 0:
            raise DemoFailed(f"verify.py ended with {process.returncode} for {path.name}")


def _schluss(buehne: Buehne) -> None:
    anzeige = buehne.anzeige
    anzeige.console.print()
    anzeige.console.rule("[bold green]Alles da: eine Zustellung beim Gericht, ein Nachweis in der Akte")
    anzeige.sage(f"Ergebnisse: {buehne.orte.ergebnis}  (Nachweise und Prüfprogramm)")
    anzeige.sage(f"Akte mit Rücklauf: {buehne.orte.daten / 'ablage'}")
    anzeige.sage("Dienst starten und im Browser ansehen: [bold]make run[/bold]")
    anzeige.sage(f"Anmelden mit dem Zugangsschlüssel aus {buehne.orte.zugang(PERSONEN[0][0])}")
