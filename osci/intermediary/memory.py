"""Stores that last as long as their object: for tests, and for whoever wants to try the protocol."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from threading import Lock

from osci.mailbox import CardPage, CardQuery, Passage, StoredDelivery, UploadKey, Waiting
from osci.messages import ByMessageId, Selection, SelectionRole
from osci.processcard import ProcessCard, ProcessCardBundle


@dataclass(frozen=True, slots=True)
class _Entry:
    delivery: StoredDelivery | Passage
    card: ProcessCard
    created: datetime


class MemoryStore:
    """A DeliveryStore that lasts as long as its object; parts are read from where the request was spooled."""

    def __init__(self) -> None:
        self._issued: set[str] = set()
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()

    def issue(self, message_id: str) -> None:
        with self._lock:
            self._issued.add(message_id)

    def store(self, delivery: StoredDelivery, created: datetime, upload: UploadKey | None = None) -> bool:
        """There is no commit to share with the upload: whoever stored it says so to the chunk store."""
        del upload
        return self._keep(delivery, created)

    def register(self, passage: Passage, created: datetime) -> bool:
        return self._keep(passage, created)

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        with self._lock:
            mine = [entry for entry in self._entries.values() if entry.delivery.addressee == addressee]
        stored = [entry for entry in mine if isinstance(entry.delivery, StoredDelivery)]
        waiting = [entry for entry in stored if entry.card.reception is None]
        first = next(iter(_selected(stored, waiting, selection)), None)
        if first is None or not isinstance(first.delivery, StoredDelivery):
            return None
        return Waiting(first.delivery, first.card, more=any(entry is not first for entry in waiting))

    def mark_forwarded(self, message_id: str, at: datetime) -> ProcessCard:
        with self._lock:
            card = self._entries[message_id].card
            if card.forwarding is None:
                card = self._change(message_id, replace(card, forwarding=at, recent_modification=at))
            return card

    def mark_received(self, message_id: str, at: datetime) -> None:
        with self._lock:
            card = self._entries[message_id].card
            if card.reception is None:
                self._change(message_id, replace(card, reception=at, recent_modification=at))

    def cards(self, query: CardQuery) -> CardPage:
        with self._lock:
            entries = list(self._entries.values())
        found = list(islice((entry for entry in entries if _fits(entry, query)), query.limit + 1))
        bundles = tuple(
            ProcessCardBundle(e.delivery.message_id, e.card, e.delivery.inspections) for e in found[: query.limit]
        )
        return CardPage(bundles, more=len(found) > query.limit)

    def _keep(self, delivery: StoredDelivery | Passage, created: datetime) -> bool:
        with self._lock:
            if delivery.message_id not in self._issued or delivery.message_id in self._entries:
                return False
            card = ProcessCard(recent_modification=created, creation=created, subject=delivery.subject)
            self._entries[delivery.message_id] = _Entry(delivery, card, created)
            return True

    def _change(self, message_id: str, card: ProcessCard) -> ProcessCard:
        self._entries[message_id] = replace(self._entries[message_id], card=card)
        return card


def _selected(mine: list[_Entry], waiting: list[_Entry], selection: Selection) -> list[_Entry]:
    if isinstance(selection, ByMessageId):
        return [entry for entry in mine if entry.delivery.message_id in selection.message_ids]
    if selection is None:
        return waiting
    return [entry for entry in waiting if entry.created >= selection.since]


def _fits(entry: _Entry, query: CardQuery) -> bool:
    return all(_conditions(entry, query))


def _conditions(entry: _Entry, query: CardQuery) -> Iterator[bool]:
    as_sender = query.role is not SelectionRole.ADDRESSEE and entry.delivery.originator == query.requester
    as_recipient = query.role is not SelectionRole.ORIGINATOR and entry.delivery.addressee == query.requester
    yield as_sender or as_recipient
    yield query.message_ids is None or entry.delivery.message_id in query.message_ids
    yield query.created_since is None or entry.created >= query.created_since
    yield query.modified_since is None or entry.card.recent_modification >= query.modified_since
    yield not query.unreceived_only or entry.card.reception is None
