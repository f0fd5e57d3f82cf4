"""The whole way over HTTP: delivered, fetched, checked and answered by the court."""

import json

import pytest
from lxml import etree
from sandbox_prozess import Amt, Sandbox, make_app, wait_for
from typer.testing import CliRunner

from osci.dialog import Answer
from osci.types import Verdict

pytestmark = pytest.mark.slow


def test_a_message_is_checked_and_answered(sandbox: Sandbox, amt: Amt, beispiel: dict[str, bytes]) -> None:
    sandbox.start()
    message_id = amt.deliver(amt.package(beispiel))
    wait_for(sandbox.answered)
    (befund,) = sandbox.befunde()
    assert (befund["message_id"], befund["urteil"], befund["gruende"], befund["abrufe"]) == (
        message_id,
        "gueltig",
        (),
        1,
    )
    assert {datei["name"] for datei in befund["dateien"]} == beispiel.keys() | {"vhn.xml", "vhn.xml.p7s"}
    assert befund["antwort"]["stand"] == "uebergeben"
    (bundle,) = amt.laufzettel(message_id)
    assert bundle.card.reception is not None
    (answer,) = amt.collect()
    nachricht = read_answer(amt, answer)
    assert nachricht["aktenzeichen"] == befund["antwort"]["aktenzeichen"] == "1 K 123/26"
    assert nachricht["fremde_id"] == befund["nachrichten_id"]
    assert nachricht["eeb"] == "true"
    assert sandbox.stop() == 0
    shown = CliRunner().invoke(make_app(), ["sandbox", "befunde", "--dir", str(sandbox.dir), "--json"])
    assert [befund["message_id"] for befund in json.loads(shown.stdout)] == [message_id]
    table = CliRunner().invoke(make_app(), ["sandbox", "befunde", "--dir", str(sandbox.dir)])
    assert "gueltig" in table.stdout


def test_status_and_scenarios_over_http(sandbox: Sandbox, amt: Amt, beispiel: dict[str, bytes]) -> None:
    sandbox.start()
    assert json.loads(sandbox.request("GET", "/status")[1])["szenario"] == "normal"
    assert sandbox.request("POST", "/szenario", b'{"name": "process-card-late", "sekunden": 600}')[0] == 200
    assert json.loads(sandbox.request("GET", "/status")[1])["szenario"] == "laufzettel-spaeter"
    for body in (b"", b"[]", b'{"name": "sturm"}', b'{"name": "slow", "sekunden": -1}'):
        assert sandbox.request("POST", "/szenario", body)[0] == 422
    sandbox.stop()


def read_answer(amt: Amt, answer: Answer) -> dict[str, str | None]:
    containers = answer.received.open_containers((amt.client.decryption_key,))
    assert all(container.verdict is Verdict.VALID and container.signatures for container in containers)
    contents = {content.name or content.id: content for container in containers for content in container.contents}
    assert {"xjustiz_nachricht.xml", "vhn.xml", "vhn.xml.p7s", "visitenkarte.xml"} <= contents.keys()
    assert any(b"".join(c.chunks()).startswith(b"%PDF") for name, c in contents.items() if name.endswith(".pdf"))
    root = etree.fromstring(b"".join(contents["xjustiz_nachricht.xml"].chunks()))
    namespace = {"t": "http://www.xjustiz.de"}
    return {
        "aktenzeichen": root.findtext(".//t:absender/t:aktenzeichen", namespaces=namespace),
        "fremde_id": root.findtext(".//t:fremdeNachrichtenID", namespaces=namespace),
        "eeb": root.findtext(".//t:ruecksendungEEB.erforderlich", namespaces=namespace),
    }
