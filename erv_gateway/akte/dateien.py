"""The files of a delivery, hashed and typed, and what a reader of a description makes of them."""

import hashlib
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateityp import KOPF_BYTES, content_fault, type_of
from erv_gateway.akte.modell import Akte, Datei, Rolle
from erv_gateway.akte.quelle import Eintrag, Quelle

CHUNK_BYTES = 1 << 20
UNREADABLE = (
    OSError,
    EOFError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What opening and reading an entry of a folder or ZIP may raise when its bytes are bad."""


@dataclass(frozen=True, slots=True)
class EingelieferteDatei:
    """A file as it lies in the delivery; `name` is its path there, `sha256` 64 lower-case hex digits."""

    name: str
    sha256: str
    bytes: int
    medientyp: str


Dateien = Mapping[str, EingelieferteDatei]
"""By name in NFC, so that a description and a file system may differ in how they compose an umlaut."""


@dataclass(frozen=True, slots=True)
class Gelesen:
    """What a description (manifest, xdomea) says: the Akte, and the names (NFC) of all files it mentions."""

    akte: Akte
    genannt: frozenset[str]


def nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def hash_entry(
    quelle: Quelle, eintrag: Eintrag, befund: Befund, medientyp: str | None = None
) -> EingelieferteDatei | None:
    """Hash of one entry; its type is checked by content unless `medientyp` is given. None when it is unreadable."""
    try:
        with quelle.open(eintrag.name) as stream:
            kopf = stream.read(KOPF_BYTES)
            digest, size = _digest(kopf, stream, eintrag.bytes)
    except UNREADABLE:
        befund.mangel("datei-unlesbar", eintrag.name)
        return None
    if size != eintrag.bytes:
        befund.mangel("waehrend-lesens-veraendert", eintrag.name)
    if medientyp is None:
        _check_content(eintrag, kopf, befund)
    return EingelieferteDatei(
        eintrag.name, digest, size, medientyp or type_of(eintrag.name) or "application/octet-stream"
    )


def _digest(kopf: bytes, stream: BinaryIO, expected: int) -> tuple[str, int]:
    """Hex digest and size; stops one byte after the expected size, so a growing file cannot hold it."""
    digest, size = hashlib.sha256(kopf), len(kopf)
    while size <= expected and (chunk := stream.read(CHUNK_BYTES)):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _check_content(eintrag: Eintrag, kopf: bytes, befund: Befund) -> None:
    if not kopf:
        befund.mangel("datei-leer", eintrag.name)
    elif (code := content_fault(eintrag.name, kopf)) is not None:
        befund.mangel(code, eintrag.name)


def chunks_of(quelle: Quelle, name: str) -> Iterator[bytes]:
    with quelle.open(name) as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


def as_datei(datei: EingelieferteDatei, rolle: Rolle, bezug: str | None = None) -> Datei:
    return Datei(datei.name, datei.sha256, datei.bytes, datei.medientyp, rolle, bezug)
