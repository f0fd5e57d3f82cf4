"""The sandbox's time stamp authority against OpenSSL, and the client against authorities that fail."""

import asyncio
import hashlib
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from asn1crypto import algos, tsp

from certs.anchors import Anchors
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.cms_pruefen import check_timestamp
from erv_gateway.signatur.fehler import ZeitstempelFailed
from erv_gateway.signatur.inhalt import Inhalt
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.signatur.tlv import parse
from erv_gateway.signatur.tsa import timestamp_response
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst

Keys = Callable[[str, str], SoftKey]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
REPLY = "application/timestamp-reply"


def request_for(data: bytes, **fields: object) -> bytes:
    imprint = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "hashed_message": hashlib.sha256(data).digest(),
        }
    )
    return bytes(tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True, **fields}).dump())


def test_openssl_accepts_the_answer(key_of: Keys, pki: Pki, jetzt: datetime, openssl: str, tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"Urkunde")
    query = [openssl, "ts", "-query", "-data", str(tmp_path / "data"), "-sha512", "-cert", "-out", str(tmp_path / "q")]
    subprocess.run(query, check=True, capture_output=True)
    response = timestamp_response((tmp_path / "q").read_bytes(), key_of("tsa", "tsa"), jetzt)
    (tmp_path / "r").write_bytes(response)
    root, issuing = pki.folder / "ca" / "root.pem", pki.folder / "ca" / "tsa-ca.pem"
    verify = [openssl, "ts", "-verify", "-queryfile", str(tmp_path / "q"), "-in", str(tmp_path / "r")]
    verify += ["-CAfile", str(root), "-untrusted", str(issuing), "-attime", str(int(jetzt.timestamp()))]
    done = subprocess.run(verify, capture_output=True, check=False)
    assert b"Verification: OK" in done.stdout + done.stderr


def test_our_own_check_reads_time_and_authority(key_of: Keys, anchors: Anchors, jetzt: datetime) -> None:
    response = tsp.TimeStampResp.load(timestamp_response(request_for(b"a", nonce=7), key_of("tsa", "tsa"), jetzt))
    token = response["time_stamp_token"].dump()
    good = check_timestamp(token, Inhalt.of_bytes(b"a"), anchors, jetzt)
    assert (good.urteil, good.zeitpunkt) == (Urteil.GUELTIG, jetzt)
    assert check_timestamp(token, Inhalt.of_bytes(b"b"), anchors, jetzt).urteil is Urteil.UNGUELTIG
    assert check_timestamp(token, Inhalt.of_bytes(b"a"), None, jetzt).zeitpunkt is None
    assert check_timestamp(token, Inhalt.of_bytes(b"a"), anchors, jetzt - timedelta(days=1)).zeitpunkt is None
    assert check_timestamp(token[:-9], Inhalt.of_bytes(b"a"), anchors, jetzt).urteil is Urteil.UNBESTIMMT


@pytest.mark.parametrize(
    ("request_der", "failure"),
    [
        (b"", "bad_data_format"),
        (b"\x30\x03\x02\x01\x01", "bad_data_format"),
        (b"\x30" * 9000, "bad_data_format"),
        (request_for(b"a")[:-1], "bad_data_format"),
        (request_for(b"a", req_policy="1.2.3"), "unaccepted_policy"),
        (request_for(b"a").replace(hashlib.sha256(b"a").digest(), b"\x00" * 32), None),
    ],
)
def test_wrong_requests_are_rejected_in_form(
    key_of: Keys, jetzt: datetime, request_der: bytes, failure: str | None
) -> None:
    response = parse(timestamp_response(request_der, key_of("tsa", "tsa"), jetzt))
    status = tsp.PKIStatusInfo.load(response.child(0, 0x30).raw)
    assert (len(response.children()) == 1) == (failure is not None)
    if failure is None:
        assert status["status"].native == "granted"
    else:
        assert status["status"].native == "rejection"
        assert status["fail_info"].native == {failure}


def answer(key: SoftKey, moment: datetime) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(body=timestamp_response(await request.read(), key, moment), content_type=REPLY)

    return handler


def fixed(body: bytes, *, status: int = 200, content_type: str = REPLY) -> Handler:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type=content_type)

    return handler


def replay(key: SoftKey, moment: datetime) -> Handler:
    """An authority that answers a request of its own making instead of ours."""
    other = timestamp_response(request_for(b"anderes"), key, moment)
    return fixed(other)


async def redirect(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPTemporaryRedirect("/good")


@pytest.fixture
async def server(key_of: Keys, jetzt: datetime) -> AsyncIterator[TestServer]:
    app = web.Application()
    key = key_of("tsa", "tsa")
    app.router.add_post("/good", answer(key, jetzt))
    app.router.add_post("/broken", fixed(b"<html>"))
    app.router.add_post("/error", fixed(b"", status=503))
    app.router.add_post("/type", fixed(b"", content_type="text/html"))
    app.router.add_post("/large", fixed(bytes(600 * 1024)))
    app.router.add_post("/replay", replay(key, jetzt))
    app.router.add_post("/redirect", redirect)
    async with TestServer(app) as running:
        yield running


async def test_the_second_address_steps_in(server: TestServer, rsa_signer: Signer) -> None:
    dead = "http://127.0.0.1:9/tsa"
    for first in (dead, *(str(server.make_url(path)) for path in ("/broken", "/error", "/type", "/large", "/replay"))):
        dienst = Zeitstempeldienst((first, str(server.make_url("/good"))), timeout=5)
        p7s = await sign_detached(b"abc", rsa_signer, dienst)
        assert len(p7s) > 5000


async def test_no_usable_answer_is_an_error_and_redirects_are_not_followed(
    server: TestServer, rsa_signer: Signer
) -> None:
    dienst = Zeitstempeldienst([str(server.make_url(path)) for path in ("/replay", "/redirect")], timeout=5)
    with pytest.raises(ZeitstempelFailed, match="307"):
        await sign_detached(b"abc", rsa_signer, dienst)


async def test_the_event_loop_goes_on_while_it_is_signed(server: TestServer, rsa_signer: Signer) -> None:
    """The authority runs on the loop that waits for the signature: a blocked loop could never answer."""
    dienst = Zeitstempeldienst([str(server.make_url("/good"))], timeout=5)
    results = await asyncio.gather(*(sign_detached(b"abc", rsa_signer, dienst) for _ in range(4)))
    assert len(set(results)) == 4


@pytest.mark.parametrize(
    "url", ["http://tsa.example/", "ftp://127.0.0.1/", "http://127.0.0.1.example/", "https://", ""]
)
def test_plain_http_only_on_this_machine(url: str) -> None:
    with pytest.raises(KonfigurationInvalid):
        Zeitstempeldienst([url])
