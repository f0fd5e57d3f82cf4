"""The protocol shows the whole history, and not who merely read."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erv_gateway.akte.aktenprotokoll import aktenprotokoll_json, render_aktenprotokoll
from erv_gateway.akte.modell import Akte, Dokument, HistorienArt, HistorienEintrag, Teilakte
from erv_gateway.druck import render_pdf
from erv_gateway.druck.zeichen import shown

ERSTELLT = datetime(2026, 11, 21, 12, tzinfo=UTC)
A = HistorienArt


def eintrag(aktion: str, art: HistorienArt, **mehr: str) -> HistorienEintrag:
    return HistorienEintrag(datetime(2026, 7, 1, 10, tzinfo=UTC), "Lindner", aktion, art, **mehr)


GELESEN = replace(eintrag("Gelesen", A.GELESEN, bemerkung="Hartwig im Urlaub"), akteur="Hartwig")
GEAENDERT = eintrag("Geändert", A.GEAENDERT, metadatum="Betreff", alter_wert="alt", neuer_wert="neu")
MIT = Dokument(UUID(int=3), 1, "Antrag", (), historie=(GEAENDERT, GELESEN))
OHNE = Dokument(UUID(int=4), 2, "Foto", ())
TEIL = Teilakte(UUID(int=2), 1, "Verfahren", dokumente=(MIT, OHNE), historie=(eintrag("Angelegt", A.ANGELEGT),))
AKTE = Akte(
    UUID(int=1), "63-1/26", "Testakte", "Stadt Test", teilakten=(TEIL,), dokumente=(replace(OHNE, id=UUID(int=5)),)
)


def text_of_pdf(pdf: bytes) -> bytes:
    """All content streams, decoded; glyphs are coded, so this is for structure only."""
    with pikepdf.open(io.BytesIO(pdf)) as dokument:
        return b"".join(page.Contents.read_bytes() for page in dokument.pages)


def test_sections_follow_the_file_and_name_everything() -> None:
    protokoll = aktenprotokoll_json(AKTE, erstellt=ERSTELLT)
    assert [(a["gegenstand"], a["pfad"], a["titel"], len(a["eintraege"])) for a in protokoll["abschnitte"]] == [
        ("akte", "", "Testakte", 0),
        ("teilakte", "1", "Verfahren", 1),
        ("dokument", "1.1", "Antrag", 2),
        ("dokument", "1.2", "Foto", 0),
        ("dokument", "2", "Foto", 0),
    ]
    assert protokoll["abdeckung"]["ohne_historie"][0] == {"pfad": "1.2", "id": str(UUID(int=4)), "titel": "Foto"}
    assert protokoll["abschnitte"][2]["eintraege"][0] == {
        "zeitpunkt": "2026-07-01T12:00:00+02:00",
        "akteur": "Lindner",
        "aktion": "Geändert",
        "art": "geaendert",
        "metadatum": "Betreff",
        "alter_wert": "alt",
        "neuer_wert": "neu",
        "bemerkung": None,
    }


def test_readers_are_withheld_unless_asked_for() -> None:
    ohne = aktenprotokoll_json(AKTE, erstellt=ERSTELLT)
    assert "Hartwig" not in str(ohne)
    assert ohne["lesende_zurueckgehalten"] == 1
    assert ohne["abschnitte"][2]["eintraege"][1]["aktion"] == "Gelesen"
    mit = aktenprotokoll_json(AKTE, erstellt=ERSTELLT, mit_lesenden=True)
    assert mit["abschnitte"][2]["eintraege"][1]["akteur"] == "Hartwig"
    assert mit["lesende_zurueckgehalten"] == 0


def test_it_is_a_tagged_pdf_a_and_the_same_every_time() -> None:
    pdf = render_aktenprotokoll(AKTE, erstellt=ERSTELLT)
    assert pdf == render_aktenprotokoll(AKTE, erstellt=ERSTELLT)
    assert pdf != render_aktenprotokoll(AKTE, erstellt=ERSTELLT, mit_lesenden=True)
    with pikepdf.open(io.BytesIO(pdf)) as dokument:
        assert dokument.open_metadata().pdfa_status == "2A"
        assert bool(dokument.Root.MarkInfo.Marked)
        assert str(dokument.docinfo["/Title"]) == "Aktenprotokoll 63-1/26"
    assert b"BDC" in text_of_pdf(pdf)


def test_times_are_german_also_in_winter() -> None:
    winter = replace(GEAENDERT, zeitpunkt=datetime(2026, 1, 1, 23, 30, tzinfo=UTC))
    akte = replace(AKTE, historie=(winter,))
    assert aktenprotokoll_json(akte, erstellt=ERSTELLT)["abschnitte"][0]["eintraege"][0]["zeitpunkt"] == (
        "2026-01-02T00:30:00+01:00"
    )


@given(st.text(max_size=60))
@settings(max_examples=25, deadline=None)
def test_any_text_of_a_dms_can_be_printed(text: str) -> None:
    boese = replace(GEAENDERT, akteur=text, alter_wert=text * 5, bemerkung="#panic() " + text)
    akte = replace(AKTE, titel=text or "leer", aktenzeichen="a" * 300, historie=(boese,))
    assert render_aktenprotokoll(akte, erstellt=ERSTELLT).startswith(b"%PDF")


@pytest.mark.parametrize(("wert", "gezeigt"), [("Grün €", "Grün €"), ("中", "[U+4E2D]"), ("a\u202eb", "a[U+202E]b")])
def test_characters_without_a_glyph_stand_as_code_points(wert: str, gezeigt: str) -> None:
    assert shown({"a": [wert, 1, None]}) == {"a": [gezeigt, 1, None]}


def test_templates_read_nothing_outside_their_folder() -> None:
    daten = {"titel": "x", "absender": "x", "einleitung": "x", "bilder": [{"datei": "../../etc/hostname", "text": "x"}]}
    with pytest.raises(Exception, match=r"outside|denied|not found|escape"):
        render_pdf("beispiel_fotos", daten, erstellt=ERSTELLT)
