"""A gateway for the tests of its pages: real database, store, stations, PKI; a mailbox that lives in memory."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import aiohttp
import pikepdf
from aiohttp.test_utils import TestServer

from erv_gateway.eingang.abholen import collect_post
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.ids import MessageId, NachrichtId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import (
    Anhang,
    Annahme,
    Auftrag,
    Laufzettel,
    Lieferung,
    Pruefergebnis,
    Pruefschritt,
    Quittung,
    Teil,
    Vorbereitet,
    Zustellung,
)
from erv_gateway.sandbox.gericht.datensatz_schreiben import Gerichtsnachricht, write_gerichtsnachricht
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.sendung.zustand import SQL as SENDUNG_SQL
from erv_gateway.sendung.zustand import transition
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

    async def collect(self) -> AsyncIterator[Zustellung | Quittung]:
        for message_id, original in list(self.originale.items()):
            yield Zustellung(MessageId(message_id), original)
            yield Quittung(MessageId(message_id))
            del self.originale[message_id]

    async def open_delivery(self, original: str) -> Lieferung:
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


async def receive_letter(
    gateway: Gateway, *, betreff: str = "Ladung", name: str = "Ladung_1.pdf", aktenzeichen: str = "63-1/26"
) -> NachrichtId:
    """A letter of the court that demands an eEB, all the way through fetching and checking."""
    blobs = gateway.betrieb.blobs
    nachricht = Gerichtsnachricht(
        erstellt=gateway.uhr.jetzt(),
        nachrichten_id=uuid4(),
        fremde_nachrichten_id="",
        aktenzeichen="3 K 17/26",
        empfaenger="Stadt Test",
        aktenzeichen_empfaenger=aktenzeichen,
        dokument_id=uuid4(),
        dateiname=name,
        anzeigename=betreff,
    )
    anhaenge = []
    for anhang, data in ((name, brief()), ("xjustiz_nachricht.xml", write_gerichtsnachricht(nachricht))):
        blob = await blobs.put_bytes(data)
        anhaenge.append(Anhang(anhang, blob.sha256, blob.bytes))
    message_id = MessageId(f"eingang-{uuid4()}")
    await gateway.postfach.deliver(_lieferung(gateway, message_id, betreff, tuple(anhaenge)))
    await collect_post(gateway.betrieb, POSTFACH)
    nachricht_id: UUID = await gateway.database.fetch_value(
        "SELECT id FROM erv.nachricht WHERE message_id = $1", message_id
    )
    await process(gateway.betrieb, NachrichtId(nachricht_id))
    return NachrichtId(nachricht_id)


def _lieferung(gateway: Gateway, message_id: MessageId, betreff: str, anhaenge: tuple[Anhang, ...]) -> Lieferung:
    gericht = gateway.betrieb.verzeichnis[GERICHT_SAFE_ID].empfaenger
    return Lieferung(
        message_id=message_id,
        eingang=gateway.uhr.jetzt(),
        betreff=betreff,
        absender=SafeId(GERICHT_SAFE_ID),
        absender_name="Verwaltungsgericht Test",
        absender_certificate=gericht.cipher_certificate,
        absender_cipher_certificate=gericht.cipher_certificate,
        aktenzeichen_absender="3 K 17/26",
        aktenzeichen_empfaenger=None,
        anhaenge=anhaenge,
        schritte=(Pruefschritt("Transportsignatur", Pruefergebnis.GUELTIG, "Die Signatur ist gültig."),),
    )


@cache
def brief() -> bytes:
    """A PDF of one empty page."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def akte_zip(aktenzeichen: str = "63-1/26", *, titel: str = "Bauantrag", akte_id: UUID | None = None) -> bytes:
    """A small delivery with one document; without `akte_id` a new Akte."""
    datei = {"name": "antrag.pdf", "sha256": hashlib.sha256(PDF).hexdigest(), "bytes": len(PDF)}
    historie = [{"zeitpunkt": "2026-03-01T09:00:00+01:00", "akteur": "Meier", "aktion": "angelegt", "art": "angelegt"}]
    dokument = {"id": str(uuid4()), "titel": titel, "nummer": 1, "dateien": [datei], "historie": historie}
    akte = {
        "id": str(akte_id or uuid4()),
        "aktenzeichen": aktenzeichen,
        "titel": "Bauakte",
        "abgebende_stelle": "Stadt Test",
        "dokumente": [dokument],
    }
    manifest = {"format": "erv-gateway-akte", "version": 1, "akte": akte}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("antrag.pdf", PDF)
    return target.getvalue()


async def upload(session: aiohttp.ClientSession, data: bytes) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/zip"}
    async with session.post("/api/v1/akten", data=data, headers=headers) as response:
        return response.status, await response.json(content_type=None)


def neue_sendung(akte_id: str, **mehr: Any) -> dict[str, Any]:
    return {
        "akte_id": akte_id,
        "postfach": POSTFACH,
        "empfaenger": GERICHT_SAFE_ID,
        "betreff": "Behördenakte zum Verfahren 3 K 17/26",
        "absaetze": ["Anbei die Akte."],
        "unterzeichner": "Anna Anlegen",
        "kurzrubrum": "Lindenhof ./. Stadt Test",
        "gegenstand": "Baugenehmigung",
        "sachgebiet": "056",
        "beteiligte": [
            {"rolle": "101", "name": "Lindenhof", "vorname": "Erika"},
            {"rolle": "028", "name": "Stadt Test"},
        ],
        **mehr,
    }


async def create(session: aiohttp.ClientSession, aktenzeichen: str = "63-1/26", **mehr: Any) -> str:
    """A Sendung in ENTWURF over a new Akte."""
    _, akte = await upload(session, akte_zip(aktenzeichen))
    async with session.post("/api/v1/sendungen", json=neue_sendung(akte["akte_id"], **mehr)) as response:
        assert response.status == 201, await response.text()
        return str((await response.json())["id"])


async def set_geprueft(gateway: Gateway, sendung_id: str) -> None:
    """By the station's own step, for tests that are not about the checks."""
    async with gateway.database.transaction() as tx:
        await transition(
            tx,
            SendungId(UUID(sendung_id)),
            SendungZustand.ENTWURF,
            SendungZustand.GEPRUEFT,
            EreignisArt.SENDUNG_GEPRUEFT,
            zeitpunkt=gateway.uhr.jetzt(),
            handelnd="test",
        )


async def send(gateway: Gateway, sendung_id: str) -> None:
    """What the workers do after the approval, up to BESTAETIGT."""
    known = SendungId(UUID(sendung_id))
    await make_package(gateway.betrieb, known)
    await hand_over(gateway.betrieb, known)
    await confirm(gateway.betrieb, known)


async def file_nachweis(gateway: Gateway, sendung_id: str, bundle: bytes = b"PK bundle") -> str:
    """A bundle in its place, as the last station leaves it. Returns its digest."""
    blob = await gateway.betrieb.blobs.put_bytes(bundle)
    nachweis = {"name": f"nachweis_{sendung_id}.zip", "sha256": blob.sha256, "bytes": blob.bytes}
    async with gateway.database.transaction() as tx:
        await tx.execute(SENDUNG_SQL.set_nachweis, UUID(sendung_id), nachweis)
        await transition(
            tx,
            SendungId(UUID(sendung_id)),
            SendungZustand.BESTAETIGT,
            SendungZustand.ABGELEGT,
            EreignisArt.SENDUNG_ABGELEGT,
            zeitpunkt=gateway.uhr.jetzt(),
            handelnd="ablage",
        )
    return blob.sha256
