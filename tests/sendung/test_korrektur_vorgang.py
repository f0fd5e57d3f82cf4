"""Corrections of a Sendung: seen, made, recorded, taken back; and the package is what they say."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from stationen import Werk, datei, dokument, kleine_akte, pdf

from erv_gateway.akte.einlieferung import read_delivery
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, HistorienArt, HistorienEintrag
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.texte import german_text
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.nachweis.protokoll import FOLGEN
from erv_gateway.sendung import pruefung, teilen
from erv_gateway.sendung.anlegen import create_sendung
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.korrekturen import vorgang
from erv_gateway.sendung.korrekturen.bestand import Angewandt, is_part, load_korrekturen
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.vorgang import apply, preview, undo
from erv_gateway.sendung.korrekturen.werte import KorrekturId
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.paket import load_akte
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.sendung import load_dateien
from erv_gateway.sendung.teilung import Teil, Teilungsplan
from erv_gateway.storage.queries import load
from xjustiz import Befund, read, schriftgut_of

K = KorrekturId
TEILUNG_SQL = load("teilung")
GELOESCHT = HistorienEintrag(
    datetime(2026, 3, 3, 9, tzinfo=UTC), "Anna", "Dokument gelöscht", HistorienArt.GELOESCHT, alter_wert="Vermerk"
)
KORRIGIERT, ZURUECK = "sendung.korrigiert", "sendung.korrektur-zurueckgenommen"


async def make(werk: Werk, sendung_id: SendungId, kennung: KorrekturId) -> Angewandt:
    plan = await preview(werk.betrieb, sendung_id, kennung)
    return await apply(werk.betrieb, sendung_id, kennung, werk.anna, plan_sha256=plan.digest)


async def akte_of(werk: Werk, sendung_id: SendungId) -> Akte:
    return await load_akte(werk.betrieb, await werk.sendung(sendung_id))


async def regeln(werk: Werk, sendung_id: SendungId) -> list[str]:
    return [befund.regel for befund in await check_sendung(werk.betrieb, sendung_id, werk.anna)]


async def gappy(werk: Werk) -> SendungId:
    """A state whose numbers no intake of today would leave: as one of an older version might lie there."""
    akte = kleine_akte(dokument(3, "Plan", datei("Plan.pdf")))
    folder = werk.folder / f"lieferung-{uuid4()}"
    folder.mkdir()
    for one in akte.alle_dateien():
        (folder / one.name).write_bytes(pdf(one.name))
    (folder / "manifest.json").write_bytes(write_manifest(akte))
    einlieferung = await read_delivery(folder, werk.betrieb.blobs)
    beside = tuple(replace(d, nummer=d.nummer * 5) for d in einlieferung.akte.dokumente)
    wrong = replace(einlieferung, akte=replace(einlieferung.akte, dokumente=beside))
    akte_id = (await take_over(werk.betrieb.database, werk.uhr, wrong, werk.anna)).akte_id
    return await create_sendung(werk.betrieb, werk.neu(akte_id), werk.anna)


async def refused(work: object) -> KorrekturRefused:
    with pytest.raises(KorrekturRefused) as caught:
        await work  # type: ignore[misc]
    return caught.value


async def test_a_gap_stops_the_check_until_it_is_corrected(werk: Werk) -> None:
    sendung_id = await gappy(werk)
    assert "X.nummer-luecke" in await regeln(werk, sendung_id)
    befunde = (await werk.sendung(sendung_id)).befunde or []
    heals = {befund["regel"]: befund["korrekturen"] for befund in befunde}
    assert heals["X.nummer-luecke"] == ["fehlblatt", "nummerierung"]
    await make(werk, sendung_id, K.NUMMERIERUNG)
    assert (await werk.sendung(sendung_id)).befunde is None
    assert "X.nummer-luecke" not in await regeln(werk, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT


async def test_who_when_and_what_is_on_record_and_in_the_log(werk: Werk) -> None:
    sendung_id = await gappy(werk)
    plan = await preview(werk.betrieb, sendung_id, K.NUMMERIERUNG)
    assert await load_korrekturen(werk.betrieb.database, sendung_id) == ()
    done = await apply(werk.betrieb, sendung_id, K.NUMMERIERUNG, werk.frank, plan_sha256=plan.digest)
    assert (done.nummer, done.korrektur, done.aenderungen) == (1, K.NUMMERIERUNG, plan.aenderungen)
    assert (done.angewandt_von, done.angewandt_am) == (werk.frank, werk.uhr.jetzt())
    last = (await werk.eintraege(sendung_id))[-1]
    assert (last["art"], last["handelnd"]) == (KORRIGIERT, str(werk.frank))
    assert last["angaben"] == {
        "nummer": 1,
        "korrektur": "nummerierung",
        "plan_sha256": plan.digest,
        "aenderungen": len(plan.aenderungen),
        "auslassungen": 0,
    }


async def test_a_checked_sendung_is_a_draft_again(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“", datei("Plan.pdf"))))
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await make(werk, sendung_id, K.UMSCHRIFT)
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.befunde) == (SendungZustand.ENTWURF, None)
    assert await werk.arten(sendung_id) == ["sendung.angelegt", "sendung.geprueft", KORRIGIERT]


async def test_a_transliteration_is_shown_sign_by_sign_and_then_no_hint_any_more(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“ – Blatt 1", datei("Plan.pdf"))))
    plan = await preview(werk.betrieb, sendung_id, K.UMSCHRIFT)
    (change,) = plan.aenderungen
    assert (change.wo, change.nachher) == ("Dokument „Plan „Ost“ – Blatt 1“", 'Plan "Ost" - Blatt 1')
    assert change.zeichen[0] == '„„“ (U+201E) → „"“, 1-mal'
    assert len(change.zeichen) == 3
    assert "P-UMSCHRIFT" in await regeln(werk, sendung_id)
    await make(werk, sendung_id, K.UMSCHRIFT)
    assert "P-UMSCHRIFT" not in await regeln(werk, sendung_id)


async def test_names_are_given_anyhow_and_that_is_said_until_someone_has_seen_them(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan", datei("Plan (Ost).pdf"))))
    befunde = await check_sendung(werk.betrieb, sendung_id, werk.anna)
    (hint,) = [befund.text for befund in befunde if befund.regel == "P-DATEINAME"]
    assert hint.startswith("3 Dateien reisen unter einem zulässigen statt unter dem gelieferten Namen")
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT
    await make(werk, sendung_id, K.DATEINAMEN)
    assert "P-DATEINAME" not in await regeln(werk, sendung_id)


async def test_the_package_is_made_with_what_was_fixed(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Scan", datei("Widerspruch Müller – 3.pdf"))))
    assert "N2.nichtssagend" in await regeln(werk, sendung_id)
    await make(werk, sendung_id, K.DATEINAMEN)
    await make(werk, sendung_id, K.UMSCHRIFT)
    assert "N2.nichtssagend" not in await regeln(werk, sendung_id)
    await approve(werk.betrieb, sendung_id, werk.frank)
    await make_package(werk.betrieb, sendung_id)
    dateien = {d.name: d for d in await load_dateien(werk.betrieb.database, sendung_id)}
    (name,) = [name for name in dateien if name.startswith("Widerspruch_Mueller_3_")]
    assert await werk.betrieb.blobs.read(dateien[name].sha256, limit=2**24) == pdf("Widerspruch Müller – 3.pdf")
    schriftgut = schriftgut_of(
        read(await werk.betrieb.blobs.read(dateien["xjustiz_nachricht.xml"].sha256, limit=2**24)).nachricht
    )
    assert schriftgut is not None
    assert "Widerspruch Müller - 3" in [d.anzeigename for d in schriftgut.alle_dokumente()]


async def test_a_fehlblatt_travels_as_pdfa_of_class_011(werk: Werk) -> None:
    sendung_id = await werk.angelegt(replace(kleine_akte(), historie=(GELOESCHT,)))
    assert "P-FEHLBLATT" in await regeln(werk, sendung_id)
    await make(werk, sendung_id, K.FEHLBLATT)
    assert "P-FEHLBLATT" not in await regeln(werk, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT
    (sheet,) = [d for d in (await akte_of(werk, sendung_id)).alle_dokumente() if d.klasse == "011"]
    inhalt = await werk.betrieb.blobs.read(sheet.dateien[0].sha256, limit=2**24)
    assert (sheet.nummer, b"pdfaid:part" in inhalt) == (3, True)


async def test_the_same_removal_gives_the_same_sheet_in_the_next_sendung(werk: Werk) -> None:
    """The court keeps what it has: same UUID, same bytes."""
    akte = replace(kleine_akte(), historie=(GELOESCHT,))
    sheets = []
    for _ in range(2):
        sendung_id = await werk.angelegt(akte)
        await make(werk, sendung_id, K.FEHLBLATT)
        sheets += [d for d in (await akte_of(werk, sendung_id)).alle_dokumente() if d.klasse == "011"]
        werk.uhr.forward(days=30)
    assert sheets[0] == sheets[1]


async def test_a_document_missing_since_the_last_delivery_is_found(werk: Werk) -> None:
    akte = kleine_akte(dokument(3, "Plan", datei("Plan.pdf")), dokument(4, "Foto", datei("Foto.pdf")))
    await werk.akte(akte)
    less = replace(akte, dokumente=(akte.dokumente[0], replace(akte.dokumente[2], nummer=3)))
    sendung_id = await werk.angelegt(less)
    plan = await preview(werk.betrieb, sendung_id, K.FEHLBLATT)
    assert ["Plan" in change.nachher for change in plan.aenderungen] == [True]
    await make(werk, sendung_id, K.FEHLBLATT)
    numbers = [(d.nummer, d.titel) for d in (await akte_of(werk, sendung_id)).dokumente]
    assert numbers == [(2, "Bescheid"), (3, "Fehlblatt: Plan"), (4, "Foto")]


async def test_taken_back_it_is_as_it_was(werk: Werk) -> None:
    sendung_id = await werk.angelegt(replace(kleine_akte(), historie=(GELOESCHT,)))
    before = await akte_of(werk, sendung_id)
    done = await make(werk, sendung_id, K.FEHLBLATT)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await undo(werk.betrieb, sendung_id, done.nummer, werk.frank)
    assert await akte_of(werk, sendung_id) == before
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.ENTWURF
    (record,) = await load_korrekturen(werk.betrieb.database, sendung_id)
    assert (record.gilt, record.zurueckgenommen_von) == (False, werk.frank)
    assert (await werk.eintraege(sendung_id))[-1]["art"] == ZURUECK
    again = await refused(undo(werk.betrieb, sendung_id, done.nummer, werk.frank))
    assert again.angaben["grund"] == "nicht-angewandt"


async def test_what_another_correction_builds_on_is_taken_back_last(werk: Werk) -> None:
    sendung_id = await werk.angelegt(replace(kleine_akte(), historie=(GELOESCHT,)))
    first = await make(werk, sendung_id, K.FEHLBLATT)
    second = await make(werk, sendung_id, K.DATEINAMEN)
    error = await refused(undo(werk.betrieb, sendung_id, first.nummer, werk.anna))
    assert german_text(error).startswith("Die Korrektur Nr. 2 („Zulässige Dateinamen“) baut auf dieser auf.")
    await undo(werk.betrieb, sendung_id, second.nummer, werk.anna)
    await undo(werk.betrieb, sendung_id, first.nummer, werk.anna)
    assert [k.gilt for k in await load_korrekturen(werk.betrieb.database, sendung_id)] == [False, False]


async def test_after_the_approval_nothing_is_corrected_or_taken_back(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“", datei("Plan.pdf"))))
    plan = await preview(werk.betrieb, sendung_id, K.DATEINAMEN)
    done = await make(werk, sendung_id, K.UMSCHRIFT)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await approve(werk.betrieb, sendung_id, werk.frank)
    before = await werk.arten(sendung_id)
    later = apply(werk.betrieb, sendung_id, K.DATEINAMEN, werk.anna, plan_sha256=plan.digest)
    for attempt in (later, undo(werk.betrieb, sendung_id, done.nummer, werk.anna)):
        error = await refused(attempt)
        assert "nur bis zur Freigabe möglich" in german_text(error)
    assert await werk.arten(sendung_id) == before
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.FREIGEGEBEN


async def test_only_what_was_seen_is_made(werk: Werk) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“", datei("Plan a.pdf"))))
    seen = await preview(werk.betrieb, sendung_id, K.UMSCHRIFT)
    await make(werk, sendung_id, K.DATEINAMEN)
    error = await refused(apply(werk.betrieb, sendung_id, K.UMSCHRIFT, werk.anna, plan_sha256=seen.digest))
    assert error.angaben["grund"] == "vorschau-veraltet"
    empty = await preview(werk.betrieb, sendung_id, K.NUMMERIERUNG)
    error = await refused(apply(werk.betrieb, sendung_id, K.NUMMERIERUNG, werk.anna, plan_sha256=empty.digest))
    assert error.angaben["grund"] == "leer"


async def test_a_person_may_choose_among_changes_that_stand_for_themselves(werk: Werk) -> None:
    akte = kleine_akte(dokument(3, "Plan", datei("Plan.pdf")), dokument(4, "Foto", datei("Foto.pdf")))
    await werk.akte(akte)
    sendung_id = await werk.angelegt(replace(akte, dokumente=akte.dokumente[:1]))
    plan = await preview(werk.betrieb, sendung_id, K.FEHLBLATT)
    for nur in (frozenset({3}), frozenset({0, 1})):
        wrong = apply(werk.betrieb, sendung_id, K.FEHLBLATT, werk.anna, plan_sha256=plan.digest, nur=nur)
        assert (await refused(wrong)).angaben["grund"] == "auswahl"
    digest = plan.digest
    await apply(werk.betrieb, sendung_id, K.FEHLBLATT, werk.anna, plan_sha256=digest, nur=frozenset({2}))
    titles = [d.titel for d in (await akte_of(werk, sendung_id)).dokumente]
    assert titles == ["Bescheid", "Fehlblatt: Foto"]


async def test_of_two_people_at_once_one_corrects(werk: Werk) -> None:
    sendung_id = await gappy(werk)
    plan = await preview(werk.betrieb, sendung_id, K.NUMMERIERUNG)
    attempts = [
        apply(werk.betrieb, sendung_id, K.NUMMERIERUNG, person, plan_sha256=plan.digest)
        for person in (werk.anna, werk.frank)
    ]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    (lost,) = [result for result in results if isinstance(result, Exception)]
    assert isinstance(lost, KorrekturRefused)
    assert lost.angaben["grund"] == "vorschau-veraltet"
    assert len(await load_korrekturen(werk.betrieb.database, sendung_id)) == 1
    assert (await werk.arten(sendung_id)).count(KORRIGIERT) == 1


async def test_a_check_that_looked_at_the_uncorrected_sendung_does_not_count(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sendung_id = await werk.angelegt(kleine_akte(dokument(3, "Plan „Ost“", datei("Plan.pdf"))))
    find = pruefung.find

    async def find_slowly(*arguments: object) -> tuple[Befund, ...]:
        befunde = await find(*arguments)  # type: ignore[arg-type]
        await make(werk, sendung_id, K.UMSCHRIFT)
        return befunde

    monkeypatch.setattr(pruefung, "find", find_slowly)
    await refused(check_sendung(werk.betrieb, sendung_id, werk.anna))
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.befunde) == (SendungZustand.ENTWURF, None)


async def test_a_crash_before_the_commit_leaves_everything_as_it_was(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sendung_id = await werk.angelegt(replace(kleine_akte(), historie=(GELOESCHT,)))
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    before = await akte_of(werk, sendung_id), await werk.arten(sendung_id), await werk.sendung(sendung_id)

    async def crash(*_: object) -> None:
        raise RuntimeError("power is gone")

    monkeypatch.setattr(vorgang, "_back_to_draft", crash)
    with pytest.raises(RuntimeError):
        await make(werk, sendung_id, K.FEHLBLATT)
    monkeypatch.undo()
    assert before == (await akte_of(werk, sendung_id), await werk.arten(sendung_id), await werk.sendung(sendung_id))
    await make(werk, sendung_id, K.FEHLBLATT)


async def test_corrections_of_the_whole_hold_for_all_parts_and_wait_for_them(werk: Werk) -> None:
    akte = replace(kleine_akte(dokument(3, "Scan", datei("Widerspruch.pdf"))), historie=(GELOESCHT,))
    ganze, zweite = await werk.angelegt(akte), await werk.angelegt(akte)
    await make(werk, ganze, K.FEHLBLATT)
    done = await make(werk, ganze, K.DATEINAMEN)
    alle = [d.id for d in (await akte_of(werk, ganze)).alle_dokumente()]
    await split_by_hand(werk, (ganze, alle[:2]), (zweite, alle[2:]))
    titles = [d.titel for d in (await akte_of(werk, zweite)).alle_dokumente()]
    assert titles == ["Widerspruch", "Fehlblatt: Vermerk"]
    plan = "0" * 64
    for attempt in (
        apply(werk.betrieb, zweite, K.UMSCHRIFT, werk.anna, plan_sha256=plan),
        undo(werk.betrieb, ganze, done.nummer, werk.anna),
    ):
        assert (await refused(attempt)).angaben["grund"] == "geteilt"


async def test_a_split_that_was_planned_before_a_correction_is_refused(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the sheet would be in no part."""
    sendung_id = await werk.angelegt(replace(kleine_akte(), historie=(GELOESCHT,)))
    ids = [d.id for d in (await akte_of(werk, sendung_id)).alle_dokumente()]
    plan = Teilungsplan(tuple(Teil(n, (kennung,), 1, 1) for n, kennung in enumerate(ids, 1)))

    async def plan_slowly(*_: object) -> Teilungsplan:
        await make(werk, sendung_id, K.FEHLBLATT)
        return plan

    monkeypatch.setattr(teilen, "plan_teilung", plan_slowly)
    error = await refused(teilen.split(werk.betrieb, sendung_id, werk.anna, teilen.plan_digest(plan)))
    assert error.angaben["grund"] == "vorschau-veraltet"
    assert not await is_part(werk.betrieb.database, sendung_id)


async def split_by_hand(werk: Werk, *teile: tuple[SendungId, list[UUID]]) -> None:
    """What `teilen` lays down for a file that is too big, without a file that is too big."""
    teilung_id = uuid4()
    async with werk.betrieb.database.transaction() as tx:
        akte_id = (await werk.sendung(teile[0][0])).akte_id
        await tx.execute(TEILUNG_SQL.insert_teilung, teilung_id, akte_id, "0" * 64, werk.anna, werk.uhr.jetzt())
        for nummer, (sendung_id, dokumente) in enumerate(teile, 1):
            await tx.execute(TEILUNG_SQL.insert_teil, teilung_id, nummer, len(teile), sendung_id, dokumente)


async def test_the_proof_of_a_corrected_sendung_tells_a_lawful_story(werk: Werk) -> None:
    sendung_id = await werk.angelegt(replace(kleine_akte(), historie=(GELOESCHT,)))
    done = await make(werk, sendung_id, K.FEHLBLATT)
    await undo(werk.betrieb, sendung_id, done.nummer, werk.frank)
    for kennung in (K.FEHLBLATT, K.DATEINAMEN):
        await check_sendung(werk.betrieb, sendung_id, werk.anna)
        await make(werk, sendung_id, kennung)
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await approve(werk.betrieb, sendung_id, werk.frank)
    await make_package(werk.betrieb, sendung_id)
    arten = await werk.arten(sendung_id)
    assert arten.count(KORRIGIERT) == 3
    assert [(a, b) for a, b in zip(["", *arten], arten, strict=False) if b not in FOLGEN[a]] == []


async def test_nobody_takes_a_correction_out_of_the_record(werk: Werk) -> None:
    sendung_id = await gappy(werk)
    await make(werk, sendung_id, K.NUMMERIERUNG)
    for forbidden in ("DELETE FROM erv.korrektur", "UPDATE erv.korrektur SET aenderungen = '[]'"):
        with pytest.raises(Exception, match="permission denied"):
            async with werk.betrieb.database.transaction() as tx:
                await tx.execute(forbidden)
