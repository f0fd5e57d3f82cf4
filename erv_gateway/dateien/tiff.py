"""TIFF 6.0: the directories and their compression (sections 2, 3), without decoding an image."""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from erv_gateway.dateien.art import BYTE_ORDERS
from erv_gateway.dateien.grenzen import MAX_TIFF_BILDER, MAX_TIFF_EINTRAEGE
from xjustiz.merkmale import TiffMerkmale

IMAGE_WIDTH, IMAGE_LENGTH, COMPRESSION = 256, 257, 259
SHORT: Final = 3
UNCOMPRESSED: Final = 1


def read_tiff(file: BinaryIO) -> TiffMerkmale | None:
    """None for what does not begin as a TIFF."""
    groesse = os.fstat(file.fileno()).st_size
    kopf = _at(file, 0, 8)
    order = BYTE_ORDERS.get(kopf[:2])
    if order is None or len(kopf) < 8:
        return None
    (kennzahl,) = struct.unpack(order + "H", kopf[2:4])
    if kennzahl == 43:
        return TiffMerkmale(bilder=0, big=True)
    if kennzahl != 42:
        return None
    maengel: list[str] = []
    verzeichnisse = list(_directories(file, order, struct.unpack(order + "I", kopf[4:])[0], groesse, maengel))
    if not verzeichnisse:
        maengel.append("ohne-bild")
    if any(not (eins.get(IMAGE_WIDTH) and eins.get(IMAGE_LENGTH)) for eins in verzeichnisse):
        maengel.append("ohne-masse")
    kompressionen = sorted({eins.get(COMPRESSION, UNCOMPRESSED) for eins in verzeichnisse})
    return TiffMerkmale(len(verzeichnisse), tuple(kompressionen), maengel=tuple(dict.fromkeys(maengel)))


def _directories(file: BinaryIO, order: str, stelle: int, groesse: int, maengel: list[str]) -> Iterator[dict[int, int]]:
    gesehen: set[int] = set()
    while stelle != 0:
        if stelle in gesehen:
            maengel.append("schleife")
            return
        if len(gesehen) >= MAX_TIFF_BILDER:
            maengel.append("zu-viele")
            return
        gesehen.add(stelle)
        verzeichnis, stelle = _directory(file, order, stelle)
        if verzeichnis is None:
            maengel.append("abgeschnitten")
            return
        yield verzeichnis
        if stelle >= groesse:
            maengel.append("abgeschnitten")
            return


def _directory(file: BinaryIO, order: str, stelle: int) -> tuple[dict[int, int] | None, int]:
    anzahl_bytes = _at(file, stelle, 2)
    if len(anzahl_bytes) < 2:
        return None, 0
    (anzahl,) = struct.unpack(order + "H", anzahl_bytes)
    inhalt = _at(file, stelle + 2, 12 * anzahl + 4)
    if anzahl == 0 or anzahl > MAX_TIFF_EINTRAEGE or len(inhalt) < 12 * anzahl + 4:
        return None, 0
    werte: dict[int, int] = {}
    for nummer in range(anzahl):
        tag, typ, _count = struct.unpack_from(order + "HHI", inhalt, 12 * nummer)
        (werte[tag],) = struct.unpack_from(order + ("H" if typ == SHORT else "I"), inhalt, 12 * nummer + 8)
    return werte, struct.unpack_from(order + "I", inhalt, 12 * anzahl)[0]


def _at(file: BinaryIO, stelle: int, wieviel: int) -> bytes:
    return os.pread(file.fileno(), wieviel, stelle)
