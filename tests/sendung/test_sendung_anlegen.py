"""Making and approving a Sendung: who may, with which words, to whom."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from stationen import Werk

from erv_gateway.kern.fehler import EingabeRefused, KonfigurationInvalid, NotFound, NotPermitted, ZustandConflict
from erv_gateway.kern.ids import AkteId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.angaben import SendungAngaben
from erv_gateway.sendung.anlegen import create_sendung
from erv_gateway.sendung.freigabe import PAKETIEREN, approve
from erv_gateway.sendung.pruefung import check_sendung


async def test_a_draft_holds_the_newest_state_of_the_case_and_is_on_record(werk: Werk) -> None:
    akte_id = await werk.akte()
    sendung_id = await create_sendung(werk.betrieb, werk.neu(akte_id, aktenzeichen_gericht="3 K 17/26"), werk.anna)
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.akte_id) == (SendungZustand.ENTWURF, akte_id)
    assert (sendung.aktenzeichen_empfaenger, sendung.angelegt_von) == ("3 K 17/26", werk.anna)
    (eintrag,) = await werk.eintraege(sendung_id)
    assert eintrag["angaben"] == {"akte": str(akte_id), "stand": 1}
    assert await werk.jobs(sendung_id) == []


async def test_the_courts_file_number_is_taken_from_the_case_when_none_is_given(werk: Werk) -> None:
    akte_id = await werk.akte()
    async with werk.betrieb.database.transaction() as tx:
        await tx.execute("UPDATE erv.akte SET gericht_aktenzeichen = '3 K 17/26' WHERE id = $1", akte_id)
    sendung_id = await create_sendung(werk.betrieb, werk.neu(akte_id), werk.anna)
    assert (await werk.sendung(sendung_id)).aktenzeichen_empfaenger == "3 K 17/26"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"empfaenger_safe_id": "DE.Justiz.unbekannt"}, NotFound),
        ({"postfach": "abgeschafft"}, KonfigurationInvalid),
        ({"akte_id": AkteId(uuid4())}, NotFound),
        ({"betreff": " \n"}, EingabeRefused),
        ({"angaben": SendungAngaben(("Anbei.",), " ")}, EingabeRefused),
        ({"angaben": SendungAngaben((" ", ""), "Anna")}, EingabeRefused),
    ],
)
async def test_what_cannot_become_a_letter_is_refused_and_leaves_nothing(
    werk: Werk, changes: dict[str, object], error: type[Exception]
) -> None:
    before = await werk.betrieb.database.fetch_value("SELECT count(*) FROM erv.sendung")
    neu = replace(werk.neu(await werk.akte()), **changes)  # type: ignore[arg-type]
    with pytest.raises(error):
        await create_sendung(werk.betrieb, neu, werk.anna)
    assert await werk.betrieb.database.fetch_value("SELECT count(*) FROM erv.sendung") == before


async def test_nobody_approves_alone(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    await check_sendung(werk.betrieb, sendung_id, werk.frank)
    with pytest.raises(NotPermitted):
        await approve(werk.betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.GEPRUEFT
    assert await werk.jobs(sendung_id) == []


async def test_one_person_is_enough_where_the_office_says_so(werk: Werk) -> None:
    sendung_id = await werk.angelegt()
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    await approve(werk.with_betrieb(vier_augen=False).betrieb, sendung_id, werk.anna)
    assert (await werk.sendung(sendung_id)).freigegeben_von == werk.anna


async def test_an_approval_is_given_once_by_a_named_person(werk: Werk) -> None:
    """Two people press the button in the same moment: one approval, one job, one log entry."""
    sendung_id = await werk.angelegt()
    await check_sendung(werk.betrieb, sendung_id, werk.anna)
    both = await asyncio.gather(
        approve(werk.betrieb, sendung_id, werk.frank),
        approve(werk.betrieb, sendung_id, werk.frank),
        return_exceptions=True,
    )
    assert sorted(type(outcome).__name__ for outcome in both) == ["NoneType", "ZustandConflict"]
    sendung = await werk.sendung(sendung_id)
    assert (sendung.freigegeben_von, sendung.freigegeben_am) == (werk.frank, werk.uhr.jetzt())
    assert await werk.jobs(sendung_id) == [PAKETIEREN]
    assert (await werk.arten(sendung_id)).count("sendung.freigegeben") == 1
    with pytest.raises(ZustandConflict):
        await approve(werk.betrieb, sendung_id, werk.frank)
