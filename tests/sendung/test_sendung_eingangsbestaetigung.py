"""The Eingangsbestätigung: green only when the record, the time and every file agree."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stationen import Werk

from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.ids import MessageId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import Laufzettel, LaufzettelRefused, Teil, Vorbereitet
from erv_gateway.sendung.eingangsbestaetigung import ABLEGEN, CLOCK_TOLERANCE, confirm
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.storage.jobs import Later


async def uebergeben(werk: Werk) -> SendungId:
    sendung_id = await werk.beauftragt()
    await hand_over(werk.betrieb, sendung_id)
    return sendung_id


async def laufzettel(werk: Werk, sendung_id: SendungId, **changes: Any) -> Laufzettel:
    """The true one, changed."""
    message_id = (await werk.sendung(sendung_id)).message_id
    assert message_id is not None
    return replace(await werk.vermittler.true_laufzettel(message_id), **changes)


async def test_a_record_that_agrees_confirms_file_by_file(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    werk.uhr.forward(minutes=3)
    await confirm(werk.betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.BESTAETIGT
    assert sendung.eingang == werk.uhr.jetzt() - timedelta(minutes=3), "Creation, not the time we asked"
    assert sendung.urteil is not None
    assert sendung.urteil["gruende"] == []
    assert {zeile["ok"] for zeile in sendung.urteil["dateien"]} == {True}
    assert {"xjustiz_nachricht.xml", "vhn.xml"} <= {zeile["name"] for zeile in sendung.urteil["dateien"]}
    assert (await werk.jobs(sendung_id))[-1] == ABLEGEN
    last = (await werk.eintraege(sendung_id))[-1]
    assert last["art"] == "sendung.bestaetigt"
    assert last["angaben"]["laufzettel_sha256"] == (sendung.laufzettel or {})["original"]["sha256"]


async def test_without_a_record_it_is_asked_again(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    werk.vermittler.laufzettel.append(None)
    with pytest.raises(Later):
        await confirm(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.UEBERGEBEN
    await confirm(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BESTAETIGT


async def test_a_record_that_does_not_hold_is_shown_and_a_good_one_still_confirms(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    werk.vermittler.laufzettel.extend([LaufzettelRefused("bad", grund="Die Signatur ist falsch.")] * 2)
    for _ in range(2):
        with pytest.raises(Later):
            await confirm(werk.betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.eingang) == (SendungZustand.BEANSTANDET, None)
    assert sendung.urteil == {"dateien": [], "gruende": ["Die Signatur ist falsch."]}
    assert ABLEGEN not in await werk.jobs(sendung_id)
    await confirm(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BESTAETIGT
    assert (await werk.arten(sendung_id))[-2:] == ["sendung.beanstandet", "sendung.bestaetigt"]


async def test_a_record_of_another_message_is_not_ours(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    werk.vermittler.laufzettel.append(await laufzettel(werk, sendung_id, message_id=MessageId("fremd")))
    await confirm(werk.betrieb, sendung_id)
    await assert_objected(werk, sendung_id, "anderen Nachricht")


async def test_a_time_of_receipt_before_the_approval_is_not_believed(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    freigegeben = (await werk.sendung(sendung_id)).freigegeben_am
    assert freigegeben is not None
    early = await laufzettel(werk, sendung_id, eingang=freigegeben - CLOCK_TOLERANCE - timedelta(seconds=1))
    werk.vermittler.laufzettel.append(early)
    await confirm(werk.betrieb, sendung_id)
    await assert_objected(werk, sendung_id, "vor der Freigabe")


async def test_clocks_may_differ_by_minutes(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    freigegeben = (await werk.sendung(sendung_id)).freigegeben_am
    assert freigegeben is not None
    werk.vermittler.laufzettel.append(await laufzettel(werk, sendung_id, eingang=freigegeben - CLOCK_TOLERANCE))
    await confirm(werk.betrieb, sendung_id)
    assert (await werk.sendung(sendung_id)).zustand is SendungZustand.BESTAETIGT


@pytest.mark.parametrize("change", ["weg", "anders", "dazu"])
async def test_files_that_were_not_handed_over_as_approved_are_named(
    werk: Werk, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sendung_id = await uebergeben(werk)
    monkeypatch.setattr(werk.vermittler, "handed_over", handed_over(change))
    await confirm(werk.betrieb, sendung_id)
    await assert_objected(werk, sendung_id, "fremd.pdf" if change == "dazu" else "Antrag")


def handed_over(change: str) -> Callable[[Vorbereitet], Awaitable[tuple[Teil, ...]]]:
    async def teile(vorbereitet: Vorbereitet) -> tuple[Teil, ...]:
        first, *rest = vorbereitet.teile
        changed = {
            "weg": (),
            "anders": (replace(first, sha256="00" * 32),),
            "dazu": (first, Teil("fremd.pdf", 1, "00" * 32, "")),
        }[change]
        return (*changed, *rest)

    return teile


async def test_evidence_that_was_changed_in_the_store_is_never_green(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(ErvError):
        code = "beweis-beschaedigt"

    async def broken(_: Vorbereitet) -> tuple[Teil, ...]:
        raise Broken("changed after signing")

    sendung_id = await uebergeben(werk)
    monkeypatch.setattr(werk.vermittler, "handed_over", broken)
    with pytest.raises(Broken):
        await confirm(werk.betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.urteil) == (SendungZustand.UEBERGEBEN, None)


async def test_a_confirmed_sendung_is_not_judged_again(werk: Werk) -> None:
    sendung_id = await uebergeben(werk)
    await confirm(werk.betrieb, sendung_id)
    before = await werk.sendung(sendung_id)
    werk.vermittler.laufzettel.append(LaufzettelRefused("bad"))
    await confirm(werk.betrieb, sendung_id)
    assert await werk.sendung(sendung_id) == before


async def assert_objected(werk: Werk, sendung_id: SendungId, word: str) -> None:
    sendung = await werk.sendung(sendung_id)
    assert sendung.zustand is SendungZustand.BEANSTANDET
    assert any(word in grund for grund in (sendung.urteil or {})["gruende"]), sendung.urteil
    assert ABLEGEN not in await werk.jobs(sendung_id)
    last = (await werk.eintraege(sendung_id))[-1]
    assert (last["art"], last["angaben"]["gruende"]) == ("sendung.beanstandet", len((sendung.urteil or {})["gruende"]))
