"""The intermediary's memory on disk: SQLite for what changes, one folder per delivery for what does not.

A delivery is there from the moment its row is committed; its folder was made durable before. What a killed process
left behind without a row is removed at the next start. One process at a time (lock file).
"""

import fcntl
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.ablage import read_delivery, write_delivery
from erv_gateway.sandbox.datenbank import Datenbank
from erv_gateway.sandbox.pruefbericht import from_json, to_json
from erv_gateway.sandbox.teilspeicher import Teilspeicher, done_text
from erv_gateway.sandbox.werte import fingerprint, moment_text
from osci.mailbox import CardPage, CardQuery, Passage, StoredDelivery, UploadKey, Waiting
from osci.messages import ByMessageId, Selection, SelectionRole
from osci.processcard import Inspection, ProcessCard, ProcessCardBundle


class Speicher:
    """`osci.mailbox.DeliveryStore`, durable and thread-safe; `teile` keeps messages in chunks.

    KonfigurationInvalid when another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._deliveries = folder / "zustellungen"
        self._deliveries.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = _hold(folder / "lock")
        self._db = Datenbank(folder / "vermittler.sqlite3")
        self.teile = Teilspeicher(self._db, folder)
        self._remove_leftovers()

    def close(self) -> None:
        self._db.close()
        self._held.close()

    def issue(self, message_id: str) -> None:
        self._db.run("issue", message_id=message_id)

    def store(self, delivery: StoredDelivery, created: datetime, upload: UploadKey | None = None) -> bool:
        if self._db.one("storable", message_id=delivery.message_id) is None:
            return False
        folder = self._deliveries / uuid4().hex
        write_delivery(folder, delivery)
        with self._db.transaction():
            stored = self._db.run("store", ordner=folder.name, **_row(delivery, created))
            if stored:
                self._inspected(delivery)
            if stored and upload is not None:
                client, message_id = fingerprint(upload.client), upload.message_id
                self._db.run("finish_upload", client=client, message_id=message_id, ergebnis=done_text())
        if stored == 0:
            shutil.rmtree(folder)
        return stored == 1

    def register(self, passage: Passage, created: datetime) -> bool:
        with self._db.transaction():
            registered = self._db.run("register", **_row(passage, created)) == 1
            if registered:
                self._inspected(passage)
        return registered

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        mailbox = fingerprint(addressee)
        row = self._selected(mailbox, selection)
        if row is None:
            return None
        others = self._db.one("others_waiting", addressee=mailbox, message_id=row[0])
        delivery = replace(read_delivery(self._deliveries / row[2]), inspections=self._inspections(row[0]))
        return Waiting(delivery, _card(row), more=others is not None and others[0] > 0)

    def mark_forwarded(self, message_id: str, at: datetime) -> ProcessCard:
        for statement in ("mark_forwarded", "mark_passage_forwarded"):
            self._db.run(statement, message_id=message_id, at=moment_text(at))
        row = self._db.one("card", message_id=message_id)
        if row is None:
            raise KeyError(message_id)
        return _card(row)

    def mark_received(self, message_id: str, at: datetime) -> None:
        for statement in ("mark_received", "mark_passage_received"):
            self._db.run(statement, message_id=message_id, at=moment_text(at))

    def cards(self, query: CardQuery) -> CardPage:
        rows = self._db.all("cards", **_card_arguments(query))
        bundles = tuple(ProcessCardBundle(row[0], _card(row), from_json(row[2])) for row in rows[: query.limit])
        return CardPage(bundles, more=len(rows) > query.limit)

    def merker(self, name: str) -> str | None:
        """A note that survives restarts: which scenario is on, which one has been played."""
        row = self._db.one("get_merker", name=name)
        return None if row is None else str(row[0])

    def set_merker(self, name: str, wert: str) -> None:
        self._db.run("set_merker", name=name, wert=wert)

    def counts(self) -> Mapping[str, int]:
        stored, forwarded, received = self._db.one("counts") or (0, 0, 0)
        return MappingProxyType({"eingegangen": stored, "weitergeleitet": forwarded, "empfangen": received})

    def _selected(self, mailbox: str, selection: Selection) -> tuple[Any, ...] | None:
        if isinstance(selection, ByMessageId):
            wanted = (self._db.one("by_message_id", addressee=mailbox, message_id=one) for one in selection.message_ids)
            return next((row for row in wanted if row is not None), None)
        since = None if selection is None else moment_text(selection.since)
        return self._db.one("oldest_waiting", addressee=mailbox, since=since)

    def _inspected(self, delivery: StoredDelivery | Passage) -> None:
        self._db.run("add_pruefbericht", message_id=delivery.message_id, bericht=to_json(delivery.inspections))

    def _inspections(self, message_id: str) -> tuple[Inspection, ...]:
        row = self._db.one("pruefbericht", message_id=message_id)
        return () if row is None else from_json(row[0])

    def _remove_leftovers(self) -> None:
        known = {row[0] for row in self._db.all("folders")}
        for folder in self._deliveries.iterdir():
            if folder.name not in known:
                shutil.rmtree(folder)


def _hold(file: Path) -> Any:
    """Locks against a second process; the kernel lets go when this one dies."""
    handle = file.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise KonfigurationInvalid("another sandbox runs on this folder", ordner=str(file.parent)) from error
    return handle


def _row(delivery: StoredDelivery | Passage, created: datetime) -> dict[str, str | None]:
    return {
        "message_id": delivery.message_id,
        "subject": delivery.subject,
        "originator": fingerprint(delivery.originator),
        "addressee": fingerprint(delivery.addressee),
        "creation": moment_text(created),
    }


def _card_arguments(query: CardQuery) -> dict[str, Any]:
    return {
        "requester": fingerprint(query.requester),
        "as_originator": query.role is not SelectionRole.ADDRESSEE,
        "as_addressee": query.role is not SelectionRole.ORIGINATOR,
        "message_ids": None if query.message_ids is None else json.dumps(query.message_ids),
        "created_since": None if query.created_since is None else moment_text(query.created_since),
        "modified_since": None if query.modified_since is None else moment_text(query.modified_since),
        "unreceived_only": query.unreceived_only,
        "limit": query.limit + 1,
    }


def _card(row: tuple[Any, ...]) -> ProcessCard:
    _, subject, _, creation, forwarding, reception, modified = row
    return ProcessCard(
        recent_modification=datetime.fromisoformat(modified),
        creation=datetime.fromisoformat(creation),
        forwarding=datetime.fromisoformat(forwarding) if forwarding else None,
        reception=datetime.fromisoformat(reception) if reception else None,
        subject=subject,
    )
