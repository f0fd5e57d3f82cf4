"""/api/v1/sendungen over a real server, with the real stations behind it."""

import json
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from web_hilfe import GERICHT_SAFE_ID, Gateway
from web_schritte import akte_zip, create, file_nachweis, neue_sendung, send, set_geprueft, upload

PROBLEM = "application/problem+json"


@pytest.mark.usefixtures("mit_schemata")
async def test_the_way_of_a_sendung_from_entwurf_to_the_proof(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna, gateway.api("frank") as frank:
        sendung_id = await create(anna)
        path = f"/api/v1/sendungen/{sendung_id}"
        async with anna.post(f"{path}/pruefung") as response:
            geprueft = await response.json()
        assert geprueft["zustand"] == "GEPRUEFT", geprueft
        async with frank.post(f"{path}/freigabe") as response:
            assert await response.json() == {"zustand": "FREIGEGEBEN"}
        await send(gateway, sendung_id)
        async with anna.get(path) as response:
            bestaetigt = await response.json()
        digest = await file_nachweis(gateway, sendung_id, b"PK" + b"n" * 3_000_000)
        async with anna.get(f"{path}/nachweis") as response:
            bundle = await response.read()
            assert response.headers["Content-Disposition"].startswith(
                f'attachment; filename="nachweis_{sendung_id}.zip"'
            )
            assert response.content_type == "application/zip"
        async with anna.get("/api/v1/sendungen") as response:
            first = (await response.json())["sendungen"][0]
    assert bestaetigt["zustand"] == "BESTAETIGT"
    assert bestaetigt["eingang"] == "2026-11-21T12:00:00+00:00"
    assert bestaetigt["empfaenger"] == {"safe_id": GERICHT_SAFE_ID, "name": "Verwaltungsgericht Test"}
    assert (bestaetigt["angelegt_von"], bestaetigt["freigegeben_von"]) == ("Anna Anlegen", "Frank Freigabe")
    assert {datei["name"] for datei in bestaetigt["dateien"]} >= {"xjustiz_nachricht.xml", "vhn.xml", "vhn.xml.p7s"}
    assert all(datei["ok"] for datei in bestaetigt["urteil"]["dateien"])
    assert [versuch["ergebnis"] for versuch in bestaetigt["versuche"]] == ["angenommen"]
    assert bestaetigt["laufzettel"]["eingang"] == "2026-11-21T12:00:00+00:00"
    arten = [eintrag["art"] for eintrag in bestaetigt["protokoll"]]
    assert arten[:3] == ["sendung.angelegt", "sendung.geprueft", "sendung.freigegeben"]
    assert bestaetigt["protokoll"][2]["handelnd_name"] == "Frank Freigabe"
    assert len(bundle) == 3_000_002
    assert (first["id"], first["zustand"], first["dateien"]) == (sendung_id, "ABGELEGT", len(bestaetigt["dateien"]))
    assert digest


async def test_who_made_it_may_not_approve_it(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna:
        sendung_id = await create(anna)
        await set_geprueft(gateway, sendung_id)
        async with anna.post(f"/api/v1/sendungen/{sendung_id}/freigabe") as response:
            problem = await response.json(content_type=None)
            assert (response.status, response.content_type) == (403, PROBLEM)
        async with anna.get(f"/api/v1/sendungen/{sendung_id}") as response:
            assert (await response.json())["zustand"] == "GEPRUEFT"
    assert problem["detail"].startswith("Vier-Augen-Prinzip")


async def test_an_unchecked_sendung_cannot_be_approved(gateway: Gateway) -> None:
    async with gateway.api("anna") as anna, gateway.api("frank") as frank:
        sendung_id = await create(anna)
        async with frank.post(f"/api/v1/sendungen/{sendung_id}/freigabe") as response:
            problem = await response.json(content_type=None)
    assert (problem["status"], problem["code"]) == (409, "zustand")
    assert problem["type"] == "urn:erv-gateway:problem:zustand"


@pytest.mark.parametrize("path", ["{}", "{}/nachweis"])
async def test_what_is_not_there_is_not_found(gateway: Gateway, path: str) -> None:
    async with gateway.api("anna") as api:
        for name in (str(uuid4()), "keine-uuid", "..%2f..%2fetc"):
            async with api.get(f"/api/v1/sendungen/{path.format(name)}") as response:
                assert (response.status, response.content_type) == (404, PROBLEM)
        sendung_id = await create(api)
        async with api.get(f"/api/v1/sendungen/{sendung_id}/nachweis") as response:
            assert (await response.json(content_type=None))["detail"] == "Nachweis nicht gefunden."


async def test_unknown_akte_mailbox_and_recipient(gateway: Gateway) -> None:
    async with gateway.api("anna") as api:
        _, akte = await upload(api, akte_zip())
        bodies = (
            (neue_sendung(str(uuid4())), 404, "Akte nicht gefunden."),
            (neue_sendung(akte["akte_id"], empfaenger="DE.Justiz.fremd"), 404, "Empfänger nicht gefunden."),
            (neue_sendung(akte["akte_id"], postfach="fremd"), 500, "In den Einstellungen fehlt das Postfach „fremd“."),
        )
        for body, status, detail in bodies:
            async with api.post("/api/v1/sendungen", json=body) as response:
                problem = await response.json(content_type=None)
            assert (response.status, problem["detail"][: len(detail)]) == (status, detail)


@pytest.mark.parametrize(
    ("body", "feld", "text"),
    [
        (b"{", "", "ist kein gültiges JSON"),
        (b"\xff\xfe", "", "ist kein gültiges JSON"),
        (b"[]", "", "muss ein JSON-Objekt sein"),
        (b'{"x": 1}', "x", "ist unbekannt"),
        ({"betreff": "a\u0000b"}, "betreff", "enthält unzulässige Steuerzeichen"),
        ({"betreff": "a\nb"}, "betreff", "enthält unzulässige Steuerzeichen"),
        ({"betreff": "  "}, "betreff", "darf nicht leer sein"),
        ({"betreff": "x" * 251}, "betreff", "ist zu lang"),
        ({"absaetze": []}, "absaetze", "hat zu wenige Einträge"),
        ({"absaetze": ["a\u0007"]}, "absaetze[1]", "enthält unzulässige Steuerzeichen"),
        ({"sachgebiet": "../etc"}, "sachgebiet", "hat nicht die erwartete Form"),
        ({"beteiligte": [{"rolle": "101", "name": "X", "mehr": 1}]}, "beteiligte[1].mehr", "ist unbekannt"),
        (b'{"betreff": "\\ud800"}', "", "ist kein gültiges JSON"),
    ],
)
async def test_bad_bodies_are_refused_field_by_field(
    gateway: Gateway, body: bytes | dict[str, object], feld: str, text: str
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(neue_sendung(str(uuid4()), **body)).encode()
    headers = {"Content-Type": "application/json"}
    async with gateway.api("anna") as api, api.post("/api/v1/sendungen", data=raw, headers=headers) as response:
        problem = await response.json(content_type=None)
    assert (response.status, problem["code"]) == (400, "anfrage")
    assert {"feld": feld, "text": text} in problem["fehler"]


async def test_a_large_body_and_another_type_are_refused(gateway: Gateway) -> None:
    async with gateway.api("anna") as api:
        headers = {"Content-Type": "application/json"}
        async with api.post("/api/v1/sendungen", data=b" " * (2**20 + 1), headers=headers) as response:
            assert (response.status, response.content_type) == (413, PROBLEM)
        async with api.post("/api/v1/sendungen", data={"a": "b"}) as response:
            assert (response.status, response.content_type) == (415, PROBLEM)


async def test_unknown_addresses_and_methods_are_problems_too(gateway: Gateway) -> None:
    async with gateway.api("anna") as api:
        async with api.get("/api/v1/nirgends") as response:
            assert (response.status, response.content_type) == (404, PROBLEM)
        async with api.delete("/api/v1/sendungen") as response:
            assert (response.status, response.content_type) == (405, PROBLEM)
            assert response.headers["Allow"] == "GET,HEAD,POST".replace(",", ", ")


async def test_a_bundle_that_changed_in_the_store_never_arrives_whole(gateway: Gateway, tmp_path: Path) -> None:
    async with gateway.api("anna") as api:
        sendung_id = await create(api)
        await gateway.database.fetch_value(
            "UPDATE erv.sendung SET zustand = 'BESTAETIGT' WHERE id = $1 RETURNING 1", sendung_id
        )
        digest = await file_nachweis(gateway, sendung_id, b"0" * 2_500_000)
        (blob,) = [path for path in (tmp_path / "blobs").rglob("*") if digest in path.name]
        blob.chmod(0o600)
        with blob.open("r+b") as file:
            file.write(b"1")
        async with api.get(f"/api/v1/sendungen/{sendung_id}/nachweis") as response:
            with pytest.raises(aiohttp.ClientError):
                await response.read()


async def test_the_service_tells_that_it_is_able_to_work(gateway: Gateway) -> None:
    async with aiohttp.ClientSession() as nobody, nobody.get(gateway.url("/api/v1/zustand")) as response:
        zustand = await response.json()
    assert (response.status, zustand["bereit"], zustand["datenbank"]) == (200, True, True)
    assert set(zustand) == {"bereit", "datenbank", "version"}


async def test_without_its_database_the_service_says_so(gateway: Gateway) -> None:
    await gateway.database.close()
    async with aiohttp.ClientSession() as nobody:
        async with nobody.get(gateway.url("/api/v1/zustand")) as response:
            assert (response.status, (await response.json())["bereit"]) == (503, False)
        headers = {"Authorization": f"Bearer {gateway.keys['anna']}"}
        async with nobody.get(gateway.url("/api/v1/sendungen"), headers=headers) as response:
            assert (response.status, (await response.json(content_type=None))["code"]) == (503, "datenbank")
        async with nobody.get(gateway.url("/"), cookies={"erv": "x"}) as response:
            assert (response.status, response.content_type) == (503, "text/html")
