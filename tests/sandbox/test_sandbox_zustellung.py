"""The leg to a passive recipient over real HTTP, and what the sandbox refuses to call."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import ClientSession, web
from sandbox_hilfe import Keys, make_package

from erv_gateway.sandbox import zustellung
from erv_gateway.sandbox.speicher import Speicher
from erv_gateway.sandbox.szenario import Regie
from erv_gateway.sandbox.vermittler import Vermittler
from osci.dialog import Answer, Delivery, Dialog, Intermediary, OutgoingRequest, RequestRefused
from osci.messages import ByMessageId, ResponseToForwardDelivery, ResponseToMediateDelivery
from osci.recipient import Incoming, Recipient
from osci.types import Verdict

Handler = Callable[[web.Request], object]


@asynccontextmanager
async def served(*routes: web.RouteDef) -> AsyncIterator[str]:
    app = web.Application(client_max_size=2**24)
    app.add_routes(routes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Ort(SimpleNamespace):
    """A running intermediary and who talks to it."""

    keys: Keys
    url: str

    def dialog(self) -> Dialog:
        identity = self.keys.intermediary
        known = Intermediary(identity.decryption_key.certificate, identity.signing_key.certificate)
        return Dialog(self.keys.sender, known, io.BytesIO)

    async def ask(self, dialog: Dialog, request: OutgoingRequest) -> Answer:
        async with ClientSession() as session, session.post(self.url, data=b"".join(request.wire.chunks())) as answer:
            assert answer.status == 200
            return dialog.receive((await answer.read(),))

    async def message_id(self) -> str:
        dialog = self.dialog()
        return str((await self.ask(dialog, dialog.get_message_id())).message.message_id)  # type: ignore[attr-defined]

    async def forward(self, receiver: str) -> Answer:
        dialog, court = self.dialog(), self.keys.court.decryption_key.certificate
        request = dialog.forward_delivery(receiver, await self.message_id(), Delivery(make_package(self.keys), court))
        return await self.ask(dialog, request)


@pytest.fixture
async def ort(keys: Keys, tmp_path: Path) -> AsyncIterator[Ort]:
    def now() -> datetime:
        return datetime.now(UTC)

    (tmp_path / "spool").mkdir()
    speicher = Speicher(tmp_path / "vermittler")
    regie = Regie(speicher, now, b"")
    routes = Vermittler(keys.intermediary, speicher, regie, now, tmp_path / "spool").routes()
    async with served(*routes) as url:
        yield Ort(keys=keys, url=f"{url}/osci")
    speicher.close()


def recipient(keys: Keys, act: Callable[[Incoming], object]) -> web.RouteDef:
    async def receive(request: web.Request) -> web.Response:
        assert request.content_length
        incoming = Recipient(keys.court, io.BytesIO).receive((await request.read(),))
        assert isinstance(incoming, Incoming)
        return web.Response(body=b"".join(act(incoming).chunks()))  # type: ignore[attr-defined]

    return web.post("/empfang", receive)


async def test_forwarded_over_http(ort: Ort, keys: Keys) -> None:
    async with served(recipient(keys, Incoming.accept)) as base:
        message = (await ort.forward(f"{base}/empfang")).message
    assert isinstance(message, ResponseToForwardDelivery)
    assert message.process_card is not None
    assert message.process_card.card.reception is not None


async def test_mediated_over_http(ort: Ort, keys: Keys) -> None:
    dialog = ort.dialog()
    await ort.ask(dialog, dialog.init())
    court = keys.court.decryption_key.certificate
    async with served(recipient(keys, lambda i: i.reply(make_package(keys, b"Antwort")))) as base:
        request = dialog.mediate_delivery(
            f"{base}/empfang", Delivery(make_package(keys), court), await ort.message_id()
        )
        answer = await ort.ask(dialog, request)
    assert isinstance(answer.message, ResponseToMediateDelivery)
    containers = answer.received.open_containers((keys.court.decryption_key,))
    assert all(container.verdict is Verdict.VALID for container in containers)
    await ort.ask(dialog, dialog.exit())


async def test_nobody_listens(ort: Ort) -> None:
    async with served() as base:
        nobody = base
    with pytest.raises(RequestRefused, match="9809"):
        await ort.forward(f"{nobody}/empfang")


@pytest.mark.parametrize("how", ["abort", "nothing", "slow", "redirect", "endless"])
async def test_no_usable_answer(ort: Ort, keys: Keys, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    called = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        if how == "slow":
            await asyncio.sleep(1)
        if how == "abort" and request.transport:
            request.transport.abort()
        if how == "redirect":
            raise web.HTTPTemporaryRedirect(f"http://{request.host}/anderswo")
        return web.Response(body=bytes(5000) if how == "endless" else b"")

    async def elsewhere(_: web.Request) -> web.Response:
        called.set()
        return web.Response()

    monkeypatch.setattr(zustellung, "TOTAL_SECONDS", 0.5 if how == "slow" else 30)
    monkeypatch.setattr(zustellung, "MAX_MESSAGE_BYTES", 4000)
    async with served(web.post("/empfang", answer), web.post("/anderswo", elsewhere)) as base:
        with pytest.raises(RequestRefused, match="9810"):
            await ort.forward(f"{base}/empfang")
    assert not called.is_set()


@pytest.mark.parametrize(
    "uri",
    [
        "http://10.0.0.1/",
        "http://example.test/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "http://127.0.0.1@10.0.0.1/",
        "http://0.0.0.0/",
        "http://[::ffff:10.0.0.1]/",
        "http://127.0.0.1:99999/",
        "http://[/",
        "kein Ort",
    ],
)
async def test_other_machines_are_never_called(ort: Ort, uri: str) -> None:
    message_id = await ort.message_id()
    dialog, court = ort.dialog(), ort.keys.court.decryption_key.certificate
    with pytest.raises(RequestRefused, match="9809"):
        await ort.ask(dialog, dialog.forward_delivery(uri, message_id, Delivery(make_package(ort.keys), court)))
    again = ort.dialog()
    await ort.ask(again, again.store_delivery(message_id, Delivery(make_package(ort.keys), court)))


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:8080/x", "http://127.8.9.1/", "http://[::1]:80/", "http://localhost/"]
)
def test_this_machine_may_be_called(uri: str) -> None:
    assert zustellung.on_loopback(uri)


async def test_the_card_is_kept(ort: Ort, keys: Keys) -> None:
    async with served(recipient(keys, Incoming.accept)) as base:
        message = (await ort.forward(f"{base}/empfang")).message
    given = message.process_card  # type: ignore[attr-defined]
    dialog = ort.dialog()
    await ort.ask(dialog, dialog.init())
    answer = await ort.ask(dialog, dialog.fetch_process_card(ByMessageId((given.message_id,))))
    assert answer.message.process_cards == (given,)  # type: ignore[attr-defined]
    assert [i.subject for i in given.inspections]
