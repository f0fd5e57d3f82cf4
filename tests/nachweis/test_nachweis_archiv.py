"""Bad containers: no ZIP, broken ZIP, bombs, bad names. Exit 2 in the stand-alone program, refused by our own."""

import io
import os
import struct
import time
import zipfile

import nachweis_fabrik as fabrik
import pytest
from nachweis_urteile import UNLESBAR, unpack, verdict

from erv_gateway.nachweis import modell


def archive(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    spool = io.BytesIO()
    with zipfile.ZipFile(spool, "w", compression) as target:
        for path, data in entries:
            target.writestr(path, data)
    return spool.getvalue()


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(18), os.urandom(5000)])
def test_no_zip_is_unreadable(data: bytes) -> None:
    assert verdict(data) == UNLESBAR


def test_truncated_bundle_is_never_gueltig() -> None:
    bundle = fabrik.good_bundle()
    for length in range(0, len(bundle), len(bundle) // 60):
        assert verdict(bundle[:length]) == UNLESBAR


@pytest.mark.parametrize("name", ["../x", "/x", "a//b", "a\\b", "ä.txt", ".x", "a/b/c/d/e", "a/../b", "a/"])
def test_bad_names_are_unreadable(name: str) -> None:
    good = list(unpack(fabrik.good_bundle()).items())
    assert verdict(archive(*good, (name, b"x"))) == UNLESBAR


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_name_twice_is_unreadable() -> None:
    good = list(unpack(fabrik.good_bundle()).items())
    assert verdict(archive(*good, good[-1])) == UNLESBAR


def test_too_many_entries_are_unreadable() -> None:
    assert verdict(archive(*((f"f{n}", b"") for n in range(modell.MAX_ENTRIES + 1)))) == UNLESBAR


def test_compressed_bomb_is_unreadable_without_unpacking() -> None:
    bomb = archive(("nachweis.json", bytes(modell.MAX_ENTRY_BYTES + 1)), compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert verdict(bomb) == UNLESBAR


def test_bomb_that_lies_about_its_size_is_unreadable() -> None:
    """The directory says 10 bytes, the stream holds 20 million."""
    bomb = bytearray(archive(("nachweis.json", bytes(20_000_000)), compression=zipfile.ZIP_DEFLATED))
    size = struct.pack("<I", 20_000_000)
    while (position := bomb.find(size)) >= 0:
        bomb[position : position + 4] = struct.pack("<I", 10)
    assert verdict(bytes(bomb)) == UNLESBAR


def test_flood_of_entries_is_refused_before_it_is_read() -> None:
    """A directory of 100,000 entries that all point to one file."""
    one = archive(("f", b""))
    local, central = one[: one.index(b"PK\x01\x02")], one[one.index(b"PK\x01\x02") : -22]
    count = 100_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(central) * count, len(local), 0)
    flood = local + central * count + end
    with zipfile.ZipFile(io.BytesIO(flood)) as opened:
        assert len(opened.infolist()) == count
    started = time.perf_counter()
    assert verdict(flood) == UNLESBAR
    assert time.perf_counter() - started < 0.2


def test_comment_and_zip64_are_unreadable() -> None:
    spool = io.BytesIO(fabrik.good_bundle())
    with zipfile.ZipFile(spool, "a") as target:
        target.comment = b"x"
    assert verdict(spool.getvalue()) == UNLESBAR
    bundle = fabrik.good_bundle()
    assert verdict(bundle[:-22] + b"PK\x06\x07" + bytes(16) + bundle[-22:]) == UNLESBAR


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compression_is_unreadable(method: int) -> None:
    assert verdict(archive(*unpack(fabrik.good_bundle()).items(), compression=method)) == UNLESBAR


def test_encrypted_entry_is_unreadable() -> None:
    bundle = bytearray(fabrik.good_bundle())
    central = bundle.rfind(b"PK\x01\x02")
    bundle[central + 8] |= 1
    assert verdict(bytes(bundle)) == UNLESBAR


def test_packing_again_with_another_program_changes_nothing() -> None:
    entries = list(unpack(fabrik.good_bundle()).items())
    assert verdict(archive(("uebergabe/", b""), *reversed(entries), compression=zipfile.ZIP_DEFLATED)) == "gueltig"
