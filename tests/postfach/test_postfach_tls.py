"""TLS, client certificates and a proxy on the way to the intermediary, and what is not let through."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from postfach_hilfe import LANDKREIS, STADT, Ort, nothing_kept
from postfach_tls import Ausstellung, Tunnel, issue

from erv_gateway.kern.fehler import GegenstelleFailed, KonfigurationInvalid
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import AntwortLost, NotReached, Quittung, Zustellung
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.leitung import ClientZertifikat, Leitung, Proxy, tls_context
from erv_gateway.storage.blobs import MemoryBlobs

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Listen = Callable[..., Awaitable[int]]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """Starts a server on loopback, with or without TLS; gives its port."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler, context: ssl.SSLContext | None = None) -> int:
            server = await asyncio.start_server(handler, "127.0.0.1", 0, ssl=context)
            stack.callback(server.close)
            return int(server.sockets[0].getsockname()[1])

        yield start


@pytest.fixture
def fremd(tmp_path: Path) -> Ausstellung:
    """Another CA with the same name and certificates for the same hosts."""
    return issue(tmp_path / "fremd")


def postfach(ort: Ort, leitung: Leitung, endpoint: str = "", kennung: str = STADT) -> OsciPostfach:
    zugang = replace(ort.zugang(kennung), endpoint=endpoint or ort.endpoint_tls, leitung=leitung)
    return OsciPostfach(zugang, MemoryBlobs())


async def test_a_whole_dialog_over_mutual_tls_and_a_proxy(ort: Ort, listen: Listen) -> None:
    tunnel = Tunnel(credentials="amt:zu spät")
    proxy = Proxy(f"http://127.0.0.1:{await listen(tunnel.serve)}", "amt", "zu spät")
    leitung = Leitung(tls_context(ort.tls["ca.pem"], ort.tls.client), proxy)
    stadt, blobs = postfach(ort, leitung), MemoryBlobs()
    stadt = OsciPostfach(stadt._zugang, blobs)
    message_id = await stadt.new_message_id()
    await stadt.hand_over(await stadt.prepare(await ort.auftrag(blobs, message_id)))
    laufzettel = await stadt.fetch_laufzettel(message_id)
    assert laufzettel is not None
    events = [event async for event in postfach(ort, leitung, kennung=LANDKREIS).collect(nothing_kept)]
    assert [event.message_id for event in events if isinstance(event, Zustellung)][-1] == message_id
    assert [event.message_id for event in events if isinstance(event, Quittung)][-1] == message_id
    target = ort.endpoint_tls.split("/")[2]
    assert len(tunnel.seen) >= 8
    assert {line.split(" HTTP")[0] for line in tunnel.seen} == {f"CONNECT {target}"}


async def test_without_our_certificate_nobody_answers(ort: Ort) -> None:
    with pytest.raises(GegenstelleFailed):
        await postfach(ort, Leitung(tls_context(ort.tls["ca.pem"]))).new_message_id()


async def test_a_certificate_of_another_ca_does_not_open_the_door(ort: Ort, fremd: Ausstellung) -> None:
    with pytest.raises(GegenstelleFailed):
        await postfach(ort, Leitung(tls_context(ort.tls["ca.pem"], fremd.client))).new_message_id()


async def test_a_server_of_another_ca_gets_no_byte(ort: Ort, fremd: Ausstellung) -> None:
    for context in (tls_context(fremd["ca.pem"], ort.tls.client), tls_context(), None):
        await expect_nothing_sent(postfach(ort, Leitung(context)), ort)


async def test_another_host_name_gets_no_byte(ort: Ort, listen: Listen) -> None:
    heard: list[bytes] = []
    port = await listen(recorder(heard), ort.tls.server("other"))
    leitung = Leitung(tls_context(ort.tls["ca.pem"]))
    for host in ("127.0.0.1", "localhost"):
        await expect_nothing_sent(postfach(ort, leitung, f"https://{host}:{port}/osci"), ort)
    assert heard == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_tls_1_1_is_not_spoken(ort: Ort, listen: Listen) -> None:
    heard: list[bytes] = []
    old = ort.tls.server()
    downgrade(old)
    endpoint = f"https://127.0.0.1:{await listen(recorder(heard), old)}/osci"
    ours = tls_context(ort.tls["ca.pem"])
    ours.set_ciphers("ALL:@SECLEVEL=0")  # so that it is the version that is refused
    await expect_nothing_sent(postfach(ort, Leitung(ours), endpoint), ort)
    assert heard == []
    lenient = tls_context(ort.tls["ca.pem"])
    downgrade(lenient)
    with pytest.raises(GegenstelleFailed) as control:
        await postfach(ort, Leitung(lenient), endpoint).new_message_id()
    assert not isinstance(control.value, NotReached)
    assert heard, "the server does talk"


def downgrade(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")


@pytest.mark.parametrize("credentials", [("", ""), ("amt", "falsch")])
async def test_a_proxy_that_refuses_means_that_nothing_was_sent(
    ort: Ort, listen: Listen, credentials: tuple[str, str]
) -> None:
    tunnel = Tunnel(credentials="amt:richtig")
    proxy = Proxy(f"http://127.0.0.1:{await listen(tunnel.serve)}", *credentials)
    leitung = Leitung(tls_context(ort.tls["ca.pem"], ort.tls.client), proxy)
    await expect_nothing_sent(postfach(ort, leitung), ort)
    assert tunnel.seen


async def test_a_proxy_that_is_not_there(ort: Ort) -> None:
    leitung = Leitung(tls_context(ort.tls["ca.pem"], ort.tls.client), Proxy("http://127.0.0.1:9"))
    await expect_nothing_sent(postfach(ort, leitung), ort)


async def test_whoever_is_slow_to_connect_is_given_up(ort: Ort, listen: Listen) -> None:
    """Neither a proxy that takes the request and is silent, nor a server that takes the connection and says no TLS."""
    silent = await listen(Tunnel(mute=True).serve)
    dead = await listen(sleeper)
    context = tls_context(ort.tls["ca.pem"], ort.tls.client)
    for leitung, endpoint in (
        (Leitung(context, Proxy(f"http://127.0.0.1:{silent}"), connect_seconds=0.3), ""),
        (Leitung(context, connect_seconds=0.3), f"https://127.0.0.1:{dead}/osci"),
    ):
        await expect_nothing_sent(postfach(ort, leitung, endpoint), ort)


@pytest.mark.parametrize("reads", [True, False])
async def test_silence_ends_the_exchange_but_not_the_question(ort: Ort, listen: Listen, reads: bool) -> None:
    """Connected, then nothing: the answer does not come, or our bytes are not taken. Something may have arrived."""

    async def stalls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while reads and await reader.read(2**16):
            pass
        await asyncio.sleep(60)

    port = await listen(stalls, ort.tls.server())
    leitung = Leitung(tls_context(ort.tls["ca.pem"]), read_seconds=0.4)
    slow, blobs, _, vorbereitet = await ort.vorbereitet(anlagen={"Akte.pdf": bytes(24 * 2**20)})
    slow = OsciPostfach(replace(slow._zugang, endpoint=f"https://127.0.0.1:{port}/osci", leitung=leitung), blobs)
    with pytest.raises(AntwortLost):
        await asyncio.wait_for(slow.hand_over(vorbereitet), 20)


async def test_slow_is_not_silent(ort: Ort, listen: Listen) -> None:
    """In all it takes longer than the limit, but something moves all the time."""

    async def trickles(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        for _ in range(10):
            await asyncio.sleep(0.1)
            writer.write(b"x")
        await writer.drain()

    port = await listen(trickles, ort.tls.server())
    leitung = Leitung(tls_context(ort.tls["ca.pem"]), read_seconds=0.5)
    with pytest.raises(GegenstelleFailed, match="does not hold"):
        await postfach(ort, leitung, f"https://127.0.0.1:{port}/osci").new_message_id()


def test_files_that_do_not_serve_are_a_setting_to_mend(ort: Ort, fremd: Ausstellung, tmp_path: Path) -> None:
    empty = tmp_path / "leer.pem"
    empty.write_bytes(b"")
    wrong = tmp_path / "falsch.pass"
    wrong.write_text("falsch")
    cert, key = ort.tls["client.pem"], ort.tls["client.key"]
    for ca, client in (
        (tmp_path / "fehlt.pem", None),
        (empty, None),
        (None, ClientZertifikat(cert, key)),
        (None, ClientZertifikat(cert, key, wrong)),
        (None, ClientZertifikat(cert, key, tmp_path / "fehlt")),
        (None, ClientZertifikat(cert, fremd["client.key"], fremd["client.pass"])),
    ):
        with pytest.raises(KonfigurationInvalid):
            tls_context(ca, client)
    assert "geheim" not in repr(Proxy("http://p:1", "amt", "geheim"))


def recorder(heard: list[bytes]) -> Handler:
    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(10))
        writer.close()

    return hear


async def sleeper(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def expect_nothing_sent(there: OsciPostfach, ort: Ort) -> None:
    _, blobs, _, vorbereitet = await ort.vorbereitet(MessageId("nie gesendet"))
    there = OsciPostfach(there._zugang, blobs)
    for ask in (there.new_message_id(), there.hand_over(vorbereitet)):
        with pytest.raises(NotReached):
            await ask
