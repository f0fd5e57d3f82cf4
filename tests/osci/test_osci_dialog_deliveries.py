"""forwardDelivery, mediateDelivery and deliveries in chunks, from the client's side (chapters 4 and 5, section 4.2)."""

from datetime import UTC, datetime

import pytest
from osci_gegenseite import Peer, client, dialog, intermediary, opened
from osci_support import VECTORS, needs_vectors, parties, sample_package, spool, vector_key

from osci import certificates as c
from osci import messages as m
from osci.answers import Client, Expectation, Intermediary, check_answer
from osci.content import ContentContainer, ContentPackage, DataContent, EncryptedContainer
from osci.dialog import Delivery, Dialog, OutgoingRequest, RequestRefused, State
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.policy import RECEIVING_NOW, SENDING
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.reader import read_message
from osci.types import Role, Use
from osci.writer import write_message

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
CARD = ProcessCardBundle("id-1", ProcessCard(NOW, NOW, NOW, NOW))
REPLY_CARD = ProcessCardBundle("reply-1", ProcessCard(NOW, NOW, NOW))
URI = "https://empfaenger.example/osci?a=1&b=2"


def forward(talk: Dialog) -> OutgoingRequest:
    return talk.forward_delivery(
        URI, "id-1", Delivery(sample_package(), parties().addressee.certificate, "Weiterleitung")
    )


def test_forward_alone_and_inside_a_dialog() -> None:
    peer = Peer()
    for talk, code in ((dialog(), "0800"), (opened(peer), "0801")):
        answer = talk.receive([peer.answer(forward(talk), m.ResponseToForwardDelivery, code, process_card=CARD)])
        assert isinstance(answer.message, m.ResponseToForwardDelivery)
        assert answer.message.process_card == CARD
        request = peer.seen[-1].message
        assert isinstance(request, m.ForwardDelivery)
        assert (request.receiver, request.message_id, request.subject) == (URI, "id-1", "Weiterleitung")
        assert request.certificates.by_der(parties().author.certificate, Use.SIGNATURE) is not None
        assert talk.state is (State.CLOSED if code == "0800" else State.OPEN)


def test_an_answer_to_forward_may_lack_the_conversation() -> None:
    """Chapter 5: optional there, and only there."""
    talk, peer = dialog(), Peer()
    missing = {"conversation_id": None}
    talk.receive([peer.answer(forward(talk), m.ResponseToForwardDelivery, "0800", block=missing)])
    talk = opened(peer)
    talk.receive([peer.answer(forward(talk), m.ResponseToForwardDelivery, "0801", block=missing)])
    talk.fetch_delivery()
    assert talk.state is State.REQUEST_SENT, "the dialog keeps its conversation"


def test_a_refusing_recipient_is_told_apart() -> None:
    talk, peer = dialog(), Peer()
    with pytest.raises(RequestRefused) as caught:
        talk.receive([peer.answer(forward(talk), m.ResponseToForwardDelivery, "9805", process_card=CARD)])
    assert caught.value.code == "9805"
    assert isinstance(caught.value.answer.message, m.ResponseToForwardDelivery)
    assert caught.value.answer.message.process_card == CARD


def mediated(talk: Dialog, peer: Peer, *codes: str, **fields: object) -> bytes:
    p = parties()
    request = talk.mediate_delivery(URI, Delivery(sample_package(), p.addressee.certificate, "Auskunft"), "id-1")
    answerer = c.originator(signature=p.stranger.certificate, cipher=p.addressee.certificate)
    return peer.answer(request, m.ResponseToMediateDelivery, *codes, certificates=answerer, **fields)


def test_mediate_brings_both_cards_and_the_recipients_content() -> None:
    p, peer = parties(), Peer()
    talk = opened(peer)
    container = ContentContainer((DataContent(b"<reply/>"),), "antwort", (p.stranger,))
    reply = ContentPackage((EncryptedContainer(container, (p.originator_cipher.certificate,)),))
    reader = c.Certificates((c.entry(Role.ADDRESSEE, Use.CIPHER, p.originator_cipher.certificate),))
    request = talk.mediate_delivery(URI, Delivery(sample_package(), p.addressee.certificate, "Auskunft"), "id-1")
    answerer = c.originator(signature=p.stranger.certificate, cipher=p.addressee.certificate) + reader
    data = peer.answer(
        request,
        m.ResponseToMediateDelivery,
        "0801",
        certificates=answerer,
        request_card=CARD,
        reply_card=REPLY_CARD,
        package=reply,
    )
    answer = talk.receive([data])
    assert isinstance(answer.message, m.ResponseToMediateDelivery)
    assert (answer.message.request_card, answer.message.reply_card) == (CARD, REPLY_CARD)
    (opened_reply,) = answer.received.open_containers((p.originator_cipher,))
    assert opened_reply.signatures[0].signer == p.stranger.certificate
    assert b"".join(opened_reply.contents[0].chunks()) == b"<reply/>"
    assert talk.state is State.OPEN


@pytest.mark.parametrize("code", ["9805", "9806", "9807", "9808", "9809", "9810"])
def test_what_goes_wrong_with_the_recipient_is_a_refusal(code: str) -> None:
    peer = Peer()
    talk = opened(peer)
    with pytest.raises(RequestRefused) as caught:
        talk.receive([mediated(talk, peer, code, request_card=CARD)])
    assert caught.value.code == code
    assert talk.state is State.OPEN


def test_mediate_needs_an_explicit_dialog_and_a_challenge() -> None:
    with pytest.raises(LocalProtocolError, match="not possible in state new"):
        mediated(dialog(), Peer())
    peer = Peer()
    talk = opened(peer)
    with pytest.raises(RemoteProtocolError, match="9100"):
        talk.receive([mediated(talk, peer, "0801", block={"challenge": None})])


def test_mediate_without_an_id_has_no_cards() -> None:
    peer = Peer()
    talk = opened(peer)
    peer.read(talk.mediate_delivery(URI, Delivery(sample_package(), parties().addressee.certificate)))
    request = peer.seen[-1].message
    assert isinstance(request, m.MediateDelivery)
    assert (request.message_id, request.quality) == (None, None)
    with pytest.raises(LocalProtocolError, match="message id"):
        opened(Peer()).mediate_delivery(URI, Delivery(sample_package(), parties().addressee.certificate, subject="x"))


def test_cryptographic_timestamps_can_be_asked_for() -> None:
    peer = Peer()
    quality = m.QualityOfTimestamp(m.TimestampQuality.CRYPTOGRAPHIC, m.TimestampQuality.PLAIN)
    to = parties().addressee.certificate
    peer.read(dialog().store_delivery("id-1", Delivery(sample_package(), to, quality=quality)))
    request = peer.seen[-1].message
    assert isinstance(request, m.StoreDelivery)
    assert request.quality == quality


def test_languages_and_features_are_said_as_wished() -> None:
    peer = Peer()
    talk = Dialog(client(), intermediary(), spool, languages="en fr", features=m.FeatureDescription(max_chunk_size=9))
    peer.read(talk.init())
    request = peer.seen[-1].message
    assert isinstance(request, m.InitDialog)
    assert request.languages == "en fr"
    assert request.features == m.FeatureDescription(max_chunk_size=9)
    silent = Dialog(client(), intermediary(), spool, languages=None, features=None)
    peer.read(silent.get_message_id())
    request = peer.seen[-1].message
    assert isinstance(request, m.GetMessageId)
    assert (request.languages, request.features) == (None, None)


def test_a_stale_response_outside_a_dialog_is_read() -> None:
    """Chapter 5: some clients send one; it means nothing without a ConversationId."""
    p = parties()
    stale = m.GetMessageId(
        control_block=m.ControlBlock("b2xk", "bmV1", None, 0),
        certificates=c.originator(signature=p.originator.certificate, cipher=p.originator_cipher.certificate),
    )
    message = read_message(
        write_message(stale, p.originator, spool, SENDING).chunks(), (), RECEIVING_NOW, spool
    ).message
    assert message.control_block.response == "b2xk"
    assert message.control_block.conversation_id is None


def of_the_recording(name: str) -> tuple[Client, Intermediary]:
    keys = Client(vector_key(f"{name}_sig"), vector_key(f"{name}_enc"))
    return keys, Intermediary(vector_key("intermed_enc").certificate, vector_key("intermed_sig").certificate)


def recorded_body(number: int, kind: str) -> bytes:
    return (VECTORS / "dialog" / f"im-{number:03}-{kind}.osci").read_bytes()


@needs_vectors
@pytest.mark.parametrize("number", range(1, 15))
def test_recorded_answers_pass_our_checks(number: int) -> None:
    """What an intermediary gave the reference client, we take as well."""
    key = vector_key("intermed_enc")
    request = read_message((recorded_body(number, "req"),), (key,), RECEIVING_NOW, spool).message
    block = request.control_block
    challenge, kind = block.challenge or "", request.type.response
    expectation = Expectation(kind, challenge, block.conversation_id, block.sequence_number)
    originator, addressee = of_the_recording("originator"), of_the_recording("addressee")
    ours = addressee if number in {3, 4, 5} else originator
    answer = check_answer([recorded_body(number, "rsp")], expectation, *ours, SENDING, spool)
    assert answer.feedback[0].code in {"0800", "0801"}
    if isinstance(answer.message, m.ResponseToMediateDelivery):
        assert answer.message.request_card is not None
        assert answer.message.request_card.card.reception is not None
        assert answer.message.reply_card is not None
        assert answer.received.open_containers(())[0].contents
