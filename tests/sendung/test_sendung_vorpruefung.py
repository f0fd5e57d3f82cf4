"""The pre-flight as a job: in the name of who asked, once, and never over what was changed meanwhile."""

from datetime import timedelta

import pytest
from stationen import Werk

from erv_gateway.kern.fehler import NotFound, ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung import pruefung
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.vorpruefung import (
    VORPRUEFEN,
    check_in_background,
    load_vorpruefung,
    request_check,
    running_checks,
)
from erv_gateway.storage.jobs import Later
from erv_gateway.storage.log import entries_of

SOFORT, LANGE = timedelta(0), timedelta(minutes=5)


async def test_what_is_short_is_done_at_once_and_leaves_no_job(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    befunde = await request_check(werk.betrieb, sendung_id, werk.anna, LANGE)
    assert befunde is not None
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT
    assert await werk.jobs(sendung_id) == []


async def test_what_is_long_is_one_job_in_the_name_of_the_person(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    for _ in range(2):
        assert await request_check(werk.betrieb, sendung_id, werk.anna, SOFORT) is None
    assert await werk.jobs(sendung_id) == [VORPRUEFEN]
    assert await running_checks(werk.betrieb) >= {sendung_id}
    wartend = await load_vorpruefung(werk.betrieb, await werk.sendung(sendung_id))
    assert wartend is not None
    assert (wartend.dateien, wartend.angehalten) == (2, False)
    for _ in range(2):
        await check_in_background(werk.betrieb, sendung_id, werk.anna)
    geprueft = await werk.sendung(sendung_id)
    assert geprueft.zustand is SendungZustand.GEPRUEFT
    assert await load_vorpruefung(werk.betrieb, geprueft) is None
    eintraege = await werk.eintraege(sendung_id)
    assert [(eintrag["art"], eintrag["handelnd"]) for eintrag in eintraege[1:]] == [
        ("sendung.geprueft", str(werk.anna))
    ]


async def test_no_pre_flight_of_what_is_no_draft_or_not_there(werk: Werk) -> None:
    sendung_id = await werk.freigegeben()
    with pytest.raises(ZustandConflict):
        await request_check(werk.betrieb, sendung_id, werk.anna, SOFORT)
    with pytest.raises(NotFound):
        await request_check(werk.betrieb, SendungId(werk.anna), werk.anna, SOFORT)
    before = len(await entries_of(werk.betrieb.database, sendung_id))
    await check_in_background(werk.betrieb, sendung_id, werk.anna)
    assert len(await entries_of(werk.betrieb.database, sendung_id)) == before


async def test_a_correction_meanwhile_starts_the_job_again(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    sendung_id = await werk.angelegt()

    async def corrected(*_: object) -> None:
        raise KorrekturRefused("corrected by someone else meanwhile", grund="vorschau-veraltet")

    with monkeypatch.context() as jemand:
        jemand.setattr(pruefung, "check_acts", corrected)
        with pytest.raises(Later):
            await check_in_background(werk.betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).befunde is None
    await check_in_background(werk.betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT
