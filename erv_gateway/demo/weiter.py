"""`make run` after a demo: its sandbox and gateway, up until Ctrl-C, to be looked at in a browser."""

import asyncio

from erv_gateway.demo.anzeige import Anzeige
from erv_gateway.demo.einrichtung import free_port, write_config
from erv_gateway.demo.orte import Orte
from erv_gateway.demo.prozesse import gateway, sandbox
from erv_gateway.sandbox.gericht.stammdaten import GERICHT_CODE
from erv_gateway.signatur.pki import load_pki


async def stay_up(orte: Orte, anzeige: Anzeige) -> None:
    """The sandbox gets a free port each time, so the settings are written anew."""
    with anzeige.laeuft("Sandbox und Gateway starten"):
        async with sandbox(orte) as adressen:
            port = free_port()
            write_config(orte, load_pki(orte.pki), adressen, port, GERICHT_CODE)
            async with gateway(orte, port) as url:
                anzeige.sage(f"Im Browser: [bold]{url}[/bold]  (Zugangsschlüssel: {orte.wurzel}/zugang-*.txt)")
                anzeige.sage("Beenden mit Strg-C.")
                await asyncio.Event().wait()
