"""Byte ranges that can be read again and again without lying in memory."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from osci.constants import CHUNK_BYTES
from osci.errors import LocalProtocolError


@dataclass(frozen=True, slots=True)
class Slice:
    """`length` bytes of a spool from `offset` on. Replayable; one reader at a time per spool (no locking)."""

    spool: BinaryIO
    offset: int
    length: int

    def chunks(self) -> Iterator[bytes]:
        position, end = self.offset, self.offset + self.length
        while position < end:
            self.spool.seek(position)
            block = self.spool.read(min(CHUNK_BYTES, end - position))
            if not block:
                raise LocalProtocolError("a spool became shorter than what was written to it")
            position += len(block)
            yield block

    def read(self, limit: int) -> bytes:
        """All bytes at once; LocalProtocolError when there are more than `limit`."""
        if self.length > limit:
            raise LocalProtocolError(f"{self.length} bytes are more than the {limit} allowed in memory")
        return b"".join(self.chunks())

    def sha256(self) -> str:
        """Lower-case hex, computed in one pass."""
        return sha256_of(self.chunks())

    def part(self, offset: int, length: int) -> "Slice":
        return Slice(self.spool, self.offset + offset, length)


def append(spool: BinaryIO, chunks: Iterable[bytes]) -> Slice:
    """Writes behind what is there already."""
    start = spool.seek(0, 2)
    length = 0
    for chunk in chunks:
        spool.write(chunk)
        length += len(chunk)
    return Slice(spool, start, length)


def sha256_of(chunks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
