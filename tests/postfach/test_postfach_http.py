"""A peer that misbehaves: nothing it says is believed, and "not a byte left" is said only when it is true."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from postfach_hilfe import Ort, nothing_kept

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.postfach.base import AntwortLost, NotReached
from erv_gateway.postfach.osci import http
from erv_gateway.postfach.osci.adapter import OsciPostfach

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Answer], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts a peer with the given answer; gives its address."""
    servers: list[TestServer] = []

    async def start(answer: Answer) -> str:
        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", answer)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url("/osci"))

    yield start
    for server in servers:
        await server.close()


async def says_500(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=500, text="oops")


async def says_500_early(_: web.Request) -> web.Response:
    return web.Response(status=500)


async def redirects(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=307, headers={"Location": "http://127.0.0.1:9/osci"})


async def says_nothing(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def says_html(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text="<html>Wartung</html>", content_type="text/html")


async def hangs_up(request: web.Request) -> web.Response:
    await request.read()
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def says_too_much(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=bytes(4 * 2**20))


async def breaks_off(request: web.Request) -> web.StreamResponse:
    await request.read()
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b"half")
    assert request.transport is not None
    request.transport.close()
    return response


BAD = [says_500, says_500_early, redirects, says_nothing, says_html, hangs_up, says_too_much, breaks_off]


@pytest.mark.parametrize("answer", BAD, ids=[answer.__name__ for answer in BAD])
async def test_an_answer_that_is_none_leaves_the_outcome_open(
    ort: Ort, serve: Serve, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER_BYTES", 2**20)
    _, blobs, message_id, vorbereitet = await ort.vorbereitet()
    postfach = OsciPostfach(ort.at(await serve(answer)).zugang(), blobs)
    with pytest.raises(AntwortLost):
        await postfach.hand_over(vorbereitet)
    asked = (postfach.new_message_id(), postfach.fetch_laufzettel(message_id), anext(postfach.collect(nothing_kept)))
    for ask in asked:
        with pytest.raises(GegenstelleFailed) as caught:
            await ask
        assert not isinstance(caught.value, NotReached)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_nowhere(ort: Ort, serve: Serve, status: int) -> None:
    """Who we talk to is a setting, not a header."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        await request.read()
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    postfach = OsciPostfach(ort.at(await serve(answer)).zugang(), ort.postfach()[1])
    with pytest.raises(GegenstelleFailed):
        await postfach.new_message_id()
    assert asked == ["/osci"]


async def test_without_a_connection_nothing_was_sent(ort: Ort) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{probe.getsockname()[1]}/osci"
    _, blobs, message_id, vorbereitet = await ort.vorbereitet()
    postfach = OsciPostfach(ort.at(dead).zugang(), blobs)
    for ask in (postfach.hand_over(vorbereitet), postfach.new_message_id(), postfach.fetch_laufzettel(message_id)):
        with pytest.raises(NotReached):
            await ask


async def test_the_body_is_sent_with_its_length_and_type(ort: Ort, serve: Serve) -> None:
    """Peers of this standard know no chunked transfer coding."""
    seen: list[tuple[str, str, str | None, int]] = []

    async def look(request: web.Request) -> web.Response:
        body = await request.read()
        headers = request.headers
        seen.append((headers["Content-Length"], headers["Content-Type"], headers.get("Transfer-Encoding"), len(body)))
        return web.Response(status=503)

    _, blobs, _, vorbereitet = await ort.vorbereitet()
    with pytest.raises(AntwortLost):
        await OsciPostfach(ort.at(await serve(look)).zugang(), blobs).hand_over(vorbereitet)
    length = vorbereitet.uebertragung.bytes
    assert seen == [(str(length), "text/xml", None, length)]
