"""The one fetcher: nothing inside is ever asked, whatever a certificate says; nothing outstays or outgrows it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pki_bau import Stelle, Wunsch, anchor, certify, ocsp_answer, trust

from certs.anchors import Zweck
from certs.urteil import Urteil
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.abruf import Abruf
from erv_gateway.signatur.abruf_ablage import Abrufablage
from erv_gateway.signatur.abruf_regeln import Abrufregeln, permitted, require_public
from erv_gateway.signatur.beschaffung import Beschaffung
from erv_gateway.signatur.fehler import AbrufFailed, AbrufRefused
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached
from erv_gateway.storage.db import Database

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LOKAL = Abrufregeln(frozenset({"127.0.0.1", "dienst.example", "localhost"}), sekunden=2, lokal=True)
CRL = "application/pkix-crl"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def uhr() -> datetime:
    return JETZT


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    async with TestServer(app) as running:
        yield running


async def get(abruf: Abruf, url: str, max_bytes: int = 10_000) -> bytes:
    return await abruf.fetch(url, accept=CRL, max_bytes=max_bytes)


class Lauscher:
    """A listening socket that counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0

    async def __aenter__(self) -> "Lauscher":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def _connected(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://dienst.example/a",
        "file:///etc/passwd",
        "ldap://dienst.example/a",
        "http:///a",
        "http://user@dienst.example/",
        "http://dienst.example:8080/",
        "http://anderer.example/",
        "http://dienst.example.boese.example/",
        "http://boesedienst.example/",
        "http://dienst.example\r\nHost: x/",
        "http://dienst.example/\u00e4",
        "http://[::1/",
        "http://dienst.example:99999/",
        "http://dienst.example/" + "a" * 3000,
    ],
)
async def test_what_is_not_permitted_is_refused_before_any_name_is_resolved(url: str) -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    abruf = Abruf(Abrufregeln(frozenset({"dienst.example"})), uhr, resolve=never)
    with pytest.raises(AbrufRefused):
        await get(abruf, url)


def test_a_leading_dot_permits_all_below() -> None:
    regeln = Abrufregeln(frozenset({".example.de"}))
    assert permitted("http://OCSP.Example.de./x", regeln).host == "ocsp.example.de"
    for url in ("http://example.de/", "http://xexample.de/"):
        with pytest.raises(AbrufRefused):
            permitted(url, regeln)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1",
        "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00::1", "2001:db8::1", "kein",
    ],
)  # fmt: skip
async def test_no_inner_address_is_asked_under_any_name(address: str) -> None:
    async def inside(host: str, port: int) -> list[str]:
        return ["8.8.8.8", address]

    abruf = Abruf(Abrufregeln(frozenset({"dienst.example"})), uhr, resolve=inside)
    with pytest.raises(AbrufRefused):
        await get(abruf, "http://dienst.example/a.crl")


def test_public_addresses_are_fine() -> None:
    regeln = Abrufregeln(frozenset())
    assert require_public(["8.8.8.8", "2600::1"], regeln) == ("8.8.8.8", "2600::1")
    with pytest.raises(AbrufRefused):
        require_public([], regeln)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::1]"])
async def test_even_a_listed_inner_host_is_not_connected_to(host: str) -> None:
    async with Lauscher() as lauscher:
        regeln = Abrufregeln(frozenset({host.strip("[]")}), sekunden=2)
        with pytest.raises((AbrufRefused, AbrufFailed)):
            await get(Abruf(regeln, uhr), f"http://{host}/a.crl")
        assert lauscher.connections == 0


async def test_a_name_that_changes_its_mind_gains_nothing() -> None:
    """Rebinding: the second answer would be the inside. The connection goes to the address that was judged."""
    answers = iter([["203.0.113.7"], ["127.0.0.1"]])
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    async with Lauscher() as lauscher:
        regeln = Abrufregeln(frozenset({"dienst.example"}), sekunden=0.5)
        with pytest.raises((AbrufRefused, AbrufFailed)):
            await get(Abruf(regeln, uhr, resolve=rebinding), "http://dienst.example/a.crl")
        assert asked == ["dienst.example"]
        assert lauscher.connections == 0


async def test_the_connection_goes_to_the_judged_address_and_nowhere_else() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Host"].startswith("dienst.example")
        return web.Response(body=b"inhalt")

    async def resolved(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    async with server(answer) as running:
        abruf = Abruf(LOKAL, uhr, resolve=resolved)
        assert await get(abruf, f"http://dienst.example:{running.port}/a.crl") == b"inhalt"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with Lauscher() as lauscher:

        async def away(request: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": f"http://127.0.0.1:{lauscher.port}/"})

        async with server(away) as running:
            with pytest.raises(AbrufFailed):
                await get(Abruf(LOKAL, uhr), str(running.make_url("/")))
        assert lauscher.connections == 0


async def test_a_huge_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10_000):
            await response.write(bytes(65536))
        return response

    async with server(endless) as running:
        with pytest.raises(AbrufFailed, match="more than 100000 bytes"):
            await get(Abruf(LOKAL, uhr), str(running.make_url("/")), 100_000)


async def test_a_packed_body_stays_packed() -> None:
    async def packed(request: web.Request) -> web.Response:
        assert request.headers["Accept-Encoding"] == "identity"
        return web.Response(body=b"\x1f\x8b gepackt", headers={"Content-Encoding": "gzip"})

    async with server(packed) as running:
        assert (await get(Abruf(LOKAL, uhr), str(running.make_url("/")))).startswith(b"\x1f\x8b")


async def test_a_slow_body_is_given_up() -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with_pauses = asyncio.get_running_loop().time() + 10
        while asyncio.get_running_loop().time() < with_pauses:
            await response.write(b"x")
            await asyncio.sleep(0.05)
        return response

    regeln = Abrufregeln(LOKAL.hosts, sekunden=0.3, lokal=True)
    async with server(slow) as running:
        started = asyncio.get_running_loop().time()
        with pytest.raises(AbrufFailed):
            await get(Abruf(regeln, uhr), str(running.make_url("/")))
        assert asyncio.get_running_loop().time() - started < 5


async def test_errors_of_the_other_side_are_ours() -> None:
    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=500)

    async with server(broken) as running:
        url = str(running.make_url("/"))
        with pytest.raises(AbrufFailed):
            await get(Abruf(LOKAL, uhr), url)
    with pytest.raises(AbrufFailed):
        await get(Abruf(LOKAL, uhr), url)


async def test_answers_are_kept_for_all_workers_until_they_run_out(db: Database) -> None:
    asked: list[bytes] = []
    ca = certify("CA", None, Wunsch(ca=True))
    leaf = certify("Blatt", ca)
    answers = {
        b"frage": ocsp_answer(leaf, ca, JETZT, naechster=JETZT + timedelta(days=1)),
        b"ohne": ocsp_answer(leaf, ca, JETZT),
    }

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.read())
        assert request.content_type == "application/ocsp-request"
        return web.Response(body=answers[asked[-1]])

    now = JETZT
    async with server(answer) as running:
        url = str(running.make_url("/"))

        async def ask(body: bytes) -> bytes:
            abruf = Abruf(LOKAL, lambda: now, ablage=Abrufablage(db))
            return await abruf.fetch(url, accept="application/ocsp-response", max_bytes=10_000, body=body)

        assert await ask(b"frage") == await ask(b"frage") == answers[b"frage"]
        assert asked == [b"frage"]
        assert await ask(b"ohne") == await ask(b"ohne") == answers[b"ohne"]
        assert asked == [b"frage", b"ohne", b"ohne"]
        now = JETZT + timedelta(hours=2)
        await ask(b"frage")
        assert asked == [b"frage", b"ohne", b"ohne", b"frage"]


@pytest.fixture(scope="module")
def ca() -> Stelle:
    return certify("Aussteller", None, Wunsch(ca=True))


async def test_a_certificate_that_points_inside_is_never_followed(
    ca: Stelle, tmp_path: Path, werkstatt: Werkstatt
) -> None:
    """AIA, OCSP and CRL on loopback and link-local: no connection, a yellow verdict, no error."""
    file, p7s = tmp_path / "a.txt", tmp_path / "a.txt.p7s"
    file.write_bytes(b"Schriftsatz")
    async with Lauscher() as lauscher:
        inside = [f"http://{host}:{lauscher.port}/x" for host in ("127.0.0.1", "localhost", "[::1]", "169.254.169.254")]
        inside += ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1/x"]
        mean = certify("Boese", ca, Wunsch(ocsp=inside[:3], crl=inside[3:], issuers=inside))
        p7s.write_bytes(await sign_detached(b"Schriftsatz", Signer(mean.soft), zeitpunkt=JETZT))
        regeln = Abrufregeln(frozenset({"127.0.0.1", "localhost", "::1", "169.254.169.254"}), sekunden=1)
        dienst = Pruefdienst(werkstatt=werkstatt, beschaffung=Beschaffung(Abruf(regeln, uhr), uhr))
        known = await dienst.check_detached(file, p7s, trust(anchor(Zweck.SIGNATUR, ca)), JETZT)
        unknown = await dienst.check_detached(file, p7s, trust(), JETZT)
        assert known.urteil is unknown.urteil is Urteil.UNBESTIMMT
        assert known.bedarf
        assert lauscher.connections == 0


async def test_issuer_and_revocation_data_are_fetched_where_it_is_permitted(
    ca: Stelle, tmp_path: Path, werkstatt: Werkstatt
) -> None:
    file, p7s = tmp_path / "a.txt", tmp_path / "a.txt.p7s"
    file.write_bytes(b"Schriftsatz")
    served: dict[str, bytes] = {}

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=served[request.path])

    async with server(answer) as running:
        urls = {name: str(running.make_url(f"/{name}")) for name in ("ocsp", "sub", "crl")}
        sub = certify("Unter-CA", ca, Wunsch(ca=True))
        leaf = certify("Erika", sub, Wunsch(ocsp=(urls["ocsp"],), issuers=(urls["sub"],)))
        served.update({"/ocsp": ocsp_answer(leaf, sub, JETZT), "/sub": sub.der})
        bare = Stelle(leaf.key, leaf.certificate)  # the issuer does not come along
        p7s.write_bytes(await sign_detached(b"Schriftsatz", Signer(bare.soft), zeitpunkt=JETZT))
        anchors = trust(anchor(Zweck.SIGNATUR, ca))
        offline = await Pruefdienst(werkstatt=werkstatt).check_detached(file, p7s, anchors, JETZT)
        assert offline.urteil is Urteil.UNBESTIMMT
        online = Pruefdienst(werkstatt=werkstatt, beschaffung=Beschaffung(Abruf(LOKAL, uhr), uhr), uhr=uhr)
        result = await online.check_detached(file, p7s, anchors, JETZT)
    assert result.urteil is Urteil.GUELTIG
    assert result.grundlage is not None
    assert result.grundlage.zertifikate == (sub.der,)
    assert [datum.url for datum in result.grundlage.sperrdaten] == [urls["ocsp"]]


def test_the_listener_listens() -> None:
    """The tests above prove something only if a connection would be seen."""

    async def knock() -> int:
        async with Lauscher() as lauscher:
            with socket.create_connection(("127.0.0.1", lauscher.port)):
                await asyncio.sleep(0.05)
            return lauscher.connections

    assert asyncio.run(knock()) == 1
