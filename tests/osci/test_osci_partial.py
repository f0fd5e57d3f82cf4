"""Deliveries in chunks (section 4.2): cut, resumed, put together, and everything that does not fit refused."""

import hashlib
import io
from dataclasses import replace
from typing import Any

import pytest
from osci_gegenseite import Peer, dialog, opened
from osci_support import VECTORS, needs_vectors, parties, raw, sample_package, spool, store, vector_key

from osci import certificates as c
from osci import messages as m
from osci.answers import Answer
from osci.built import Built
from osci.content import ContentContainer as Container
from osci.content import ContentPackage, DataContent
from osci.dialog import Delivery, Dialog, OutgoingRequest, RequestRefused, State
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.feedback import feedback
from osci.partial import KIB, Download, Upload, chunk_content, chunk_package, fitting_chunk_kib, piece, total_chunks
from osci.policy import RECEIVING_NOW, SENDING
from osci.reader import Received, read_message
from osci.spool import Slice, append
from osci.types import Verdict
from osci.writer import write_message

SIZE = 4
"""KiB per chunk in these tests."""
TO = parties().addressee.certificate


def inner() -> Built:
    package = sample_package(file=bytes(range(256)) * 80)
    return dialog().store_delivery("id-1", Delivery(package, TO, "Klage")).inner


def upload(built: Built) -> Upload:
    return Upload("id-1", built, spool(), SIZE)


class ChunkServer(Peer):
    """Keeps chunks like an intermediary; `lose` names chunks whose answer never arrives."""

    def __init__(self, lose: frozenset[int] = frozenset()) -> None:
        super().__init__()
        self.chunks: dict[int, bytes] = {}
        self.lose = set(lose)

    def take(self, request: OutgoingRequest) -> bytes:
        message = self.read(request)
        assert isinstance(message, m.PartialStoreDelivery)
        assert message.message_id == "id-1_Partial"
        self.seen.pop()
        chunk = message.chunk
        total = 0
        if chunk is not None:
            assert chunk.number is not None
            assert chunk.total is not None
            received = read_message(request.wire.chunks(), (parties().intermediary_cipher,), RECEIVING_NOW, spool)
            self.chunks[chunk.number] = b"".join(chunk_content(received).chunks())
            total = chunk.total
        return self._answer(request, chunk, total)

    def _answer(self, request: OutgoingRequest, chunk: m.ChunkInformation | None, total: int) -> bytes:
        number = chunk.number if chunk else 1
        complete = total != 0 and len(self.chunks) == total
        state = m.ChunkInformation(number=number, received=tuple(sorted(self.chunks)), total=total or None)
        return self.answer(
            request,
            m.ResponseToPartialStoreDelivery,
            "3950" if complete else "0801",
            inside_feedback=feedback("0800") if complete else (),
            chunk=state,
        )

    def assembled(self) -> bytes:
        return b"".join(self.chunks[n] for n in sorted(self.chunks))


def send_all(talk: Dialog, server: ChunkServer, sending: Upload) -> None:
    while sending.next() is not None and not sending.done:
        data = server.take(talk.store_chunk(sending, TO))
        sending.note(talk.receive([data]).message)


def test_a_delivery_arrives_in_chunks_byte_for_byte() -> None:
    built, server = inner(), ChunkServer()
    sending = upload(built)
    assert sending.total == -(-built.length // (SIZE * KIB)) > 3
    send_all(opened(server), server, sending)
    assert sending.done
    assert sending.inside_feedback == feedback("0800")
    assert server.assembled() == raw(built)
    received = read_message((server.assembled(),), (), RECEIVING_NOW, spool)
    assert isinstance(received.message, m.StoreDelivery)
    assert received.message.control_block.sequence_number == 0
    assert {x.verdict for x in received.open_containers((parties().addressee,))} == {Verdict.VALID}


def test_an_upload_goes_on_where_the_intermediary_says_it_is() -> None:
    built, server = inner(), ChunkServer()
    first = upload(built)
    talk = opened(server)
    for number in (1, 2):
        data = server.take(talk.store_chunk(first, TO, number))
        if number == 1:
            first.note(talk.receive([data]).message)
    again = upload(Built(built.length, built.chunks, b""))
    assert again.next() == 1, "a new process knows nothing"
    talk = opened(server)
    again.note(talk.receive([server.take(talk.ask_upload(again, TO))]).message)
    assert again.received == (1, 2)
    assert again.next() == 3
    send_all(talk, server, again)
    assert server.assembled() == raw(built)


def answered(sending: Upload, *codes: str, **fields: Any) -> None:
    server = ChunkServer()
    talk = opened(server)
    request = talk.store_chunk(sending, TO, 1)
    data = server.answer(request, m.ResponseToPartialStoreDelivery, *codes, **fields)
    try:
        sending.note(talk.receive([data]).message)
    except RequestRefused as refused:
        sending.note(refused.answer.message)


def test_refused_chunks_count_only_when_they_are_there_already() -> None:
    number = m.ChunkInformation(number=1)
    for code, received in (("9900", (1,)), ("9902", ()), ("0801", (1,))):
        sending = upload(inner())
        answered(sending, code, chunk=number)
        assert sending.received == received, code


def test_the_outcome_of_the_inner_message_is_kept_even_when_it_is_an_error() -> None:
    sending = upload(inner())
    answered(sending, "9950", inside_feedback=feedback("9801"))
    assert sending.done
    assert [e.code for e in sending.inside_feedback] == ["9801"]
    waiting = upload(inner())
    answered(waiting, "3952", chunk=m.ChunkInformation(number=1, received=(1, 2, 99), total=waiting.total))
    assert not waiting.done
    assert waiting.received == (1, 2), "a number that cannot be is none"


def test_another_number_of_chunks_is_an_error() -> None:
    with pytest.raises(RemoteProtocolError, match="9905"):
        answered(upload(inner()), "0801", chunk=m.ChunkInformation(number=1, total=2))


def test_chunks_that_do_not_exist() -> None:
    sending = upload(inner())
    for number in (0, sending.total + 1):
        with pytest.raises(LocalProtocolError):
            opened(Peer()).store_chunk(sending, TO, number)
    with pytest.raises(LocalProtocolError):
        total_chunks(10, 0)
    with pytest.raises(LocalProtocolError):
        total_chunks(1 << 60, 1)
    with pytest.raises(LocalProtocolError, match="not possible in state new"):
        dialog().store_chunk(sending, TO)


def test_sizes_follow_what_the_peer_allows() -> None:
    assert fitting_chunk_kib(None, 100) == 100
    assert fitting_chunk_kib(m.FeatureDescription(max_chunk_size=50), 100) == 50
    assert fitting_chunk_kib(m.FeatureDescription(min_chunk_size=200), 100) == 200
    assert [total_chunks(n, 1) for n in (0, 1, 1024, 1025)] == [1, 1, 1, 2]


# fetching


def whole_answer() -> Built:
    own = c.intermediary(signature=parties().intermediary.certificate) + store().certificates.others
    message = m.ResponseToFetchDelivery(
        control_block=m.ControlBlock("eA==", "eQ==", "77", 0),
        certificates=own,
        feedback=feedback("0801"),
        package=sample_package(file=b"\\r\\n--" * 5000),
    )
    return write_message(message, parties().intermediary, spool, RECEIVING_NOW)


def lying(built: Built) -> Slice:
    return append(spool(), built.chunks())


def fetch(talk: Dialog, peer: Peer, taking: Download, message: Slice, size: int = SIZE, **changes: Any) -> Answer:
    request = talk.fetch_chunk(taking)
    asked = peer.read(request)
    assert isinstance(asked, m.PartialFetchDelivery)
    assert asked.chunk is not None
    number = asked.chunk.number or 0
    state = m.ChunkInformation(number=number, total=total_chunks(message.length, size))
    data = peer.answer(
        request,
        m.ResponseToPartialFetchDelivery,
        "0801",
        chunk=replace(state, **changes),
        message_id="id-1",
        package=chunk_package(piece(message, number, size)),
    )
    return talk.receive([data])


def test_a_delivery_is_fetched_in_chunks() -> None:
    built, peer = whole_answer(), Peer()
    talk, taking, message = opened(peer), Download(m.ByMessageId(("id-1",)), spool(), SIZE), lying(built)
    with pytest.raises(LocalProtocolError, match="missing"):
        taking.read(RECEIVING_NOW, spool)
    while not taking.done:
        taking.note(fetch(talk, peer, taking, message))
    assert taking.message_id == "id-1"
    received = taking.read(RECEIVING_NOW, spool)
    assert received.inner.sha256() == built.sha256()
    assert {x.verdict for x in received.open_containers((parties().addressee,))} == {Verdict.VALID}
    with pytest.raises(LocalProtocolError, match="all chunks"):
        talk.fetch_chunk(taking)


def test_a_small_delivery_comes_as_a_whole() -> None:
    peer = Peer()
    talk, taking = opened(peer), Download(None, spool(), SIZE)
    data = peer.answer(talk.fetch_chunk(taking), m.ResponseToFetchDelivery, "0801", package=ContentPackage(()))
    taking.note(talk.receive([data]))
    assert taking.done
    assert isinstance(taking.read(RECEIVING_NOW, spool).message, m.ResponseToFetchDelivery)
    assert talk.state is State.OPEN


@pytest.mark.parametrize(
    "changes",
    [{"number": 2}, {"number": None}, {"total": None}, {"total": 0}, {"total": 10**9}, {"size": 3}, {"size": 5}],
    ids=str,
)
def test_a_chunk_that_was_not_asked_for(changes: dict[str, int]) -> None:
    peer = Peer()
    talk, taking = opened(peer), Download(None, spool(), SIZE)
    with pytest.raises(RemoteProtocolError, match="9905"):
        taking.note(fetch(talk, peer, taking, lying(whole_answer()), **changes))


def test_a_total_that_changes_on_the_way() -> None:
    peer = Peer()
    talk, taking, message = opened(peer), Download(None, spool(), SIZE), lying(whole_answer())
    taking.note(fetch(talk, peer, taking, message))
    with pytest.raises(RemoteProtocolError, match="9905"):
        taking.note(fetch(talk, peer, taking, message, total=2))


def one_chunk(data: bytes) -> Download:
    peer = Peer()
    talk, taking = opened(peer), Download(None, spool(), 1000)
    taking.note(fetch(talk, peer, taking, append(spool(), [data]), 1000))
    return taking


def test_what_was_put_together_is_checked_like_any_message() -> None:
    data = raw(whole_answer())
    other = raw(write_message(store(), parties().originator, spool, SENDING))
    for bad, code in ((data.replace(b"eA==", b"eB=="), "9601"), (data[:-5], "9100"), (other, "9100"), (b"", "9100")):
        with pytest.raises(RemoteProtocolError) as caught:
            one_chunk(bad).read(RECEIVING_NOW, spool)
        assert caught.value.code == code
    stranger = c.intermediary(signature=parties().stranger.certificate)
    message = m.ResponseToFetchDelivery(
        control_block=m.ControlBlock("eA=="), certificates=stranger, feedback=feedback("0801")
    )
    foreign = raw(write_message(message, parties().stranger, spool, RECEIVING_NOW))
    with pytest.raises(RemoteProtocolError, match="somebody else"):
        one_chunk(foreign).read(RECEIVING_NOW, spool)


def test_a_body_that_is_not_one_chunk() -> None:
    packages = (
        ContentPackage(()),
        ContentPackage((Container((DataContent(b"x"),)),)),
        sample_package(),
        ContentPackage((Container(()), Container(()))),
    )
    for package in packages:
        message = m.PartialStoreDelivery(
            control_block=m.ControlBlock(challenge="eA=="),
            certificates=store().certificates,
            message_id="x_Partial",
            chunk=m.ChunkInformation(number=1),
            package=package,
        )
        built = write_message(message, parties().originator, spool, RECEIVING_NOW)
        with pytest.raises(RemoteProtocolError):
            chunk_content(read_message(built.chunks(), (), RECEIVING_NOW, spool))


# vectors


def vector(name: str) -> Received:
    data = (VECTORS / "positive" / f"{name}.osci").read_bytes()
    return read_message((data,), (vector_key("intermed_enc"),), RECEIVING_NOW, spool)


@needs_vectors
def test_chunks_of_the_reference_implementation_make_the_whole_message() -> None:
    whole = (VECTORS / "positive" / "store-content-enc.osci").read_bytes()
    chunks = [chunk_content(vector(n)) for n in ("partialStoreDelivery-1", "responseToPartialFetchDelivery")]
    joined = b"".join(b"".join(chunk.chunks()) for chunk in chunks)
    assert hashlib.sha256(joined).digest() == hashlib.sha256(whole).digest()


@needs_vectors
def test_our_chunks_carry_the_numbers_that_the_reference_implementation_writes() -> None:
    whole = (VECTORS / "positive" / "store-content-enc.osci").read_bytes()
    theirs = vector("partialStoreDelivery-1").message
    assert isinstance(theirs, m.PartialStoreDelivery)
    built = Built(len(whole), lambda: iter((whole,)), b"")
    ours = Upload("vector-store-content-enc", built, io.BytesIO(), 20)
    assert ours.information(1) == theirs.chunk
    assert ours.partial_id == theirs.message_id
