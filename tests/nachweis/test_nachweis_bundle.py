"""What is written: deterministic, complete, readable; and what is refused."""

import datetime as dt
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import nachweis_fabrik as fabrik
import pikepdf
import pytest
from nachweis_urteile import verifier

from erv_gateway.kern.zustaende import SENDUNG_UEBERGAENGE, SendungZustand
from erv_gateway.nachweis import modell, protokoll
from erv_gateway.nachweis.bundle import write_nachweis
from erv_gateway.nachweis.modell import NachweisRefused
from erv_gateway.nachweis.pdf import berlin_text, nachweis_daten
from erv_gateway.nachweis.pruefprogramm import pruefprogramm


def test_same_parts_give_the_same_bytes() -> None:
    assert fabrik.write(fabrik.good_teile()) != b""
    teile = fabrik.good_teile()
    assert fabrik.write(teile) == fabrik.write(teile)


def test_hash_and_size_are_those_of_what_was_written() -> None:
    spool = io.BytesIO()
    written = write_nachweis(fabrik.good_teile(), spool)
    assert (written.sha256, written.bytes) == (hashlib.sha256(spool.getvalue()).hexdigest(), len(spool.getvalue()))


def test_archive_is_stored_sorted_and_without_dates() -> None:
    with zipfile.ZipFile(io.BytesIO(fabrik.good_bundle())) as archive:
        infos = archive.infolist()
    assert infos[0].filename == modell.MANIFEST
    assert [info.filename for info in infos[1:]] == sorted(info.filename for info in infos[1:])
    assert {(info.compress_type, info.date_time) for info in infos} == {(zipfile.ZIP_STORED, (1980, 1, 1, 0, 0, 0))}


def test_originals_are_in_the_bundle_byte_for_byte() -> None:
    teile = fabrik.good_teile()
    with zipfile.ZipFile(io.BytesIO(fabrik.write(teile))) as archive:
        assert archive.read(modell.LAUFZETTEL) == teile.laufzettel
        assert archive.read(modell.ANNAHME) == teile.annahme
        assert archive.read(modell.UMSCHLAG) == teile.umschlag
        assert archive.read(modell.XJUSTIZ) == teile.xjustiz
        line = json.loads(archive.read(modell.PROTOKOLL).splitlines()[0])
    assert set(line) == {"body", "leaf_hash", "seq"}


def test_page_is_pdf_a_with_title_and_language() -> None:
    with zipfile.ZipFile(io.BytesIO(fabrik.good_bundle())) as archive:
        data = archive.read(modell.PDF)
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as meta:
        assert meta.pdfa_status == "2A"
        assert meta["dc:title"] == "Nachweis der Übermittlung"
        assert str(pdf.Root.Lang) == "de"


def test_page_shows_both_times_and_every_file() -> None:
    daten = nachweis_daten(fabrik.good_teile())
    assert daten["eingang_berlin"] == "21.11.2026, 20:54:32 Uhr (MEZ)"
    assert daten["eingang_utc"] == "2026-11-21T19:54:32+00:00"
    assert [datei["dateiname"] for datei in daten["dateien"]][:2] == ["xjustiz_nachricht.xml", "Bauantrag.pdf"]
    assert daten["vermittler"]["sha256"] == fabrik.hexdigest(fabrik.pki().vermittler.certificate)


def test_berlin_time_knows_summer() -> None:
    assert berlin_text(dt.datetime(2026, 7, 1, 12, 0, tzinfo=dt.UTC)) == "01.07.2026, 14:00:00 Uhr (MESZ)"


@pytest.mark.parametrize(
    "changes",
    [
        {"eingang": dt.datetime(2026, 1, 1)},  # noqa: DTZ001 - a naive time is what is refused
        {"inhalte": ()},
        {"dateien": ()},
        {"eintraege": ()},
        {"dateien": fabrik.good_teile().dateien[:1] * 2},
        {"vermittler": b"no certificate"},
        {"laufzettel": bytes(modell.MAX_ENTRY_BYTES + 1)},
    ],
)
def test_impossible_parts_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NachweisRefused):
        write_nachweis(replace(fabrik.good_teile(), **changes), io.BytesIO())


def test_both_verifiers_know_the_same_order_and_limits() -> None:
    verify = verifier()
    ours = {art: set(map(str, following)) for art, following in protokoll.FOLGEN.items()}
    assert {str(art): following for art, following in verify.ORDER.items() if following} == ours
    assert (verify.MAX_ENTRIES, verify.MAX_ENTRY_BYTES, verify.MAX_TOTAL_BYTES) == (
        modell.MAX_ENTRIES,
        modell.MAX_ENTRY_BYTES,
        modell.MAX_TOTAL_BYTES,
    )
    assert set(verify.DOUBTS) == protokoll.DOUBTS
    assert verify.NEEDED == protokoll.NEEDED


STATE_OF = {
    "sendung.angelegt": SendungZustand.ENTWURF,
    "sendung.geteilt": SendungZustand.ENTWURF,
    "sendung.teilung-aufgehoben": SendungZustand.ENTWURF,
    "sendung.korrigiert": SendungZustand.ENTWURF,
    "sendung.korrektur-zurueckgenommen": SendungZustand.ENTWURF,
    "sendung.nicht-angekommen": SendungZustand.BEAUFTRAGT,
    "sendung.kennung-erhalten": SendungZustand.BEAUFTRAGT,
    "sendung.uebergabe-begonnen": SendungZustand.BEAUFTRAGT,
}


def test_order_of_entries_follows_the_state_table() -> None:
    """Every step the log may take is a step the Sendung may take, or stays in its state."""
    for before, following in protokoll.FOLGEN.items():
        for after in following if before else ():
            left, right = state_after(before), state_after(after)
            assert left is right or right in SENDUNG_UEBERGAENGE[left], (before, after)


def state_after(art: str) -> SendungZustand:
    return STATE_OF.get(str(art)) or SendungZustand(str(art).removeprefix("sendung.").upper())


def test_verifier_ships_with_the_gateway() -> None:
    assert b"erv-gateway-nachweis/1" in pruefprogramm()
