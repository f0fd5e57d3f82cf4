"""The stage of the stations' tests: real database, store, signatures and schemata; a mailbox that lives in memory."""

import json
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID, uuid4

from certs.anchors import Anchors
from erv_gateway.akte.einlieferung import read_delivery
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, Datei, Dokument, Teilakte
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.dateien.pruefdienst import Dateipruefer
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.druck import render_pdf
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.kern.ids import AkteId, MessageId, SendungId
from erv_gateway.postfach.base import (
    Abholereignis,
    Anhang,
    Annahme,
    AntwortLost,
    Auftrag,
    Empfaenger,
    Gehalten,
    Laufzettel,
    Lieferung,
    MessageIdSpent,
    NotReached,
    Quittung,
    Teil,
    UebergabeRefused,
    Vorbereitet,
    Zustellung,
)
from erv_gateway.postfach.egvp import ROLLE_BEBPO, Visitenkarte
from erv_gateway.sandbox.gericht.stammdaten import GERICHT_CODE, leaf
from erv_gateway.sendung.angaben import SendungAngaben
from erv_gateway.sendung.anlegen import NeueSendung, create_sendung
from erv_gateway.sendung.betrieb import Betrieb, Gericht, Postfachplatz
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.sendung import Sendung, load_sendung
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pki import Pki, init_pki
from erv_gateway.signatur.signer import Signer
from erv_gateway.storage import log
from erv_gateway.storage.blobs import Blobs, MemoryBlobs
from erv_gateway.storage.blobs_local import LocalBlobs
from erv_gateway.storage.db import Database
from erv_gateway.storage.schemata import load_codelists, load_schemas
from erv_gateway.wiring import WARM
from xjustiz import Codelisten, SafeId, Schemas

JETZT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AMT, GERICHT = "stadt-musterfurt", "verwaltungsgericht-musterfurt"
POSTFACH = "rechtsamt"
ERSTELLT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass
class Uhr:
    """A clock that stands until it is moved."""

    moment: datetime = JETZT

    def jetzt(self) -> datetime:
        return self.moment

    def forward(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


class Stoerung(StrEnum):
    """What happens to one hand-over."""

    NICHT_ERREICHT = "no connection"
    VERLOREN_VORHER = "the request never arrives and nobody says so"
    VERLOREN_NACHHER = "stored, but the answer is lost"
    ABGEWIESEN = "verifiably refused"
    VERBRAUCHT = "9801"


@dataclass
class Vermittler:
    """A mailbox with its intermediary, in memory: takes each MessageId once, keeps a record of what it took."""

    blobs: Blobs
    uhr: Uhr
    safe_id: SafeId
    name: str = POSTFACH
    stoerungen: deque[Stoerung] = field(default_factory=deque)
    gesendet: list[str] = field(default_factory=list)
    """Digest of the bytes of every request that left."""
    angenommen: dict[str, datetime] = field(default_factory=dict)
    """What the court has."""
    laufzettel: deque[Laufzettel | Exception | None] = field(default_factory=deque)
    """The next answers, before the true one."""
    post: dict[str, Anhang] = field(default_factory=dict)
    lieferungen: dict[str, Lieferung | Exception] = field(default_factory=dict)

    async def new_message_id(self) -> MessageId:
        return MessageId(f"nachricht-{uuid4()}")

    async def prepare(self, auftrag: Auftrag) -> Vorbereitet:
        """Never the same bytes twice: who prepares again instead of sending again is found out."""
        wire = await self.anhang("uebertragung.osci", auftrag.message_id.encode() + token_bytes(16))
        teile = tuple(Teil(a.name, a.bytes, a.sha256, a.sha256) for a in auftrag.anhaenge)
        return Vorbereitet(wire, wire, (wire,), teile, json.dumps({"message_id": auftrag.message_id}))

    async def hand_over(self, vorbereitet: Vorbereitet) -> Annahme:
        stoerung = self.stoerungen.popleft() if self.stoerungen else None
        if stoerung is Stoerung.NICHT_ERREICHT:
            raise NotReached("no connection")
        self.gesendet.append(vorbereitet.uebertragung.sha256)
        if stoerung is Stoerung.VERLOREN_VORHER:
            raise AntwortLost("lost")
        if stoerung is Stoerung.ABGEWIESEN:
            raise UebergabeRefused("refused", codes="9707")
        message_id = json.loads(vorbereitet.erwartung)["message_id"]
        if stoerung is Stoerung.VERBRAUCHT or message_id in self.angenommen:
            raise MessageIdSpent("spent", codes="9801")
        self.angenommen[message_id] = self.uhr.jetzt()
        if stoerung is Stoerung.VERLOREN_NACHHER:
            raise AntwortLost("lost")
        return Annahme(("0800",), await self.anhang("annahme.osci", b"annahme"), b"der")

    async def handed_over(self, vorbereitet: Vorbereitet) -> tuple[Teil, ...]:
        return vorbereitet.teile

    async def fetch_laufzettel(self, message_id: MessageId) -> Laufzettel | None:
        if self.laufzettel:
            given = self.laufzettel.popleft()
            if isinstance(given, Exception):
                raise given
            return given
        if message_id not in self.angenommen:
            return None
        return await self.true_laufzettel(message_id)

    async def true_laufzettel(self, message_id: MessageId) -> Laufzettel:
        original = await self.anhang("laufzettel.osci", b"laufzettel " + message_id.encode())
        return Laufzettel(message_id, self.angenommen[message_id], None, None, None, original, b"der")

    async def collect(self, gehalten: Gehalten) -> AsyncIterator[Abholereignis]:
        """As the real one: going on is what acknowledges."""
        for message_id, original in list(self.post.items()):
            yield Zustellung(MessageId(message_id), original)
            del self.post[message_id]
            yield Quittung(MessageId(message_id))

    async def open_delivery(self, original: str, am: datetime | None = None) -> Lieferung:
        found = self.lieferungen[original]
        if isinstance(found, Exception):
            raise found
        return found

    async def deliver(self, message_id: MessageId, lieferung: Lieferung | Exception) -> None:
        original = await self.anhang("original.osci", b"original " + message_id.encode())
        self.lieferungen[original.sha256] = lieferung
        self.post[message_id] = original

    async def anhang(self, name: str, data: bytes) -> Anhang:
        blob = await self.blobs.put_bytes(data)
        return Anhang(name, blob.sha256, blob.bytes)


@dataclass(frozen=True)
class Werk:
    """Everything a station works with, two people, and a mailbox that can be told what to do."""

    betrieb: Betrieb
    uhr: Uhr
    vermittler: Vermittler
    pki: Pki
    anna: UUID
    frank: UUID
    folder: Path

    @property
    def gericht(self) -> str:
        return str(self.pki.teilnehmer[GERICHT].safe_id)

    def with_betrieb(self, **changes: Any) -> "Werk":
        return replace(self, betrieb=replace(self.betrieb, **changes))

    async def akte(self, akte: Akte | None = None) -> AkteId:
        """Delivered as a folder with a manifest, and taken over."""
        folder = self.folder / f"lieferung-{uuid4()}"
        folder.mkdir()
        chosen = akte or kleine_akte()
        for datei in chosen.alle_dateien():
            (folder / datei.name).write_bytes(pdf(datei.name))
        (folder / "manifest.json").write_bytes(write_manifest(chosen))
        einlieferung = await read_delivery(folder, self.betrieb.blobs)
        return (await take_over(self.betrieb.database, self.uhr, einlieferung, self.anna)).akte_id

    def neu(self, akte_id: AkteId, **changes: Any) -> NeueSendung:
        angaben = SendungAngaben(("Anbei die Akte.",), "Anna Anlegen", gegenstand="Baugenehmigung")
        return replace(NeueSendung(akte_id, POSTFACH, self.gericht, "Behördenakte", angaben), **changes)

    async def angelegt(self, akte: Akte | None = None) -> SendungId:
        return await create_sendung(self.betrieb, self.neu(await self.akte(akte)), self.anna)

    async def freigegeben(self, akte: Akte | None = None) -> SendungId:
        sendung_id = await self.angelegt(akte)
        befunde = await check_sendung(self.betrieb, sendung_id, self.anna)
        await approve(self.betrieb, sendung_id, self.frank)
        assert not [befund for befund in befunde if befund.schwere.value == "error"], befunde
        return sendung_id

    async def beauftragt(self) -> SendungId:
        sendung_id = await self.freigegeben()
        await make_package(self.betrieb, sendung_id)
        return sendung_id

    async def sendung(self, sendung_id: SendungId) -> Sendung:
        return await load_sendung(self.betrieb.database, sendung_id)

    async def eintraege(self, gegenstand: UUID) -> list[dict[str, Any]]:
        """The log about one thing, in order."""
        entries = await log.entries_of(self.betrieb.database, gegenstand)
        return [json.loads(entry.canonical_body) for entry in entries]

    async def arten(self, gegenstand: UUID) -> list[str]:
        return [eintrag["art"] for eintrag in await self.eintraege(gegenstand)]

    async def jobs(self, gegenstand: UUID) -> list[str]:
        """Names of the jobs about one thing."""
        rows = await self.betrieb.database.fetch_all(
            "SELECT entrypoint FROM erv_jobs.pgqueuer WHERE convert_from(payload, 'UTF8') LIKE $1 ORDER BY id",
            f"%{gegenstand}%",
        )
        return [row["entrypoint"] for row in rows]


@dataclass(frozen=True)
class Vorrat:
    """What does not change from test to test and takes time to load."""

    pki: Pki
    platz: Postfachplatz
    gericht: Gericht
    anchors: Anchors
    schemas: Schemas
    codelisten: Codelisten


@cache
def werkstatt() -> Werkstatt:
    """One warm parent for every test of the process."""
    return Werkstatt(WARM)


@cache
def vorrat(base: Path) -> Vorrat:
    """Once per process; making the keys takes five seconds."""
    pki = init_pki(base / "stationen-pki", JETZT, ca_bits=3072)
    amt, gericht = pki.teilnehmer[AMT], pki.teilnehmer[GERICHT]
    signatur = amt.schluessel["postfach-signatur"].load()
    safe_id = SafeId(str(amt.safe_id))
    platz = Postfachplatz(
        postfach=Vermittler(MemoryBlobs(), Uhr(), safe_id),
        visitenkarte=Visitenkarte(amt.name, "Musterfurt", safe_id, ROLLE_BEBPO),
        dokument_signer=Signer(amt.schluessel["signatur"].load()),
        vhn_signer=Signer(amt.schluessel["vhn"].load()),
        absender_certificate=signatur.certificate,
        absender_kette=signatur.chain,
    )
    chiffrat = leaf(gericht.schluessel["postfach-chiffrat"])
    empfaenger = Empfaenger(SafeId(str(gericht.safe_id)), gericht.name, chiffrat)
    anchors = load_anchors(pki.anchors_folder)
    return Vorrat(pki, platz, Gericht(GERICHT_CODE, empfaenger), anchors, load_schemas(), load_codelists())


async def build_werk(database: Database, base: Path, folder: Path) -> Werk:
    """`base`: a folder of the whole test process, `folder`: of this test."""
    da = vorrat(base)
    uhr, blobs = Uhr(), LocalBlobs(folder / "blobs")
    vermittler = Vermittler(blobs, uhr, da.platz.postfach.safe_id)
    betrieb = Betrieb(
        database=database,
        blobs=blobs,
        uhr=uhr,
        postfaecher={POSTFACH: replace(da.platz, postfach=vermittler)},
        verzeichnis={str(da.gericht.empfaenger.safe_id): da.gericht},
        anchors=da.anchors,
        pruefdienst=Pruefdienst(werkstatt=werkstatt()),
        dateipruefer=Dateipruefer(werkstatt(), Merkmalspeicher(database, uhr)),
        schemas=da.schemas,
        codelisten=da.codelisten,
        zeitstempel=None,
        vier_augen=True,
        nachfrage=timedelta(seconds=1),
        ablage=folder / "ablage",
    )
    return Werk(betrieb, uhr, vermittler, da.pki, await person(database), await person(database), folder)


async def person(database: Database) -> UUID:
    made = uuid4()
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO erv.person (id, kennung, name, zugang_sha256, angelegt_am) VALUES ($1, $2, $2, $3, $4)",
            made,
            str(made),
            token_bytes(32),
            JETZT,
        )
    return made


@cache
def pdf(titel: str) -> bytes:
    leer = dict.fromkeys(("absenderzeile", "datum", "zeichen", "unterzeichner"), "")
    daten = {**leer, "absender": "Stadt", "empfaenger": [], "betreff": titel, "absaetze": ["Text."]}
    return render_pdf("schreiben", daten, erstellt=ERSTELLT)


def datei(name: str) -> Datei:
    data = pdf(name)
    return Datei(name, sha256(data).hexdigest(), len(data), "application/pdf")


def dokument(nummer: int, titel: str, *dateien: Datei) -> Dokument:
    return Dokument(uuid4(), nummer, titel, dateien)


def kleine_akte(*mehr: Dokument, aktenzeichen: str | None = None) -> Akte:
    """A Teilakte with one document, another one beside it, and `mehr` (numbered from 3)."""
    teilakte = Teilakte(uuid4(), 1, "Verfahren", dokumente=(dokument(1, "Antrag", datei("Antrag.pdf")),))
    beside = dokument(2, "Bescheid", datei("Bescheid.pdf"))
    return Akte(
        uuid4(),
        aktenzeichen or f"63-{uuid4().hex[:8]}/2026",
        "Baugenehmigung",
        "Stadt Musterfurt",
        teilakten=(teilakte,),
        dokumente=(beside, *mehr),
    )
