"""Fetching: secured before acknowledged, once whatever happens in between, and no letter stops another."""

from contextlib import aclosing

import pytest
from eingang_hilfe import id_of, schreiben
from stationen import POSTFACH, Werk

from erv_gateway.eingang import abholen
from erv_gateway.eingang.abholen import VERARBEITEN, collect_post
from erv_gateway.eingang.nachricht import load_nachricht
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.postfach.base import DeliveryUnreadable, Gehalten, Zustellung
from erv_gateway.storage import log


async def put(werk: Werk) -> MessageId:
    message_id, lieferung = await schreiben(werk)
    await werk.vermittler.deliver(message_id, lieferung)
    return message_id


async def test_a_letter_is_secured_acknowledged_and_passed_on(werk: Werk) -> None:
    message_id = await put(werk)
    original = werk.vermittler.post[message_id]
    assert await collect_post(werk.betrieb, POSTFACH) == 1
    assert werk.vermittler.post == {}
    nachricht_id = await id_of(werk, message_id)
    nachricht = await load_nachricht(werk.betrieb.database, nachricht_id)
    assert (nachricht.zustand, nachricht.original_sha256) == (NachrichtZustand.QUITTIERT, original.sha256)
    assert await werk.jobs(nachricht_id) == [VERARBEITEN]
    gesichert, quittiert = await werk.eintraege(nachricht_id)
    assert (gesichert["art"], quittiert["art"]) == ("nachricht.gesichert", "nachricht.quittiert")
    assert gesichert["angaben"] == {"message_id": message_id, "original_sha256": original.sha256}


async def test_the_same_delivery_again_changes_nothing(werk: Werk) -> None:
    """The acknowledgement got lost: the intermediary hands it out once more, even with other bytes around it."""
    message_id = await put(werk)
    await collect_post(werk.betrieb, POSTFACH)
    nachricht_id = await id_of(werk, message_id)
    await process(werk.betrieb, nachricht_id)
    before = await load_nachricht(werk.betrieb.database, nachricht_id), await werk.arten(nachricht_id)
    werk.vermittler.post[message_id] = await werk.vermittler.anhang("original.osci", b"other bytes around it")
    assert await collect_post(werk.betrieb, POSTFACH) == 0
    assert (await load_nachricht(werk.betrieb.database, nachricht_id), await werk.arten(nachricht_id)) == before
    assert werk.vermittler.post == {}
    assert (await werk.jobs(nachricht_id)).count(VERARBEITEN) == 1


async def test_after_a_crash_between_securing_and_acknowledging_it_is_handed_out_again(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = await put(werk)
    true = abholen._secure

    async def dies(*arguments: object) -> bool:
        await true(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(abholen, "_secure", dies)
    with pytest.raises(KeyboardInterrupt):
        await collect_post(werk.betrieb, POSTFACH)
    nachricht_id = await id_of(werk, message_id)
    assert list(werk.vermittler.post) == [message_id], "not acknowledged"
    assert (await load_nachricht(werk.betrieb.database, nachricht_id)).zustand is NachrichtZustand.GESICHERT
    assert await werk.jobs(nachricht_id) == []
    monkeypatch.undo()
    assert await collect_post(werk.betrieb, POSTFACH) == 0
    assert await werk.arten(nachricht_id) == ["nachricht.gesichert", "nachricht.quittiert"]
    assert await werk.jobs(nachricht_id) == [VERARBEITEN]


async def test_after_a_crash_behind_the_acknowledgement_the_next_round_settles_it(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The intermediary has forgotten it, our record still says GESICHERT."""
    message_id = await put(werk)

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(abholen, "_acknowledged", dies)
    with pytest.raises(KeyboardInterrupt):
        await collect_post(werk.betrieb, POSTFACH)
    monkeypatch.undo()
    assert werk.vermittler.post == {}
    assert await collect_post(werk.betrieb, POSTFACH) == 0
    nachricht_id = await id_of(werk, message_id)
    assert await werk.arten(nachricht_id) == ["nachricht.gesichert", "nachricht.quittiert"]
    assert await werk.jobs(nachricht_id) == [VERARBEITEN]


async def test_a_round_that_broke_off_settles_nothing(werk: Werk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a round that came to its end says that the intermediary has nothing left."""
    message_id = await put(werk)
    true = werk.vermittler.collect

    async def breaks(gehalten: Gehalten) -> object:
        async with aclosing(true(gehalten)) as events:
            async for event in events:
                yield event
                if isinstance(event, Zustellung):
                    raise GegenstelleFailed("down")

    monkeypatch.setattr(werk.vermittler, "collect", breaks)
    with pytest.raises(GegenstelleFailed):
        await collect_post(werk.betrieb, POSTFACH)
    nachricht = await load_nachricht(werk.betrieb.database, await id_of(werk, message_id))
    assert nachricht.zustand is NachrichtZustand.GESICHERT


async def test_without_its_log_entry_a_letter_is_neither_secured_nor_acknowledged(
    werk: Werk, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = await put(werk)

    async def broken(*_: object) -> None:
        raise RuntimeError("log")

    monkeypatch.setattr(log, "append", broken)
    with pytest.raises(RuntimeError):
        await collect_post(werk.betrieb, POSTFACH)
    assert await id_of(werk, message_id) is None
    assert list(werk.vermittler.post) == [message_id]


async def test_a_letter_nobody_can_open_is_shown_and_stops_nobody(werk: Werk) -> None:
    poison = MessageId("nachricht-giftig")
    await werk.vermittler.deliver(poison, DeliveryUnreadable("9202"))
    good = await put(werk)
    assert await collect_post(werk.betrieb, POSTFACH) == 2
    for message_id in (poison, good):
        await process(werk.betrieb, await id_of(werk, message_id))
    nachricht = await load_nachricht(werk.betrieb.database, await id_of(werk, poison))
    assert nachricht.zustand is NachrichtZustand.ZU_KLAEREN
    assert nachricht.zuordnung
    protokoll = nachricht.pruefprotokoll
    assert protokoll is not None
    assert protokoll["ergebnis"] == "unbestimmt"
    assert "nicht öffnen" in protokoll["pruefungen"][0]["begruendung"]
    assert protokoll["technik"]["original_sha256"] == nachricht.original_sha256
    assert "gueltig" not in {schritt["ergebnis"] for schritt in protokoll["pruefungen"]}
    assert not nachricht.eeb_verlangt
    assert await werk.arten(nachricht.id) == [
        "nachricht.gesichert",
        "nachricht.quittiert",
        "nachricht.geprueft",
        "nachricht.zu-klaeren",
    ]
    other = await load_nachricht(werk.betrieb.database, await id_of(werk, good))
    assert other.xjustiz_nachricht is not None
