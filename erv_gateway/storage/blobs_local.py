"""The default store: a directory, one file per digest, written so that a crash leaves all of it or nothing.

`<dir>/<first two digits>/<digest>`, and `<dir>/tmp` for what is being written. Order of writing: file, fsync, rename,
fsync of the directory.
"""

import asyncio
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from erv_gateway.storage.blobs import (
    CHUNK_BYTES,
    Blob,
    BlobNotFound,
    Chunks,
    check_content,
    check_digest,
    file_pieces,
    refuse_above,
)

LEFTOVER_SECONDS = 24 * 3600
"""Nothing is written for a day: an older temporary file was left by a crash."""


class LocalBlobs:
    """Content-addressed files below `directory`, which belongs to this store alone."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._tmp = directory / "tmp"
        self._tmp.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_leftovers(self._tmp)

    async def put(self, chunks: Chunks, *, limit: int | None = None) -> Blob:
        if isinstance(chunks, AsyncIterable):
            return await self._put_async(chunks, limit)
        return await asyncio.to_thread(self._put_sync, chunks, limit)

    async def put_bytes(self, data: bytes) -> Blob:
        return await asyncio.to_thread(self._put_sync, (data,), None)

    async def put_file(self, file: BinaryIO) -> Blob:
        return await asyncio.to_thread(self._put_sync, file_pieces(file), None)

    async def chunks(self, sha256: str, *, verify: bool = True) -> AsyncIterator[bytes]:
        digest = hashlib.sha256()
        file = await asyncio.to_thread(self.open_file, sha256)
        try:
            while piece := await asyncio.to_thread(file.read, CHUNK_BYTES):
                if verify:
                    digest.update(piece)
                yield piece
        finally:
            file.close()
        if verify:
            check_content(sha256, digest.hexdigest())

    async def read(self, sha256: str, *, limit: int) -> bytes:
        refuse_above(await self.size(sha256), limit)
        return await asyncio.to_thread(self._read, sha256)

    async def has(self, sha256: str) -> bool:
        return await asyncio.to_thread(self._path(sha256).is_file)

    async def size(self, sha256: str) -> int:
        try:
            return (await asyncio.to_thread(self._path(sha256).stat)).st_size
        except FileNotFoundError as error:
            raise _missing(sha256) from error

    def open_file(self, sha256: str) -> BinaryIO:
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise _missing(sha256) from error

    def spool(self) -> BinaryIO:
        return cast("BinaryIO", tempfile.TemporaryFile(dir=self._tmp))

    async def _put_async(self, chunks: AsyncIterable[bytes], limit: int | None) -> Blob:
        writer = await asyncio.to_thread(_Writer, self._tmp, limit)
        try:
            waiting = bytearray()
            async for piece in chunks:
                waiting += piece
                if len(waiting) >= CHUNK_BYTES:
                    await asyncio.to_thread(writer.write, bytes(waiting))
                    waiting.clear()
            await asyncio.to_thread(writer.write, bytes(waiting))
            return await asyncio.to_thread(writer.commit, self._directory)
        finally:
            writer.discard()

    def _put_sync(self, chunks: Iterable[bytes], limit: int | None) -> Blob:
        writer = _Writer(self._tmp, limit)
        try:
            for piece in chunks:
                writer.write(piece)
            return writer.commit(self._directory)
        finally:
            writer.discard()

    def _read(self, sha256: str) -> bytes:
        with self.open_file(sha256) as file:
            data = file.read()
        check_content(sha256, hashlib.sha256(data).hexdigest())
        return data

    def _path(self, sha256: str) -> Path:
        return _path(self._directory, check_digest(sha256))


class _Writer:
    """One blob on its way in. The lock is there because a cancelled task's last write still runs in its thread."""

    def __init__(self, tmp: Path, limit: int | None) -> None:
        self._lock = threading.Lock()
        self._limit = limit
        self._digest = hashlib.sha256()
        self._bytes = 0
        number, name = tempfile.mkstemp(dir=tmp)  # mode 0600
        self._path = Path(name)
        self._file = os.fdopen(number, "wb")

    def write(self, data: bytes) -> None:
        with self._lock:
            self._bytes += len(data)
            refuse_above(self._bytes, self._limit)
            self._digest.update(data)
            self._file.write(data)

    def commit(self, directory: Path) -> Blob:
        with self._lock:
            self._file.flush()
            os.fsync(self._file.fileno())
            target = _path(directory, self._digest.hexdigest())
            _make_folder(target.parent)
            self._path.replace(target)
            _sync_folder(target.parent)
            return Blob(target.name, self._bytes)

    def discard(self) -> None:
        """Close, and remove what was not committed."""
        with self._lock:
            self._file.close()
            self._path.unlink(missing_ok=True)


def _path(directory: Path, sha256: str) -> Path:
    return directory / sha256[:2] / sha256


def _make_folder(folder: Path) -> None:
    """A new folder must itself survive a crash, else the file in it would be lost with it."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _remove_leftovers(tmp: Path) -> None:
    oldest = time.time() - LEFTOVER_SECONDS
    for path in tmp.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _missing(sha256: str) -> BlobNotFound:
    return BlobNotFound(f"there is no blob {sha256}", sha256=sha256)
