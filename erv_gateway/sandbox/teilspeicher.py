"""Messages in chunks on disk: one file per chunk, one per packed answer; SQLite says which of them count."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from erv_gateway.sandbox.datenbank import Datenbank
from erv_gateway.sandbox.dauerhaft import sync_folder, write_new
from erv_gateway.sandbox.werte import fingerprint, moment_text
from osci.constants import CHUNK_BYTES
from osci.feedback import DONE_DIALOG_CLOSED, Feedback, FeedbackEntry, feedback
from osci.intermediary import Packed, Plan, Upload
from osci.mailbox import UploadKey
from osci.types import Chunks, ChunkSource


class Teilspeicher:
    """`osci.intermediary.ChunkStore`, durable and thread-safe. A chunk is there from the moment its row is committed;
    files without a row are removed at the next start."""

    def __init__(self, datenbank: Datenbank, folder: Path) -> None:
        self._db = datenbank
        self._uploads = folder / "teile"
        self._packages = folder / "gepackt"
        for made in (self._uploads, self._packages):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._remove_leftovers()

    def upload(self, key: UploadKey) -> Upload | None:
        row = self._db.one("upload", **_key(key))
        if row is None:
            return None
        number, total, chunk_kib, message_kib, newest, outcome = row
        received = tuple(int(r[0]) for r in self._db.all("received", hochladung=number))
        if outcome is not None:
            received = tuple(range(1, total + 1))
        return Upload(Plan(total, chunk_kib, message_kib), received, datetime.fromisoformat(newest), _entries(outcome))

    def add(self, key: UploadKey, plan: Plan, number: int, chunks: Chunks, at: datetime) -> bool:
        file = self._uploads / uuid4().hex
        write_new(file, chunks)
        sync_folder(self._uploads)
        with self._db.transaction():
            self._db.run(
                "open_upload",
                **_key(key),
                total=plan.total,
                chunk_kib=plan.chunk_kib,
                message_kib=plan.message_kib,
                at=moment_text(at),
            )
            kept = self._db.run("add_chunk", **_key(key), chunk=number, datei=file.name)
            if kept:
                self._db.run("touch_upload", **_key(key), at=moment_text(at))
        if not kept:
            file.unlink()
        return kept == 1

    def assembled(self, key: UploadKey) -> ChunkSource:
        files = [self._uploads / row[0] for row in self._db.all("chunk_files", **_key(key))]
        return lambda: (block for file in files for block in _blocks(file))

    def finish(self, key: UploadKey, outcome: Feedback) -> None:
        with self._db.transaction():
            self._db.run("finish_upload", **_key(key), ergebnis=entries_text(outcome))
            names = [row[0] for row in self._db.all("chunk_files", **_key(key))]
            self._db.run("drop_chunks", **_key(key))
        self._unlink(names)

    def discard(self, before: datetime) -> None:
        with self._db.transaction():
            names = [row[0] for row in self._db.all("old_chunk_files", before=moment_text(before))]
            self._db.run("drop_old_chunks", before=moment_text(before))
            self._db.run("drop_old_uploads", before=moment_text(before))
        self._unlink(names)

    def packed(self, message_id: str) -> Packed | None:
        row = self._db.one("packed", message_id=message_id)
        return None if row is None else _packed(self._packages / row[0])

    def pack(self, message_id: str, chunks: Chunks) -> Packed:
        self._drop_received()
        file = self._packages / uuid4().hex
        write_new(file, chunks)
        sync_folder(self._packages)
        if not self._db.run("pack", message_id=message_id, datei=file.name):
            file.unlink()
        found = self.packed(message_id)
        if found is None:
            raise KeyError(message_id)
        return found

    def _drop_received(self) -> None:
        """What has arrived is not fetched in chunks any more; whoever asks again gets it packed anew."""
        with self._db.transaction():
            names = [row[0] for row in self._db.all("packed_received")]
            self._db.run("drop_packed_received")
        for name in names:
            (self._packages / name).unlink(missing_ok=True)

    def _remove_leftovers(self) -> None:
        known = {row[0] for name in ("all_chunk_files", "all_packed_files") for row in self._db.all(name)}
        for file in (*self._uploads.iterdir(), *self._packages.iterdir()):
            if file.name not in known:
                file.unlink()

    def _unlink(self, names: list[str]) -> None:
        for name in names:
            (self._uploads / name).unlink(missing_ok=True)


def done_text() -> str:
    """The outcome of an upload whose delivery was stored."""
    return entries_text(feedback(DONE_DIALOG_CLOSED))


def entries_text(entries: Feedback) -> str:
    return json.dumps([[entry.code, entry.text, entry.language] for entry in entries])


def _entries(text: str | None) -> Feedback:
    return tuple(FeedbackEntry(*values) for values in json.loads(text)) if text else ()


def _key(key: UploadKey) -> dict[str, str]:
    return {"client": fingerprint(key.client), "message_id": key.message_id}


def _packed(file: Path) -> Packed:
    return Packed(file.stat().st_size, lambda start, end: _range(file, start, end))


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(CHUNK_BYTES):
            yield block


def _range(file: Path, start: int, end: int) -> Iterator[bytes]:
    with file.open("rb") as source:
        source.seek(start)
        while start < end and (block := source.read(min(CHUNK_BYTES, end - start))):
            start += len(block)
            yield block
