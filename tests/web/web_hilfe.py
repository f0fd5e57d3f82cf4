"""A gateway for the tests of its pages: real database, store, stations, PKI; a mailbox that lives in memory."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import aiohttp
from aiohttp.test_utils import TestServer

from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import (
    Abholereignis,
    Anhang,
    Annahme,
    Auftrag,
    Gehalten,
    Laufzettel,
    Lieferung,
    Quittung,
    Teil,
    Vorbereitet,
    Zustellung,
)
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.storage.blobs import Blobs
from erv_gateway.storage.db import Database
from erv_gateway.web.app import build_app
from erv_gateway.web.person import NeuePerson, add_person, new_key
from xjustiz import SafeId

POSTFACH = "bauamt"
AMT_SAFE_ID = SafeId("DE.Justiz.test-amt")
GERICHT_SAFE_ID = "DE.Justiz.test-gericht"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Uhr:
    """A clock that stands until it is moved."""

    moment: datetime

    def jetzt(self) -> datetime:
        return self.moment

    def forward(self, delta: timedelta) -> None:
        self.moment += delta


@dataclass
class Testpostfach:
    """Takes everything, confirms what it took, and delivers what the test put in."""

    blobs: Blobs
    uhr: Uhr
    name: str = POSTFACH
    safe_id: SafeId = AMT_SAFE_ID
    uebergeben: list[Auftrag] = field(default_factory=list)
    post: dict[str, Lieferung] = field(default_factory=dict)
    originale: dict[str, Anhang] = field(default_factory=dict)

    async def new_message_id(self) -> MessageId:
        return MessageId(f"nachricht-{uuid4()}")

    async def prepare(self, auftrag: Auftrag) -> Vorbereitet:
        self.uebergeben.append(auftrag)
        blob = await self.blobs.put_bytes(auftrag.message_id.encode())
        original = Anhang("uebertragung", blob.sha256, blob.bytes)
        teile = tuple(Teil(a.name, a.bytes, a.sha256, a.sha256) for a in auftrag.anhaenge)
        return Vorbereitet(original, original, (original,), teile, "{}")

    async def hand_over(self, vorbereitet: Vorbereitet) -> Annahme:
        return Annahme(("0800",), vorbereitet.uebertragung, b"der")

    async def handed_over(self, vorbereitet: Vorbereitet) -> tuple[Teil, ...]:
        return vorbereitet.teile

    async def fetch_laufzettel(self, message_id: MessageId) -> Laufzettel | None:
        blob = await self.blobs.put_bytes(b"laufzettel " + message_id.encode())
        original = Anhang("laufzettel", blob.sha256, blob.bytes)
        return Laufzettel(message_id, self.uhr.jetzt(), None, None, None, original, b"der")

    async def collect(self, gehalten: Gehalten) -> AsyncIterator[Abholereignis]:
        for message_id, original in list(self.originale.items()):
            yield Zustellung(MessageId(message_id), original)
            yield Quittung(MessageId(message_id))
            del self.originale[message_id]

    async def open_delivery(self, original: str, am: datetime | None = None) -> Lieferung:
        return self.post[original]

    async def deliver(self, lieferung: Lieferung) -> None:
        blob = await self.blobs.put_bytes(f"original {lieferung.message_id}".encode())
        self.post[blob.sha256] = lieferung
        self.originale[lieferung.message_id] = Anhang("original", blob.sha256, blob.bytes)


@dataclass
class Gateway:
    """A running server, two people with their keys, and everything behind it."""

    server: TestServer
    betrieb: Betrieb
    uhr: Uhr
    postfach: Testpostfach
    keys: dict[str, str]

    @property
    def database(self) -> Database:
        return self.betrieb.database

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    def api(self, kennung: str) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            self.server.make_url("/"), headers={"Authorization": f"Bearer {self.keys[kennung]}"}
        )

    def browser(self) -> "Browser":
        return Browser(self)


StartWith = Callable[..., Awaitable[Gateway]]
"""Starts a gateway with options of `build_app`."""


class Browser:
    """Keeps cookies, follows redirects, says its Origin, and fills in forms as a person would."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.origin: str | None = str(gateway.server.make_url("/")).rstrip("/")
        self.session = aiohttp.ClientSession(gateway.server.make_url("/"), cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.html = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def get(self, path: str) -> aiohttp.ClientResponse:
        return await self._read(await self.session.get(path))

    async def post(self, path: str, csrf: str | None = None, **fields: str) -> aiohttp.ClientResponse:
        """With the token of the page that is shown, unless another is given."""
        token = csrf if csrf is not None else self.csrf()
        headers = {} if self.origin is None else {"Origin": self.origin}
        return await self._read(await self.session.post(path, data={"csrf": token, **fields}, headers=headers))

    async def login(self, kennung: str) -> aiohttp.ClientResponse:
        await self.get("/anmelden")
        return await self.post("/anmelden", zugangsschluessel=self._gateway.keys[kennung])

    def csrf(self) -> str:
        found = CSRF.search(self.html)
        return found.group(1) if found else ""

    async def _read(self, response: aiohttp.ClientResponse) -> aiohttp.ClientResponse:
        if response.content_type == "text/html":
            self.html = await response.text()
        return response


async def start(betrieb: Betrieb, uhr: Uhr, postfach: Testpostfach, **options: Any) -> Gateway:
    keys = {}
    for kennung, name in (("anna", "Anna Anlegen"), ("frank", "Frank Freigabe")):
        keys[kennung] = new_key()
        neu = NeuePerson(f"{kennung}.{uuid4().hex[:12]}", name)
        await add_person(betrieb.database, neu, keys[kennung], uhr.jetzt())
    server = TestServer(build_app(betrieb, **options))
    await server.start_server()
    return Gateway(server, betrieb, uhr, postfach, keys)
