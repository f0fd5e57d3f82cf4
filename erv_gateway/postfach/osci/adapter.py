"""`Postfach` over OSCI-Transport 1.2: each method is one dialog; crypto and spooling run in threads."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from typing import BinaryIO

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import (
    Anhang,
    Annahme,
    AntwortLost,
    Auftrag,
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
from erv_gateway.postfach.osci.bauen import build_package
from erv_gateway.postfach.osci.beweis import signed_teile
from erv_gateway.postfach.osci.gespraech import Gespraech, RefusedByIntermediary, file_chunks
from erv_gateway.postfach.osci.http import OsciHttp
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.postfach.osci.laufzettel import laufzettel_of, signer_of
from erv_gateway.postfach.osci.lesen import read_delivery
from erv_gateway.storage.blobs import Blobs
from osci.dialog import Answer, Expectation, OutgoingRequest, RequestRefused, check_answer
from osci.errors import OsciError
from osci.feedback import MESSAGE_ID_UNKNOWN_OR_USED, NO_DELIVERY, NO_PROCESS_CARD
from osci.messages import ByMessageId, ResponseToFetchDelivery, ResponseToGetMessageId
from osci.policy import RECEIVING_NOW
from xjustiz import SafeId


class OsciPostfach:
    def __init__(self, zugang: OsciZugang, blobs: Blobs) -> None:
        self._zugang = zugang
        self._blobs = blobs
        self._http = OsciHttp(zugang.endpoint, blobs.spool)

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
        request = await asyncio.to_thread(self._build, auftrag)
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

    async def collect(self) -> AsyncIterator[Zustellung | Quittung]:
        """The next request of the dialog, with the right response value, is what acknowledges a delivery."""
        gespraech = self._gespraech()
        await gespraech.ask(gespraech.dialog.init)
        pending: MessageId | None = None
        while True:
            zustellung = await self._next(gespraech)
            if pending is not None:
                yield Quittung(pending)
            if zustellung is None:
                break
            yield zustellung
            pending = zustellung.message_id
        await gespraech.ask(gespraech.dialog.exit)

    async def open_delivery(self, original: str) -> Lieferung:
        return await read_delivery(self._zugang, self._blobs, original)

    def _gespraech(self) -> Gespraech:
        return Gespraech(self._zugang, self._http, self._blobs)

    def _build(self, auftrag: Auftrag) -> OutgoingRequest:
        package = build_package(self._zugang, self._blobs, auftrag)
        addressee = auftrag.empfaenger.cipher_certificate
        return self._gespraech().dialog.store_delivery(
            auftrag.message_id, package, addressee, subject=auftrag.nachrichtentyp
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
                RECEIVING_NOW,
                self._blobs.spool,
            )
        except RequestRefused as refused:
            codes = [entry.code for entry in refused.feedback]
            kind = MessageIdSpent if MESSAGE_ID_UNKNOWN_OR_USED in codes else UebergabeRefused
            raise kind(f"the intermediary refused: {' '.join(codes)}", codes=" ".join(codes)) from refused
        except OsciError as error:
            raise AntwortLost(f"the answer to the delivery does not hold: {error}") from error

    async def _next(self, gespraech: Gespraech) -> Zustellung | None:
        try:
            answer, body = await gespraech.ask_keeping(gespraech.dialog.fetch_delivery)
        except RefusedByIntermediary as refused:
            if NO_DELIVERY in refused.codes:
                return None
            raise
        with body:
            original = await self._blobs.put_file(body)
        return Zustellung(_message_id_of(answer), Anhang("original.osci", original.sha256, original.bytes))


def _message_id_of(answer: Answer) -> MessageId:
    message = answer.message
    if not isinstance(message, ResponseToFetchDelivery) or message.process_card is None:
        raise GegenstelleFailed("the intermediary handed out a delivery without its ProcessCard")
    return MessageId(message.process_card.message_id)
