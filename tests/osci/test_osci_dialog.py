"""The client's dialog: state table, answers that fit, answers that do not, and a request resumed after a crash."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from osci_gegenseite import CHALLENGE, Peer, client, dialog, intermediary, opened
from osci_support import build, parties, raw, sample_package, spool

from osci import messages as m
from osci.content import StoredPackage
from osci.dialog import (
    TRANSITIONS,
    Answer,
    Delivery,
    Dialog,
    Expectation,
    OutgoingRequest,
    RequestRefused,
    State,
    check_answer,
)
from osci.errors import LocalProtocolError, OsciError, RemoteFault, RemoteProtocolError
from osci.feedback import feedback
from osci.policy import RECEIVING_NOW, SENDING
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.reader import read_message
from osci.transport import seal
from osci.types import MessageType, Role, Use
from osci.writer import write_fault, write_message

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
CARD = ProcessCardBundle("id-1", ProcessCard(NOW, NOW))


def test_the_table_is_sound() -> None:
    """Every state can be reached and left, except the two ends; after a request one waits for its own answer."""
    targets = set(TRANSITIONS.values())
    sources = {state for state, _ in TRANSITIONS}
    assert targets | {State.NEW} == set(State)
    assert sources == set(State) - {State.CLOSED, State.FAILED}
    for (state, kind), following in TRANSITIONS.items():
        if not kind.is_response and kind is not MessageType.FAULT:
            assert (following, kind.response) in TRANSITIONS, (state, kind)


def test_an_explicit_dialog_from_init_to_exit() -> None:
    talk, peer = dialog(), Peer()
    talk.receive([peer.answer(talk.init(), m.ResponseToInitDialog, "0801")])
    assert talk.state is State.OPEN
    request = talk.fetch_delivery(m.ByMessageId(("id-1",)))
    data = peer.answer(request, m.ResponseToFetchDelivery, "0801", "3800", process_card=CARD, selection=None)
    answer = talk.receive([data])
    assert isinstance(answer.message, m.ResponseToFetchDelivery)
    assert answer.message.process_card == CARD
    assert [entry.code for entry in answer.feedback] == ["0801", "3800"]
    request = talk.fetch_process_card(m.ByMessageId(("id-1",)), limit=5)
    talk.receive([peer.answer(request, m.ResponseToFetchProcessCard, "0801", process_cards=(CARD,))])
    talk.receive([peer.answer(talk.exit(), m.ResponseToExitDialog, "0800")])
    assert talk.state is State.CLOSED
    blocks = [received.message.control_block for received in peer.seen]
    assert [block.sequence_number for block in blocks] == [None, 0, 1, 2]
    assert [block.conversation_id for block in blocks] == [None, "77", "77", "77"]
    assert [block.response for block in blocks] == [None, CHALLENGE, CHALLENGE, CHALLENGE]
    assert len({block.challenge for block in blocks}) == 4


def test_implicit_dialogs() -> None:
    talk, peer = dialog(), Peer()
    answer = talk.receive([peer.answer(talk.get_message_id(), m.ResponseToGetMessageId, "0800", message_id="id-1")])
    assert isinstance(answer.message, m.ResponseToGetMessageId)
    assert answer.message.message_id == "id-1"
    assert talk.state is State.CLOSED
    talk = dialog()
    request = talk.store_delivery("id-1", Delivery(sample_package(), parties().addressee.certificate, "Klage"))
    answer = talk.receive([peer.answer(request, m.ResponseToStoreDelivery, "0800", process_card=CARD)])
    stored = peer.seen[-1].message
    assert isinstance(stored, m.StoreDelivery)
    assert isinstance(stored.package, StoredPackage)
    assert stored.certificates.find(Role.ADDRESSEE, Use.CIPHER) == parties().addressee.certificate
    assert stored.certificates.by_der(parties().author.certificate, Use.SIGNATURE) is not None
    assert request.inner.record is not None
    assert all(x.contents for x in peer.seen[-1].open_containers((parties().addressee,)))
    assert b"responseToStoreDelivery" in b"".join(answer.inner.chunks())


def test_nothing_can_be_done_out_of_turn() -> None:
    talk = dialog()
    for action in (talk.exit, talk.fetch_delivery, talk.fetch_process_card):
        with pytest.raises(LocalProtocolError, match="not possible in state new"):
            action()
    with pytest.raises(LocalProtocolError, match="no request"):
        talk.receive([b""])
    talk.init()
    with pytest.raises(LocalProtocolError, match="init sent"):
        talk.get_message_id()


def test_nothing_there_leaves_the_dialog_open() -> None:
    peer = Peer()
    talk = opened(peer)
    data = peer.answer(talk.fetch_delivery(), m.ResponseToFetchDelivery, "9803")
    with pytest.raises(RequestRefused) as caught:
        talk.receive([data])
    assert caught.value.code == "9803"
    assert caught.value.feedback == feedback("9803")
    assert isinstance(caught.value.answer, Answer)
    assert talk.state is State.OPEN
    talk.receive([peer.answer(talk.exit(), m.ResponseToExitDialog, "0800")])


def test_a_used_message_id_is_told_apart() -> None:
    talk, peer = dialog(), Peer()
    request = talk.store_delivery("id-1", Delivery(sample_package(), parties().addressee.certificate))
    with pytest.raises(RequestRefused) as caught:
        talk.receive([peer.answer(request, m.ResponseToStoreDelivery, "9801")])
    assert caught.value.code == "9801"
    assert talk.state is State.CLOSED


def test_a_fault_ends_the_dialog() -> None:
    talk = dialog()
    talk.init()
    with pytest.raises(RemoteFault) as caught:
        talk.receive([raw(write_fault("9400"))])
    assert caught.value.code == "9400"
    assert talk.state is State.FAILED


BENT: list[tuple[str, str, dict[str, Any]]] = [
    ("wrong response", "9400", {"response": "ZmFsc2NoZXI="}),
    ("no response", "9400", {"response": None}),
    ("wrong sequence", "9400", {"sequence_number": 5}),
    ("no sequence", "9400", {"sequence_number": None}),
    ("other conversation", "9400", {"conversation_id": "78"}),
    ("no conversation", "9802", {"conversation_id": None}),
    ("no challenge", "9100", {"challenge": None}),
]


@pytest.mark.parametrize(("name", "code", "block"), BENT, ids=[b[0] for b in BENT])
def test_a_bent_control_block_is_refused(name: str, code: str, block: dict[str, Any]) -> None:
    peer = Peer()
    talk = opened(peer)
    data = peer.answer(talk.fetch_delivery(), m.ResponseToFetchDelivery, "0801", block=block)
    with pytest.raises(RemoteProtocolError) as caught:
        talk.receive([data])
    assert caught.value.code == code, name
    assert talk.state is State.FAILED


def refused(bend: Callable[[Dialog, OutgoingRequest], bytes], code: str) -> None:
    talk = dialog()
    data = bend(talk, talk.get_message_id())
    with pytest.raises(RemoteProtocolError) as caught:
        talk.receive([data])
    assert caught.value.code == code
    assert talk.state is State.FAILED


def test_answers_that_cannot_be_relied_upon() -> None:
    p, peer = parties(), Peer()

    def plain(request: OutgoingRequest) -> m.Message:
        data = peer.answer(request, m.ResponseToGetMessageId, "0800", message_id="x")
        return read_message([data], (p.originator_cipher,), RECEIVING_NOW, spool).message

    def unencrypted(_: Dialog, request: OutgoingRequest) -> bytes:
        return raw(write_message(plain(request), p.intermediary, spool, RECEIVING_NOW))

    def unsigned(_: Dialog, request: OutgoingRequest) -> bytes:
        built = write_message(plain(request), None, spool, replace(RECEIVING_NOW, require_signed=False))
        return raw(seal(built, p.originator_cipher.certificate, SENDING))

    def foreign(_: Dialog, request: OutgoingRequest) -> bytes:
        return Peer(p.stranger).answer(request, m.ResponseToGetMessageId, "0800", message_id="x")

    def other_type(_: Dialog, request: OutgoingRequest) -> bytes:
        return peer.answer(request, m.ResponseToStoreDelivery, "0800")

    def own_request(_: Dialog, request: OutgoingRequest) -> bytes:
        peer.read(request)
        return raw(seal(request.inner, p.originator_cipher.certificate, SENDING))

    def for_somebody_else(_: Dialog, request: OutgoingRequest) -> bytes:
        built = write_message(plain(request), p.intermediary, spool, RECEIVING_NOW)
        return raw(seal(built, p.stranger.certificate, SENDING))

    def no_feedback(_: Dialog, request: OutgoingRequest) -> bytes:
        return peer.answer(request, m.ResponseToGetMessageId, message_id="x")

    refused(unencrypted, "9202")
    refused(unsigned, "9600")
    refused(foreign, "9601")
    refused(other_type, "9100")
    refused(own_request, "9601")
    refused(for_somebody_else, "9200")
    refused(no_feedback, "9100")


def test_a_signer_learned_from_the_first_answer_stays() -> None:
    talk, peer = dialog(pinned=False), Peer()
    talk.receive([peer.answer(talk.init(), m.ResponseToInitDialog, "0801")])
    assert talk.intermediary.signature_certificate == parties().intermediary.certificate
    data = Peer(parties().stranger).answer(talk.fetch_delivery(), m.ResponseToFetchDelivery, "0801")
    with pytest.raises(RemoteProtocolError, match="another certificate"):
        talk.receive([data])


def test_a_stored_request_is_answered_after_a_crash() -> None:
    request = dialog().store_delivery("id-1", Delivery(sample_package(), parties().addressee.certificate))
    on_disk = raw(request.wire), json.dumps(request.expectation.to_dict())
    assert raw(request.wire) == on_disk[0], "re-sending sends the same bytes"
    data = Peer().answer(request, m.ResponseToStoreDelivery, "0800", process_card=CARD)
    expectation = Expectation.from_dict(json.loads(on_disk[1]))
    answer = check_answer([data], expectation, client(), intermediary(), SENDING, spool)
    assert isinstance(answer.message, m.ResponseToStoreDelivery)
    assert answer.message.process_card == CARD
    with pytest.raises(RemoteProtocolError, match="9400"):
        check_answer([data], replace(expectation, challenge="YW5kZXJl"), client(), intermediary(), SENDING, spool)
    with pytest.raises(LocalProtocolError):
        Expectation.from_dict({"message_type": "nonsense"})


def test_any_bytes_as_answer_fail_cleanly() -> None:
    for data in (b"", b"<html>502</html>", raw(build()), b"MIME-Version: 1.0\r\n\r\n"):
        talk = dialog()
        talk.init()
        with pytest.raises(OsciError):
            talk.receive([data])
        assert talk.state is State.FAILED
