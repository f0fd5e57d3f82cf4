"""Every kind of bad delivery is refused as a whole, with all findings, and leaves nothing in the store."""

import asyncio
import os
import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from akte_pakete import PDF, CountingBlobs, as_json, as_zip, datei, dokument, manifest, paket, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from erv_gateway.akte import quelle, zipquelle
from erv_gateway.akte.befund import EinlieferungRefused, Mangel, text_of
from erv_gateway.akte.einlieferung import Lieferformat, inspect_delivery, read_delivery, read_zip
from erv_gateway.kern.fehler import EingabeRefused


async def refused(raw: bytes) -> tuple[Mangel, ...]:
    """The findings for a ZIP, after checking that nothing was stored and every finding has a German sentence."""
    blobs = CountingBlobs()
    with pytest.raises(EinlieferungRefused) as info:
        await read_zip(BytesIO(raw), blobs)
    assert blobs.puts == []
    assert isinstance(info.value, EingabeRefused)
    assert info.value.angaben == {"anzahl": len(info.value.maengel)}
    assert all(text_of(mangel).endswith(".") for mangel in info.value.maengel)
    return info.value.maengel


def codes(maengel: tuple[Mangel, ...]) -> list[tuple[str, str]]:
    return [(mangel.code, mangel.wo) for mangel in maengel]


async def test_a_good_delivery_is_stored_completely() -> None:
    blobs = CountingBlobs()
    gelesen = await read_zip(BytesIO(as_zip(paket())), blobs)
    assert gelesen.format is Lieferformat.MANIFEST
    assert [dokument.titel for dokument in gelesen.akte.dokumente] == ["Antrag", "Bescheid"]
    assert sorted(blobs.puts) == sorted(datei.sha256 for datei in gelesen.dateien)
    assert {datei.name for datei in gelesen.dateien} == set(paket())
    assert await blobs.read(gelesen.akte.dokumente[0].dateien[0].sha256, limit=1000) == PDF


async def test_folder_and_zip_give_the_same(tmp_path: Path) -> None:
    aus_ordner = await read_delivery(write_folder(tmp_path / "x", paket()), CountingBlobs())
    (tmp_path / "a.zip").write_bytes(as_zip(paket()))
    assert await read_delivery(tmp_path / "a.zip", CountingBlobs()) == aus_ordner
    assert inspect_delivery(tmp_path / "a.zip") == aus_ordner


async def test_missing_surplus_and_changed_are_reported_together() -> None:
    lieferung = paket() | {"fremd.pdf": PDF + b"fremd"}
    del lieferung["antrag.pdf"]
    lieferung["ordner/bescheid.pdf"] = PDF + b"drei"
    assert codes(await refused(as_zip(lieferung))) == [
        ("datei-fehlt", "antrag.pdf"),
        ("datei-veraendert", "ordner/bescheid.pdf"),
        ("datei-ueberzaehlig", "fremd.pdf"),
    ]


async def test_another_length_is_named() -> None:
    maengel = await refused(as_zip(paket() | {"antrag.pdf": PDF + b"x"}))
    assert maengel == (Mangel("groesse-veraendert", "antrag.pdf", {"ist": len(PDF) + 1, "soll": len(PDF)}),)


@pytest.mark.parametrize(
    "name",
    [
        "../slip.pdf",
        "/etc/slip.pdf",
        "a/../../slip.pdf",
        "c:slip.pdf",
        "a\\..\\slip.pdf",
        "a//b.pdf",
        "./a.pdf",
        "aux.pdf",
        "rechnung\u202efdp.exe",
        "zeile\nzwei.pdf",
        "ende. ",
        "x" * 300 + ".pdf",
        "a/b/c/d/e/f/g/h/i.pdf",
    ],
)
async def test_names_that_leave_or_deceive(name: str) -> None:
    [mangel] = await refused(as_zip(paket() | {name: PDF}))
    assert mangel.code == "name-unzulaessig"
    assert mangel.wo.isprintable()


async def test_a_name_of_nothing_but_nul() -> None:
    raw = as_zip(paket() | {"Z": PDF}).replace(b"Z", b"\x00")
    assert ("name-unzulaessig", "\ufffd") in codes(await refused(raw))


async def test_a_name_with_nul_is_not_cut_short() -> None:
    raw = as_zip(paket() | {"antragZpdf": PDF}).replace(b"antragZpdf", b"antrag\x00pdf")
    assert ("name-unzulaessig", "antrag\ufffdpdf") in codes(await refused(raw))


@pytest.mark.parametrize(
    ("erster", "zweiter"), [("A.pdf", "a.PDF"), ("Gr\u00fcn.pdf", "Gru\u0308n.pdf"), ("Stra\u00dfe.pdf", "STRASSE.pdf")]
)
async def test_names_that_are_the_same_for_a_recipient(erster: str, zweiter: str) -> None:
    [mangel] = await refused(as_zip(paket() | {erster: PDF, zweiter: PDF + b"2"}))
    assert (mangel.code, mangel.wo, mangel.angaben) == ("name-doppelt", zweiter, {"anderer": erster})


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_the_same_name_twice() -> None:
    ziel = BytesIO(as_zip(paket()))
    with zipfile.ZipFile(ziel, "a") as archiv:
        archiv.writestr("antrag.pdf", PDF + b"anders")
    assert codes(await refused(ziel.getvalue())) == [("name-doppelt", "antrag.pdf")]


async def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    [mangel] = await refused(as_zip(paket() | {"leer.pdf": PDF + bytes(3_000_000)}))
    assert mangel.code == "zip-bombe"
    assert int(mangel.angaben["verhaeltnis"]) > 200


async def test_members_that_share_bytes() -> None:
    raw = as_zip({"a.pdf": PDF, "b.pdf": PDF}, zipfile.ZIP_STORED)
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)
    raw = raw[: second + 42] + struct.pack("<I", 10) + raw[second + 46 :]
    assert codes(await refused(raw)) == [("zip-ueberlappend", "b.pdf")]


@pytest.mark.parametrize(
    ("limit", "wert", "code"),
    [
        ("MAX_DATEIEN", 2, "zu-viele-dateien"),
        ("MAX_DATEI_BYTES", 30, "datei-zu-gross"),
        ("MAX_LIEFERUNG_BYTES", 99, "lieferung-zu-gross"),
    ],
)
async def test_limits(monkeypatch: pytest.MonkeyPatch, limit: str, wert: int, code: str) -> None:
    monkeypatch.setattr(quelle, limit, wert)
    assert {mangel.code for mangel in await refused(as_zip(paket()))} == {code}


@pytest.mark.parametrize(
    ("name", "inhalt", "code"),
    [
        ("a.zip", as_zip({"b": b"c"}), "verschachteltes-archiv"),
        ("a.pdf", as_zip({"b": b"c"}), "verschachteltes-archiv"),
        ("a.docx", as_zip({"setup.exe": b"c"}), "verschachteltes-archiv"),
        ("a.pdf", b"\x1f\x8b\x08 gzip", "verschachteltes-archiv"),
        ("a.pdf", b"7z\xbc\xaf\x27\x1c", "verschachteltes-archiv"),
        ("a.pdf", b"MZ\x90\x00" + PDF, "ausfuehrbar"),
        ("a.txt", b"#!/bin/sh", "ausfuehrbar"),
        ("a.tif", b"\x7fELF", "ausfuehrbar"),
        ("a.pdf", b"II*\x00\x08\x00", "typ-falsch"),
        ("a.tif", PDF, "typ-falsch"),
        ("a.tif", b"II+\x00\x08\x00", "typ-falsch"),
        ("a.txt", b"text\x00binary", "typ-falsch"),
        ("a.p7s", PDF, "typ-falsch"),
        ("a.html", b"<html>", "typ-nicht-erlaubt"),
        ("a", PDF, "typ-nicht-erlaubt"),
        ("a.pdf", b"", "datei-leer"),
    ],
)
async def test_wrong_types(name: str, inhalt: bytes, code: str) -> None:
    maengel = await refused(as_zip(paket() | {name: inhalt}))
    assert (code, name) in codes(maengel)


async def test_an_office_file_is_a_source_format() -> None:
    docx = as_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    inhalt = manifest(dokument("Antrag", datei("a.docx", docx), datei("a.pdf", PDF, rolle="repraesentat"), nummer=1))
    gelesen = await read_zip(
        BytesIO(as_zip({"manifest.json": as_json(inhalt), "a.docx": docx, "a.pdf": PDF})), CountingBlobs()
    )
    assert [datei.rolle.name for datei in gelesen.akte.dokumente[0].dateien] == ["ORIGINAL", "REPRAESENTAT"]


async def test_encrypted() -> None:
    raw = bytearray(as_zip(paket()))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert codes(await refused(bytes(raw))) == [("zip-verschluesselt", "manifest.json")]


async def test_other_compression() -> None:
    assert {m.code for m in await refused(as_zip(paket(), zipfile.ZIP_LZMA))} == {"zip-verfahren"}


async def test_a_link_in_a_zip() -> None:
    ziel = BytesIO(as_zip(paket()))
    with zipfile.ZipFile(ziel, "a") as archiv:
        info = zipfile.ZipInfo("link.pdf")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archiv.writestr(info, "/etc/passwd")
    assert codes(await refused(ziel.getvalue())) == [("keine-regulaere-datei", "link.pdf")]


@pytest.mark.parametrize("art", ["file", "folder", "fifo"])
async def test_links_and_devices_in_a_folder(tmp_path: Path, art: str) -> None:
    ordner = write_folder(tmp_path / "x", paket())
    (tmp_path / "geheim").mkdir()
    (tmp_path / "geheim" / "g.pdf").write_bytes(PDF)
    if art == "fifo":
        os.mkfifo(ordner / "link.pdf")
    else:
        (ordner / "link.pdf").symlink_to(tmp_path / "geheim" / ("g.pdf" if art == "file" else ""))
    blobs = CountingBlobs()
    with pytest.raises(EinlieferungRefused) as info:
        await read_delivery(ordner, blobs)
    assert codes(info.value.maengel) == [("keine-regulaere-datei", "link.pdf")]
    assert blobs.puts == []


async def test_a_file_that_becomes_a_link_is_not_followed(tmp_path: Path) -> None:
    from erv_gateway.akte.befund import Befund

    ordner = write_folder(tmp_path / "x", paket())
    geprueft = quelle.OrdnerQuelle(ordner, Befund())
    (tmp_path / "geheim.pdf").write_bytes(PDF)
    (ordner / "antrag.pdf").unlink()
    (ordner / "antrag.pdf").symlink_to(tmp_path / "geheim.pdf")
    with pytest.raises(OSError, match="antrag"):
        geprueft.open("antrag.pdf")


async def test_damaged_bytes() -> None:
    raw = bytearray(as_zip(paket(), zipfile.ZIP_STORED))
    raw[raw.index(b"%PDF") + 12] ^= 1
    assert ("datei-unlesbar", "antrag.pdf") in codes(await refused(bytes(raw)))


@pytest.mark.parametrize(
    "raw", [b"", b"PK", b"no zip", b"MZ" + as_zip(paket()), as_zip(paket())[:-30], b"PK\x03\x04" * 20]
)
async def test_no_zip_at_all(raw: bytes) -> None:
    assert codes(await refused(raw)) == [("zip-beschaedigt", "")]


async def test_a_giant_directory_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipquelle, "MAX_READ_BYTES", 5_000)
    raw = as_zip({f"{nummer}.pdf": PDF for nummer in range(100)})
    assert codes(await refused(raw)) == [("zip-beschaedigt", "")]


schaeden = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6)


@given(schaeden, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
@settings(max_examples=300, deadline=None)
def test_whatever_is_damaged_only_a_refusal_comes_out(stellen: list[tuple[int, int]], method: int) -> None:
    raw = bytearray(as_zip(paket(), method))
    for stelle, wert in stellen:
        raw[stelle % len(raw)] = wert
    blobs = CountingBlobs()
    try:
        asyncio.run(read_zip(BytesIO(bytes(raw)), blobs))
    except EinlieferungRefused:
        assert blobs.puts == []


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(EinlieferungRefused, match="kein-lieferformat"):
        inspect_delivery(tmp_path / "fehlt")


async def test_no_description_or_two() -> None:
    assert codes(await refused(as_zip({"a.pdf": PDF}))) == [("kein-manifest", "")]
    zwei = await refused(as_zip(paket() | {"x_Abgabe.Abgabe.0401.xml": b"<x/>"}))
    assert codes(zwei) == [("mehrere-manifeste", "")]


async def test_a_file_that_changes_between_check_and_storing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from erv_gateway.akte import einlieferung

    ordner = write_folder(tmp_path / "x", paket())
    original = einlieferung.chunks_of

    def swapped(q: quelle.Quelle, name: str):  # type: ignore[no-untyped-def]
        (ordner / "antrag.pdf").write_bytes(PDF.swapcase())
        return original(q, name)

    monkeypatch.setattr(einlieferung, "chunks_of", swapped)
    with pytest.raises(EinlieferungRefused, match="waehrend-lesens-veraendert"):
        await read_delivery(ordner, CountingBlobs())
