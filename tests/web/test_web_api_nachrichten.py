"""/api/v1/nachrichten over a real server: what came in, its attachments, the decision on the eEB."""

from uuid import uuid4

import pytest
from web_hilfe import Gateway
from web_schritte import akte_zip, brief, receive_letter, upload

pytestmark = pytest.mark.usefixtures("mit_schemata")


async def _akte(gateway: Gateway, aktenzeichen: str) -> str:
    async with gateway.api("anna") as api:
        _, akte = await upload(api, akte_zip(aktenzeichen))
    return str(akte["akte_id"])


async def test_a_letter_is_shown_with_its_pruefprotokoll(gateway: Gateway) -> None:
    akte_id = await _akte(gateway, "N-1/26")
    nachricht_id = await receive_letter(gateway, aktenzeichen="N-1/26")
    async with gateway.api("anna") as api:
        async with api.get(f"/api/v1/nachrichten/{nachricht_id}") as response:
            nachricht = await response.json()
        async with api.get("/api/v1/nachrichten") as response:
            first = (await response.json())["nachrichten"][0]
    assert (nachricht["zustand"], nachricht["zustand_text"]) == ("ZUGEORDNET", "Empfangsbekenntnis offen")
    assert (nachricht["akte"]["id"], nachricht["absender_name"]) == (akte_id, "Verwaltungsgericht Test")
    assert nachricht["eeb"] == {"verlangt": True, "offen": True, "entscheidung": None, "sendung": None}
    schritte = [schritt["was"] for schritt in nachricht["pruefprotokoll"]["pruefungen"]]
    assert schritte[0] == "Transportsignatur"
    assert nachricht["pruefprotokoll"]["ergebnis"] == "unbestimmt"
    assert [anhang["name"] for anhang in nachricht["anhaenge"]] == ["Ladung_1.pdf", "xjustiz_nachricht.xml"]
    assert [eintrag["art"] for eintrag in nachricht["protokoll"]][:2] == ["nachricht.gesichert", "nachricht.quittiert"]
    assert (first["id"], first["eeb_verlangt"]) == (str(nachricht_id), True)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "001_passwd.pdf"),
        ('a"; filename="b.html', "001_a_filename_b.html"),
        ("x\r\nSet-Cookie: a=b.pdf", "001_x_Set-Cookie_a_b.pdf"),
        ("<script>.svg", "001__script_.svg"),
    ],
)
async def test_an_attachment_comes_as_a_harmless_download(gateway: Gateway, name: str, safe: str) -> None:
    nachricht_id = await receive_letter(gateway, name=name, aktenzeichen=f"unbekannt-{uuid4()}")
    async with gateway.api("anna") as api, api.get(f"/api/v1/nachrichten/{nachricht_id}/anhaenge/1") as response:
        assert await response.read() == brief()
        assert response.headers["Content-Disposition"].startswith(f'attachment; filename="{safe}"; filename*=UTF-8')
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.content_type == "application/octet-stream"
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("position", ["0", "3", "-1", "eins", "1" * 400, "²"])
async def test_an_attachment_that_is_not_there(gateway: Gateway, position: str) -> None:
    nachricht_id = await receive_letter(gateway, aktenzeichen=f"unbekannt-{uuid4()}")
    async with (
        gateway.api("anna") as api,
        api.get(f"/api/v1/nachrichten/{nachricht_id}/anhaenge/{position}") as response,
    ):
        assert (response.status, (await response.json(content_type=None))["detail"]) == (404, "Anhang nicht gefunden.")


async def test_the_eeb_is_given_once(gateway: Gateway) -> None:
    await _akte(gateway, "N-2/26")
    nachricht_id = await receive_letter(gateway, aktenzeichen="N-2/26")
    path = f"/api/v1/nachrichten/{nachricht_id}"
    body = {"art": "bekenntnis", "datum": "2026-11-21"}
    async with gateway.api("frank") as api:
        async with api.post(f"{path}/eeb", json=body) as response:
            assert response.status == 201, await response.text()
            sendung_id = (await response.json())["sendung_id"]
        async with api.post(f"{path}/eeb", json=body) as response:
            assert (await response.json(content_type=None))["code"] == "zustand"
            assert response.status == 409
        async with api.get(path) as response:
            eeb = (await response.json())["eeb"]
        async with api.get(f"/api/v1/sendungen/{sendung_id}") as response:
            sendung = await response.json()
    assert (eeb["offen"], eeb["entscheidung"]["art"], eeb["entscheidung"]["datum"]) == (
        False,
        "bekenntnis",
        "2026-11-21",
    )
    assert (eeb["entscheidung"]["entschieden_von"], eeb["sendung"]["id"]) == ("Frank Freigabe", sendung_id)
    assert (sendung["art"], sendung["zustand"], sendung["antwort_auf"]) == ("EEB", "FREIGEGEBEN", str(nachricht_id))


async def test_the_eeb_can_be_refused_with_a_reason(gateway: Gateway) -> None:
    await _akte(gateway, "N-3/26")
    nachricht_id = await receive_letter(gateway, aktenzeichen="N-3/26")
    body = {"art": "stoerung", "kennung": "2", "grund": "Seite 3 fehlt."}
    async with gateway.api("frank") as api:
        async with api.post(f"/api/v1/nachrichten/{nachricht_id}/eeb", json=body) as response:
            assert response.status == 201, await response.text()
        async with api.get(f"/api/v1/nachrichten/{nachricht_id}") as response:
            entscheidung = (await response.json())["eeb"]["entscheidung"]
    assert (entscheidung["art"], entscheidung["kennung"], entscheidung["grund"]) == ("stoerung", "2", "Seite 3 fehlt.")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"art": "bekenntnis", "datum": "2026-11-22"}, 422, "eingabe"),
        ({"art": "bekenntnis", "datum": "2026-11-20"}, 422, "eingabe"),
        ({"art": "bekenntnis", "datum": 1795219200}, 400, "anfrage"),
        ({"art": "bekenntnis", "datum": "21.11.2026"}, 400, "anfrage"),
        ({"art": "bekenntnis"}, 400, "anfrage"),
        ({"art": "stoerung", "kennung": "9", "grund": "x"}, 400, "anfrage"),
        ({"art": "stoerung", "kennung": "1", "grund": " "}, 400, "anfrage"),
        ({"art": "anders"}, 400, "anfrage"),
        ({}, 400, "anfrage"),
    ],
)
async def test_an_impossible_decision_is_refused(
    gateway: Gateway, body: dict[str, object], status: int, code: str
) -> None:
    aktenzeichen = f"E-{uuid4()}"
    await _akte(gateway, aktenzeichen)
    nachricht_id = await receive_letter(gateway, aktenzeichen=aktenzeichen)
    async with gateway.api("frank") as api, api.post(f"/api/v1/nachrichten/{nachricht_id}/eeb", json=body) as response:
        problem = await response.json(content_type=None)
    assert (response.status, problem["code"]) == (status, code)


async def test_no_eeb_before_the_akte_is_known(gateway: Gateway) -> None:
    nachricht_id = await receive_letter(gateway, aktenzeichen=f"unbekannt-{uuid4()}")
    body = {"art": "bekenntnis", "datum": "2026-11-21"}
    async with gateway.api("frank") as api, api.post(f"/api/v1/nachrichten/{nachricht_id}/eeb", json=body) as response:
        assert response.status == 409
