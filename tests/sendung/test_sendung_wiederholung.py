"""The same file to the same court again: what keeps its UUID, what gets a new one, and what a person reads."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from stationen import Werk, datei, dokument, kleine_akte

from erv_gateway.akte.modell import Akte, Datei, Rolle
from erv_gateway.akte.vergleich import vergleiche, with_stable_ids
from erv_gateway.kern.ids import SendungId
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.korrekturen.bestand import load_delivered
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.sendung import load_dateien
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.sendung.wiederholung import wiederholung_of
from xjustiz import read, schriftgut_of

A, B, C = (Datei(f"{name}.pdf", name * 64, 1, "application/pdf") for name in "abc")


def _akte(*dateien: Datei) -> Akte:
    return kleine_akte(*(dokument(n, d.name, d) for n, d in enumerate(dateien, 3)))


def _with(akte: Akte, stelle: int, *dateien: Datei) -> Akte:
    dokumente = list(akte.dokumente)
    dokumente[stelle] = replace(dokumente[stelle], dateien=dateien)
    return replace(akte, dokumente=tuple(dokumente))


def test_the_sentence_counts_what_is_new_changed_and_gone() -> None:
    alt = _akte(A, B)
    neu = replace(
        _with(alt, 1, C), dokumente=(*_with(alt, 1, C).dokumente[:2], dokument(5, "x", A), dokument(6, "y", B))
    )
    vergleich = vergleiche(alt, neu)
    assert vergleich.satz(date(2026, 3, 3)) == "2 neue Dokumente seit dem 3. März 2026, 1 geändert, 1 entfernt"
    assert vergleiche(alt, alt).satz(date(2026, 12, 31)) == "Keine neuen Dokumente seit dem 31. Dezember 2026"


def test_an_id_belongs_to_a_content_and_the_same_content_always_has_the_same() -> None:
    erste = _akte(A)
    zweite = _with(erste, 1, B)
    dritte = _with(erste, 1, A)
    alte_id = erste.dokumente[1].id
    geaendert = with_stable_ids(zweite, [erste]).dokumente[1].id
    assert geaendert != alte_id
    assert with_stable_ids(zweite, [erste, zweite]).dokumente[1].id == geaendert
    assert with_stable_ids(dritte, [erste, zweite]).dokumente[1].id == alte_id
    assert with_stable_ids(erste, []) == erste


def test_a_later_signature_or_copy_makes_no_new_document_and_references_follow() -> None:
    erste = _akte(A)
    lesefassung = Datei("a2.pdf", "d" * 64, 1, "application/pdf", Rolle.REPRAESENTAT)
    assert with_stable_ids(_with(erste, 1, A, lesefassung), [erste]).dokumente[1].id == erste.dokumente[1].id
    zweite = _with(erste, 1, B)
    anlage = replace(dokument(4, "Anlage", C), anlage_zu=zweite.dokumente[1].id)
    gebaut = with_stable_ids(replace(zweite, dokumente=(*zweite.dokumente, anlage)), [erste])
    assert gebaut.dokumente[2].anlage_zu == gebaut.dokumente[1].id


async def _sent(werk: Werk, akte: Akte, *, bestaetigt: bool = True) -> SendungId:
    sendung_id = await werk.freigegeben(akte)
    await make_package(werk.betrieb, sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    if bestaetigt:
        await confirm(werk.betrieb, sendung_id)
    return sendung_id


async def _dokumente(werk: Werk, sendung_id: SendungId) -> dict[str, str]:
    dateien = {d.name: d for d in await load_dateien(werk.betrieb.database, sendung_id)}
    xml = await werk.betrieb.blobs.read(dateien["xjustiz_nachricht.xml"].sha256, limit=2**24)
    schriftgut = schriftgut_of(read(xml).nachricht)
    assert schriftgut is not None
    return {str(d.anzeigename): str(d.id) for d in schriftgut.alle_dokumente()}


@pytest.mark.parametrize("bestaetigt", [True, False])
async def test_what_the_court_may_have_keeps_its_uuid_and_what_changed_does_not(werk: Werk, bestaetigt: bool) -> None:
    erste = kleine_akte(dokument(3, "Gutachten", datei("Gutachten.pdf")))
    vorher = await _dokumente(werk, await _sent(werk, erste, bestaetigt=bestaetigt))
    geaendert = replace(erste.dokumente[1], dateien=(datei("Gutachten-neu.pdf"),))
    zweite = replace(erste, dokumente=(erste.dokumente[0], geaendert, dokument(4, "Vermerk", datei("Vermerk.pdf"))))
    sendung_id = await _sent(werk, zweite)
    nachher = await _dokumente(werk, sendung_id)
    assert nachher["Bescheid"] == vorher["Bescheid"]
    assert nachher["Antrag"] == vorher["Antrag"]
    assert nachher["Gutachten"] != vorher["Gutachten"]
    assert "Vermerk" in nachher


async def test_the_comparison_is_with_what_certainly_arrived_at_this_court(werk: Werk) -> None:
    erste = kleine_akte()
    ungewiss = await _sent(werk, erste, bestaetigt=False)
    sendung = await werk.sendung(await werk.angelegt(replace(erste, titel="anders")))
    stand = await load_delivered(werk.betrieb.database, sendung)
    assert await wiederholung_of(werk.betrieb, sendung, stand) is None
    await confirm(werk.betrieb, ungewiss)
    mehr = replace(stand, dokumente=(*stand.dokumente, dokument(3, "Neu", A)))
    wiederholung = await wiederholung_of(werk.betrieb, sendung, mehr)
    assert wiederholung is not None
    assert wiederholung.satz == "1 neues Dokument seit dem 21. November 2026"
    fremd = replace(sendung, empfaenger_safe_id="DE.Justiz." + str(uuid4()) + ".abcd")
    assert await wiederholung_of(werk.betrieb, fremd, mehr) is None
