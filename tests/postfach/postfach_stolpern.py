"""A real intermediary that hands out some deliveries in answers which do not hold, as one of another make might."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from postfach_hilfe import VERMITTLER

from erv_gateway.sandbox.schluessel import osci_key
from erv_gateway.signatur.pki import Pki
from osci.content import StoredPackage
from osci.errors import RemoteProtocolError
from osci.feedback import feedback
from osci.intermediary import Identity, IntermediaryServer, MemoryStore, Reply
from osci.transport import seal
from osci.types import MessageType
from osci.writer import write_message

Tamper = Callable[[bytes], bytes]


def double_id(message: bytes) -> bytes:
    return message.replace(b"<osci:ContentPackage>", b'<osci:ContentPackage Id="body">', 1)


def doctype(message: bytes) -> bytes:
    return message.replace(b"<soap:Envelope", b"<!DOCTYPE x><soap:Envelope", 1)


def no_end(message: bytes) -> bytes:
    return message[:-4]


def other_digest(message: bytes) -> bytes:
    at = message.index(b"<ds:DigestValue>") + 16
    return message[:at] + (b"B" if message[at : at + 1] == b"A" else b"A") + message[at + 1 :]


def fault(_: bytes) -> bytes:
    raise RemoteProtocolError("9000", "cannot write it myself")


def refusal(message: bytes) -> bytes:
    """Marks a delivery in whose place there is an intact answer with an error code."""
    return message


class Stolpernd(IntermediaryServer):
    """`tampers`: by MessageId, what is done to the signed message before it is encrypted. `handed`: what went out."""

    def __init__(self, identity: Identity) -> None:
        super().__init__(identity, MemoryStore(), lambda: datetime.now(UTC), io.BytesIO)
        self.tampers: dict[str, Tamper] = {}
        self.handed: list[str] = []

    def _write(self, answer: Any, kind: MessageType, turn: Any, *, sealed: bool) -> Reply:
        if kind is not MessageType.FETCH_DELIVERY or answer.message_id is None:
            return super()._write(answer, kind, turn, sealed=sealed)
        self.handed.append(answer.message_id)
        tamper = self.tampers.get(answer.message_id, bytes)
        means = self._means
        if tamper is refusal:
            empty = replace(answer.message, feedback=feedback("9808"), process_card=None, package=StoredPackage())
            return super()._write(replace(answer, message=empty), kind, turn, sealed=sealed)
        built = write_message(answer.message, means.identity.signing_key, means.spools, means.sending)
        data = tamper(b"".join(built.chunks()))
        wire = replace(built, length=len(data), source=lambda: iter((data,)))
        return Reply(seal(wire, turn.client.cipher, means.sending), kind, answer.codes, answer.message_id)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/osci", self.osci)]

    async def osci(self, request: web.Request) -> web.Response:
        body = await request.read()
        reply = await asyncio.to_thread(self.handle, (body,))
        assert isinstance(reply, Reply)
        return web.Response(body=b"".join(reply.wire.chunks()))


def stolpernd(pki: Pki) -> Stolpernd:
    keys = pki.teilnehmer[VERMITTLER].schluessel
    identity = Identity(*(osci_key(keys[name].load()) for name in ("postfach-signatur", "postfach-chiffrat")))
    return Stolpernd(identity)
