"""A mailbox whose cipher key is being exchanged: nothing that was sent to the other certificate is lost.

An intermediary keeps deliveries and process cards by cipher certificate. So with the key in use everything is sent and
fetched, and with every other key what still waits under its certificate is fetched too.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from typing import cast

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import (
    Abholereignis,
    Annahme,
    Auftrag,
    Gehalten,
    Laufzettel,
    Lieferung,
    Postfach,
    Teil,
    Vorbereitet,
)
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from osci.dialog import Client
from osci.keys import DecryptionKey
from xjustiz import SafeId


class WechselPostfach:
    """`aktiv` is the mailbox under the key in use, `weitere` the same one under each of its other keys."""

    def __init__(self, aktiv: Postfach, weitere: tuple[Postfach, ...]) -> None:
        self._aktiv = aktiv
        self._weitere = weitere

    @property
    def name(self) -> str:
        return self._aktiv.name

    @property
    def safe_id(self) -> SafeId:
        return self._aktiv.safe_id

    async def new_message_id(self) -> MessageId:
        return await self._aktiv.new_message_id()

    async def prepare(self, auftrag: Auftrag) -> Vorbereitet:
        return await self._aktiv.prepare(auftrag)

    async def hand_over(self, vorbereitet: Vorbereitet) -> Annahme:
        return await self._aktiv.hand_over(vorbereitet)

    async def handed_over(self, vorbereitet: Vorbereitet) -> tuple[Teil, ...]:
        return await self._aktiv.handed_over(vorbereitet)

    async def fetch_laufzettel(self, message_id: MessageId) -> Laufzettel | None:
        """What was sent before the switch lies under the certificate of then."""
        for postfach in (self._aktiv, *self._weitere):
            laufzettel = await postfach.fetch_laufzettel(message_id)
            if laufzettel is not None:
                return laufzettel
        return None

    async def collect(self, gehalten: Gehalten) -> AsyncIterator[Abholereignis]:
        """Under every key, the one in use first; trouble under one keeps no mail under another waiting, and is raised
        at the end."""
        trouble: list[GegenstelleFailed] = []
        for postfach in (self._aktiv, *self._weitere):
            ereignisse = aclosing(cast("AsyncGenerator[Abholereignis, None]", postfach.collect(gehalten)))
            try:
                async with ereignisse as folge:
                    async for ereignis in folge:
                        yield ereignis
            except GegenstelleFailed as error:
                trouble.append(error)
        if trouble:
            raise trouble[0]

    async def open_delivery(self, original: str, am: datetime | None = None) -> Lieferung:
        return await self._aktiv.open_delivery(original, am)


def zugaenge(zugang: OsciZugang, weitere: tuple[DecryptionKey, ...]) -> tuple[OsciZugang, ...]:
    """The access under the key in use, then under each other one; each can read what was sent to any of them."""
    keys = (zugang.client.decryption_key, *weitere)
    return tuple(replace(zugang, client=_client(zugang.client, key, keys)) for key in keys)


def _client(client: Client, key: DecryptionKey, keys: tuple[DecryptionKey, ...]) -> Client:
    return Client(client.signing_key, key, tuple(other for other in keys if other is not key))
