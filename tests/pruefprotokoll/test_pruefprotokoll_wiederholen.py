"""Years later the same check of the same files gives the same result, off-line, from what lies in one folder."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from pruefprotokoll_muster import JETZT, Pruefen

from certs.urteil import Urteil
from erv_gateway.pruefprotokoll import wiederholen
from erv_gateway.pruefprotokoll.dateien import Dateibericht, digest, file_digest
from erv_gateway.pruefprotokoll.grundlagen import from_bytes
from erv_gateway.pruefprotokoll.json_form import to_bytes
from erv_gateway.pruefprotokoll.modell import Pruefprotokoll
from erv_gateway.pruefprotokoll.wiederholen import Wiederholung, repeat_pruefungen
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.isoliert import Pruefdienst


@pytest.fixture
def ordner(tmp_path: Path) -> Path:
    return tmp_path / "archiv"


def archive(ordner: Path, found: Dateibericht, *dateien: bytes) -> None:
    """All under other names than they came with."""
    ordner.mkdir()
    for at, data in enumerate((*dateien, *found.grundlagen.values())):
        (ordner / f"{at}.bin").write_bytes(data)
    (ordner / "pruefprotokoll.json").write_bytes(to_bytes(found.protokoll))


def repeat(ordner: Path, protokoll: Pruefprotokoll) -> tuple[Wiederholung, ...]:
    orte = {file_digest(path): path for path in ordner.iterdir()}
    return asyncio.run(repeat_pruefungen(protokoll, orte.get, Pruefdienst()))


def test_the_same_result_for_pdf_and_detached_signature(
    ordner: Path, pruefen: Pruefen, signed_pdf: bytes, p7s: bytes
) -> None:
    found = pruefen({"klage.pdf": signed_pdf, "anlage.bin": b"Anlage", "anlage.bin.p7s": p7s})
    assert [one.art for one in found.protokoll.signaturen] == ["pdf", "detached"]
    archive(ordner, found, signed_pdf, b"Anlage", p7s)
    results = repeat(ordner, found.protokoll)
    assert [(one.gleich, one.damals.ergebnis) for one in results] == [(True, Urteil.GUELTIG)] * 2
    assert {one.text for one in results} == {wiederholen.GLEICH}


def test_the_kept_grounds_hold_the_time_of_receipt_and_the_trust_of_then(pruefen: Pruefen, signed_pdf: bytes) -> None:
    found = pruefen({"klage.pdf": signed_pdf})
    ((sha256, data),) = found.grundlagen.items()
    assert sha256 == digest(data) == found.protokoll.signaturen[0].grundlage_sha256
    grundlage = from_bytes(data)
    assert grundlage.eingang == JETZT
    assert grundlage.anchors is not None


def test_without_its_grounds_or_files_a_check_is_not_repeated(
    ordner: Path, pruefen: Pruefen, signed_pdf: bytes
) -> None:
    found = pruefen({"klage.pdf": signed_pdf})
    archive(ordner, found)
    assert [(one.heute, one.gleich, one.text) for one in repeat(ordner, found.protokoll)] == [
        (None, False, wiederholen.FEHLT)
    ]
    ohne = replace(found.protokoll.signaturen[0], grundlage_sha256=None)
    (result,) = repeat(ordner, replace(found.protokoll, signaturen=(ohne,)))
    assert (result.gleich, result.text) == (False, wiederholen.OHNE_GRUNDLAGE)


def test_a_protocol_that_claims_more_than_the_files_give_is_found_out(
    ordner: Path, pruefen: Pruefen, signed_pdf: bytes
) -> None:
    changed = signed_pdf.replace(b"/Producer", b"/Produzer", 1)
    found = pruefen({"klage.pdf": changed})
    archive(ordner, found, changed)
    datei = found.protokoll.signaturen[0]
    rosig = replace(datei, signaturen=(replace(datei.signaturen[0], ergebnis=Urteil.GUELTIG),))
    (result,) = repeat(ordner, replace(found.protokoll, signaturen=(rosig,)))
    assert (result.gleich, result.text) == (False, wiederholen.ANDERS)
    assert result.heute is not None
    assert result.heute.ergebnis is Urteil.UNGUELTIG


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b'{"format": "erv-pruefgrundlage/1"}', b"[" * 100_000])
def test_bytes_that_are_no_grounds_are_refused(data: bytes) -> None:
    with pytest.raises(GrundlageInvalid):
        from_bytes(data)


def test_a_signature_without_its_file_is_said_and_never_green(pruefen: Pruefen, p7s: bytes) -> None:
    found = pruefen({"anlage.bin.p7s": p7s})
    assert found.protokoll.ergebnis is Urteil.UNBESTIMMT
    assert found.protokoll.signaturen[0].art == "enclosed"


def test_nothing_signed_is_nothing_proven(pruefen: Pruefen) -> None:
    found = pruefen({"notiz.txt": b"nur Text"})
    assert (found.protokoll.ergebnis, found.protokoll.pruefungen) == (Urteil.UNBESTIMMT, ())


def test_without_trust_no_report_is_green(pruefen: Pruefen, signed_pdf: bytes) -> None:
    assert pruefen({"klage.pdf": signed_pdf}, None).protokoll.ergebnis is Urteil.UNBESTIMMT
