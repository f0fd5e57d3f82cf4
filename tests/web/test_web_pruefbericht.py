"""The reports on a letter, from its page and the API: downloads under names of ours, never shown in our name."""

import json
from uuid import uuid4

import pytest
from web_hilfe import Gateway
from web_schritte import receive_letter

pytestmark = pytest.mark.usefixtures("mit_schemata")
FORMEN = {
    "pruefprotokoll.json": ("application/json", b"{"),
    "pruefprotokoll.html": ("text/html", b"<!DOCTYPE html>"),
    "pruefprotokoll.pdf": ("application/pdf", b"%PDF-"),
}


async def test_the_page_links_every_report_and_hands_it_out(gateway: Gateway) -> None:
    nachricht_id = await receive_letter(gateway, aktenzeichen=f"unbekannt-{uuid4()}")
    async with gateway.browser() as browser:
        await browser.login("anna")
        await browser.get(f"/nachrichten/{nachricht_id}")
        page = browser.html
        for name, (medientyp, start) in FORMEN.items():
            path = f"/nachrichten/{nachricht_id}/berichte/{name}"
            assert f'href="{path}"' in page
            response = await browser.session.get(path)
            assert (response.status, response.content_type) == (200, medientyp)
            assert response.headers["Content-Disposition"].startswith("attachment;")
            assert (await response.read()).startswith(start)


async def test_the_api_lists_the_reports_and_the_json_is_the_protocol(gateway: Gateway) -> None:
    nachricht_id = await receive_letter(gateway, aktenzeichen=f"unbekannt-{uuid4()}")
    async with gateway.api("anna") as anna:
        path = f"/api/v1/nachrichten/{nachricht_id}"
        nachricht = await (await anna.get(path)).json()
        assert FORMEN.keys() <= {bericht["name"] for bericht in nachricht["berichte"]}
        data = await (await anna.get(f"{path}/berichte/pruefprotokoll.json")).read()
        assert json.loads(data) == nachricht["pruefprotokoll"]
        for name in ("fehlt.json", "..%2Fpruefprotokoll.json", "%00"):
            assert (await anna.get(f"{path}/berichte/{name}")).status == 404


async def test_nobody_gets_a_report_without_a_login(gateway: Gateway) -> None:
    nachricht_id = await receive_letter(gateway, aktenzeichen=f"unbekannt-{uuid4()}")
    async with gateway.browser() as browser:
        for prefix in ("", "/api/v1"):
            path = f"{prefix}/nachrichten/{nachricht_id}/berichte/pruefprotokoll.json"
            response = await browser.session.get(path, allow_redirects=False)
            assert response.status in (302, 303, 401)


async def test_hidden_letters_in_names_are_visible_on_the_page(gateway: Gateway) -> None:
    nachricht_id = await receive_letter(
        gateway, betreff="Ladung\u202e", name="a\u202efdp\u200b.exe", aktenzeichen=f"unbekannt-{uuid4()}"
    )
    async with gateway.browser() as browser:
        await browser.login("anna")
        await browser.get(f"/nachrichten/{nachricht_id}")
    assert "a[U+202E]fdp[U+200B].exe" in browser.html
    assert "Ladung[U+202E]" in browser.html
