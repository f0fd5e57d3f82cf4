"""Handing over: at most once without knowing, whatever the network does."""

import asyncio
from datetime import timedelta

import pytest
from stationen import Stoerung, Werk

from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import AntwortLost, GegenstelleFailed, LaufzettelRefused, NotReached
from erv_gateway.sendung.eingangsbestaetigung import BESTAETIGEN
from erv_gateway.sendung.uebergabe import MAX_PAUSE, UEBERGEBEN, hand_over, pause
from erv_gateway.sendung.zustand import SQL
from erv_gateway.storage.jobs import Handler, Later, WorkerSettings, run_worker
from erv_gateway.worker import handlers


async def versuche(werk: Werk, sendung_id: SendungId) -> list[tuple[str | None, bool]]:
    rows = await werk.betrieb.database.fetch_all(SQL.versuche, sendung_id)
    return [(row["ergebnis"], row["beendet_am"] is not None) for row in rows]


async def zustand(werk: Werk, sendung_id: SendungId) -> SendungZustand:
    return (await werk.sendung(sendung_id)).zustand


async def try_hand_over(werk: Werk, sendung_id: SendungId) -> type[Exception] | None:
    try:
        await hand_over(werk.betrieb, sendung_id)
    except (Later, GegenstelleFailed) as error:
        return type(error)
    return None


async def test_accepted_is_handed_over_and_on_record(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    await hand_over(werk.betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.uebergeben_am) == (SendungZustand.UEBERGEBEN, werk.uhr.jetzt())
    assert list(werk.vermittler.angenommen) == [sendung.message_id]
    assert await versuche(werk, sendung_id) == [("angenommen", True)]
    assert (await werk.jobs(sendung_id))[-1] == BESTAETIGEN
    kennung, begonnen, uebergeben = (await werk.eintraege(sendung_id))[-3:]
    assert [e["art"] for e in (kennung, begonnen, uebergeben)] == [
        "sendung.kennung-erhalten",
        "sendung.uebergabe-begonnen",
        "sendung.uebergeben",
    ]
    assert begonnen["angaben"]["uebertragung_sha256"] == werk.vermittler.gesendet[0]
    assert sendung.annahme is not None
    assert uebergeben["angaben"]["annahme_sha256"] == sendung.annahme["original"]["sha256"]


async def test_without_a_connection_nothing_happened_and_it_is_tried_again(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.NICHT_ERREICHT)
    with pytest.raises(Later) as caught:
        await hand_over(werk.betrieb, sendung_id)
    assert isinstance(caught.value.__cause__, NotReached), "so that the worker can say what it waits for"
    assert await zustand(werk, sendung_id) is SendungZustand.BEAUFTRAGT
    assert await versuche(werk, sendung_id) == [("nicht-erreicht", True)]
    before = await werk.sendung(sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    after = await werk.sendung(sendung_id)
    assert (after.zustand, after.message_id) == (SendungZustand.UEBERGEBEN, before.message_id)
    assert "sendung.ungewiss" not in await werk.arten(sendung_id)


async def test_a_lost_answer_to_a_stored_delivery_is_settled_without_sending_again(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.VERLOREN_NACHHER)
    assert await try_hand_over(werk, sendung_id) is Later
    assert await zustand(werk, sendung_id) is SendungZustand.UNGEWISS
    await hand_over(werk.betrieb, sendung_id)
    sendung = await werk.sendung(sendung_id)
    assert (sendung.zustand, sendung.annahme) == (SendungZustand.UEBERGEBEN, None)
    assert len(werk.vermittler.gesendet) == 1
    assert (await werk.jobs(sendung_id))[-1] == BESTAETIGEN
    assert (await werk.arten(sendung_id))[-2:] == ["sendung.ungewiss", "sendung.uebergeben"]


async def test_after_verifiably_nothing_arrived_the_same_bytes_are_sent(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.VERLOREN_VORHER)
    await try_hand_over(werk, sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    assert await zustand(werk, sendung_id) is SendungZustand.UEBERGEBEN
    first, second = werk.vermittler.gesendet
    assert first == second
    assert len(werk.vermittler.angenommen) == 1
    assert await versuche(werk, sendung_id) == [("antwort-verloren", True), ("angenommen", True)]
    assert (await werk.arten(sendung_id))[-4:] == [
        "sendung.ungewiss",
        "sendung.nicht-angekommen",
        "sendung.uebergabe-begonnen",
        "sendung.uebergeben",
    ]


async def test_as_long_as_the_outcome_cannot_be_asked_nothing_is_sent(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.VERLOREN_NACHHER)
    await try_hand_over(werk, sendung_id)
    werk.vermittler.laufzettel.extend([GegenstelleFailed("down"), LaufzettelRefused("not ours"), NotReached("down")])
    for _ in range(3):
        assert await try_hand_over(werk, sendung_id) is not None
        assert await zustand(werk, sendung_id) is SendungZustand.UNGEWISS
    assert len(werk.vermittler.gesendet) == 1


async def test_a_request_that_arrives_late_is_found_by_the_refusal_of_the_second(werk: Werk) -> None:
    """The first got stuck on the way: asked for, nothing is there; then it arrives, and the second is refused."""
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.VERLOREN_NACHHER)
    await try_hand_over(werk, sendung_id)
    werk.vermittler.laufzettel.append(None)
    assert await try_hand_over(werk, sendung_id) is Later
    assert await zustand(werk, sendung_id) is SendungZustand.UNGEWISS
    await hand_over(werk.betrieb, sendung_id)
    assert await zustand(werk, sendung_id) is SendungZustand.UEBERGEBEN
    assert len(werk.vermittler.angenommen) == 1
    assert await versuche(werk, sendung_id) == [("antwort-verloren", True), ("kennung-verbraucht", True)]


async def test_contradictory_evidence_stays_open_and_nothing_more_is_sent(werk: Werk) -> None:
    """The MessageId is spent, yet there is no record under it: a person decides."""
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.VERBRAUCHT)
    for _ in range(4):
        assert await try_hand_over(werk, sendung_id) is Later
        assert await zustand(werk, sendung_id) is SendungZustand.UNGEWISS
    assert len(werk.vermittler.gesendet) == 1


async def test_a_verifiable_refusal_ends_it(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    werk.vermittler.stoerungen.append(Stoerung.ABGEWIESEN)
    await hand_over(werk.betrieb, sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    assert await zustand(werk, sendung_id) is SendungZustand.ABGEWIESEN
    assert await versuche(werk, sendung_id) == [("abgewiesen", True)]
    assert len(werk.vermittler.gesendet) == 1
    last = (await werk.eintraege(sendung_id))[-1]
    assert (last["art"], last["angaben"]) == ("sendung.abgewiesen", {"codes": "9707"})
    assert BESTAETIGEN not in await werk.jobs(sendung_id)


async def test_an_attempt_left_open_by_a_crash_is_uncertain(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died between the first byte and the answer: an exception nobody expects stands for it."""
    sendung_id = await werk.beauftragt()
    true = werk.vermittler.hand_over

    async def dies(vorbereitet: object) -> None:
        await true(vorbereitet)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(werk.vermittler, "hand_over", dies)
    with pytest.raises(KeyboardInterrupt):
        await hand_over(werk.betrieb, sendung_id)
    assert await versuche(werk, sendung_id) == [(None, False)]
    monkeypatch.undo()
    await hand_over(werk.betrieb, sendung_id)
    assert await zustand(werk, sendung_id) is SendungZustand.UEBERGEBEN
    assert len(werk.vermittler.gesendet) == 1
    assert "sendung.ungewiss" in await werk.arten(sendung_id)


async def test_a_sendung_that_was_handed_over_is_left_alone(werk: Werk) -> None:
    sendung_id = await werk.beauftragt()
    await hand_over(werk.betrieb, sendung_id)
    before = await werk.arten(sendung_id)
    await hand_over(werk.betrieb, sendung_id)
    assert await werk.arten(sendung_id) == before
    assert len(werk.vermittler.gesendet) == 1


async def test_two_workers_with_the_same_job_hand_over_once(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second job for the same Sendung, as after a takeover: the key keeps them apart while the first still sends."""
    sendung_id = await werk.beauftragt()
    async with werk.betrieb.database.transaction() as tx:
        await tx.execute("DELETE FROM erv_jobs.pgqueuer")
        for n in range(2):
            await tx.enqueue(UEBERGEBEN, {"sendung": str(sendung_id)}, dedupe_key=f"again-{n}")
    side_by_side, most = 0, 0
    true = werk.vermittler.hand_over

    async def slow(vorbereitet: object) -> object:
        nonlocal side_by_side, most
        side_by_side += 1
        most = max(most, side_by_side)
        await asyncio.sleep(0.5)
        side_by_side -= 1
        return await true(vorbereitet)  # type: ignore[arg-type]

    monkeypatch.setattr(werk.vermittler, "hand_over", slow)
    await run_two_workers(werk, sendung_id)
    assert (most, len(werk.vermittler.gesendet)) == (1, 1)
    assert await versuche(werk, sendung_id) == [("angenommen", True)]


async def run_two_workers(werk: Werk, sendung_id: SendungId) -> None:
    """Until no job of this kind is left."""
    stop = asyncio.Event()
    only: dict[str, Handler] = {UEBERGEBEN: handlers(werk.betrieb, timedelta(hours=1))[UEBERGEBEN]}
    chosen = WorkerSettings(concurrency=4, heartbeat=timedelta(seconds=5))
    workers = [asyncio.create_task(run_worker(werk.betrieb.database, only, stop=stop, settings=chosen)) for _ in "12"]
    async with asyncio.timeout(30):
        while UEBERGEBEN in await werk.jobs(sendung_id):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    stop.set()
    await asyncio.gather(*workers)


async def test_the_pauses_between_attempts_grow(werk: Werk) -> None:
    """An intermediary that is away for days must not fill the log: every attempt has its entries there."""
    sendung_id = await werk.beauftragt()
    seconds = []
    for _ in range(3):
        werk.vermittler.stoerungen.append(Stoerung.VERLOREN_VORHER)
        with pytest.raises(Later) as caught:
            await hand_over(werk.betrieb, sendung_id)
        seconds.append(caught.value.delay.total_seconds())
    assert seconds == [1, 2, 4]
    assert (pause(werk.betrieb, 11), pause(werk.betrieb, 10**6)) == (MAX_PAUSE, MAX_PAUSE)


def test_what_is_uncertain_is_told_apart_from_what_is_safe() -> None:
    """Both are trouble with the other side, only one of them may be retried without asking."""
    assert issubclass(AntwortLost, GegenstelleFailed)
    assert not issubclass(NotReached, AntwortLost)
