"""The pages in a real browser: login, narrow screens, keyboard, and no complaint about the policy."""

import os
from pathlib import Path

import chromium
import pytest
from web_hilfe import Gateway
from web_schritte import akte_zip, create, file_nachweis, receive_letter, send, set_geprueft, upload

BINARY = chromium.find()
PICTURES = os.environ.get("ERV_TEST_PICTURES")
"""A folder: the pages are photographed into it, for a look by eye."""
WIDTHS = (1280, 320)

pytestmark = [
    pytest.mark.skipif(BINARY is None, reason="no chromium on this machine"),
    pytest.mark.usefixtures("mit_schemata"),
    pytest.mark.slow,
]


async def test_a_person_works_with_the_pages(gateway: Gateway, tmp_path: Path) -> None:
    sendung_id, nachricht_id = await _content(gateway)
    async with chromium.tab(BINARY or "", tmp_path / "profile") as tab:
        await tab.open(gateway.url("/"))
        await _look(tab, "anmelden")
        await tab.submit(f"({_LOGIN})('erv_falsch')")
        await _look(tab, "anmelden-fehler")
        await tab.submit(f"({_LOGIN})('{gateway.keys['frank']}')")
        assert await tab.run("location.pathname") == "/"
        await _look(tab, "liste")
        await tab.open(gateway.url(f"/sendungen/{sendung_id}"))
        await _look(tab, "sendung")
        await tab.open(gateway.url(f"/nachrichten/{nachricht_id}"))
        await _look(tab, "nachricht")
        await tab.submit("document.querySelector('form[action$=bestaetigen] button').click()")
        await _look(tab, "eeb-fehler")
        await tab.run("document.getElementById('art').click()")
        await tab.run("document.getElementById('datum').value = '2026-11-21'")
        await tab.submit("document.querySelector('form[action$=bestaetigen] button').click()")
        await _look(tab, "eeb-bestaetigen")
        await tab.submit("document.querySelector('form[action$=eeb] button').click()")
        assert "festgehalten" in await tab.run("document.querySelector('[role=status]').textContent")
        await tab.submit("document.querySelector('form.abmelden button').click()")
        assert await tab.run("location.pathname") == "/anmelden"
        assert tab.violations == []


async def test_the_keyboard_reaches_the_content_first(gateway: Gateway, tmp_path: Path) -> None:
    async with chromium.tab(BINARY or "", tmp_path / "profile") as tab:
        await tab.open(gateway.url("/anmelden"))
        await tab.press("Tab")
        assert await tab.run("document.activeElement.getAttribute('href')") == "#inhalt"
        assert await tab.run("document.activeElement.getBoundingClientRect().left") == 0
        await tab.press("Tab")
        assert await tab.run("document.activeElement.id") == "zugangsschluessel"
        assert await tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


_LOGIN = (
    "(key => { document.getElementById('zugangsschluessel').value = key;"
    " document.querySelector('form[action=\"/anmelden\"] button').click(); })"
)

_SMALL_TARGETS = (
    "[...document.querySelectorAll('button, input:not([type=hidden]), select, textarea')]"
    ".filter(e => e.getBoundingClientRect().height < 24).length"
)
"""WCAG 2.2, 2.5.8."""


async def _look(tab: chromium.Tab, name: str) -> None:
    """Nothing scrolls sideways, at 320 px as well (WCAG 1.4.10); the style sheet was taken; controls are large."""
    for width in WIDTHS:
        await tab.resize(width)
        assert await tab.run("document.documentElement.scrollWidth") <= width, (name, width)
        assert await tab.run("document.styleSheets.length") == 1
        assert await tab.run(_SMALL_TARGETS) == 0, (name, width)
        if PICTURES:
            height = await tab.run("document.documentElement.scrollHeight")
            await tab.resize(width, int(height))
            await tab.screenshot(Path(PICTURES) / f"{name}-{width}.png")


async def _content(gateway: Gateway) -> tuple[str, str]:
    async with gateway.api("anna") as anna, gateway.api("frank") as frank:
        await create(anna, "63-7/26", betreff="Behördenakte mit einem sehr langen Betreff wie in der Praxis")
        sendung_id = await create(anna, "63-8/26")
        async with anna.post(f"/api/v1/sendungen/{sendung_id}/pruefung") as response:
            if (await response.json())["zustand"] != "GEPRUEFT":
                await set_geprueft(gateway, sendung_id)
        async with frank.post(f"/api/v1/sendungen/{sendung_id}/freigabe") as response:
            assert response.status == 200
        await send(gateway, sendung_id)
        await file_nachweis(gateway, sendung_id)
        await upload(anna, akte_zip("63-9/26"))
    nachricht_id = await receive_letter(gateway, betreff="Ladung zum Termin", aktenzeichen="63-9/26")
    await receive_letter(gateway, betreff="Verfügung", aktenzeichen="unbekannt")
    return sendung_id, str(nachricht_id)
