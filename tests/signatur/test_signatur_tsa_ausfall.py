"""Two addresses of an authority: whatever the first one does wrong, the second one stamps."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from asn1crypto import tsp

from certs.keys import SoftKey
from erv_gateway.signatur.fehler import ZeitstempelFailed
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.signatur.tsa import timestamp_response
from erv_gateway.signatur.zeitstempel import Zeitstempeldienst

REPLY = "application/timestamp-reply"


@pytest.fixture
async def server(key_of: Callable[[str, str], SoftKey], jetzt: datetime) -> AsyncIterator[TestServer]:
    key = key_of("tsa", "tsa")

    def stamp(request: bytes) -> web.Response:
        return web.Response(body=timestamp_response(request, key, jetzt), content_type=REPLY)

    async def good(request: web.Request) -> web.Response:
        return stamp(await request.read())

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return stamp(await request.read())

    async def imprint(request: web.Request) -> web.Response:
        """The right nonce, over something else."""
        wanted = tsp.TimeStampReq.load(await request.read())
        wanted["message_imprint"]["hashed_message"] = bytes(32)
        return stamp(wanted.dump(force=True))

    async def nonce(request: web.Request) -> web.Response:
        wanted = tsp.TimeStampReq.load(await request.read())
        wanted["nonce"] = 1
        return stamp(wanted.dump(force=True))

    async def forged(request: web.Request) -> web.Response:
        """The signature value is the last field of all."""
        answer = bytearray(timestamp_response(await request.read(), key, jetzt))
        answer[-1] ^= 1
        return web.Response(body=bytes(answer), content_type=REPLY)

    async def rejected(_request: web.Request) -> web.Response:
        return stamp(b"")

    app = web.Application()
    for handler in (good, slow, imprint, nonce, forged, rejected):
        app.router.add_post(f"/{handler.__name__}", handler)
    async with TestServer(app) as running:
        yield running


@pytest.mark.parametrize("first", ["slow", "imprint", "nonce", "forged", "rejected", "nowhere"])
async def test_the_second_address_steps_in(server: TestServer, rsa_signer: Signer, first: str) -> None:
    addresses = [str(server.make_url(f"/{path}")) for path in (first, "good")]
    started = time.monotonic()
    p7s = await sign_detached(b"abc", rsa_signer, Zeitstempeldienst(addresses, timeout=1.5))
    assert len(p7s) > 5000
    assert time.monotonic() - started < 4.5


async def test_all_faults_are_told_when_no_address_works(server: TestServer, rsa_signer: Signer) -> None:
    addresses = [str(server.make_url(f"/{path}")) for path in ("imprint", "rejected")]
    with pytest.raises(ZeitstempelFailed, match=r"imprint.*; .*rejected"):
        await sign_detached(b"abc", rsa_signer, Zeitstempeldienst(addresses, timeout=1.5))
