"""What an intermediary must keep for messages in chunks (section 4.2), as a port and in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Protocol

from osci.feedback import Feedback
from osci.mailbox import UploadKey
from osci.types import Chunks, ChunkSource


@dataclass(frozen=True, slots=True)
class Plan:
    """What all chunks of an upload agree on: their number, the size of each (KiB), the size of the whole (KiB)."""

    total: int
    chunk_kib: int
    message_kib: int


@dataclass(frozen=True, slots=True)
class Upload:
    """`received`: numbers from 1, ascending. `newest`: when the last chunk came. `outcome`: the feedback of the
    message inside, empty as long as it was not processed; with it the chunks are gone."""

    plan: Plan
    received: tuple[int, ...]
    newest: datetime
    outcome: Feedback = ()

    @property
    def complete(self) -> bool:
        return len(self.received) == self.plan.total


@dataclass(frozen=True, slots=True)
class Packed:
    """A complete answer to fetchDelivery that is handed out in chunks: always the same bytes, also after a restart.

    `read(start, end)` gives the bytes of that range, again and again.
    """

    length: int
    read: Callable[[int, int], Iterator[bytes]]


class ChunkStore(Protocol):
    """Where uploads and packed answers survive. What a method has confirmed must survive the end of the process."""

    def upload(self, key: UploadKey) -> Upload | None: ...

    def add(self, key: UploadKey, plan: Plan, number: int, chunks: Chunks, at: datetime) -> bool:
        """One chunk; the first one opens the upload. False: that number is there already, nothing changed (9900)."""
        ...

    def assembled(self, key: UploadKey) -> ChunkSource:
        """All bytes of a complete upload."""
        ...

    def finish(self, key: UploadKey, outcome: Feedback) -> None:
        """The message inside was processed; its chunks may go."""
        ...

    def discard(self, before: datetime) -> None:
        """Forgets every unfinished upload whose newest chunk is older."""
        ...

    def packed(self, message_id: str) -> Packed | None: ...

    def pack(self, message_id: str, chunks: Chunks) -> Packed:
        """Keeps the bytes for this delivery; the first ones stay."""
        ...


@dataclass(slots=True)
class _Entry:
    upload: Upload
    chunks: dict[int, bytes] = field(default_factory=dict)


class MemoryChunks:
    """A ChunkStore that lasts as long as its object and holds everything in memory."""

    def __init__(self) -> None:
        self._uploads: dict[UploadKey, _Entry] = {}
        self._packed: dict[str, bytes] = {}
        self._lock = Lock()

    def upload(self, key: UploadKey) -> Upload | None:
        with self._lock:
            entry = self._uploads.get(key)
            return None if entry is None else entry.upload

    def add(self, key: UploadKey, plan: Plan, number: int, chunks: Chunks, at: datetime) -> bool:
        data = b"".join(chunks)
        with self._lock:
            entry = self._uploads.setdefault(key, _Entry(Upload(plan, (), at)))
            if number in entry.upload.received:
                return False
            entry.chunks[number] = data
            entry.upload = replace(entry.upload, received=tuple(sorted(entry.chunks)), newest=at)
            return True

    def assembled(self, key: UploadKey) -> ChunkSource:
        parts = self._uploads[key].chunks
        return lambda: (parts[number] for number in sorted(parts))

    def finish(self, key: UploadKey, outcome: Feedback) -> None:
        with self._lock:
            entry = self._uploads[key]
            entry.upload = replace(entry.upload, outcome=outcome)
            entry.chunks = {}

    def discard(self, before: datetime) -> None:
        with self._lock:
            old = [k for k, e in self._uploads.items() if e.upload.newest < before and not e.upload.outcome]
            for key in old:
                del self._uploads[key]

    def packed(self, message_id: str) -> Packed | None:
        data = self._packed.get(message_id)
        return None if data is None else _packed(data)

    def pack(self, message_id: str, chunks: Chunks) -> Packed:
        with self._lock:
            return _packed(self._packed.setdefault(message_id, b"".join(chunks)))


def _packed(data: bytes) -> Packed:
    return Packed(len(data), lambda start, end: iter((data[start:end],)))
