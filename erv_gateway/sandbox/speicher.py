"""The intermediary's memory on disk: SQLite for what changes, one folder per delivery for what does not.

A delivery is there from the moment its row is committed; its folder was made durable before. What a killed process
left behind without a row is removed at the next start. One process at a time (lock file).
"""

import fcntl
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.ablage import read_delivery, write_delivery
from erv_gateway.storage.queries import parse
from osci.mailbox import CardPage, CardQuery, StoredDelivery, Waiting
from osci.messages import ByMessageId, Selection, SelectionRole
from osci.processcard import ProcessCard, ProcessCardBundle

_AREA: Final = "vermittler"


class Speicher:
    """`osci.mailbox.DeliveryStore`, durable and thread-safe. KonfigurationInvalid when another process holds it."""

    def __init__(self, folder: Path) -> None:
        self._deliveries = folder / "zustellungen"
        self._deliveries.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = RLock()
        self._held = _hold(folder / "lock")
        self._sql = _statements()
        self._database = sqlite3.connect(
            folder / "vermittler.sqlite3", check_same_thread=False, isolation_level=None, timeout=30
        )
        self._prepare()
        self._remove_leftovers()

    def close(self) -> None:
        with self._lock:
            self._database.close()
            self._held.close()

    def issue(self, message_id: str) -> None:
        self._run("issue", message_id=message_id)

    def store(self, delivery: StoredDelivery, created: datetime) -> bool:
        if self._one("storable", message_id=delivery.message_id) is None:
            return False
        folder = self._deliveries / uuid4().hex
        write_delivery(folder, delivery)
        stored = self._run(
            "store",
            message_id=delivery.message_id,
            subject=delivery.subject,
            originator=_fingerprint(delivery.originator),
            addressee=_fingerprint(delivery.addressee),
            ordner=folder.name,
            creation=_text(created),
        )
        if stored == 0:
            shutil.rmtree(folder)
        return stored == 1

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        mailbox = _fingerprint(addressee)
        row = self._selected(mailbox, selection)
        if row is None:
            return None
        others = self._one("others_waiting", addressee=mailbox, message_id=row[0])
        return Waiting(read_delivery(self._deliveries / row[2]), _card(row), more=others is not None and others[0] > 0)

    def mark_forwarded(self, message_id: str, at: datetime) -> ProcessCard:
        self._run("mark_forwarded", message_id=message_id, at=_text(at))
        row = self._one("card", message_id=message_id)
        if row is None:
            raise KeyError(message_id)
        return _card(row)

    def mark_received(self, message_id: str, at: datetime) -> None:
        self._run("mark_received", message_id=message_id, at=_text(at))

    def cards(self, query: CardQuery) -> CardPage:
        rows = self._all("cards", **_card_arguments(query))
        bundles = tuple(ProcessCardBundle(row[0], _card(row)) for row in rows[: query.limit])
        return CardPage(bundles, more=len(rows) > query.limit)

    def merker(self, name: str) -> str | None:
        """A note that survives restarts: which scenario is on, which one has been played."""
        row = self._one("get_merker", name=name)
        return None if row is None else str(row[0])

    def set_merker(self, name: str, wert: str) -> None:
        self._run("set_merker", name=name, wert=wert)

    def counts(self) -> Mapping[str, int]:
        stored, forwarded, received = self._one("counts") or (0, 0, 0)
        return MappingProxyType({"eingegangen": stored, "weitergeleitet": forwarded, "empfangen": received})

    def _selected(self, mailbox: str, selection: Selection) -> tuple[Any, ...] | None:
        if isinstance(selection, ByMessageId):
            wanted = (self._one("by_message_id", addressee=mailbox, message_id=one) for one in selection.message_ids)
            return next((row for row in wanted if row is not None), None)
        since = None if selection is None else _text(selection.since)
        return self._one("oldest_waiting", addressee=mailbox, since=since)

    def _prepare(self) -> None:
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        for name, statement in self._sql.items():
            if name.startswith("create_"):
                self._database.execute(statement)

    def _remove_leftovers(self) -> None:
        known = {row[0] for row in self._all("folders")}
        for folder in self._deliveries.iterdir():
            if folder.name not in known:
                shutil.rmtree(folder)

    def _run(self, statement: str, **arguments: Any) -> int:
        with self._lock:
            return self._database.execute(self._sql[statement], arguments).rowcount

    def _one(self, statement: str, **arguments: Any) -> tuple[Any, ...] | None:
        rows = self._all(statement, **arguments)
        return rows[0] if rows else None

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(self._sql[statement], arguments).fetchall()


def _hold(file: Path) -> Any:
    """Locks against a second process; the kernel lets go when this one dies."""
    handle = file.open("ab")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise KonfigurationInvalid("another sandbox runs on this folder", ordner=str(file.parent)) from error
    return handle


def _statements() -> Mapping[str, str]:
    text = files("erv_gateway.sandbox").joinpath("sql", f"{_AREA}.sql").read_text(encoding="utf-8")
    return MappingProxyType(parse(text, _AREA))


def _card_arguments(query: CardQuery) -> dict[str, Any]:
    return {
        "requester": _fingerprint(query.requester),
        "as_originator": query.role is not SelectionRole.ADDRESSEE,
        "as_addressee": query.role is not SelectionRole.ORIGINATOR,
        "message_ids": None if query.message_ids is None else json.dumps(query.message_ids),
        "created_since": None if query.created_since is None else _text(query.created_since),
        "modified_since": None if query.modified_since is None else _text(query.modified_since),
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


def _text(moment: datetime) -> str:
    """UTC with fixed length, so that the order of texts is the order of moments."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()
