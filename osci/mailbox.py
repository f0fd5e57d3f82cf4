"""What an intermediary must keep: deliveries and their process cards (chapter 6), as a port and in memory.

A mailbox exists by its certificate: the CipherCertificateAddressee of a delivery names it, whoever can open a dialog
with that certificate owns it. All moments are aware datetimes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from threading import Lock
from typing import Protocol

from osci.certificates import Certificates
from osci.content import StoredPackage
from osci.messages import ByMessageId, ByModification, ByReception, Selection, SelectionRole
from osci.processcard import ProcessCard, ProcessCardBundle


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """One accepted StoreDelivery. `originator` and `addressee` are cipher certificates (DER) of client and mailbox.

    `certificates`, `custom_headers` and `package` go out again exactly as they came in (section 3.4).
    """

    message_id: str
    subject: str | None
    originator: bytes
    addressee: bytes
    certificates: Certificates
    custom_headers: tuple[bytes, ...]
    package: StoredPackage


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery to be handed out; `more`: others that were never received lie behind it (feedback 3800)."""

    delivery: StoredDelivery
    card: ProcessCard
    more: bool


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Cards of deliveries that `requester` (DER of a cipher certificate) sent or was sent; at most `limit`."""

    requester: bytes
    selection: Selection
    limit: int

    @property
    def role(self) -> SelectionRole | None:
        return self.selection.role if isinstance(self.selection, ByReception | ByModification) else None

    @property
    def message_ids(self) -> tuple[str, ...] | None:
        return self.selection.message_ids if isinstance(self.selection, ByMessageId) else None

    @property
    def created_since(self) -> datetime | None:
        return self.selection.since if isinstance(self.selection, ByReception) else None

    @property
    def modified_since(self) -> datetime | None:
        return self.selection.since if isinstance(self.selection, ByModification) else None

    @property
    def unreceived_only(self) -> bool:
        return isinstance(self.selection, ByReception | ByModification) and self.selection.no_reception


@dataclass(frozen=True, slots=True)
class CardPage:
    """Oldest first; `more`: the limit cut some off (feedback 3801)."""

    bundles: tuple[ProcessCardBundle, ...]
    more: bool


class DeliveryStore(Protocol):
    """Where deliveries survive. What a method has confirmed must survive the end of the process."""

    def issue(self, message_id: str) -> None:
        """From now on a delivery with this id may be stored, once."""
        ...

    def store(self, delivery: StoredDelivery, created: datetime) -> bool:
        """Keeps the delivery; when it returns True it is durable. False: id unknown or used, nothing changed (9801)."""
        ...

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        """By message id: that delivery of the mailbox, received before or not. Otherwise the oldest never received,
        not older than the selection's moment."""
        ...

    def mark_forwarded(self, message_id: str, at: datetime) -> ProcessCard:
        """Handed out; the first time counts. The card after that."""
        ...

    def mark_received(self, message_id: str, at: datetime) -> None:
        """The recipient is known to have it; the first time counts."""
        ...

    def cards(self, query: CardQuery) -> CardPage: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    delivery: StoredDelivery
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

    def store(self, delivery: StoredDelivery, created: datetime) -> bool:
        with self._lock:
            if delivery.message_id not in self._issued or delivery.message_id in self._entries:
                return False
            card = ProcessCard(recent_modification=created, creation=created, subject=delivery.subject)
            self._entries[delivery.message_id] = _Entry(delivery, card, created)
            return True

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        with self._lock:
            mine = [entry for entry in self._entries.values() if entry.delivery.addressee == addressee]
        waiting = [entry for entry in mine if entry.card.reception is None]
        candidates = _selected(mine, waiting, selection)
        if not candidates:
            return None
        first = candidates[0]
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
        bundles = tuple(ProcessCardBundle(e.delivery.message_id, e.card) for e in found[: query.limit])
        return CardPage(bundles, more=len(found) > query.limit)

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
