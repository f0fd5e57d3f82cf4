"""Taking a case file over: once per delivery, under one file number, and out of the database as it came."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from stationen import Werk, datei, dokument, kleine_akte

from erv_gateway.akte.einlieferung import EingelieferteDatei, Einlieferung, Lieferformat
from erv_gateway.akte.modell import Akte, HistorienArt, HistorienEintrag, Rolle, Scan
from erv_gateway.akte.modell_json import akte_from_json, akte_to_json
from erv_gateway.akte.uebernahme import SQL, take_over
from erv_gateway.akte.untersuchung import UNTERSUCHEN, examine_stand
from erv_gateway.kern.fehler import EingabeRefused, NotFound


def lieferung(akte: Akte, *digests: str) -> Einlieferung:
    dateien = tuple(EingelieferteDatei(f"{n}.pdf", d * 32, 1, "application/pdf") for n, d in enumerate(digests))
    return Einlieferung(Lieferformat.MANIFEST, "1", akte, (), dateien)


async def test_every_new_delivery_is_a_state_and_the_same_one_is_not(werk: Werk) -> None:
    akte = kleine_akte()
    database, uhr = werk.betrieb.database, werk.uhr
    taken = [
        await take_over(database, uhr, lieferung(akte, *digests), werk.anna)
        for digests in (["aa"], ["aa", "bb"], ["aa"], ["bb", "aa"])
    ]
    assert [(one.stand, one.neu) for one in taken] == [(1, True), (2, True), (1, False), (3, True)]
    assert {one.akte_id for one in taken} == {akte.id}
    eintraege = await werk.eintraege(akte.id)
    assert [(eintrag["art"], eintrag["angaben"]["stand"]) for eintrag in eintraege] == [
        ("akte.uebernommen", 1),
        ("akte.uebernommen", 2),
        ("akte.uebernommen", 3),
    ]


async def test_the_same_delivery_twice_in_the_same_moment_is_one_state(werk: Werk) -> None:
    akte = kleine_akte()
    both = await asyncio.gather(
        *(take_over(werk.betrieb.database, werk.uhr, lieferung(akte, "aa"), werk.anna) for _ in range(4))
    )
    assert sorted(one.neu for one in both) == [False, False, False, True]
    assert {one.stand for one in both} == {1}


async def test_the_files_of_a_new_state_are_examined_by_a_job_and_once(werk: Werk) -> None:
    akte = kleine_akte()
    betrieb = werk.betrieb
    akte_id = await werk.akte(akte)
    stand = await betrieb.database.fetch_one(SQL.latest_stand, akte_id)
    assert stand is not None
    assert await werk.jobs(stand["id"]) == [UNTERSUCHEN]
    hashes = {one.sha256 for one in akte.alle_dateien()}
    for _ in range(2):
        await examine_stand(betrieb.database, betrieb.blobs, betrieb.dateipruefer, stand["id"])
        assert await betrieb.dateipruefer.known(hashes) == hashes


async def test_the_same_delivery_again_is_no_job(werk: Werk) -> None:
    akte = kleine_akte()
    for _ in range(2):
        await take_over(werk.betrieb.database, werk.uhr, lieferung(akte, "aa"), werk.anna)
    stand = await werk.betrieb.database.fetch_one(SQL.latest_stand, akte.id)
    assert stand is not None
    assert await werk.jobs(stand["id"]) == [UNTERSUCHEN]


async def test_a_state_that_is_not_there_is_an_error(werk: Werk) -> None:
    with pytest.raises(NotFound):
        await examine_stand(werk.betrieb.database, werk.betrieb.blobs, werk.betrieb.dateipruefer, uuid4())


async def test_a_case_keeps_its_file_number(werk: Werk) -> None:
    akte = kleine_akte()
    await take_over(werk.betrieb.database, werk.uhr, lieferung(akte, "aa"), werk.anna)
    other = replace(akte, aktenzeichen="anders")
    with pytest.raises(EingabeRefused) as caught:
        await take_over(werk.betrieb.database, werk.uhr, lieferung(other, "bb"), werk.anna)
    assert caught.value.angaben["grund"] == "aktenzeichen-anders"
    assert len(await werk.eintraege(akte.id)) == 1


async def test_what_the_dms_said_comes_back_from_the_database_unchanged(werk: Werk) -> None:
    akte = full()
    await take_over(werk.betrieb.database, werk.uhr, lieferung(akte, "aa"), werk.anna)
    stand = await werk.betrieb.database.fetch_one(SQL.latest_stand, akte.id)
    assert stand is not None
    row = await werk.betrieb.database.fetch_one(SQL.stand, stand["id"])
    assert row is not None
    assert akte_from_json(row["modell"]) == akte
    assert akte_from_json(akte_to_json(akte)) == akte


def full() -> Akte:
    """Something in every kind of field."""
    moment = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
    eintrag = HistorienEintrag(moment, "Müller", "geändert", HistorienArt.GEAENDERT, "Titel", "alt", "neu – „x“", "b")
    gescannt = replace(
        dokument(3, "Plan „Ost“ – Blatt 1", datei("Plan.pdf")),
        scan=Scan(date(2026, 2, 1), ersetzend=True),
        posteingang=date(2026, 2, 2),
        erstellt_am=moment,
        historie=(eintrag,),
        anlage_zu=uuid4(),
    )
    signatur = replace(datei("Plan.pdf"), name="Plan.p7s", rolle=Rolle.SIGNATURDATEI, bezug="Plan.pdf")
    akte = kleine_akte(gescannt, dokument(4, "Papier"), dokument(5, "Signiert", datei("Plan.pdf"), signatur))
    return replace(akte, laufzeit_beginn=date(2020, 1, 1), exportiert_am=moment, historie=(eintrag,))
