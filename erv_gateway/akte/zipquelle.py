"""A delivery as ZIP file. The directory of the ZIP is judged before a single byte is unpacked."""

import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.quelle import Eintrag, checked

MAX_VERHAELTNIS = 200  # own limit: office files and PDF reach 1:20, blank bilevel scans about 1:150
VERHAELTNIS_AB_BYTES = 1_000_000  # own limit: below, the ratio says nothing
MAX_READ_BYTES = 32 * 10**6  # own limit: 20 000 directory entries with the longest names
LOCAL_HEADER_BYTES = 30  # APPNOTE 6.3.10 §4.3.7
FLAG_ENCRYPTED = 0x1 | 0x40 | 0x2000  # APPNOTE §4.4.4: traditional, strong, masked header
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class ZipQuelle:
    """`stream`: seekable and binary. A file that is no ZIP at all is a finding (`zip-beschaedigt`), not an error."""

    def __init__(self, stream: BinaryIO, befund: Befund) -> None:
        self._zip = _open_zip(stream, befund)
        infos = [] if self._zip is None else [info for info in self._zip.infolist() if not _is_folder(info)]
        self._infos = {info.orig_filename: info for info in infos}
        for info in infos:
            _check_member(info, befund)
        _check_overlap(infos, befund)
        self._eintraege = checked(_entries(infos), befund)

    def eintraege(self) -> tuple[Eintrag, ...]:
        return self._eintraege

    def open(self, name: str) -> BinaryIO:
        if self._zip is None:
            raise zipfile.BadZipFile("no archive")
        return cast("BinaryIO", self._zip.open(self._infos[name]))


class _BoundedReads:
    """zipfile reads the whole directory of a ZIP at once, and makes an object of every line in it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell
        self.seekable = stream.seekable

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(min(size, MAX_READ_BYTES + 1) if size >= 0 else MAX_READ_BYTES + 1)
        if len(data) > MAX_READ_BYTES:
            raise zipfile.BadZipFile("directory of the ZIP is too large")
        return data


def _open_zip(stream: IO[bytes], befund: Befund) -> zipfile.ZipFile | None:
    try:
        stream.seek(0)
        if stream.read(2) == b"PK":  # a program with a ZIP at its end is not a ZIP for us
            return zipfile.ZipFile(cast("IO[bytes]", _BoundedReads(stream)))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, struct.error):
        pass
    befund.mangel("zip-beschaedigt", "")
    return None


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith("/") and info.file_size == 0


def _entries(infos: list[zipfile.ZipInfo]) -> Iterator[Eintrag]:
    """`orig_filename` is the name as it stands in the ZIP: zipfile cuts `filename` at a NUL."""
    return (Eintrag(info.orig_filename, info.file_size) for info in infos)


def _check_member(info: zipfile.ZipInfo, befund: Befund) -> None:
    name = info.orig_filename
    art = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & FLAG_ENCRYPTED:
        befund.mangel("zip-verschluesselt", name)
    if info.compress_type not in _METHODS:
        befund.mangel("zip-verfahren", name, verfahren=info.compress_type)
    if art not in {0, stat.S_IFREG} or info.orig_filename.endswith("/"):
        befund.mangel("keine-regulaere-datei", name)
    if info.file_size > max(VERHAELTNIS_AB_BYTES, MAX_VERHAELTNIS * info.compress_size):
        ratio = info.file_size // max(1, info.compress_size)
        befund.mangel("zip-bombe", name, verhaeltnis=ratio, grenze=MAX_VERHAELTNIS)


def _check_overlap(infos: list[zipfile.ZipInfo], befund: Befund) -> None:
    """Members that share bytes multiply a small file without a striking ratio each."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            befund.mangel("zip-ueberlappend", info.orig_filename)
            return
        end = info.header_offset + LOCAL_HEADER_BYTES + info.compress_size
