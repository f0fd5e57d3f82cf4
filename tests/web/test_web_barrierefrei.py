"""What of WCAG 2.2 can be read off the HTML of every page (BITV 2.0), and the contrast of the style sheet."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from lxml import html
from web_hilfe import Browser, Gateway
from web_schritte import akte_zip, create, receive_letter, send, set_geprueft, upload

from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.vorpruefung import request_check

CSS = files("erv_gateway.web").joinpath("statisch", "erv.css").read_text(encoding="utf-8")


@pytest.mark.usefixtures("mit_schemata")
async def test_every_page_keeps_the_rules(gateway: Gateway) -> None:
    pages = 0
    async with gateway.browser() as browser:
        async for title in _walk(gateway, browser):
            faults = list(_faults(html.document_fromstring(browser.html)))
            assert not faults, (title, faults)
            pages += 1
    assert pages == 12


async def _walk(gateway: Gateway, browser: Browser):  # type: ignore[no-untyped-def]
    """Every kind of page, each in its fullest state."""
    await browser.get("/anmelden")
    yield "login"
    await browser.post("/anmelden", zugangsschluessel="erv_falsch")
    yield "login failed"
    await browser.login("frank")
    yield "empty list"
    async with gateway.api("anna") as anna:
        sendung_id = await create(anna, "B-1/26")
        await upload(anna, akte_zip("B-2/26"))
    await browser.get(f"/sendungen/{sendung_id}")
    yield "Entwurf"
    person = await gateway.database.fetch_value("SELECT angelegt_von FROM erv.sendung WHERE id = $1", sendung_id)
    await request_check(gateway.betrieb, SendungId(UUID(sendung_id)), person, timedelta(0))
    await browser.get(f"/sendungen/{sendung_id}?warten=ja")
    assert "<progress" in browser.html
    yield "pre-flight is running"
    await set_geprueft(gateway, sendung_id)
    await browser.get(f"/sendungen/{sendung_id}")
    await browser.post(f"/sendungen/{sendung_id}/freigabe")
    yield "Freigabe with an error"
    await browser.post(f"/sendungen/{sendung_id}/freigabe", angesehen="ja")
    await send(gateway, sendung_id)
    await browser.get(f"/sendungen/{sendung_id}?meldung=freigegeben")
    yield "confirmed"
    nachricht_id = await receive_letter(gateway, aktenzeichen="B-2/26")
    await browser.get(f"/nachrichten/{nachricht_id}")
    yield "Nachricht"
    await browser.post(f"/nachrichten/{nachricht_id}/eeb/bestaetigen", art="stoerung")
    yield "eEB with errors"
    await browser.post(f"/nachrichten/{nachricht_id}/eeb/bestaetigen", art="bekenntnis", datum="2026-11-21")
    yield "eEB confirmation"
    await browser.get(f"/sendungen/{uuid4()}")
    yield "not found"
    await browser.get("/")
    yield "list"


def _faults(page: html.HtmlElement) -> Iterator[str]:
    if page.get("lang") != "de":
        yield "no language (3.1.1)"
    if not page.findtext(".//title", "").strip():
        yield "no title (2.4.2)"
    if len(page.xpath("//h1")) != 1 or len(page.xpath("//main")) != 1:
        yield "not one h1 and one main"
    if page.xpath("//body/*[1]")[0].get("href") != "#inhalt":
        yield "no skip link first (2.4.1)"
    yield from _heading_faults(page)
    yield from _form_faults(page)
    yield from _table_faults(page)
    ids = page.xpath("//@id")
    yield from (f"id {name} twice" for name in set(ids) if ids.count(name) > 1)
    anchors = [href[1:] for href in page.xpath("//a/@href") if href.startswith("#")]
    targets = [*page.xpath("//@aria-describedby | //@aria-labelledby"), *anchors]
    yield from (f"no #{name}" for names in targets for name in names.split() if name not in ids)
    yield from (f"inline {n.tag}" for n in page.xpath("//script | //style | //*[@style] | //*[@onclick]"))
    yield from (f"link without text {a.get('href')}" for a in page.xpath("//a") if not a.text_content().strip())


def _heading_faults(page: html.HtmlElement) -> Iterator[str]:
    """The summary of errors stands before the h1, as its level 2 says (like GOV.UK does)."""
    levels = [int(h.tag[1]) for h in page.xpath("//h1 | //h2[not(ancestor::*[@role='alert'])] | //h3")]
    yield from (f"h{a} then h{b}" for a, b in pairwise(levels) if b > a + 1)


def _form_faults(page: html.HtmlElement) -> Iterator[str]:
    labels = set(page.xpath("//label/@for"))
    for control in page.xpath("//input[@type != 'hidden'] | //select | //textarea"):
        if control.get("id") not in labels:
            yield f"no label for {control.get('name')} (1.3.1, 3.3.2)"
        if control.get("aria-invalid") and not page.xpath("//*[@role='alert']"):
            yield "an error without a summary (3.3.1)"
    for form in page.xpath("//form"):
        if not form.xpath("./input[@name='csrf']") or not form.xpath(".//button[@type='submit']"):
            yield "a form without its token or button"


def _table_faults(page: html.HtmlElement) -> Iterator[str]:
    for table in page.xpath("//table"):
        if not table.findtext("caption", "").strip():
            yield "a table without a caption"
        if table.xpath(".//th[not(@scope)]") or not table.xpath("./thead/tr/th"):
            yield "a table head without scope (1.3.1)"
        if any(not row.xpath("./th[@scope='row']") for row in table.xpath("./tbody/tr")):
            yield "a row without its head"
        if table.xpath("./tbody/tr/*[not(@data-kopf)]"):
            yield "a cell that has no label on a narrow screen"


PAIRS = (
    ("text", "grund"), ("leise", "grund"), ("leise", "flaeche"), ("text", "flaeche"), ("grund", "blau"),
    ("gut", "gut-grund"), ("achtung", "achtung-grund"), ("schlecht", "schlecht-grund"), ("schlecht", "grund"),
    ("blau", "laeuft-grund"), ("blau", "grund"),
)  # fmt: skip


@pytest.mark.parametrize(("vorn", "hinten"), PAIRS)
def test_text_has_enough_contrast(vorn: str, hinten: str) -> None:
    assert _contrast(_colour(vorn), _colour(hinten)) >= 4.5


def test_borders_of_controls_and_focus_have_enough_contrast() -> None:
    assert _contrast(_colour("linie"), "#ffffff") >= 3
    assert _contrast("#b34700", "#ffffff") >= 3
    assert _contrast("#ffd166", _colour("blau")) >= 3


def test_the_style_sheet_fetches_nothing_and_hides_no_focus() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert re.findall(r"([^{}]+)\{[^}]*outline:\s*none", CSS) == ["\nmain:focus "]


def _colour(name: str) -> str:
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", CSS)
    assert found, name
    return found.group(1)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
