"""The intermediary over HTTP: one POST per request, status 200 also for faults, Content-Length always (section 3.1)."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from aiohttp import web

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.sandbox.speicher import Speicher
from erv_gateway.sandbox.szenario import Regie, Szenario, szenario_of
from erv_gateway.sandbox.zustellung import CONTENT_TYPE, ZustellungFailed, admit_receiver, deliver
from osci.constants import CHUNK_BYTES, MAX_MESSAGE_BYTES
from osci.feedback import FeedbackEntry
from osci.intermediary import CertificateInspector, DeliveryRequest, Identity, IntermediaryServer, Outbound, Reply
from osci.types import MessageType

MAX_PARALLEL: Final = 4
"""Own choice: messages in work at the same time; each may hold 64 MB of XML in memory."""
_STORED: Final = frozenset({MessageType.STORE_DELIVERY, MessageType.PARTIAL_STORE_DELIVERY})


class Vermittler:
    """The handlers of one intermediary. `spools`: folder for messages in work, emptied by their end; `issuers`: DER of
    the CAs whose certificates a process card calls valid."""

    def __init__(
        self,
        identity: Identity,
        speicher: Speicher,
        regie: Regie,
        now: Callable[[], datetime],
        spools: Path,
        issuers: tuple[bytes, ...] = (),
    ) -> None:
        self._speicher = speicher
        self._regie = regie
        self._spools = spools
        self._server = IntermediaryServer(
            identity,
            regie,
            now,
            self._spool,
            admit=self._admit,
            chunks=speicher.teile,
            inspect=CertificateInspector(issuers),
        )
        self._turns = asyncio.Semaphore(MAX_PARALLEL)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/osci", self.osci),
            web.get("/status", self.status),
            web.post("/szenario", self.szenario),
        ]

    async def osci(self, request: web.Request) -> web.StreamResponse:
        with self._spool() as body:
            await _receive(request, body)
            async with self._turns:
                step = await asyncio.to_thread(self._server.handle, _chunks(body))
        reply = await self._relay(step) if isinstance(step, Outbound) else step
        return await self._answer(request, reply)

    async def status(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp passes it
        anweisung = self._regie.aktuell
        counts = await asyncio.to_thread(self._speicher.counts)
        return web.json_response({**counts, "szenario": anweisung.szenario, "sekunden": anweisung.sekunden})

    async def szenario(self, request: web.Request) -> web.Response:
        """JSON {"name": ..., "sekunden": ...?}; 422 for what does not exist."""
        try:
            data = await request.json()
            sekunden = data.get("sekunden")
            anweisung = self._regie.choose(
                szenario_of(str(data["name"])), None if sekunden is None else float(sekunden)
            )
        except (ValueError, KeyError, TypeError, AttributeError, EingabeRefused) as error:
            return web.json_response({"fehler": str(error)}, status=422)
        return web.json_response({"szenario": anweisung.szenario, "sekunden": anweisung.sekunden})

    async def _relay(self, outbound: Outbound) -> Reply:
        """Nothing else waits for the recipient: its answer is read when it has come."""
        with self._spool() as answer:
            try:
                await deliver(outbound, answer)
            except ZustellungFailed as error:
                return await asyncio.to_thread(self._server.undelivered, outbound, sent=error.sent)
            async with self._turns:
                return await asyncio.to_thread(self._server.answered, outbound, _chunks(answer))

    def _admit(self, request: DeliveryRequest) -> FeedbackEntry | None:
        return admit_receiver(request) or self._regie.admit(request)

    async def _answer(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        stored = reply.message_id if reply.request in _STORED else None
        played = self._regie.play(stored)
        if played is Szenario.ABSTURZ_NACH_ANNAHME:
            os.kill(os.getpid(), signal.SIGKILL)
        if played is Szenario.ANTWORT_VERLOREN:
            return _drop(request)
        await asyncio.sleep(self._regie.delay())
        return await _send(request, reply)

    def _spool(self) -> BinaryIO:
        return tempfile.TemporaryFile(dir=self._spools)


async def _receive(request: web.Request, body: BinaryIO) -> None:
    """Raises 413 as soon as there are more bytes than any message may have."""
    _limit(request.content_length or 0)
    length = 0
    async for chunk in request.content.iter_chunked(CHUNK_BYTES):
        length += len(chunk)
        _limit(length)
        body.write(chunk)


def _limit(length: int) -> None:
    if length > MAX_MESSAGE_BYTES:
        raise web.HTTPRequestEntityTooLarge(MAX_MESSAGE_BYTES, length)


async def _send(request: web.Request, reply: Reply) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": CONTENT_TYPE})
    response.content_length = reply.wire.length
    await response.prepare(request)
    chunks = reply.wire.chunks()
    while chunk := await asyncio.to_thread(next, chunks, b""):
        await response.write(chunk)
    await response.write_eof()
    return response


def _drop(request: web.Request) -> web.StreamResponse:
    """The line breaks: the peer sees the connection end and no byte of an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    body.seek(0)
    while block := body.read(CHUNK_BYTES):
        yield block
