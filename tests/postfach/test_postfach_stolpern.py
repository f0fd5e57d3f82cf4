"""A delivery that nobody can read lies between two good ones: nothing is lost, nobody is stopped, staff sees it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from postfach_hilfe import LANDKREIS, Ort, nothing_kept
from postfach_stolpern import Stolpernd, Tamper, doctype, double_id, fault, no_end, other_digest, refusal, stolpernd
from postfach_tls import Ausstellung
from stationen import POSTFACH, Werk, build_werk

from erv_gateway.eingang.abholen import VERARBEITEN, collect_post
from erv_gateway.eingang.nachricht import Nachricht, load_nachricht
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId, NachrichtId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.postfach.base import Abholereignis, DeliveryUnreadable, Quittung, Unquittierbar, Zustellung
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.signatur.pki import Pki
from erv_gateway.storage.blobs import Blobs, MemoryBlobs
from erv_gateway.storage.db import Database

KLEIN = {"xjustiz_nachricht.xml": b"<x/>"}
BROKEN: list[tuple[Tamper, str]] = [(double_id, "9100"), (doctype, "9100"), (no_end, "9202"), (other_digest, "9601")]


@pytest.fixture
def server(pki: Pki) -> Stolpernd:
    return stolpernd(pki)


@pytest.fixture
async def hier(pki: Pki, server: Stolpernd) -> AsyncIterator[Ort]:
    """Where it listens."""
    app = web.Application(client_max_size=2**30)
    app.add_routes(server.routes())
    async with TestServer(app) as listening:
        yield Ort(pki, str(listening.make_url("/osci")), "", Ausstellung(Path()))


@pytest.fixture
async def drei(hier: Ort) -> list[MessageId]:
    """Three deliveries in the mailbox of the county, in this order."""
    return [await hier.deliver(KLEIN) for _ in range(3)]


async def collected(postfach: OsciPostfach, *kept: MessageId) -> list[Abholereignis]:
    async def is_kept(message_id: MessageId) -> bool:
        return message_id in kept

    return [ereignis async for ereignis in postfach.collect(is_kept)]


def ids(ereignisse: list[Abholereignis], kind: type[Abholereignis]) -> list[MessageId]:
    return [ereignis.message_id for ereignis in ereignisse if isinstance(ereignis, kind)]


@pytest.mark.parametrize(("tamper", "code"), BROKEN, ids=[tamper.__name__ for tamper, _ in BROKEN])
async def test_the_others_are_fetched_and_its_bytes_are_kept(
    hier: Ort, server: Stolpernd, drei: list[MessageId], tamper: Tamper, code: str
) -> None:
    first, middle, last = drei
    server.tampers[middle] = tamper
    postfach, blobs = hier.postfach(LANDKREIS)
    ereignisse = await collected(postfach)
    assert ids(ereignisse, Zustellung) == [first, last]
    assert ids(ereignisse, Quittung) == [last], "the first one is acknowledged by a request whose answer did not hold"
    (kept,) = (ereignis for ereignis in ereignisse if isinstance(ereignis, Unquittierbar))
    assert (kept.message_id, kept.osci_code) == (middle, code)
    assert b"soapMessageEncrypted" in (await blobs.read(kept.original.sha256, limit=2**24))
    server.handed.clear()
    assert await collected(postfach, middle) == []
    assert server.handed == [], "not fetched again, and the good ones are received"
    assert ids(await collected(postfach), Unquittierbar) == [middle], "whoever has not kept it gets it again"


async def test_new_mail_comes_in_beside_it(hier: Ort, server: Stolpernd, drei: list[MessageId]) -> None:
    server.tampers[drei[0]] = double_id
    postfach, _ = hier.postfach(LANDKREIS)
    await collected(postfach)
    later = [await hier.deliver(KLEIN), await hier.deliver(KLEIN)]
    ereignisse = await collected(postfach, drei[0])
    assert ids(ereignisse, Zustellung) == ids(ereignisse, Quittung) == later


async def test_stopping_before_the_acknowledgement_leaves_it_there(
    hier: Ort, server: Stolpernd, drei: list[MessageId]
) -> None:
    """On the way delivery by delivery, too: durable first."""
    server.tampers[drei[0]] = double_id
    postfach, _ = hier.postfach(LANDKREIS)
    events = postfach.collect(nothing_kept)
    assert ids([await anext(events), await anext(events)], Zustellung) == [drei[1]]
    await events.aclose()  # type: ignore[attr-defined]
    assert ids(await collected(postfach, drei[0]), Zustellung) == drei[1:]


async def test_a_slip_is_no_verdict(hier: Ort, server: Stolpernd, drei: list[MessageId]) -> None:
    """What holds when asked for again is a delivery like any other, and the mailbox goes the usual way afterwards."""
    tries: list[int] = []

    def once(message: bytes) -> bytes:
        tries.append(len(message))
        return double_id(message) if len(tries) == 1 else message

    server.tampers[drei[1]] = once
    postfach, _ = hier.postfach(LANDKREIS)
    ereignisse = await collected(postfach)
    assert ids(ereignisse, Zustellung) == drei
    assert ids(ereignisse, Unquittierbar) == []
    assert not postfach._abruf._stumbles


@pytest.mark.parametrize("how", [fault, refusal])
async def test_what_the_intermediary_cannot_hand_out_is_its_error_and_stops_no_other(
    hier: Ort, server: Stolpernd, drei: list[MessageId], how: Tamper
) -> None:
    server.tampers[drei[1]] = how
    postfach, _ = hier.postfach(LANDKREIS)
    seen: list[Abholereignis] = []

    async def collect() -> None:
        async for ereignis in postfach.collect(nothing_kept):
            seen.append(ereignis)

    with pytest.raises(GegenstelleFailed):
        await collect()
    assert ids(seen, Zustellung) == [drei[0], drei[2]]
    assert ids(seen, Unquittierbar) == []
    server.tampers.clear()
    assert ids(await collected(postfach), Zustellung) == [drei[1]], "mended over there, it comes"


# in the station


@pytest.fixture
async def werk(db: Database, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Werk:
    return await build_werk(db, tmp_path_factory.getbasetemp(), tmp_path)


def at_osci(werk: Werk, hier: Ort, blobs: Blobs) -> Werk:
    """The station with the real adapter, for the mailbox of the county."""
    platz = werk.betrieb.postfaecher[POSTFACH]
    return werk.with_betrieb(
        postfaecher={POSTFACH: replace(platz, postfach=OsciPostfach(hier.zugang(LANDKREIS), blobs))}
    )


async def nachrichten(werk: Werk, wanted: list[MessageId]) -> list[Nachricht]:
    found = []
    for message_id in wanted:
        key: UUID = await werk.betrieb.database.fetch_value(
            "SELECT id FROM erv.nachricht WHERE message_id = $1", message_id
        )
        found.append(await load_nachricht(werk.betrieb.database, NachrichtId(key)))
    return found


@pytest.mark.parametrize(("tamper", "readable"), [(double_id, False), (other_digest, True)])
async def test_it_is_on_record_and_a_person_sees_it(
    werk: Werk, hier: Ort, server: Stolpernd, drei: list[MessageId], tamper: Tamper, readable: bool
) -> None:
    server.tampers[drei[1]] = tamper
    da = at_osci(werk, hier, werk.betrieb.blobs)
    assert await collect_post(da.betrieb, POSTFACH) == 3
    states = [nachricht.zustand for nachricht in await nachrichten(da, drei)]
    quittiert, unquittierbar = NachrichtZustand.QUITTIERT, NachrichtZustand.UNQUITTIERBAR
    assert states == [quittiert, unquittierbar, quittiert]
    bad = (await nachrichten(da, drei))[1]
    assert await da.jobs(bad.id) == [VERARBEITEN]
    server.handed.clear()
    assert await collect_post(da.betrieb, POSTFACH) == 0
    assert server.handed == []
    await process(da.betrieb, bad.id)
    bad = (await nachrichten(da, drei))[1]
    assert bad.zustand is NachrichtZustand.ZU_KLAEREN
    assert bad.zuordnung is not None
    assert "nicht quittierbar" in bad.zuordnung
    assert bad.pruefprotokoll is not None
    assert "ungueltig" in str(bad.pruefprotokoll) if readable else "gueltig'" not in str(bad.pruefprotokoll)
    assert "Abholung beim Intermedi" in str(bad.pruefprotokoll)
    gesichert, nicht, *_ = await da.eintraege(bad.id)
    assert gesichert["angaben"]["original_sha256"] == bad.original_sha256
    assert (nicht["art"], nicht["angaben"]) == ("nachricht.unquittierbar", {"osci": "9601" if readable else "9100"})
    assert await da.arten(bad.id) == [
        "nachricht.gesichert",
        "nachricht.unquittierbar",
        "nachricht.geprueft",
        "nachricht.zu-klaeren",
    ]
    blob = await werk.betrieb.blobs.read(bad.original_sha256, limit=2**24)
    assert blob
    if not readable:
        with pytest.raises(DeliveryUnreadable):
            await OsciPostfach(hier.zugang(LANDKREIS), werk.betrieb.blobs).open_delivery(bad.original_sha256)


async def test_a_crash_before_the_record_loses_nothing(
    werk: Werk, hier: Ort, server: Stolpernd, drei: list[MessageId], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tampers[drei[0]] = double_id
    da = at_osci(werk, hier, MemoryBlobs())

    async def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("erv_gateway.eingang.abholen.log.append", dies)
        with pytest.raises(KeyboardInterrupt):
            await collect_post(da.betrieb, POSTFACH)
    again = at_osci(werk, hier, MemoryBlobs())
    assert await collect_post(again.betrieb, POSTFACH) == 3
    assert (await nachrichten(again, drei))[0].zustand is NachrichtZustand.UNQUITTIERBAR
