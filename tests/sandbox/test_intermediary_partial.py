"""Large deliveries in chunks (section 4.2), spoken by our own client and by the reference implementation."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_hilfe import START, Clock, Keys, Line, make_package
from test_intermediary_vectors import VECTORS, key

from erv_gateway.sandbox.speicher import Speicher
from osci.dialog import Delivery, Dialog, RequestRefused
from osci.errors import RemoteFault
from osci.feedback import feedback
from osci.intermediary import Identity, IntermediaryServer, MemoryChunks, MemoryStore, Plan
from osci.intermediary.dialogs import Client, Turn
from osci.mailbox import DeliveryStore, UploadKey
from osci.messages import (
    ByMessageId,
    ChunkInformation,
    ControlBlock,
    Message,
    PartialStoreDelivery,
    ResponseToFetchDelivery,
    ResponseToPartialStoreDelivery,
)
from osci.partial import Download, Upload
from osci.policy import RECEIVING_NOW, SENDING
from osci.reader import read_message
from osci.types import ChunkSource, Verdict

DATA = bytes(range(256)) * 400
CHUNK_KIB = 16


def chunks_of(store: DeliveryStore) -> object:
    return store.teile if isinstance(store, Speicher) else MemoryChunks()


@pytest.fixture
def line(keys: Keys, store: DeliveryStore, clock: Clock) -> Line:
    server = IntermediaryServer(keys.intermediary, store, clock, io.BytesIO, chunks=chunks_of(store))  # type: ignore[arg-type]
    return Line(server, keys)


def upload_of(line: Line, keys: Keys, message_id: str, chunk_kib: int = CHUNK_KIB) -> Upload:
    court = keys.court.decryption_key.certificate
    inner = (
        line.dialog(keys.sender).store_delivery(message_id, Delivery(make_package(keys, DATA), court, "Klage")).inner
    )
    return Upload(message_id, inner, io.BytesIO(), chunk_kib)


def send(line: Line, dialog: Dialog, upload: Upload, number: int | None = None) -> ResponseToPartialStoreDelivery:
    court = line.keys.court.decryption_key.certificate
    message = line.ask(dialog, dialog.store_chunk(upload, court, number)).message
    assert isinstance(message, ResponseToPartialStoreDelivery)
    upload.note(message)
    return message


def ask(line: Line, dialog: Dialog, upload: Upload) -> ResponseToPartialStoreDelivery:
    message = line.ask(dialog, dialog.ask_upload(upload, line.keys.court.decryption_key.certificate)).message
    assert isinstance(message, ResponseToPartialStoreDelivery)
    return message


def codes(message: ResponseToPartialStoreDelivery) -> list[str]:
    return [entry.code for entry in message.feedback]


def refused(line: Line, dialog: Dialog, upload: Upload, number: int | None = None) -> ResponseToPartialStoreDelivery:
    with pytest.raises(RequestRefused) as caught:
        send(line, dialog, upload, number)
    message = caught.value.answer.message
    assert isinstance(message, ResponseToPartialStoreDelivery)
    return message


def test_a_delivery_in_chunks_is_one_that_came_whole(line: Line, keys: Keys) -> None:
    message_id = line.new_message_id(keys.sender)
    dialog, upload = line.opened(keys.sender), upload_of(line, keys, message_id)
    assert upload.total > 3
    answers = [send(line, dialog, upload) for _ in range(upload.total)]
    assert [codes(a) for a in answers[:-1]] == [["0801"]] * (upload.total - 1)
    assert answers[1].chunk == ChunkInformation(number=2, received=(1, 2), total=upload.total)
    last = answers[-1]
    assert (codes(last), [e.code for e in last.inside_feedback]) == (["3950", "0801"], ["0800"])
    assert last.process_card is not None
    assert (last.process_card.message_id, last.process_card.card.creation) == (message_id, START)
    assert last.process_card.card.subject == "Klage"
    court = line.opened(keys.court)
    containers = line.ask(court, court.fetch_delivery()).received.open_containers((keys.court.decryption_key,))
    assert all(c.verdict is Verdict.VALID and c.signatures for c in containers)
    assert DATA in [b"".join(content.chunks()) for c in containers for content in c.contents]


def test_chunks_come_in_any_order_and_the_state_can_be_asked_for(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    upload = upload_of(line, keys, line.new_message_id(keys.sender))
    nothing = ask(line, dialog, upload)
    assert (codes(nothing), nothing.chunk) == (["0801"], ChunkInformation(number=0, received=(), total=0))
    send(line, dialog, upload, 3)
    send(line, dialog, upload, 1)
    assert ask(line, dialog, upload).chunk == ChunkInformation(number=3, received=(1, 3), total=upload.total)
    while upload.next() is not None:
        send(line, dialog, upload)
    assert upload.done
    again = ask(line, dialog, upload)
    assert (codes(again), [e.code for e in again.inside_feedback]) == (["3950", "0801"], ["0800"])
    assert again.process_card is not None


def test_a_chunk_that_came_twice_changes_nothing(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    upload = upload_of(line, keys, line.new_message_id(keys.sender))
    send(line, dialog, upload, 2)
    twice = refused(line, dialog, upload, 2)
    assert (codes(twice), twice.chunk and twice.chunk.received) == (["9900"], (2,))


def test_the_last_chunk_again_tells_what_became_of_the_delivery(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    upload = upload_of(line, keys, line.new_message_id(keys.sender), 1024)
    assert upload.total == 1
    send(line, dialog, upload)
    again = send(line, dialog, upload, 1)
    assert (codes(again), [e.code for e in again.inside_feedback]) == (["3950", "0801"], ["0800"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"number": 0}, "9901"),
        ({"number": 99}, "9901"),
        ({"size": 1}, "9902"),
        ({"size": 200_000}, "9902"),
        ({"size": 17}, "9903"),
        ({"total_message_size": 600_000}, "9904"),
        ({"total": 5_000}, "9904"),
        ({"number": None}, "9905"),
        ({"total": None}, "9905"),
        ({"total_message_size": None}, "9905"),
    ],
)
def test_chunks_keep_their_rules(line: Line, keys: Keys, wrong: dict[str, int | None], code: str) -> None:
    class Wrong(Upload):
        def information(self, number: int) -> ChunkInformation:
            return replace(super().information(number), **wrong)  # type: ignore[arg-type]

    upload = upload_of(line, keys, line.new_message_id(keys.sender))
    upload.__class__ = Wrong
    answer = refused(line, line.opened(keys.sender), upload, 1)
    assert codes(answer) == [code]


def test_all_chunks_agree_on_the_plan(line: Line, keys: Keys) -> None:
    message_id = line.new_message_id(keys.sender)
    dialog = line.opened(keys.sender)
    send(line, dialog, upload_of(line, keys, message_id, 16), 1)
    assert codes(refused(line, dialog, upload_of(line, keys, message_id, 32), 2)) == ["9905"]


def test_an_upload_belongs_to_who_began_it(line: Line, keys: Keys) -> None:
    message_id = line.new_message_id(keys.sender)
    upload = upload_of(line, keys, message_id)
    send(line, line.opened(keys.sender), upload, 1)
    stranger = line.opened(keys.stranger)
    assert ask(line, stranger, upload).chunk == ChunkInformation(number=0, received=(), total=0)


def test_the_message_inside_is_refused_like_one_that_came_whole(line: Line, keys: Keys) -> None:
    unknown = upload_of(line, keys, "nie vergeben", 1024)
    dialog = line.opened(keys.sender)
    answer = refused(line, dialog, unknown)
    assert (codes(answer), [e.code for e in answer.inside_feedback]) == (["9950"], ["9801"])
    assert [e.code for e in ask_refused(line, dialog, unknown).inside_feedback] == ["9801"]


def ask_refused(line: Line, dialog: Dialog, upload: Upload) -> ResponseToPartialStoreDelivery:
    with pytest.raises(RequestRefused) as caught:
        ask(line, dialog, upload)
    return caught.value.answer.message  # type: ignore[return-value]


@pytest.mark.parametrize(("damage", "code"), [("bytes", "9100"), ("signer", "9601"), ("id", "9801")])
def test_what_is_wrong_inside_is_said_inside(line: Line, keys: Keys, damage: str, code: str) -> None:
    message_id = line.new_message_id(keys.sender)
    court = keys.court.decryption_key.certificate
    client = keys.stranger if damage == "signer" else keys.sender
    inner = line.dialog(client).store_delivery(message_id, Delivery(make_package(keys, b"x"), court)).inner
    data = b"".join(inner.chunks())
    if damage == "bytes":
        inner = replace(inner, source=lambda: iter((data[:-20] + bytes(20),)))
    upload = Upload("andere" if damage == "id" else message_id, inner, io.BytesIO(), 1024)
    answer = refused(line, line.opened(keys.sender), upload)
    assert (codes(answer), [e.code for e in answer.inside_feedback]) == (["9950"], [code])
    court_dialog = line.opened(keys.court)
    with pytest.raises(RequestRefused, match="9803"):
        line.ask(court_dialog, court_dialog.fetch_delivery())


def test_an_upload_that_lay_too_long_begins_again(line: Line, keys: Keys, clock: Clock) -> None:
    upload = upload_of(line, keys, line.new_message_id(keys.sender))
    send(line, line.opened(keys.sender), upload, 1)
    clock.forward(hours=25)
    answer = send(line, line.opened(keys.sender), upload, 2)
    assert (codes(answer), answer.chunk and answer.chunk.received) == (["3951", "0801"], (2,))


def test_while_the_message_inside_is_processed(keys: Keys, clock: Clock) -> None:
    """Another dialog asks in that very moment."""
    seen: list[ResponseToPartialStoreDelivery] = []

    class Slow(MemoryChunks):
        def assembled(self, key: UploadKey) -> ChunkSource:
            seen.append(ask(line, line.opened(keys.sender), upload))
            return super().assembled(key)

    line = Line(IntermediaryServer(keys.intermediary, MemoryStore(), clock, io.BytesIO, chunks=Slow()), keys)
    upload = upload_of(line, keys, line.new_message_id(keys.sender), 1024)
    last = send(line, line.opened(keys.sender), upload)
    assert [codes(answer) for answer in seen] == [["3952", "0801"]]
    assert (seen[0].inside_feedback, codes(last)) == ((), ["3950", "0801"])


def test_without_a_chunk_store_partial_messages_are_not_offered(keys: Keys, store: DeliveryStore, clock: Clock) -> None:
    line = Line(IntermediaryServer(keys.intermediary, store, clock, io.BytesIO), keys)
    upload = upload_of(line, keys, "1")
    with pytest.raises(RemoteFault, match="9300"):
        send(line, line.opened(keys.sender), upload, 1)
    dialog = line.opened(keys.court)
    with pytest.raises(RemoteFault, match="9300"):
        line.ask(dialog, dialog.fetch_chunk(Download(None, io.BytesIO())))


def test_a_delivery_is_fetched_in_chunks(line: Line, keys: Keys, clock: Clock) -> None:
    message_id = line.deliver(make_package(keys, DATA))
    clock.forward(seconds=9)
    dialog, download = line.opened(keys.court), Download(ByMessageId((message_id,)), io.BytesIO(), CHUNK_KIB)
    while not download.done:
        download.note(line.ask(dialog, dialog.fetch_chunk(download)))
        assert card(line, message_id).reception is None
    line.ask(dialog, dialog.exit())
    assert (card(line, message_id).forwarding, card(line, message_id).reception) == (clock.now, clock.now)
    received = download.read(SENDING, io.BytesIO)
    assert isinstance(received.message, ResponseToFetchDelivery)
    assert received.message.process_card is not None
    assert received.message.process_card.message_id == message_id
    containers = received.open_containers((keys.court.decryption_key,))
    assert DATA in [b"".join(content.chunks()) for c in containers for content in c.contents]


def card(line: Line, message_id: str) -> object:
    dialog = line.opened(line.keys.sender)
    answer = line.ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,)))).message
    return answer.process_cards[0].card  # type: ignore[attr-defined]


def test_chunks_of_several_dialogs_make_one_message(line: Line, keys: Keys) -> None:
    line.deliver(make_package(keys, DATA))
    download = Download(None, io.BytesIO(), CHUNK_KIB)
    while not download.done:
        dialog = line.opened(keys.court)
        download.note(line.ask(dialog, dialog.fetch_chunk(download)))
    assert download.read(SENDING, io.BytesIO).message.process_card.card.forwarding == START  # type: ignore[attr-defined]


def test_a_small_delivery_is_answered_whole(line: Line, keys: Keys) -> None:
    line.deliver()
    dialog, download = line.opened(keys.court), Download(None, io.BytesIO(), 1024)
    answer = line.ask(dialog, dialog.fetch_chunk(download))
    assert isinstance(answer.message, ResponseToFetchDelivery)


def test_what_cannot_be_fetched_in_chunks(line: Line, keys: Keys) -> None:
    class Wrong(Download):
        asked = ChunkInformation(1, 1, ())

        def information(self) -> ChunkInformation:
            return self.asked

    dialog, download = line.opened(keys.court), Wrong(None, io.BytesIO())
    with pytest.raises(RequestRefused, match="9803"):
        line.ask(dialog, dialog.fetch_chunk(download))
    line.deliver(make_package(keys, DATA))
    for asked, code in (
        ((999, 1, ()), "9901"),
        ((1, 10**6, ()), "9902"),
        ((1, 0, ()), "9903"),
        ((1, None, ()), "9905"),
    ):
        download.asked = ChunkInformation(*asked)
        with pytest.raises(RequestRefused, match=code):
            line.ask(dialog, dialog.fetch_chunk(download))


# durable


def test_a_killed_sandbox_goes_on_with_its_chunks(keys: Keys, clock: Clock, tmp_path: Path) -> None:
    speicher = Speicher(tmp_path)
    line = restarted(keys, speicher, clock)
    message_id = line.new_message_id(keys.sender)
    upload = upload_of(line, keys, message_id)
    send(line, line.opened(keys.sender), upload, 1)
    speicher.close()
    speicher = Speicher(tmp_path)
    line = restarted(keys, speicher, clock)
    dialog = line.opened(keys.sender)
    upload.note(ask(line, dialog, upload))
    assert upload.received == (1,)
    while upload.next() is not None:
        send(line, dialog, upload)
    assert upload.done
    assert not list((tmp_path / "teile").iterdir())
    download = Download(None, io.BytesIO(), CHUNK_KIB)
    download.note(fetch(line, download))
    speicher.close()
    speicher = Speicher(tmp_path)
    line = restarted(keys, speicher, clock)
    while not download.done:
        download.note(fetch(line, download))
    assert download.read(SENDING, io.BytesIO).message_type
    speicher.close()


def restarted(keys: Keys, speicher: Speicher, clock: Clock) -> Line:
    return Line(IntermediaryServer(keys.intermediary, speicher, clock, io.BytesIO, chunks=speicher.teile), keys)


def fetch(line: Line, download: Download) -> object:
    dialog = line.opened(line.keys.court)
    return line.ask(dialog, dialog.fetch_chunk(download))


def test_a_crash_between_last_chunk_and_processing_loses_nothing(keys: Keys, clock: Clock, tmp_path: Path) -> None:
    """All chunks lie there, the process died before it looked inside."""
    speicher = Speicher(tmp_path)
    line = restarted(keys, speicher, clock)
    upload = upload_of(line, keys, line.new_message_id(keys.sender))
    uploaded = UploadKey(keys.sender.decryption_key.certificate, upload.partial_id)
    for number in range(1, upload.total + 1):
        info, content = upload.information(number), upload.package(number).items[0].contents[0]  # type: ignore[union-attr]
        plan = Plan(info.total or 0, info.size or 0, info.total_message_size or 0)
        assert speicher.teile.add(uploaded, plan, number, content.attachment.chunks(), START)  # type: ignore[union-attr]
    answer = ask(line, line.opened(keys.sender), upload)
    assert (codes(answer), [e.code for e in answer.inside_feedback]) == (["3950", "0801"], ["0800"])
    speicher.close()


def test_delivery_and_end_of_the_upload_are_one_commit(keys: Keys, clock: Clock, tmp_path: Path) -> None:
    """The process died right after the delivery was stored: the upload is done, its delivery is not refused as used."""
    speicher = Speicher(tmp_path)
    line = restarted(keys, speicher, clock)
    upload = upload_of(line, keys, line.new_message_id(keys.sender), 1024)
    finish = speicher.teile.finish
    speicher.teile.finish = crash  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        send(line, line.opened(keys.sender), upload)
    speicher.teile.finish = finish  # type: ignore[method-assign]
    answer = ask(line, line.opened(keys.sender), upload)
    assert (codes(answer), [e.code for e in answer.inside_feedback]) == (["3950", "0801"], ["0800"])
    speicher.close()


def crash(*_: object) -> None:
    raise KeyboardInterrupt


# the reference implementation's own chunks


@pytest.mark.skipif(not VECTORS.exists(), reason="shared vectors are not beside this checkout")
def test_chunks_of_the_reference_implementation(clock: Clock) -> None:
    """Its control blocks are fixed (dialog 1000), so the jobs are asked without the dialog around."""
    store, identity = MemoryStore(), Identity(key("intermed_sig"), key("intermed_enc"))
    server = IntermediaryServer(identity, store, clock, io.BytesIO, chunks=MemoryChunks())
    store.issue("vector-store-content-enc")
    client = Client(key("originator_enc").certificate, key("originator_sig").certificate, encrypted=True)
    turn = Turn(client, ControlBlock("AA==", "BB==", "1000", 0), explicit=True)
    last = [server._jobs.do(request, turn, START) for request in vector_chunks()][-1].message
    assert isinstance(last, ResponseToPartialStoreDelivery)
    assert last.chunk == ChunkInformation(number=2, received=(1, 2), total=2)
    assert last.inside_feedback == feedback("0800")
    assert store.pick(key("addressee_enc").certificate, None) is not None


def vector_chunks() -> Iterator[PartialStoreDelivery]:
    """The first as it was written; the second around the chunk that the vector of the fetching side holds."""
    first, second = (vector(name) for name in ("partialStoreDelivery-1", "responseToPartialFetchDelivery"))
    assert isinstance(first, PartialStoreDelivery)
    assert first.chunk is not None
    yield first
    yield replace(first, chunk=replace(first.chunk, number=2), package=second.package)  # type: ignore[attr-defined]


def vector(name: str) -> Message:
    data = (VECTORS / "positive" / f"{name}.osci").read_bytes()
    return read_message((data,), (), RECEIVING_NOW, io.BytesIO).message
