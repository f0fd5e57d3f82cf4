"""Filing: an assigned letter lies complete in the folder of the DMS, under names that can do no harm."""

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from eingang_hilfe import TRANSPORT, UNSIGNIERT, receive
from hypothesis import example, given
from hypothesis import strategies as st
from stationen import Werk, kleine_akte, pdf

from erv_gateway.eingang.einordnen import file_nachricht, safe_name
from erv_gateway.eingang.nachricht import load_anhaenge
from erv_gateway.sendung.zustand import SQL

MAX_FILE_NAME_BYTES = 255  # ext4, NTFS (characters), exFAT
HOSTILE = [
    ("../../etc/passwd", "001_passwd"),
    ("..\\..\\windows\\system.ini", "001_system.ini"),
    ("/absolut.pdf", "001_absolut.pdf"),
    ("C:\\x\\Bescheid.pdf", "001_Bescheid.pdf"),
    ("..", "001_datei"),
    ("", "001_datei"),
    ("ordner/", "001_datei"),
    (".htaccess", "001_htaccess"),
    ("CON", "001_CON"),
    ("a\0b\n.pdf", "001_a_b_.pdf"),
    ("Bescheid.pdf. ", "001_Bescheid.pdf._"),
    ("Bescheid.pdf...", "001_Bescheid.pdf"),
    ("\u202efdp.exe", "001__fdp.exe"),
    ("Übersichtsplan größer.pdf", "001_Übersichtsplan_größer.pdf"),
    ("Anlage 1; rm -rf.pdf", "001_Anlage_1_rm_-rf.pdf"),
]


@pytest.mark.parametrize(("name", "safe"), HOSTILE)
def test_hostile_names_become_harmless(name: str, safe: str) -> None:
    assert safe_name(1, name) == safe


@given(st.integers(1, 5000), st.text(max_size=400))
@example(7, "ä" * 400)
@example(7, "\ud800.pdf")
@example(7, "a" * 119 + "." + "b" * 119)
def test_no_name_leaves_the_folder_or_breaks_a_file_system(position: int, name: str) -> None:
    safe = safe_name(position, name)
    assert PurePosixPath(safe).name == PureWindowsPath(safe).name == safe
    assert not PureWindowsPath(safe).is_reserved()
    assert not safe.startswith(".")
    assert not safe.endswith((".", " "))
    assert safe.isprintable()
    assert len(safe.encode()) <= MAX_FILE_NAME_BYTES
    assert safe == safe_name(position, name)


def test_files_of_one_letter_never_share_a_name() -> None:
    assert safe_name(1, "A.pdf") != safe_name(2, "A.pdf")
    assert safe_name(1, "A.pdf").casefold() != safe_name(2, "a.PDF").casefold()


async def test_an_assigned_letter_is_filed_complete_and_once(werk: Werk) -> None:
    akte_id = await werk.akte(kleine_akte(aktenzeichen="63-400/2026"))
    hostile = (("../../../tmp/x.pdf", pdf("Ladung")),)
    nachricht = await receive(werk, aktenzeichen="63-400/2026", dazu=hostile)
    for _ in range(2):
        await file_nachricht(werk.betrieb, nachricht.id)
    folder = werk.betrieb.ablage / str(akte_id) / str(nachricht.id)
    rows = await werk.betrieb.database.fetch_all(SQL.ablage, akte_id)
    anhaenge = await load_anhaenge(werk.betrieb.database, nachricht.id)
    assert {row["dateiname"] for row in rows} == names(folder)
    assert len(rows) == len(anhaenge) + 5
    berichte = {"pruefprotokoll.json", "pruefprotokoll.html", "pruefprotokoll.pdf", "pruefgrundlage-001.json"}
    assert berichte | {"original.osci"} < names(folder)
    assert all(read(folder / safe_name(n, a.name)) == a.sha256 for n, a in enumerate(anhaenge, 1))
    assert read(folder / "original.osci") == nachricht.original_sha256
    assert json.loads((folder / "pruefprotokoll.json").read_text()) == nachricht.pruefprotokoll
    assert all(path.is_relative_to(folder) for path in werk.betrieb.ablage.rglob("*") if path.is_file())


async def test_a_letter_without_a_case_waits_for_a_person(werk: Werk) -> None:
    nachricht = await receive(werk, schritte=(TRANSPORT, UNSIGNIERT))
    await file_nachricht(werk.betrieb, nachricht.id)
    assert not werk.betrieb.ablage.exists()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def read(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
