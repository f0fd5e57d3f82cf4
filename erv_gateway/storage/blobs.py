"""Bytes by their SHA-256: everything that came from outside or goes there, unchanged and never twice.

`Blobs` is what the stations see. It knows no paths: what needs a file gets an open one.
"""

import asyncio
import hashlib
import io
import re
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast

from erv_gateway.kern.fehler import EingabeRefused, ErvError, NotFound

CHUNK_BYTES = 2**20
"""Big enough that a hop to a thread costs nothing, small enough that a hundred transfers fit into memory."""
_DIGEST = re.compile(r"[0-9a-f]{64}")

Chunks = AsyncIterable[bytes] | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Blob:
    """`sha256`: 64 lower-case hexadecimal digits; `bytes`: the length."""

    sha256: str
    bytes: int


class BlobNotFound(NotFound):
    code = "blob-nicht-gefunden"


class BlobDamaged(ErvError):
    """What lies in the store does not have the digest under which it lies: the disk or a person changed it."""

    code = "blob-beschaedigt"


class Blobs(Protocol):
    async def put(self, chunks: Chunks, *, limit: int | None = None) -> Blob:
        """Keep the bytes; they survive a crash once this returns. A plain iterable is consumed in a thread.

        Raises EingabeRefused when there are more than `limit` bytes; nothing is kept then, or when `chunks` raises.
        """
        ...

    async def put_bytes(self, data: bytes) -> Blob: ...

    async def put_file(self, file: BinaryIO) -> Blob:
        """Keep what is left to read in `file`, from its position on."""
        ...

    def chunks(self, sha256: str, *, verify: bool = True) -> AsyncIterator[bytes]:
        """The bytes in pieces of at most 1 MiB. Raises BlobNotFound, and with `verify` BlobDamaged after the last one:
        act on the content only when the iteration has ended."""
        ...

    async def read(self, sha256: str, *, limit: int) -> bytes:
        """All bytes, verified. Raises EingabeRefused above `limit`, BlobNotFound, BlobDamaged."""
        ...

    async def has(self, sha256: str) -> bool: ...

    async def size(self, sha256: str) -> int: ...

    def open_file(self, sha256: str) -> BinaryIO:
        """For libraries that want a file: read-only, seekable, not verified, blocking; the caller closes it."""
        ...

    def spool(self) -> BinaryIO:
        """A nameless file to write and read, gone when closed or when the process ends."""
        ...


class MemoryBlobs:
    """For tests and the sandbox."""

    def __init__(self) -> None:
        self._content: dict[str, bytes] = {}

    async def put(self, chunks: Chunks, *, limit: int | None = None) -> Blob:
        collected = bytearray()
        async for piece in pieces(chunks):
            collected += piece
            refuse_above(len(collected), limit)
        return await self.put_bytes(bytes(collected))

    async def put_bytes(self, data: bytes) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        self._content[blob.sha256] = data
        return blob

    async def put_file(self, file: BinaryIO) -> Blob:
        return await self.put_bytes(await asyncio.to_thread(file.read))

    async def chunks(self, sha256: str, *, verify: bool = True) -> AsyncIterator[bytes]:
        with self.open_file(sha256) as file:
            for piece in file_pieces(file):
                yield piece
        if verify:
            check_content(sha256, hashlib.sha256(self._get(sha256)).hexdigest())

    async def read(self, sha256: str, *, limit: int) -> bytes:
        refuse_above(await self.size(sha256), limit)
        data = self._get(sha256)
        check_content(sha256, hashlib.sha256(data).hexdigest())
        return data

    async def has(self, sha256: str) -> bool:
        return sha256 in self._content

    async def size(self, sha256: str) -> int:
        return len(self._get(sha256))

    def open_file(self, sha256: str) -> BinaryIO:
        return io.BytesIO(self._get(sha256))

    def spool(self) -> BinaryIO:
        return cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=CHUNK_BYTES))

    def _get(self, sha256: str) -> bytes:
        try:
            return self._content[check_digest(sha256)]
        except KeyError as error:
            raise BlobNotFound(f"there is no blob {sha256}", sha256=sha256) from error


async def pieces(chunks: Chunks) -> AsyncIterator[bytes]:
    """One way to iterate over both kinds."""
    if isinstance(chunks, AsyncIterable):
        async for piece in chunks:
            yield piece
    else:
        for piece in chunks:
            yield piece


def file_pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece


def refuse_above(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise EingabeRefused(f"more than the {limit} bytes that are allowed here", limit=limit)


def check_digest(sha256: str) -> str:
    """What is no digest is found nowhere; above all it never becomes part of a path."""
    if not _DIGEST.fullmatch(sha256):
        raise BlobNotFound("that is not a SHA-256 in lower-case hexadecimal digits")
    return sha256


def check_content(sha256: str, found: str) -> None:
    if sha256 != found:
        raise BlobDamaged(f"the blob {sha256} now has the digest {found}", sha256=sha256)
