"""kill -9 in the middle of a dispatch: the court has exactly one delivery, the case has its proof."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from ablauf_buehne import Buehne, until
from ablauf_prozess import end, spawn

from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.nachweis.pruefen import verify_nachweis
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.storage import log
from erv_gateway.storage.embedded import EmbeddedPostgres

pytestmark = pytest.mark.crash

PUNKTE = [
    "nach-new_message_id",
    "nach-prepare",
    "vor-hand_over",
    "nach-hand_over",
    "nach-fetch_laufzettel",
    "nach-ausgabe",
]


async def finished(buehne: Buehne, sendung_id: SendungId) -> Sendung:
    return await until(
        lambda: buehne.sendung(sendung_id),
        lambda sendung: sendung.zustand in {SendungZustand.ABGELEGT, SendungZustand.ABGEWIESEN},
    )


async def check_end(buehne: Buehne, sendung_id: SendungId) -> list[str]:
    """One delivery at the court, verified there; one proof in the case, verified here. Returns the log's events."""
    sendung = await finished(buehne, sendung_id)
    assert sendung.zustand is SendungZustand.ABGELEGT
    befund = await until(lambda: at_court(buehne, sendung), bool)
    assert [found["urteil"] for found in befund] == ["gueltig"]
    bundles = list(buehne.betrieb.ablage.rglob(f"nachweis_{sendung_id}.zip"))
    assert len(bundles) == 1
    with bundles[0].open("rb") as bundle:
        assert verify_nachweis(bundle).verdict == "gueltig"
    return [entry.art for entry in await log.entries_of(buehne.betrieb.database, sendung_id)]


async def at_court(buehne: Buehne, sendung: Sendung) -> list[dict[str, object]]:
    befunde = await asyncio.to_thread(buehne.sandbox.befunde)
    return [befund for befund in befunde if befund["nachrichten_id"] == str(sendung.eigene_nachrichten_id)]


@pytest.mark.parametrize("punkt", PUNKTE)
async def test_a_worker_dies_at_any_point(buehne: Buehne, punkt: str) -> None:
    sendung_id = await buehne.approved()
    dying = buehne.mortal(punkt)
    assert await asyncio.to_thread(dying.wait, 60) == -signal.SIGKILL, buehne.logs()
    assert (await buehne.sendung(sendung_id)).zustand is not SendungZustand.ABGELEGT
    worker = buehne.worker()
    try:
        arten = await check_end(buehne, sendung_id)
    finally:
        end(worker)
    assert arten.count("sendung.beauftragt") == 1
    assert ("sendung.ungewiss" in arten) == (punkt in {"vor-hand_over", "nach-hand_over"})
    assert ("sendung.nicht-angekommen" in arten) == (punkt == "vor-hand_over")


@pytest.mark.parametrize("szenario", ["absturz-nach-annahme", "antwort-verloren"])
async def test_the_intermediary_takes_the_delivery_and_does_not_answer(buehne: Buehne, szenario: str) -> None:
    buehne.sandbox.play(szenario)
    sendung_id = await buehne.approved()
    worker = buehne.worker()
    try:
        if szenario == "absturz-nach-annahme":
            await asyncio.to_thread(buehne.sandbox.wait_dead)
            buehne.sandbox.start()
        arten = await check_end(buehne, sendung_id)
    finally:
        end(worker)
    assert "sendung.ungewiss" in arten
    assert "sendung.nicht-angekommen" not in arten
    assert (await buehne.sendung(sendung_id)).annahme is None


async def test_the_database_is_killed_during_the_dispatch(buehne: Buehne) -> None:
    sendung_id = await buehne.approved()
    worker = buehne.worker()
    try:
        await until(lambda: buehne.sendung(sendung_id), lambda s: s.message_id is not None)
        os.kill(buehne.server.pid, signal.SIGKILL)
        await asyncio.to_thread(worker.wait, 60)
        await buehne.server.stop()
        await buehne.server.start()
    finally:
        end(worker)
    worker = buehne.worker()
    try:
        await check_end(buehne, sendung_id)
    finally:
        end(worker)


async def test_the_whole_service_is_killed_and_started_again(buehne: Buehne) -> None:
    """`erv-gateway run` owns the database: its death takes everything with it."""
    sendung_id = await buehne.approved()
    await buehne.betrieb.database.close()
    await buehne.server.stop()
    config, logfile = str(buehne.config), buehne.folder / "run.log"
    first = spawn("run", "--config", config, log=logfile)
    await asyncio.to_thread(wait_for_text, logfile, "paketieren")
    first.kill()
    first.wait(60)
    second = spawn("run", "--config", config, log=logfile)
    try:
        await until(lambda: filed(buehne, sendung_id), bool)
    finally:
        end(second)
    async with EmbeddedPostgres(buehne.settings.postgres_dir) as server, await buehne.again(server) as later:
        await check_end(later, sendung_id)


async def filed(buehne: Buehne, sendung_id: SendungId) -> bool:
    return bool(list(buehne.betrieb.ablage.rglob(f"nachweis_{sendung_id}.zip")))


def wait_for_text(path: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in path.read_text():
        assert time.monotonic() < deadline, path.read_text()
        time.sleep(0.05)
