"""A pre-flight that takes longer than a request: handed to a worker, its progress shown, ended in findings."""

import asyncio
import hashlib
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import chromium
import pytest
from kleines_pdf import PDF
from stationen import werkstatt
from web_hilfe import Browser, Gateway, start
from web_schritte import create, create_of, viele_zip

from erv_gateway.dateien.pruefdienst import GRUPPE, Dateipruefer
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.isolation.limits import Limits
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.vorpruefung import VORPRUEFEN
from erv_gateway.storage.jobs import WorkerSettings, held
from erv_gateway.web import api_sendungen, seiten_sendung
from erv_gateway.worker import work

BINARY = chromium.find()
PICTURES = os.environ.get("ERV_TEST_PICTURES")
ANZAHL = 3 * GRUPPE
WAIT = 60.0
EINSTELLUNG = WorkerSettings(heartbeat=timedelta(seconds=5), shutdown_grace=timedelta(seconds=1))
GEPRUEFT = re.compile(r"Die Dateien werden geprüft: ([0-9.]+) von ([0-9.]+)")

pytestmark = pytest.mark.usefixtures("mit_schemata")


class Gebremst(Werkstatt):
    """The real examination, but each file only when the gate lets it through."""

    def __init__(self, gate: asyncio.Semaphore) -> None:
        super().__init__()
        self._gate = gate

    async def run(self, function: str, payload: bytes, limits: Limits, files: Sequence[int] = ()) -> bytes:
        await self._gate.acquire()
        return await werkstatt().run(function, payload, limits, files)


@pytest.fixture
def gate() -> asyncio.Semaphore:
    return asyncio.Semaphore(0)


@pytest.fixture
async def gebremst(
    gateway: Gateway, gate: asyncio.Semaphore, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Gateway]:
    """A gateway whose examination waits at `gate`, and which does not wait for it long."""
    for module in (api_sendungen, seiten_sendung):
        monkeypatch.setattr(module, "GEDULD", timedelta(seconds=0.3))
    pruefer = Dateipruefer(Gebremst(gate), Merkmalspeicher(gateway.database, gateway.uhr))
    running = await start(replace(gateway.betrieb, dateipruefer=pruefer), gateway.uhr, gateway.postfach)
    yield running
    await running.server.close()


@asynccontextmanager
async def working(betrieb: Betrieb) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(
        work(betrieb, stop=stop, settings=EINSTELLUNG, abholen_alle=timedelta(seconds=60)), name="worker"
    )
    yield
    stop.set()
    await task


def let_through(gate: asyncio.Semaphore, anzahl: int) -> None:
    for _ in range(anzahl):
        gate.release()


async def until(look: Callable[[], Awaitable[Any]], done: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(WAIT):
        while not done(value := await look()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return value


async def progress(api: aiohttp.ClientSession, sendung_id: str, done: Callable[[Any], bool]) -> Any:
    """The Sendung once `done(pruefung)` holds."""

    async def look() -> Any:
        async with api.get(f"/api/v1/sendungen/{sendung_id}") as response:
            return await response.json()

    return await until(look, lambda sendung: done(sendung["pruefung"]))


async def test_the_api_hands_over_and_tells_the_progress(gebremst: Gateway, gate: asyncio.Semaphore) -> None:
    async with gebremst.api("anna") as anna:
        sendung_id = await create_of(anna, viele_zip(ANZAHL))
        for _ in range(2):
            async with anna.post(f"/api/v1/sendungen/{sendung_id}/pruefung") as response:
                offen = {"dateien": ANZAHL, "fertig": 0, "angehalten": False}
                assert (response.status, await response.json()) == (202, {"zustand": "ENTWURF", "pruefung": offen})
        async with working(gebremst.betrieb):
            let_through(gate, GRUPPE + 1)
            mitten = await progress(anna, sendung_id, lambda p: p["fertig"] == GRUPPE)
            let_through(gate, ANZAHL)
            ende = await progress(anna, sendung_id, lambda p: p is None)
        async with anna.get("/api/v1/sendungen") as response:
            eintrag = next(one for one in (await response.json())["sendungen"] if one["id"] == sendung_id)
    assert (mitten["zustand"], mitten["zustand_text"]) == ("ENTWURF", "Wird geprüft")
    assert mitten["handelnd"].startswith("niemand")
    assert ende["zustand"] == eintrag["zustand"] == "ENTWURF"
    assert [befund["regel"] for befund in ende["befunde"] if befund["schwere"] == "error"] == ["F5.skript"]
    assert eintrag["zustand_text"] == "Entwurf"


async def test_after_the_intake_everything_is_known_and_answered_at_once(
    gebremst: Gateway, gate: asyncio.Semaphore
) -> None:
    async with gebremst.api("anna") as anna:
        sendung_id = await create(anna)
        let_through(gate, 1)
        async with working(gebremst.betrieb):
            await until(lambda: examined(gebremst), bool)
        let_through(gate, 2)  # Anschreiben and Aktenprotokoll are new every time
        with pytest.MonkeyPatch.context() as geduldig:
            geduldig.setattr(api_sendungen, "GEDULD", timedelta(seconds=WAIT))
            async with anna.post(f"/api/v1/sendungen/{sendung_id}/pruefung") as response:
                assert (response.status, (await response.json())["zustand"]) == (200, "GEPRUEFT")
    assert gate.locked()


async def examined(gateway: Gateway) -> bool:
    digest = hashlib.sha256(PDF).hexdigest()
    return digest in await gateway.betrieb.dateipruefer.known([digest])


async def test_the_page_shows_progress_and_the_findings_without_a_script(
    gebremst: Gateway, gate: asyncio.Semaphore
) -> None:
    async with gebremst.api("anna") as anna, gebremst.browser() as browser:
        sendung_id = await create_of(anna, viele_zip(ANZAHL))
        page = f"/sendungen/{sendung_id}"
        await browser.login("anna")
        await browser.get(page)
        begun = time.monotonic()
        response = await browser.post(f"{page}/pruefung")
        assert time.monotonic() - begun < 10
        assert response.url.query["warten"] == "ja"
        assert GEPRUEFT.search(browser.html) is not None
        assert f'<meta http-equiv="refresh" content="4; url={page}?warten=ja">' in browser.html
        assert 'action="' + page + '/pruefung"' not in browser.html
        assert "Befunde der Prüfung" not in browser.html
        await browser.get(f"{page}?warten=nein")
        assert "http-equiv" not in browser.html
        async with working(gebremst.betrieb):
            let_through(gate, 2 * ANZAHL)
            await _until_findings(browser, page)
    assert "Die Sendung wurde geprüft." in browser.html
    assert "enthält JavaScript" in browser.html
    assert "http-equiv" not in browser.html


async def _until_findings(browser: Browser, page: str) -> None:
    await until(
        lambda: browser.get(f"{page}?warten=ja"), lambda response: response.url.query.get("meldung") == "geprueft"
    )


async def test_a_held_pre_flight_is_said_and_can_be_asked_for_again(gebremst: Gateway, gate: asyncio.Semaphore) -> None:
    """Held because the court was taken out of the directory."""
    ohne = replace(gebremst.betrieb, verzeichnis={})
    async with gebremst.api("anna") as anna, gebremst.browser() as browser:
        sendung_id = await create_of(anna, viele_zip(2))
        page = f"/sendungen/{sendung_id}"
        await browser.login("anna")
        await browser.get(page)
        await browser.post(f"{page}/pruefung")
        let_through(gate, 2)
        async with working(ohne):
            await progress(anna, sendung_id, lambda p: p["angehalten"])
        assert [job.entrypoint for job in await held(gebremst.database)] == [VORPRUEFEN]
        await browser.get(f"{page}?warten=ja")
        assert "Die letzte Prüfung ist stehen geblieben" in browser.html
        await browser.post(f"{page}/pruefung")
        let_through(gate, 10)
        async with working(gebremst.betrieb):
            await _until_findings(browser, page)
        assert "Die letzte Prüfung ist stehen geblieben" not in browser.html
        assert await held(gebremst.database) == ()


@pytest.mark.slow
@pytest.mark.skipif(BINARY is None, reason="no chromium on this machine")
async def test_in_a_browser_the_page_leads_to_the_findings(
    gebremst: Gateway, gate: asyncio.Semaphore, tmp_path: Path
) -> None:
    async with gebremst.api("anna") as anna:
        sendung_id = await create_of(anna, viele_zip(ANZAHL), betreff="Behördenakte zum Verfahren")
    async with chromium.tab(BINARY or "", tmp_path / "profile") as tab:
        await tab.open(gebremst.url("/anmelden"))
        await tab.run(f"document.getElementById('zugangsschluessel').value = '{gebremst.keys['anna']}'")
        await tab.submit("document.querySelector('form[action=\"/anmelden\"] button').click()")
        await tab.open(gebremst.url(f"/sendungen/{sendung_id}"))
        await tab.submit("document.querySelector('form[action$=pruefung] button').click()")
        async with working(gebremst.betrieb):
            let_through(gate, GRUPPE + 1)
            text = await _shown(tab, f"{GRUPPE} von {ANZAHL}")
            assert "Die Dateien werden geprüft" in text
            assert await tab.run("document.querySelector('progress').labels[0].textContent.trim()") in text
            assert await tab.run("document.querySelector('progress').closest('[role=status]').ariaLive") == "polite"
            assert await tab.run("document.querySelector('progress').position") == pytest.approx(1 / 3)
            assert (await tab.run("document.title")).startswith(f"Prüfung läuft, {GRUPPE} von {ANZAHL}")
            await _look(tab, "pruefung-laeuft")
            let_through(gate, 2 * ANZAHL)
            assert "JavaScript" in await _shown(tab, "Befunde der Prüfung")
            await _look(tab, "pruefung-befunde")
        assert await tab.run("location.search") == "?meldung=geprueft"
        assert tab.violations == []


async def _shown(tab: chromium.Tab, wanted: str) -> str:
    """The text of the page once it has `wanted`: it leads on by itself."""
    return str(
        await until(lambda: tab.run("document.body ? document.body.innerText : ''"), lambda t: wanted in (t or ""))
    )


async def _look(tab: chromium.Tab, name: str) -> None:
    for width in (1280, 320):
        await tab.resize(width)
        assert await tab.run("document.documentElement.scrollWidth") <= width, (name, width)
        if PICTURES:
            await tab.screenshot(Path(PICTURES) / f"{name}-{width}.png")
