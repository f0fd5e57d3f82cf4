"""The raw bytes of a message on their way in: counted, and kept only where they are the evidence."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from osci import constants as k
from osci.errors import invalid


class Held:
    """Keeps what was read until it is known whether the raw bytes are to be spooled, then writes through."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = limited(source, k.MAX_MESSAGE_BYTES, "message")
        self._first: list[bytes] = []
        self._sink: BinaryIO | None = None
        self._keep = True

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._source:
            if self._sink is not None:
                self._sink.write(chunk)
            elif self._keep:
                self._first.append(chunk)
            yield chunk

    def into(self, spool: BinaryIO) -> None:
        for chunk in self._first:
            spool.write(chunk)
        self._first.clear()
        self._sink = spool

    def drop(self) -> None:
        self._first.clear()
        self._keep = False


def limited(chunks: Iterable[bytes], most: int, what: str) -> Iterator[bytes]:
    """The same chunks; RemoteProtocolError 9100 as soon as they are more than `most` bytes together."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise invalid(f"the {what} is larger than {most} bytes")
        yield chunk
