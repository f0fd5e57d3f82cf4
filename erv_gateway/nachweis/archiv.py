"""Opens the ZIP of a bundle. Everything odd about the container itself makes it unreadable, nothing is repaired."""

import os
import re
import struct
import zipfile
from collections.abc import Mapping
from typing import BinaryIO, Final

from erv_gateway.nachweis.modell import (
    MAX_DIRECTORY_BYTES,
    MAX_ENTRIES,
    MAX_ENTRY_BYTES,
    MAX_TOTAL_BYTES,
    NachweisUnreadable,
)

_SEGMENT: Final = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_PATH: Final = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,3}}")
_END: Final = struct.Struct("<4s4H2IH")
"""End of central directory record, APPNOTE 4.3.16: its last fields are directory size, offset, comment length."""
_ZIP64_LOCATOR_BYTES: Final = 20
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_archiv(quelle: BinaryIO) -> Mapping[str, bytes]:
    """{path: content}, at most MAX_TOTAL_BYTES. Raises NachweisUnreadable."""
    try:
        _check_directory(quelle)
        with zipfile.ZipFile(quelle) as archive:
            return _read(archive)
    except NachweisUnreadable:
        raise
    except Exception as error:  # zipfile leaks zlib.error, struct.error, KeyError and more on broken archives
        raise NachweisUnreadable(f"not an intact ZIP archive: {type(error).__name__}") from error


def _check_directory(quelle: BinaryIO) -> None:
    """Bounds the directory before zipfile reads it whole. A comment or ZIP64 has no place in a bundle."""
    size = quelle.seek(0, os.SEEK_END)
    quelle.seek(max(0, size - _END.size - _ZIP64_LOCATOR_BYTES))
    tail = quelle.read()
    before, end = tail[: -_END.size], tail[-_END.size :]
    if len(end) < _END.size:
        raise NachweisUnreadable("not a ZIP archive")
    signature, *_, directory_bytes, _offset, comment_bytes = _END.unpack(end)
    if signature != b"PK\x05\x06" or comment_bytes:
        raise NachweisUnreadable("not a ZIP archive, or cut off, or with a comment")
    if before.startswith(b"PK\x06\x07") or directory_bytes > MAX_DIRECTORY_BYTES:
        raise NachweisUnreadable("the archive holds more than a bundle may")


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [info for info in archive.infolist() if not _is_folder(info)]
    if len(archive.infolist()) > MAX_ENTRIES or sum(info.file_size for info in entries) > MAX_TOTAL_BYTES:
        raise NachweisUnreadable("the archive holds more than a bundle may")
    files: dict[str, bytes] = {}
    for info in entries:
        if info.filename in files or _PATH.fullmatch(info.filename) is None:
            raise NachweisUnreadable(f"name not permitted or twice: {info.filename!r}")
        files[info.filename] = _read_entry(archive, info)
    return files


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.filename.endswith("/") and info.file_size == 0


def _read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS or info.file_size > MAX_ENTRY_BYTES:
        raise NachweisUnreadable(f"{info.filename} is encrypted, packed in another way, or too big")
    with archive.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise NachweisUnreadable(f"{info.filename} has another size than stated")
    return data
