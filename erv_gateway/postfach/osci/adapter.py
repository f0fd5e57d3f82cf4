"""`Postfach` over OSCI-Transport 1.2: each method is one dialog; crypto and spooling run in threads."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import partial
from typing import BinaryIO

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import (
    Abholereignis,
    Anhang,
    Annahme,
    AntwortLost,
    Auftrag,
    Gehalten,
    Laufzettel,
    Lieferung,
    MessageIdSpent,
    NotReached,
    Teil,
    UebergabeRefused,
    Vorbereitet,
)
from erv_gateway.postfach.osci.abrufen import Abruf
from erv_gateway.postfach.osci.bauen import build_package
from erv_gateway.postfach.osci.beweis import signed_teile
from erv_gateway.postfach.osci.gespraech import Gespraech, RefusedByIntermediary, build, file_chunks, utc_now
from erv_gateway.postfach.osci.http import OsciHttp
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.postfach.osci.laufzettel import laufzettel_of, signer_of
from erv_gateway.postfach.osci.lesen import read_delivery
from erv_gateway.postfach.osci.richtlinie import answers_at
from erv_gateway.storage.blobs import Blobs
from osci.dialog import Answer, Delivery, Expectation, OutgoingRequest, RequestRefused, check_answer
from osci.errors import OsciError
from osci.feedback import MESSAGE_ID_UNKNOWN_OR_USED, NO_PROCESS_CARD
from osci.messages import ByMessageId, ResponseToGetMessageId
from xjustiz import SafeId


class OsciPostfach:
    def __init__(self, zugang: OsciZugang, blobs: Blobs, jetzt: Callable[[], datetime] = utc_now) -> None:
        self._zugang = zugang
        self._blobs = blobs
        self._jetzt = jetzt
        self._http = OsciHttp(zugang.endpoint, blobs.spool, zugang.leitung)
        self._abruf = Abruf(self._gespraech, blobs)

    @property
    def name(self) -> str:
        return self._zugang.name

    @property
    def safe_id(self) -> SafeId:
        return self._zugang.safe_id

    async def new_message_id(self) -> MessageId:
        gespraech = self._gespraech()
        message = (await gespraech.ask(gespraech.dialog.get_message_id)).message
        if not isinstance(message, ResponseToGetMessageId) or not message.message_id:
            raise GegenstelleFailed("the intermediary gave no MessageId")
        return MessageId(message.message_id)

    async def prepare(self, auftrag: Auftrag) -> Vorbereitet:
        request = await asyncio.to_thread(build, partial(self._build, auftrag))
        record = request.inner.record
        if record is None:
            raise AssertionError("a delivery has a content record")
        wire = await self._blobs.put(request.wire.chunks())
        umschlag = await self._blobs.put_bytes(request.inner.envelope)
        inhalte = [await self._blobs.put_bytes(container.xml) for container in record.containers]
        return Vorbereitet(
            uebertragung=Anhang("uebertragung.osci", wire.sha256, wire.bytes),
            umschlag=Anhang("umschlag.xml", umschlag.sha256, umschlag.bytes),
            inhalte=tuple(Anhang(f"inhalt-{n}.xml", blob.sha256, blob.bytes) for n, blob in enumerate(inhalte, 1)),
            teile=tuple(
                Teil(part.name, part.length, part.sha256, part.transferred_sha256)
                for container in record.containers
                for part in container.attachments
            ),
            erwartung=json.dumps(request.expectation.to_dict()),
        )

    async def hand_over(self, vorbereitet: Vorbereitet) -> Annahme:
        wire = vorbereitet.uebertragung
        try:
            body = await self._http.exchange(self._blobs.chunks(wire.sha256), wire.bytes)
        except NotReached:
            raise
        except GegenstelleFailed as error:
            raise AntwortLost(f"no answer to the delivery: {error}") from error
        with body:
            answer = await asyncio.to_thread(self._check_answer, vorbereitet, body)
            original = await self._blobs.put(answer.inner.chunks())
        return Annahme(
            codes=tuple(entry.code for entry in answer.message.feedback),
            original=Anhang("annahme.osci", original.sha256, original.bytes),
            vermittler=signer_of(answer),
        )

    async def handed_over(self, vorbereitet: Vorbereitet) -> tuple[Teil, ...]:
        async for _ in self._blobs.chunks(vorbereitet.uebertragung.sha256):
            pass  # reading to the end is what proves that the bytes on the wire are still those
        certificate = self._zugang.client.signing_key.certificate
        return await asyncio.to_thread(signed_teile, vorbereitet, self._blobs, certificate)

    async def fetch_laufzettel(self, message_id: MessageId) -> Laufzettel | None:
        gespraech = self._gespraech()
        await gespraech.ask(gespraech.dialog.init)
        selection = ByMessageId((message_id,))
        try:
            answer = await gespraech.ask(partial(gespraech.dialog.fetch_process_card, selection))
        except RefusedByIntermediary as refused:
            if NO_PROCESS_CARD not in refused.codes:
                raise
            answer = None
        laufzettel = None if answer is None else await laufzettel_of(answer, message_id, self._blobs)
        await gespraech.ask(gespraech.dialog.exit)
        return laufzettel

    def collect(self, gehalten: Gehalten) -> AsyncIterator[Abholereignis]:
        return self._abruf.collect(gehalten)

    async def open_delivery(self, original: str, am: datetime | None = None) -> Lieferung:
        return await read_delivery(self._zugang, self._blobs, original, am or self._jetzt())

    def _gespraech(self) -> Gespraech:
        return Gespraech(self._zugang, self._http, self._blobs, self._jetzt)

    def _build(self, auftrag: Auftrag) -> OutgoingRequest:
        package = build_package(self._zugang, self._blobs, auftrag)
        addressee = auftrag.empfaenger.cipher_certificate
        return self._gespraech().dialog.store_delivery(
            auftrag.message_id, Delivery(package, addressee, subject=auftrag.nachrichtentyp)
        )

    def _check_answer(self, vorbereitet: Vorbereitet, body: BinaryIO) -> Answer:
        """An answer that does not hold says nothing about the outcome: it counts as lost."""
        expectation = Expectation.from_dict(json.loads(vorbereitet.erwartung))
        try:
            return check_answer(
                file_chunks(body),
                expectation,
                self._zugang.client,
                self._zugang.intermediary,
                answers_at(self._jetzt()),
                self._blobs.spool,
            )
        except RequestRefused as refused:
            codes = [entry.code for entry in refused.feedback]
            kind = MessageIdSpent if MESSAGE_ID_UNKNOWN_OR_USED in codes else UebergabeRefused
            raise kind(f"the intermediary refused: {' '.join(codes)}", codes=" ".join(codes)) from refused
        except OsciError as error:
            raise AntwortLost(f"the answer to the delivery does not hold: {error}") from error
