"""kill -9 on the way in and during the eEB: one Nachricht, filed, answered once."""

import asyncio
import signal
from datetime import datetime

import pytest
from ablauf_buehne import Buehne, until
from ablauf_prozess import end
from test_ablauf_absturz import at_court, check_end

from erv_gateway.eingang.berichte import load_berichte
from erv_gateway.eingang.eeb import Bekenntnis, decide
from erv_gateway.eingang.nachricht import Nachricht, load_nachricht
from erv_gateway.kern.ids import NachrichtId
from erv_gateway.kern.uhr import BERLIN
from erv_gateway.kern.zustaende import NachrichtZustand, SendungZustand
from erv_gateway.storage import log

pytestmark = pytest.mark.crash


async def nachrichten(buehne: Buehne) -> list[Nachricht]:
    database = buehne.betrieb.database
    rows = await database.fetch_all(
        "SELECT id FROM erv.nachricht WHERE akte_id = $1 OR akte_id IS NULL", buehne.akte_id
    )
    return [await load_nachricht(database, NachrichtId(row["id"])) for row in rows]


async def letter(buehne: Buehne) -> Nachricht:
    """The one letter of the court, as soon as it is assigned."""
    found: list[Nachricht] = await until(
        lambda: nachrichten(buehne), lambda some: bool(some) and some[0].zustand is NachrichtZustand.ZUGEORDNET
    )
    (nachricht,) = found
    return nachricht


@pytest.mark.parametrize(
    ("hinein", "hinaus"),
    [
        ("nach-zustellung", "nach-prepare"),
        ("nach-sicherung", "vor-hand_over"),
        ("nach-quittung", "nach-hand_over"),
    ],
)
async def test_a_worker_dies_while_fetching_and_another_while_answering(
    buehne: Buehne, hinein: str, hinaus: str
) -> None:
    sendung_id = await buehne.approved()
    fetching = buehne.mortal(hinein)
    assert await asyncio.to_thread(fetching.wait) == -signal.SIGKILL, buehne.logs()
    left = await nachrichten(buehne)
    assert [nachricht.zustand for nachricht in left] == ([] if hinein == "nach-zustellung" else ["GESICHERT"])

    answering = buehne.mortal(hinaus)
    nachricht = await letter(buehne)
    assert (await buehne.sendung(sendung_id)).zustand in {SendungZustand.BESTAETIGT, SendungZustand.ABGELEGT}
    assert nachricht.eeb_verlangt
    assert (nachricht.pruefprotokoll or {})["ergebnis"] == "gueltig", nachricht.pruefprotokoll
    heute = Bekenntnis(datetime.now(BERLIN).date())
    antwort_id = await decide(buehne.betrieb, nachricht.id, heute, buehne.personen[1])
    assert await asyncio.to_thread(answering.wait) == -signal.SIGKILL, buehne.logs()

    worker = buehne.worker()
    try:
        arten = await check_end(buehne, antwort_id)
        await check_end(buehne, sendung_id)
    finally:
        end(worker)
    assert arten.count("sendung.beauftragt") == 1
    assert ("sendung.ungewiss" in arten) == (hinaus != "nach-prepare")
    (found,) = await at_court(buehne, await buehne.sendung(antwort_id))
    assert {datei["name"] for datei in found["dateien"]} == {"xjustiz_nachricht.xml", "vhn.xml", "vhn.xml.p7s"}
    await check_letter(buehne, nachricht)


async def check_letter(buehne: Buehne, nachricht: Nachricht) -> None:
    """Still one Nachricht, answered; each step once on record; its files are with the case."""
    (only,) = await nachrichten(buehne)
    assert (only.id, only.zustand) == (nachricht.id, NachrichtZustand.ERLEDIGT)
    entries = await log.entries_of(buehne.betrieb.database, nachricht.id)
    assert [entry.art for entry in entries] == [
        "nachricht.gesichert",
        "nachricht.quittiert",
        "nachricht.geprueft",
        "nachricht.zugeordnet",
        "eeb.entschieden",
        "nachricht.erledigt",
    ]
    folder = buehne.betrieb.ablage / str(buehne.akte_id) / str(nachricht.id)
    names = sorted(path.name for path in folder.iterdir())
    berichte = {one.datei.name for one in await load_berichte(buehne.betrieb.database, nachricht.id)}
    assert {"pruefprotokoll.json", "pruefprotokoll.html", "pruefprotokoll.pdf"} <= berichte
    assert berichte | {"original.osci"} < set(names)
    assert len(names) == len((nachricht.pruefprotokoll or {})["struktur"]) + 1 + len(berichte)
