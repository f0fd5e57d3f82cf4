"""The HTTP side: faults with status 200, the size limit, time stamps, payload that does not fit in memory."""

import http.client
from pathlib import Path

import pytest
from asn1crypto import tsp
from sandbox_hilfe import big_attachment
from sandbox_prozess import Amt, Sandbox, wait_for

from osci.constants import MAX_MESSAGE_BYTES
from osci.content import AttachmentContent, ContentContainer, ContentPackage, EncryptedContainer

pytestmark = pytest.mark.slow
BIG = 96 * 2**20
MEMORY_LIMIT_KIB = 180 * 1024
"""The process itself takes about 105 MiB; the payload held in memory even once would not fit into the rest."""


def test_faults_limits_and_time_stamps(sandbox: Sandbox) -> None:
    sandbox.start()
    status, body = sandbox.request("POST", "/osci", b"kein OSCI")
    assert (status, b"9100" in body) == (200, True)
    assert sandbox.request("GET", "/osci")[0] == 405
    assert too_much(sandbox.port) == 413
    status, body = sandbox.request("POST", "/tsa", stamp_request())
    assert (status, tsp.TimeStampResp.load(body)["status"]["status"].native) == (200, "granted")
    status, body = sandbox.request("POST", "/tsa", b"kein Antrag")
    assert (status, body[2:7]) == (200, b"\x30\x07\x02\x01\x02"), "PKIStatus 2: rejection"


def test_big_payload_passes_in_chunks(sandbox: Sandbox, amt: Amt) -> None:
    sandbox.start()
    container = ContentContainer(
        (AttachmentContent(big_attachment("gross.bin", BIG)),), "project_coco", (amt.client.signing_key,)
    )
    _, request = amt.prepare(amt.new_message_id(), ContentPackage((EncryptedContainer(container, (amt.court,)),)))
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=120)
    connection.request("POST", "/osci", request.wire.chunks(), {"Content-Length": str(request.wire.length)})
    assert connection.getresponse().status == 200
    wait_for(sandbox.befunde, 60)
    (befund,) = sandbox.befunde()
    assert [(datei["name"], datei["bytes"]) for datei in befund["dateien"]] == [("gross.bin", BIG)]
    assert peak_memory(int(sandbox.ready["pid"])) < MEMORY_LIMIT_KIB


def too_much(port: int) -> int:
    """Announces more than is allowed and starts sending."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    block = bytes(2**20)
    connection.putrequest("POST", "/osci")
    connection.putheader("Content-Length", str(MAX_MESSAGE_BYTES + 1))
    connection.endheaders()
    connection.send(block)
    status = connection.getresponse().status
    connection.close()
    return status


def stamp_request() -> bytes:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)}
    return bytes(tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "cert_req": True}).dump())


def peak_memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
