"""The pages, as a person goes through them, with hostile content from outside."""

from datetime import timedelta
from uuid import uuid4

import pytest
from web_hilfe import Gateway
from web_schritte import akte_zip, create, file_nachweis, receive_letter, send, set_geprueft, upload

from erv_gateway.web.kopfzeilen import CSP

HOSTILE = "<script>alert(1)</script>&\"'"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&#34;&#39;"


async def test_the_list_tells_what_is_next_and_who_must_act(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna:
        await create(anna, betreff="Akte für das Gericht")
    async with gateway.browser() as browser:
        await browser.login("frank")
        await browser.get("/")
    for text in ("Akte für das Gericht", "Entwurf", "Sendung prüfen.", "Sachbearbeitung", "21.11.2026, 13:00:00 Uhr"):
        assert text in browser.html
    assert "http-equiv" not in browser.html


@pytest.mark.usefixtures("mit_schemata")
async def test_pruefen_and_freigeben_by_two_people(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna:
        sendung_id = await create(anna)
    page = f"/sendungen/{sendung_id}"
    async with gateway.browser() as anna, gateway.browser() as frank:
        await anna.login("anna")
        await frank.login("frank")
        await anna.get(page)
        response = await anna.post(f"{page}/pruefung")
        assert (response.status, response.url.query.get("meldung")) == (200, "geprueft")
        assert "Vier-Augen-Prinzip: Sie haben diese Sendung angelegt." in anna.html
        assert "Freigeben und senden" not in anna.html
        assert (await anna.post(f"{page}/freigabe", angesehen="ja")).status == 403
        assert "Vier-Augen-Prinzip" in anna.html
        await frank.get(page)
        response = await frank.post(f"{page}/freigabe")
        assert response.status == 422
        assert "Bitte bestätigen Sie, dass Sie Empfänger, Betreff und Befunde angesehen haben." in frank.html
        response = await frank.post(f"{page}/freigabe", angesehen="ja")
        assert (response.status, response.url.path) == (200, page)
        assert "Die Sendung ist freigegeben." in frank.html
        assert (await frank.post(f"{page}/freigabe", angesehen="ja", csrf=frank.csrf())).status == 409
        assert "Im gegenwärtigen Zustand nicht möglich" in frank.html


@pytest.mark.usefixtures("mit_schemata")
async def test_a_confirmed_sendung_shows_verdict_time_protocol_and_proof(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna, gateway.api("frank") as frank:
        sendung_id = await create(anna)
        await set_geprueft(gateway, sendung_id)
        async with frank.post(f"/api/v1/sendungen/{sendung_id}/freigabe") as response:
            assert response.status == 200
    gateway.uhr.forward(timedelta(minutes=5, seconds=7))
    await send(gateway, sendung_id)
    await file_nachweis(gateway, sendung_id, b"PK proof")
    async with gateway.browser() as browser:
        await browser.login("anna")
        response = await browser.get(f"/sendungen/{sendung_id}")
        for text in ("stimmt überein", "21.11.2026, 13:05:07 Uhr", "Eingang bestätigt", "Nachweis herunterladen"):
            assert text in browser.html
        assert "stimmt nicht überein" not in browser.html
        assert "Frank Freigabe" in browser.html
        assert "Programm: uebergabe" in browser.html
        response = await browser.get(f"/sendungen/{sendung_id}/nachweis")
        assert await response.read() == b"PK proof"


async def test_an_objection_is_shown_with_its_reasons(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna:
        sendung_id = await create(anna)
    urteil = {"dateien": [], "gruende": [f"Nicht übereinstimmend: {HOSTILE}"]}
    await gateway.database.fetch_value(
        "UPDATE erv.sendung SET zustand = 'BEANSTANDET', urteil = $2 WHERE id = $1 RETURNING 1", sendung_id, urteil
    )
    async with gateway.browser() as browser:
        await browser.login("anna")
        await browser.get(f"/sendungen/{sendung_id}")
    assert f"Nicht übereinstimmend: {ESCAPED}" in browser.html


async def test_hostile_words_and_names_stay_text(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna:
        await create(anna, betreff=HOSTILE, aktenzeichen="63-9/26")
    nachricht_id = await receive_letter(
        gateway, betreff=HOSTILE, name=f"{HOSTILE}.html", aktenzeichen=f"unbekannt-{uuid4()}"
    )
    async with gateway.browser() as browser:
        await browser.login("anna")
        for path in ("/", f"/nachrichten/{nachricht_id}", "/anmelden?weiter=%22%3E%3Cscript%3E"):
            await browser.get(path)
            assert "<script" not in browser.html
        await browser.get(f"/nachrichten/{nachricht_id}")
        assert f"{ESCAPED}.html herunterladen" in browser.html
        response = await browser.get(f"/nachrichten/{nachricht_id}/anhaenge/1")
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.content_type == "application/octet-stream"


@pytest.mark.usefixtures("mit_schemata")
async def test_the_pruefprotokoll_has_its_parts_in_order_and_results_in_words(gateway: Gateway) -> None:
    nachricht_id = await receive_letter(gateway, aktenzeichen=f"unbekannt-{uuid4()}")
    async with gateway.browser() as browser:
        await browser.login("anna")
        await browser.get(f"/nachrichten/{nachricht_id}")
    titles = (
        "Übermittlungsweg",
        "Zusammenfassung und Struktur",
        "Signaturprüfungen",
        "Zertifikate",
        "Technische Informationen",
    )
    places = [browser.html.index(f"<h3>{title}</h3>") for title in titles]
    assert places == sorted(places)
    assert "gültig (grün)" in browser.html
    assert "unbestimmt (gelb)" in browser.html
    assert "keine Signatur" in browser.html


@pytest.mark.usefixtures("mit_schemata")
async def test_the_eeb_is_decided_in_two_steps(gateway: Gateway) -> None:
    async with gateway.api("anna") as api:
        await upload(api, akte_zip("S-1/26"))
    nachricht_id = await receive_letter(gateway, aktenzeichen="S-1/26")
    page = f"/nachrichten/{nachricht_id}"
    async with gateway.browser() as browser:
        await browser.login("frank")
        await browser.get(page)
        response = await browser.post(f"{page}/eeb/bestaetigen")
        assert (response.status, "Bitte wählen Sie, ob Sie den Empfang bekennen" in browser.html) == (422, True)
        response = await browser.post(f"{page}/eeb/bestaetigen", art="bekenntnis", datum="2026-12-24", grund="")
        assert (response.status, 'value="2026-12-24"' in browser.html) == (422, True)
        response = await browser.post(
            f"{page}/eeb/bestaetigen", art="bekenntnis", datum="2026-11-21", kennung="", grund=""
        )
        assert (response.status, "Empfang bekannt am 21.11.2026" in browser.html) == (200, True)
        assert (
            await gateway.database.fetch_value("SELECT count(*) FROM erv.eeb WHERE nachricht_id = $1", nachricht_id)
            == 0
        )
        response = await browser.post(f"{page}/eeb", art="bekenntnis", datum="2026-11-21")
        assert (response.url.path, response.url.query["meldung"]) == (page, "eeb")
        assert "Ihre Entscheidung ist festgehalten." in browser.html
        assert "Entschieden von Frank Freigabe" in browser.html
        assert (await browser.post(f"{page}/eeb", art="bekenntnis", datum="2026-11-21")).status == 409
        await browser.get(page)
        assert (await browser.post(f"{page}/eeb/bestaetigen", art="bekenntnis", datum="2026-11-21")).status == 409


@pytest.mark.usefixtures("mit_schemata")
async def test_a_refusal_shows_its_reason_before_it_is_sent(gateway: Gateway) -> None:
    async with gateway.api("anna") as api:
        await upload(api, akte_zip("S-2/26"))
    nachricht_id = await receive_letter(gateway, aktenzeichen="S-2/26")
    page = f"/nachrichten/{nachricht_id}"
    fields = {"art": "stoerung", "kennung": "2", "grund": f"Seite 3 fehlt.\r\n{HOSTILE}", "datum": ""}
    async with gateway.browser() as browser:
        await browser.login("frank")
        await browser.get(page)
        response = await browser.post(f"{page}/eeb/bestaetigen", **{**fields, "kennung": ""})
        assert (response.status, "warum Sie den Empfang nicht bekennen" in browser.html) == (422, True)
        assert f"{ESCAPED}</textarea>" in browser.html
        await browser.post(f"{page}/eeb/bestaetigen", **fields)
        assert "Empfang nicht bekannt: Der Inhalt ist unklar oder unvollständig" in browser.html
        assert ESCAPED in browser.html
        response = await browser.post(f"{page}/eeb", art="stoerung", kennung="2", grund="Seite 3 fehlt.")
        assert response.status == 200
    assert "Empfang nicht bekannt" in browser.html


@pytest.mark.parametrize(
    "path", ["/", "/anmelden", "/nirgends", "/statisch/erv.css", "/api/v1/zustand", "/api/v1/akten"]
)
async def test_every_answer_carries_the_security_headers(gateway: Gateway, path: str) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        response = await browser.get(path)
    assert response.headers["Content-Security-Policy"] == CSP
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Server"] == "erv-gateway"
    expected = "private, max-age=300" if path.startswith("/statisch") else "no-store"
    assert response.headers["Cache-Control"] == expected


async def test_pages_of_things_that_are_not_there(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        for path in (f"/sendungen/{uuid4()}", f"/nachrichten/{uuid4()}", "/sendungen/x", "/nirgends", "/statisch/x"):
            response = await browser.get(path)
            assert (response.status, response.content_type) == (404, "text/html")
            assert "nicht gefunden" in browser.html


async def test_a_form_that_is_none_is_refused(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        headers = {"Origin": browser.origin or "", "Content-Type": "application/x-www-form-urlencoded"}
        for body, status in ((b"csrf=%ff%fe", 400), (b"\xff", 400), (b"a=1&" * 30, 400), (b"csrf=1", 403)):
            async with browser.session.post("/abmelden", data=body, headers=headers) as response:
                assert response.status == status
        async with browser.session.post("/abmelden", json={"csrf": 1}, headers={"Origin": browser.origin or ""}) as r:
            assert r.status == 415
