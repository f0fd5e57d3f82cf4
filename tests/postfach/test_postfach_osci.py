"""The OSCI adapter keeps the contract of `Postfach`, with the sandbox's intermediary at the other end of the line."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from postfach_hilfe import ANLAGEN, BRIEF, LANDKREIS, STADT, VERMITTLER, Ort, nothing_kept

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import (
    AntwortLost,
    DeliveryUnreadable,
    MessageIdSpent,
    Pruefergebnis,
    Quittung,
    Zustellung,
)
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.beweis import BeweisBroken
from erv_gateway.storage.blobs import BlobDamaged, MemoryBlobs
from osci.dialog import Intermediary


async def fetched(postfach: OsciPostfach) -> tuple[list[Zustellung], list[Quittung]]:
    """Everything that waits, acknowledged."""
    events = [event async for event in postfach.collect(nothing_kept)]
    return [e for e in events if isinstance(e, Zustellung)], [e for e in events if isinstance(e, Quittung)]


@pytest.fixture
async def landkreis(ort: Ort) -> tuple[OsciPostfach, MemoryBlobs]:
    """Its mailbox, empty."""
    postfach, blobs = ort.postfach(LANDKREIS)
    await fetched(postfach)
    return postfach, blobs


async def test_every_message_id_is_new(ort: Ort) -> None:
    postfach, _ = ort.postfach()
    ids = {await postfach.new_message_id() for _ in range(3)}
    assert len(ids) == 3
    assert all(ids)


async def test_handing_over_gives_a_signed_answer_that_is_kept(ort: Ort) -> None:
    postfach, blobs, _, vorbereitet = await ort.vorbereitet()
    annahme = await postfach.hand_over(vorbereitet)
    assert annahme.codes
    assert not [code for code in annahme.codes if code.startswith("9")]
    assert annahme.vermittler == ort.zertifikat(VERMITTLER, "postfach-signatur")
    assert b"responseToStoreDelivery" in await blobs.read(annahme.original.sha256, limit=2**20)


async def test_the_record_names_message_time_and_intermediary(ort: Ort) -> None:
    postfach, blobs, message_id, vorbereitet = await ort.vorbereitet()
    assert await postfach.fetch_laufzettel(message_id) is None, "given out, nothing stored under it"
    assert await postfach.fetch_laufzettel(MessageId("nie vergeben")) is None
    await postfach.hand_over(vorbereitet)
    laufzettel = await postfach.fetch_laufzettel(message_id)
    assert laufzettel is not None
    assert (laufzettel.message_id, laufzettel.betreff) == (message_id, "Allgemeine Nachricht")
    assert abs(laufzettel.eingang - datetime.now(UTC)) < timedelta(minutes=1)
    assert laufzettel.vermittler == ort.zertifikat(VERMITTLER, "postfach-signatur")
    assert b64encode(message_id.encode()) in await blobs.read(laufzettel.original.sha256, limit=2**20)


async def test_nobody_else_sees_our_record(ort: Ort) -> None:
    message_id = await ort.deliver()
    stranger, _ = ort.postfach("verwaltungsgericht-musterfurt")
    assert await stranger.fetch_laufzettel(message_id) is None


async def test_the_same_bytes_are_taken_once(ort: Ort, landkreis: tuple[OsciPostfach, MemoryBlobs]) -> None:
    postfach, _, message_id, vorbereitet = await ort.vorbereitet()
    await postfach.hand_over(vorbereitet)
    with pytest.raises(MessageIdSpent):
        await postfach.hand_over(vorbereitet)
    zustellungen, _ = await fetched(landkreis[0])
    assert [zustellung.message_id for zustellung in zustellungen] == [message_id]


async def test_preparing_touches_no_network_and_survives_a_restart(ort: Ort) -> None:
    """Prepared by one process, sent by another one that knows only the store and the row of the database."""
    postfach, blobs, message_id, vorbereitet = await ort.vorbereitet()
    offline = OsciPostfach(replace(ort.zugang(), endpoint="http://127.0.0.1:9/osci"), blobs)
    assert await offline.prepare(await ort.auftrag(blobs, message_id))
    later = OsciPostfach(ort.zugang(), blobs)
    await later.hand_over(vorbereitet)
    assert await postfach.fetch_laufzettel(message_id) is not None


async def test_the_evidence_says_what_was_handed_over(ort: Ort) -> None:
    postfach, _, _, vorbereitet = await ort.vorbereitet()
    teile = {teil.name: (teil.bytes, teil.sha256) for teil in await postfach.handed_over(vorbereitet)}
    assert teile == {name: (len(data), sha256(data).hexdigest()) for name, data in ANLAGEN.items()}
    gelogen = replace(vorbereitet, teile=())
    assert {teil.name for teil in await postfach.handed_over(gelogen)} == set(ANLAGEN), "not what our record says"


async def test_changed_evidence_is_found_out(ort: Ort) -> None:
    postfach, blobs, _, vorbereitet = await ort.vorbereitet()
    inhalt = next(i for i in vorbereitet.inhalte if b"Brief_1.pdf" in blobs._content[i.sha256])
    good = blobs._content[inhalt.sha256]
    blobs._content[inhalt.sha256] = good.replace(b"Brief_1.pdf", b"Brief_2.pdf")
    with pytest.raises(BeweisBroken):
        await postfach.handed_over(vorbereitet)
    blobs._content[inhalt.sha256] = good
    wire = blobs._content[vorbereitet.uebertragung.sha256]
    blobs._content[vorbereitet.uebertragung.sha256] = wire[:-1] + b"!"
    with pytest.raises(BlobDamaged):
        await postfach.handed_over(vorbereitet)


async def test_going_on_acknowledges_and_stopping_does_not(
    ort: Ort, landkreis: tuple[OsciPostfach, MemoryBlobs]
) -> None:
    sent = [await ort.deliver(), await ort.deliver()]
    postfach, _ = landkreis
    events = postfach.collect(nothing_kept)
    first = await anext(events)
    assert isinstance(first, Zustellung)
    await events.aclose()  # type: ignore[attr-defined]
    zustellungen, quittungen = await fetched(postfach)
    assert [z.message_id for z in zustellungen] == sent, "the first one again"
    assert [q.message_id for q in quittungen] == sent
    assert await fetched(postfach) == ([], [])


async def test_a_delivery_is_read_from_its_stored_bytes(ort: Ort, landkreis: tuple[OsciPostfach, MemoryBlobs]) -> None:
    message_id = await ort.deliver()
    postfach, blobs = landkreis
    ((zustellung,), _) = await fetched(postfach)
    lieferung = await postfach.open_delivery(zustellung.original.sha256)
    assert (lieferung.message_id, lieferung.betreff) == (message_id, "Bauvoranfrage „Lindenhof“ – Größe")
    assert (lieferung.absender, lieferung.absender_name) == (ort.pki.teilnehmer[STADT].safe_id, "Stadt Musterfurt")
    assert (lieferung.aktenzeichen_absender, lieferung.aktenzeichen_empfaenger) == ("63-1/2026", "LK 7")
    assert lieferung.absender_certificate == ort.zertifikat(STADT, "postfach-signatur")
    assert {a.name: await blobs.read(a.sha256, limit=2**24) for a in lieferung.anhaenge} == ANLAGEN
    assert {schritt.ergebnis for schritt in lieferung.schritte} == {Pruefergebnis.GUELTIG}, lieferung.schritte
    assert len(lieferung.schritte) == 4


async def test_what_our_keys_do_not_open_is_said_to_be_unreadable(
    ort: Ort, landkreis: tuple[OsciPostfach, MemoryBlobs]
) -> None:
    await ort.deliver()
    postfach, blobs = landkreis
    ((zustellung,), _) = await fetched(postfach)
    original = await blobs.read(zustellung.original.sha256, limit=2**24)
    middle = len(original) // 2
    damaged = {
        "nothing": b"",
        "no OSCI": b"<html/>",
        "cut": original[:middle],
        "one bit": original[:middle] + bytes([original[middle] ^ 1]) + original[middle + 1 :],
    }
    for data in damaged.values():
        blob = await blobs.put_bytes(data)
        with pytest.raises(DeliveryUnreadable):
            await postfach.open_delivery(blob.sha256)
    stranger, theirs = ort.postfach(STADT)
    blob = await theirs.put_bytes(original)
    with pytest.raises(DeliveryUnreadable):
        await stranger.open_delivery(blob.sha256)


async def test_another_intermediary_than_the_pinned_one_is_not_believed(ort: Ort) -> None:
    postfach, blobs, message_id, vorbereitet = await ort.vorbereitet()
    echt = ort.zugang()
    fremd = Intermediary(echt.intermediary.cipher_certificate, ort.zertifikat(LANDKREIS, "postfach-signatur"))
    suspicious = OsciPostfach(replace(echt, intermediary=fremd), blobs)
    collecting = anext(suspicious.collect(nothing_kept))
    for ask in (suspicious.new_message_id(), suspicious.fetch_laufzettel(message_id), collecting):
        with pytest.raises(GegenstelleFailed):
            await ask
    with pytest.raises(AntwortLost):
        await suspicious.hand_over(vorbereitet)
    assert await postfach.fetch_laufzettel(message_id) is not None, "it may have been stored, and was"


def test_the_letter_is_longer_than_one_piece() -> None:
    assert len(BRIEF) > 2**20
