"""Fetching what waits in a mailbox, in such a way that a delivery that nobody can read stops no other.

As a rule the intermediary hands out what comes next. Where that fails, its process cards say what has not been
received, and each delivery is asked for by its MessageId, in a dialog of its own.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, Final

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Abholereignis, Anhang, Gehalten, NotReached, Quittung, Unquittierbar, Zustellung
from erv_gateway.postfach.osci.gespraech import AntwortInvalid, Gespraech, RefusedByIntermediary
from erv_gateway.postfach.osci.laufzettel import utc
from erv_gateway.storage.blobs import Blobs
from osci.dialog import Answer
from osci.feedback import NO_DELIVERY, NO_PROCESS_CARD
from osci.messages import ByMessageId, ByReception, ResponseToFetchDelivery, ResponseToFetchProcessCard, SelectionRole
from osci.processcard import ProcessCardBundle

_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before any OSCI delivery."""
MORE_CARDS: Final = "3801"
Ereignisse = AsyncGenerator[Abholereignis, None]
"""Whoever stops early closes them, so that nothing goes on."""


class Abruf:
    """`gespraech` begins a dialog. Remembers whether the mailbox holds something that the usual way stumbles over."""

    def __init__(self, gespraech: Callable[[], Gespraech], blobs: Blobs) -> None:
        self._gespraech = gespraech
        self._blobs = blobs
        self._stumbles = False

    async def collect(self, gehalten: Gehalten) -> Ereignisse:
        """See `Postfach.collect`."""
        if not self._stumbles:
            try:
                async with aclosing(self._in_turn()) as ereignisse:
                    async for ereignis in ereignisse:
                        yield ereignis
            except NotReached:
                raise
            except GegenstelleFailed:
                self._stumbles = True
            else:
                return
        async with aclosing(_Einzeln(self, gehalten).collect()) as ereignisse:
            async for ereignis in ereignisse:
                yield ereignis

    async def _in_turn(self) -> Ereignisse:
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

    async def _next(self, gespraech: Gespraech) -> Zustellung | None:
        try:
            answer, body = await gespraech.ask_keeping(gespraech.dialog.fetch_delivery)
        except RefusedByIntermediary as refused:
            if NO_DELIVERY in refused.codes:
                return None
            raise
        return Zustellung(_message_id_of(answer), await self._keep(body))

    async def one(self, message_id: MessageId) -> Ereignisse:
        """One delivery by its id. An answer that does not hold is asked for a second time before that is believed."""
        invalid: AntwortInvalid | None = None
        for _ in range(2):
            gespraech = self._gespraech()
            await gespraech.ask(gespraech.dialog.init)
            fetch = partial(gespraech.dialog.fetch_delivery, ByMessageId((message_id,)))
            answer, body = await gespraech.ask_whatever(fetch)
            original = await self._keep(body)
            if not isinstance(answer, AntwortInvalid):
                if _message_id_of(answer) != message_id:
                    raise GegenstelleFailed("the intermediary handed out another delivery than the one asked for")
                yield Zustellung(message_id, original)
                await gespraech.ask(gespraech.dialog.exit)
                yield Quittung(message_id)
                return
            invalid = answer
            if not invalid.of_content:
                raise invalid
        if invalid is not None:
            yield Unquittierbar(message_id, original, invalid.osci_code)

    async def waiting(self, since: datetime) -> tuple[tuple[ProcessCardBundle, ...], bool]:
        """Cards of deliveries for us, taken since then and not received; and whether there are more."""
        gespraech = self._gespraech()
        await gespraech.ask(gespraech.dialog.init)
        selection = ByReception(since, SelectionRole.ADDRESSEE, no_reception=True)
        try:
            answer = await gespraech.ask(partial(gespraech.dialog.fetch_process_card, selection))
        except RefusedByIntermediary as refused:
            if NO_PROCESS_CARD not in refused.codes:
                raise
            answer = None
        await gespraech.ask(gespraech.dialog.exit)
        if answer is None or not isinstance(answer.message, ResponseToFetchProcessCard):
            return (), False
        return answer.message.process_cards, any(entry.code == MORE_CARDS for entry in answer.feedback)

    def settle(self, *, stumbles: bool) -> None:
        self._stumbles = stumbles

    async def _keep(self, body: BinaryIO) -> Anhang:
        with body:
            original = await self._blobs.put_file(body)
        return Anhang("original.osci", original.sha256, original.bytes)


class _Einzeln:
    """One round, delivery by delivery."""

    def __init__(self, abruf: Abruf, gehalten: Gehalten) -> None:
        self._abruf = abruf
        self._gehalten = gehalten
        self._seen: set[str] = set()
        self._failed: GegenstelleFailed | None = None
        self._stumbled = False

    async def collect(self) -> Ereignisse:
        since, more = _EVER, True
        while more:
            cards, more = await self._abruf.waiting(since)
            new = [card.message_id for card in cards if card.message_id not in self._seen]
            self._seen.update(new)
            for message_id in new:
                async with aclosing(self._one(MessageId(message_id))) as ereignisse:
                    async for ereignis in ereignisse:
                        yield ereignis
            moments = [moment for card in cards if (moment := utc(card.card.creation)) is not None]
            if more and not new and max(moments, default=since) <= since:
                raise GegenstelleFailed("the intermediary does not show all that waits")
            since = max([since, *moments])
        self._abruf.settle(stumbles=self._stumbled)
        if self._failed is not None:
            raise self._failed

    async def _one(self, message_id: MessageId) -> Ereignisse:
        if await self._gehalten(message_id):
            self._stumbled = True
            return
        try:
            async with aclosing(self._abruf.one(message_id)) as ereignisse:
                async for ereignis in ereignisse:
                    self._stumbled = self._stumbled or isinstance(ereignis, Unquittierbar)
                    yield ereignis
        except NotReached:
            raise
        except GegenstelleFailed as error:
            if isinstance(error, RefusedByIntermediary) and NO_DELIVERY in error.codes:
                return  # its card is there, but it does not lie in the mailbox
            self._stumbled = True
            self._failed = self._failed or error


def _message_id_of(answer: Answer) -> MessageId:
    message = answer.message
    if not isinstance(message, ResponseToFetchDelivery) or message.process_card is None:
        raise GegenstelleFailed("the intermediary handed out a delivery without its ProcessCard")
    return MessageId(message.process_card.message_id)
