"""The canonical package: what is written can be read back, and every deviation is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from akte_pakete import PDF, CountingBlobs, as_json, as_zip, datei, dokument, manifest, paket, uid
from hypothesis import given, settings
from hypothesis import strategies as st

from erv_gateway.akte.befund import Befund, EinlieferungRefused, text_of
from erv_gateway.akte.dateien import EingelieferteDatei, as_datei
from erv_gateway.akte.dateityp import PDF as PDF_TYP
from erv_gateway.akte.einlieferung import read_zip
from erv_gateway.akte.manifest import read_manifest
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, Datei, Dokument, HistorienArt, HistorienEintrag, Rolle, Scan, Teilakte

EIN = EingelieferteDatei("a.pdf", "0" * 64, 7, PDF_TYP)
SIG = EingelieferteDatei("a.pdf.p7s", "1" * 64, 8, "application/pkcs7-signature")


async def codes(inhalt: dict[str, Any], **dateien: bytes) -> list[str]:
    with pytest.raises(EinlieferungRefused) as info:
        await read_zip(BytesIO(as_zip({"manifest.json": as_json(inhalt), "a.pdf": PDF, **dateien})), CountingBlobs())
    assert all(text_of(mangel) for mangel in info.value.maengel)
    return [mangel.code for mangel in info.value.maengel]


texte = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=30)
zeiten = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
eintraege = st.builds(
    HistorienEintrag,
    zeiten,
    texte,
    texte,
    st.sampled_from(HistorienArt),
    st.none() | texte,
    st.none() | texte,
    st.none() | texte,
)
historien = st.lists(eintraege, max_size=3).map(lambda liste: tuple(sorted(liste, key=lambda e: e.zeitpunkt)))


@st.composite
def akten(draw: st.DrawFn) -> Akte:
    dateien = (as_datei(EIN, Rolle.ORIGINAL), as_datei(SIG, Rolle.SIGNATURDATEI, EIN.name))
    voll = Dokument(
        uuid4(),
        1,
        draw(texte),
        dateien,
        "017",
        draw(st.none() | texte),
        date(2026, 1, 2),
        date(2026, 1, 1),
        draw(zeiten),
        date(2026, 1, 3),
        Scan(date(2026, 1, 2), draw(st.booleans())),
        draw(st.none() | texte),
        draw(texte),
        draw(historien),
    )
    anlage = Dokument(uuid4(), 2, draw(texte), (), historie=draw(historien), anlage_zu=voll.id)
    innere = Teilakte(uuid4(), 2, draw(texte), "008", None, date(2026, 1, 1), None, historie=draw(historien))
    teil = Teilakte(
        uuid4(),
        1,
        draw(texte),
        aktenzeichen=draw(texte),
        teilakten=(replace(innere, nummer=3),),
        dokumente=(voll, anlage),
    )
    return Akte(
        uuid4(), draw(texte), draw(texte), draw(texte), None, date(2026, 2, 2), draw(st.none() | zeiten), (teil, innere)
    )


@given(akten())
@settings(max_examples=60, deadline=timedelta(seconds=5))
def test_what_is_written_is_read_back(akte: Akte) -> None:
    befund = Befund()
    gelesen = read_manifest(write_manifest(akte), {EIN.name: EIN, SIG.name: SIG}, befund)
    assert befund.maengel == []
    assert gelesen is not None
    assert gelesen.akte == akte
    assert gelesen.genannt == {EIN.name, SIG.name}


def test_the_example_in_the_documentation_is_valid() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "einlieferung.md").read_text("utf-8")
    beispiel = text.split("```json\n")[1].split("```")[0].encode()
    befund = Befund()
    gelesen = read_manifest(beispiel, {}, befund)
    assert gelesen is not None
    assert {mangel.code for mangel in befund.maengel} == {"datei-fehlt"}  # the example has no files beside it
    assert gelesen.akte.teilakten[0].dokumente[0].historie[0].art is HistorienArt.GESCANNT


async def test_names_are_matched_in_any_unicode_composition() -> None:
    inhalt = manifest(dokument("D", datei("gr\u00fcn.pdf", PDF), nummer=1))
    raw = as_zip({"manifest.json": as_json(inhalt), "gru\u0308n.pdf": PDF})
    gelesen = await read_zip(BytesIO(raw), CountingBlobs())
    assert gelesen.akte.dokumente[0].dateien[0].name == "gru\u0308n.pdf"  # kept as delivered


async def test_missing_numbers_are_given_with_notice() -> None:
    inhalt = manifest(dokument("Eins", datei("a.pdf", PDF)), dokument("Zwei"))
    gelesen = await read_zip(BytesIO(as_zip({"manifest.json": as_json(inhalt), "a.pdf": PDF})), CountingBlobs())
    assert [(d.nummer, d.titel) for d in gelesen.akte.dokumente] == [(1, "Eins"), (2, "Zwei")]
    assert {hinweis.code for hinweis in gelesen.hinweise} == {"neu-nummeriert", "dokument-ohne-datei"}


@pytest.mark.parametrize(
    ("stelle", "wert"),
    [
        ("titel", ""),
        ("titel", "zwei\nZeilen"),
        ("titel", "a\u202eb"),
        ("id", "keine"),
        ("nummer", 0),
        ("klasse", "17"),
        ("posteingang", "2026-02-30"),
        ("posteingang", "0001-01-01"),
        ("erstellt_am", "2026-01-01T10:00:00"),
        ("erstellt_am", 1_700_000_000),
        ("nummer", "1"),
        ("unbekannt", 1),
        ("historie", [{"zeitpunkt": "2026-01-01T10:00:00Z", "akteur": "A", "aktion": "B", "bemerkung": "\0"}]),
        ("historie", [{"zeitpunkt": "2026-01-01T10:00:00Z", "akteur": "A"}]),
    ],
)
async def test_wrong_values_are_named_with_their_place(stelle: str, wert: object) -> None:
    inhalt = manifest({**dokument("D", datei("a.pdf", PDF)), stelle: wert})
    with pytest.raises(EinlieferungRefused) as info:
        await read_zip(BytesIO(as_zip({"manifest.json": as_json(inhalt), "a.pdf": PDF})), CountingBlobs())
    [mangel] = info.value.maengel
    assert mangel.code == "manifest-ungueltig"
    assert mangel.wo.startswith(f"akte.dokumente.0.{stelle}")


async def test_relations_inside_the_akte() -> None:
    eins = dokument("D", datei("a.pdf", PDF), nummer=1)
    assert await codes(manifest(eins, dokument("E", nummer=2, anlage_zu=uid("fremd")))) == ["bezug-fehlt"]
    assert await codes(manifest(eins, {**dokument("E", nummer=2), "id": uid("D")})) == ["id-doppelt"]
    assert await codes(manifest(eins, dokument("E", datei("a.pdf", PDF), nummer=2))) == ["datei-mehrfach"]
    zwei = dokument("D", datei("a.pdf", PDF), datei("b.pdf", PDF), nummer=1)
    assert await codes(manifest(zwei), **{"b.pdf": PDF}) == ["rolle-doppelt"]
    p7s = bytes.fromhex("308006092a864886f70d010702")
    ohne = dokument("D", datei("a.pdf", PDF), datei("a.p7s", p7s, rolle="signaturdatei"), nummer=1)
    assert await codes(manifest(ohne), **{"a.p7s": p7s}) == ["bezug-fehlt"]


async def test_too_deep() -> None:
    teilakte: dict[str, Any] = {}
    for ebene in range(12):
        teilakte = {"id": uid(f"t{ebene}"), "nummer": 1, "titel": "T", "teilakten": [teilakte] if teilakte else []}
    assert "zu-tief" in await codes(manifest(teilakten=[teilakte]))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"\xff", b'{"format": "anderes"}', b"[" * 100_000])
async def test_no_manifest_at_all(raw: bytes) -> None:
    lieferung = paket() | {"manifest.json": raw}
    with pytest.raises(EinlieferungRefused, match="manifest-ungueltig"):
        await read_zip(BytesIO(as_zip(lieferung)), CountingBlobs())


async def test_a_key_that_stands_twice() -> None:
    raw = paket()["manifest.json"].replace(b'"titel": "Antrag"', b'"titel": "Antrag", "titel": "Anderes"')
    with pytest.raises(EinlieferungRefused, match="manifest-ungueltig"):
        await read_zip(BytesIO(as_zip(paket() | {"manifest.json": raw})), CountingBlobs())


async def test_a_monstrous_number() -> None:
    raw = paket()["manifest.json"].replace(f'"bytes": {len(PDF)}'.encode(), b'"bytes": ' + b"9" * 5000)
    with pytest.raises(EinlieferungRefused, match=r"groesse-veraendert|manifest-ungueltig"):
        await read_zip(BytesIO(as_zip(paket() | {"manifest.json": raw})), CountingBlobs())


def test_a_datei_keeps_its_type() -> None:
    assert as_datei(EIN, Rolle.ORIGINAL) == Datei("a.pdf", "0" * 64, 7, PDF_TYP)
