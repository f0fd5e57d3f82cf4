"""TIFF: what its directories say, and that loops and lies in them end."""

import os
import struct
import tempfile

import pytest
from dateien_muster import BILD, build_tiff

from erv_gateway.dateien.pruefworker import examine
from xjustiz.merkmale import Dateimerkmale, TiffMerkmale

ANDERES = {**BILD, 259: 5}


def facts(inhalt: bytes) -> Dateimerkmale:
    with tempfile.TemporaryFile() as file:
        file.write(inhalt)
        file.flush()
        return examine(file, gruendlich=True)


@pytest.mark.parametrize(
    ("inhalt", "erwartet"),
    [
        (build_tiff(BILD), TiffMerkmale(1, (4,))),
        (build_tiff(BILD, ANDERES, order=">"), TiffMerkmale(2, (4, 5))),
        (build_tiff({256: 1, 257: 1}), TiffMerkmale(1, (1,))),
        (build_tiff({259: 1}), TiffMerkmale(1, (1,), maengel=("ohne-masse",))),
        (build_tiff(BILD, schleife=True), TiffMerkmale(1, (4,), maengel=("schleife",))),
        (build_tiff(BILD)[:-3], TiffMerkmale(0, (), maengel=("abgeschnitten", "ohne-bild"))),
        (b"II*\0" + struct.pack("<I", 0), TiffMerkmale(0, (), maengel=("ohne-bild",))),
        (b"II*\0" + struct.pack("<I", 2**31), TiffMerkmale(0, (), maengel=("abgeschnitten", "ohne-bild"))),
        (b"II+\0\x08\0\0\0", TiffMerkmale(0, big=True)),
    ],
)
def test_a_tiff_is_described(inhalt: bytes, erwartet: TiffMerkmale) -> None:
    assert facts(inhalt) == Dateimerkmale(tiff=erwartet)


def test_a_head_that_is_too_short_is_unreadable() -> None:
    assert facts(b"II*\0").unlesbar


def test_a_chain_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erv_gateway.dateien.tiff.MAX_TIFF_BILDER", 5)
    tiff = facts(build_tiff(*([BILD] * 8))).tiff
    assert tiff is not None
    assert (tiff.bilder, tiff.maengel) == (5, ("zu-viele",))


def test_random_directories_never_raise() -> None:
    for _ in range(300):
        assert facts(b"MM\0*" + struct.pack(">I", 8) + os.urandom(200)).tiff is not None


@pytest.mark.parametrize("inhalt", [b"", b"PK\x03\x04", b"<html>", b"\x89PNG\r\n"])
def test_of_other_files_nothing_is_known(inhalt: bytes) -> None:
    assert facts(inhalt) == Dateimerkmale()
