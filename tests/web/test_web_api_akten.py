"""POST /api/v1/akten over a real server."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from web_hilfe import Gateway
from web_schritte import akte_zip, upload

from erv_gateway.web.api_akten import MAX_UPLOAD_BYTES


async def test_a_delivery_becomes_an_akte_once(gateway: Gateway) -> None:
    data = akte_zip()
    async with gateway.api("anna") as api:
        status, akte = await upload(api, data)
        again_status, again = await upload(api, data)
    assert (status, akte["stand"], akte["neu"], akte["format"]) == (201, 1, True, "manifest")
    assert (again_status, again["stand"], again["neu"]) == (200, 1, False)
    assert akte["abdeckung"] == {"dokumente": 1, "mit_historie": 1, "eintraege": 1, "ohne_historie": []}
    assert akte["hinweise"] == []
    (dokument,) = akte["baum"]["kinder"]
    assert (dokument["text"], dokument["kinder"][0]["text"]) == ("1. Bauantrag", "antrag.pdf")


async def test_a_bad_delivery_is_refused_with_its_faults_in_german(gateway: Gateway) -> None:
    async with gateway.api("anna") as api:
        status, problem = await upload(api, b"not a zip")
    assert (status, problem["code"], problem["status"]) == (422, "einlieferung", 422)
    assert problem["maengel"][0]["text"] == "Die ZIP-Datei ist beschädigt oder nicht lesbar."


async def test_a_known_akte_under_another_number_is_refused(gateway: Gateway) -> None:
    akte_id = uuid4()
    async with gateway.api("anna") as api:
        assert (await upload(api, akte_zip("63-1/26", akte_id=akte_id)))[0] == 201
        status, problem = await upload(api, akte_zip("63-2/26", akte_id=akte_id))
    assert status == 422
    assert "anderen Aktenzeichen" in problem["detail"]


async def test_only_a_zip_is_read(gateway: Gateway) -> None:
    async with gateway.api("anna") as api, api.post("/api/v1/akten", json={"akte": 1}) as response:
        problem = await response.json(content_type=None)
        assert response.content_type == "application/problem+json"
    assert (problem["status"], problem["detail"]) == (415, "Erwartet wird der Inhaltstyp application/zip.")


async def test_without_a_right_key_nothing_is_taken(gateway: Gateway) -> None:
    gateway.keys["fremd"] = "erv_falsch"
    async with gateway.api("fremd") as api:
        status, problem = await upload(api, akte_zip())
        async with api.get("/api/v1/sendungen", headers={"Authorization": "Basic eDp5"}) as response:
            assert (response.status, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="erv-gateway"')
    assert (status, problem["code"]) == (401, "anmeldung")


async def test_a_delivery_above_the_limit_is_refused_before_it_is_read(gateway: Gateway) -> None:
    head = (
        "POST /api/v1/akten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/zip\r\n"
        f"Authorization: Bearer {gateway.keys['anna']}\r\nContent-Length: {MAX_UPLOAD_BYTES + 1}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", gateway.server.port)
    writer.write(head.encode())
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n"), 5)
    writer.close()
    assert answer.startswith(b"HTTP/1.1 413")


async def test_a_delivery_above_the_limit_without_a_length_is_refused_while_it_is_read(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 1000

    monkeypatch.setattr("erv_gateway.web.api_akten.MAX_UPLOAD_BYTES", 2500)
    headers = {"Content-Type": "application/zip"}
    async with gateway.api("anna") as api, api.post("/api/v1/akten", data=pieces(), headers=headers) as response:
        problem = await response.json(content_type=None)
    assert (problem["status"], problem["detail"]) == (413, "Die Anfrage ist zu groß; zulässig sind 2500 Byte.")
