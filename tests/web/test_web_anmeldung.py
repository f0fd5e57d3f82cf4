"""Logging in, staying in, getting out; and what is refused on the way."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import aiohttp
import pytest
from web_hilfe import Gateway, StartWith

from erv_gateway.protokollierung import configure
from erv_gateway.web.drossel import FENSTER, MAX_FEHLVERSUCHE
from erv_gateway.web.sitzung import MAX_DAUER, MAX_RUHE

KURZ = timedelta(minutes=1)


async def test_with_the_right_key_the_page_that_was_asked_for_is_shown(gateway: Gateway) -> None:
    path = f"/sendungen/{uuid4()}"
    async with gateway.browser() as browser:
        response = await browser.get(path)
        assert str(response.url.relative()) == f"/anmelden?weiter={path}"
        response = await browser.post("/anmelden", zugangsschluessel=gateway.keys["anna"], weiter=path)
        assert (response.status, response.url.path) == (404, path)
        await browser.get("/")
    assert "Angemeldet: Anna Anlegen" in browser.html


async def test_a_wrong_key_is_told_beside_the_field_and_not_repeated(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.get("/anmelden")
        response = await browser.post("/anmelden", zugangsschluessel="erv_geraten")
    assert response.status == 401
    assert 'role="alert"' in browser.html
    assert "erv_geraten" not in browser.html


@pytest.mark.parametrize(
    "weiter", ["https://boese.example/", "//boese.example/", "/\\boese.example", "/x", "javascript:1"]
)
async def test_no_way_leads_to_another_site(gateway: Gateway, weiter: str) -> None:
    async with gateway.browser() as browser:
        await browser.get("/anmelden")
        response = await browser.post("/anmelden", zugangsschluessel=gateway.keys["anna"], weiter=weiter)
    assert str(response.url) == gateway.url("/")


async def test_the_cookie_is_out_of_reach_and_opaque(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.get("/anmelden")
        data = {"csrf": browser.csrf(), "zugangsschluessel": gateway.keys["anna"]}
        headers = {"Origin": browser.origin or ""}
        async with browser.session.post("/anmelden", data=data, headers=headers, allow_redirects=False) as response:
            cookies = response.headers.getall("Set-Cookie")
    cookie = next(line for line in cookies if line.startswith("erv="))
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    stored = await gateway.database.fetch_all("SELECT token_sha256 FROM erv.sitzung")
    assert all(token.encode() not in row["token_sha256"] for row in stored)


async def test_behind_tls_cookies_are_secure_and_bound_to_the_host(start_with: StartWith) -> None:
    gateway = await start_with(public_url="https://erv.example.de/")
    async with aiohttp.ClientSession() as session, session.get(gateway.url("/anmelden")) as response:
        cookie = response.headers["Set-Cookie"]
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert cookie.startswith("__Host-erv-anmeldung=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


async def test_a_session_ends_after_an_hour_of_rest(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        gateway.uhr.forward(MAX_RUHE - KURZ)
        assert (await browser.get("/")).url.path == "/"
        gateway.uhr.forward(MAX_RUHE - KURZ)
        assert (await browser.get("/")).url.path == "/"
        gateway.uhr.forward(MAX_RUHE)
        assert (await browser.get("/")).url.path == "/anmelden"


async def test_a_session_ends_after_twelve_hours_however_busy(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        for _ in range(13):
            gateway.uhr.forward(timedelta(minutes=55))
            assert (await browser.get("/")).url.path == "/"
        gateway.uhr.forward(MAX_DAUER - 13 * timedelta(minutes=55))
        assert (await browser.get("/")).url.path == "/anmelden"
        await browser.login("anna")
    assert (
        await gateway.database.fetch_value(
            "SELECT count(*) FROM erv.sitzung WHERE angelegt_am < $1", gateway.uhr.jetzt()
        )
        == 0
    )


async def test_logging_out_ends_the_session_for_good(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        old = {cookie.key: cookie.value for cookie in browser.session.cookie_jar}
        assert (await browser.post("/abmelden")).url.path == "/anmelden"
        async with aiohttp.ClientSession(cookies=old) as thief, thief.get(gateway.url("/")) as response:
            assert response.url.path == "/anmelden"


@pytest.mark.parametrize("origin", [None, "null", "https://boese.example"])
async def test_a_form_from_elsewhere_does_nothing(gateway: Gateway, origin: str | None) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        own, browser.origin = browser.origin, origin
        assert (await browser.post("/abmelden")).status == 403
        browser.origin = own
        assert (await browser.get("/")).url.path == "/"


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
async def test_a_form_without_its_token_does_nothing(gateway: Gateway, token: str) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        assert (await browser.post("/abmelden", csrf=token)).status == 403
        assert (await browser.get("/")).url.path == "/"


async def test_the_token_of_one_session_does_not_fit_another(gateway: Gateway) -> None:
    async with gateway.browser() as anna, gateway.browser() as frank:
        await anna.login("anna")
        await frank.login("frank")
        assert (await frank.post("/abmelden", csrf=anna.csrf())).status == 403


async def test_the_login_form_is_bound_to_the_browser_that_asked_for_it(gateway: Gateway) -> None:
    async with gateway.browser() as one, gateway.browser() as other:
        await one.get("/anmelden")
        response = await other.post("/anmelden", csrf=one.csrf(), zugangsschluessel=gateway.keys["anna"])
        assert response.status == 403


async def test_a_second_tab_leaves_the_form_of_the_first_good(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.get("/anmelden")
        first = browser.csrf()
        await browser.get("/anmelden")
        response = await browser.post("/anmelden", csrf=first, zugangsschluessel=gateway.keys["anna"])
        assert (response.status, response.url.path) == (200, "/")


async def test_strange_cookies_are_no_session(gateway: Gateway) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.server.port)
    head = b"POST /anmelden HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 6\r\n"
    cookie = b"Cookie: erv=\xff\xfe; erv-anmeldung=\xff\xc3\r\n"
    writer.write(head + cookie + b"Content-Type: application/x-www-form-urlencoded\r\n\r\ncsrf=1")
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400"))


async def test_after_too_many_wrong_keys_the_address_waits(gateway: Gateway) -> None:
    wrong = {"Authorization": "Bearer erv_falsch"}
    async with aiohttp.ClientSession(headers=wrong) as fremd, gateway.api("anna") as anna:
        for _ in range(MAX_FEHLVERSUCHE):
            async with fremd.get(gateway.url("/api/v1/sendungen")) as response:
                assert response.status == 401
        async with anna.get("/api/v1/sendungen") as response:
            problem = await response.json(content_type=None)
            assert response.status == 429
            assert 0 < int(response.headers["Retry-After"]) <= FENSTER.total_seconds()
        assert problem["detail"].endswith("Bitte in 5 Minuten erneut versuchen.")
        gateway.uhr.forward(FENSTER)
        async with anna.get("/api/v1/sendungen") as response:
            assert response.status == 200


async def test_behind_a_proxy_the_address_that_it_names_waits(start_with: StartWith) -> None:
    gateway = await start_with(public_url="https://erv.example.de")
    wrong = {"Authorization": "Bearer erv_falsch", "X-Forwarded-For": "198.51.100.9, 203.0.113.7"}
    async with aiohttp.ClientSession() as session, gateway.api("anna") as anna:
        for _ in range(MAX_FEHLVERSUCHE):
            async with session.get(gateway.url("/api/v1/sendungen"), headers=wrong) as response:
                assert response.status == 401
        for address, status in (("203.0.113.7", 429), ("203.0.113.8", 200), ("198.51.100.9", 200)):
            async with anna.get("/api/v1/sendungen", headers={"X-Forwarded-For": address}) as response:
                assert response.status == status


async def test_neither_a_session_opens_the_api_nor_a_key_the_pages(gateway: Gateway) -> None:
    async with gateway.browser() as browser:
        await browser.login("anna")
        assert (await browser.get("/api/v1/sendungen")).status == 401
    async with gateway.api("anna") as api, api.get("/") as response:
        assert response.url.path == "/anmelden"


async def test_keys_never_reach_the_log(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    configure()  # an earlier test of this process may have sent the log elsewhere
    async with gateway.browser() as browser:
        await browser.get("/anmelden")
        await browser.post("/anmelden", zugangsschluessel="erv_geheimnis")
        await browser.post("/anmelden", zugangsschluessel=gateway.keys["anna"])
    captured = capsys.readouterr()
    logged = captured.out + captured.err
    assert "web.zugang.abgewiesen" in logged
    assert "erv_" not in logged
