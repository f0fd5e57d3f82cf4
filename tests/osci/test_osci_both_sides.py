"""Client, intermediary and passive recipient talk to each other in memory, large deliveries in chunks among them."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from osci_support import parties, sample_package, spool

from osci import (
    RECEIVING_NOW,
    Answer,
    ByMessageId,
    Client,
    ContentContainer,
    ContentPackage,
    DataContent,
    Dialog,
    Download,
    EncryptedContainer,
    Intermediary,
    OutgoingRequest,
    Recipient,
    RequestRefused,
    Upload,
    Verdict,
)
from osci import messages as m
from osci.built import Built
from osci.delivery import Delivery
from osci.incoming import Incoming
from osci.intermediary import Identity, IntermediaryServer, MemoryChunks, MemoryStore, Outbound
from osci.types import Chunks

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
URI = "http://127.0.0.1:1/"
FILE = bytes(range(256)) * 200
SIZE = 8
"""KiB per chunk."""


def office() -> Client:
    return Client(parties().originator, parties().originator_cipher)


def court() -> Client:
    return Client(parties().stranger, parties().addressee)


Decide = Callable[[Incoming], Built]


class House:
    """The intermediary, and what is behind its URIs: a passive recipient that does what `decide` says."""

    def __init__(self, decide: Decide | None = None) -> None:
        p = parties()
        identity = Identity(p.intermediary, p.intermediary_cipher)
        self.server = IntermediaryServer(identity, MemoryStore(), lambda: NOW, spool, chunks=MemoryChunks())
        self.recipient = Recipient(court(), spool, intermediaries=frozenset({p.intermediary.certificate}))
        self.decide: Decide = decide or Incoming.accept

    def dialog(self, client: Client) -> Dialog:
        p = parties()
        return Dialog(client, Intermediary(p.intermediary_cipher.certificate, p.intermediary.certificate), spool)

    def opened(self, client: Client) -> Dialog:
        talk = self.dialog(client)
        self.ask(talk, talk.init())
        return talk

    def ask(self, talk: Dialog, request: OutgoingRequest) -> Answer:
        return talk.receive(self.post(request.wire.chunks()))

    def post(self, chunks: Chunks) -> Chunks:
        reply = self.server.handle(chunks)
        if isinstance(reply, Outbound):
            incoming = self.recipient.receive(reply.wire.chunks())
            answer = self.decide(incoming) if isinstance(incoming, Incoming) else incoming.wire
            reply = self.server.answered(reply, answer.chunks())
        return reply.wire.chunks()

    def message_id(self) -> str:
        talk = self.dialog(office())
        answer = self.ask(talk, talk.get_message_id())
        assert isinstance(answer.message, m.ResponseToGetMessageId)
        assert answer.message.message_id is not None
        return answer.message.message_id


def to_court() -> bytes:
    return parties().addressee.certificate


def upload_through(house: House, message_id: str) -> Upload:
    delivery = Delivery(sample_package(file=FILE), to_court(), "Klage")
    inner = house.dialog(office()).store_delivery(message_id, delivery).inner
    sending, talk = Upload(message_id, inner, spool(), SIZE), house.opened(office())
    while sending.next() is not None and not sending.done:
        sending.note(house.ask(talk, talk.store_chunk(sending, to_court())).message)
    sending.note(house.ask(talk, talk.ask_upload(sending, to_court())).message)
    house.ask(talk, talk.exit())
    return sending


def test_a_large_delivery_is_stored_and_fetched_in_chunks() -> None:
    house = House()
    message_id = house.message_id()
    sending = upload_through(house, message_id)
    assert sending.total > 5
    assert [e.code for e in sending.inside_feedback] == ["0800"]
    taking, talk = Download(ByMessageId((message_id,)), spool(), SIZE), house.opened(court())
    while not taking.done:
        taking.note(house.ask(talk, talk.fetch_chunk(taking)))
    house.ask(talk, talk.exit())
    received = taking.read(RECEIVING_NOW, spool)
    containers = received.open_containers((parties().addressee,))
    assert {x.verdict for x in containers} == {Verdict.VALID}
    assert b"".join(containers[0].contents[1].chunks()) == FILE


def test_a_delivery_that_was_already_stored_is_refused_inside() -> None:
    house = House()
    message_id = house.message_id()
    upload_through(house, message_id)
    talk = house.dialog(office())
    with pytest.raises(RequestRefused) as caught:
        house.ask(talk, talk.store_delivery(message_id, Delivery(sample_package(), to_court())))
    assert caught.value.code == "9801"


@pytest.mark.parametrize("explicit", [False, True])
def test_forward_reaches_the_recipient(explicit: bool) -> None:
    seen: list[Incoming] = []

    def decide(incoming: Incoming) -> Built:
        seen.append(incoming)
        return incoming.accept()

    house = House(decide)
    message_id = house.message_id()
    talk = house.opened(office()) if explicit else house.dialog(office())
    request = talk.forward_delivery(URI, message_id, Delivery(sample_package(file=FILE), to_court(), "Weiterleitung"))
    answer = house.ask(talk, request)
    assert isinstance(answer.message, m.ResponseToForwardDelivery)
    assert answer.message.process_card is not None
    assert answer.message.process_card.card.reception == NOW
    assert isinstance(seen[0].message, m.AcceptDelivery)
    inside = seen[0].open_containers()[0]
    assert b"".join(inside.contents[1].chunks()) == FILE
    assert [s.verdict for s in inside.signatures] == [Verdict.VALID, Verdict.VALID]


def test_mediate_brings_the_reply_back() -> None:
    p = parties()
    letter = ContentContainer((DataContent(b"<antwort/>"),), signers=(p.stranger,))
    reply = ContentPackage((EncryptedContainer(letter, (p.originator_cipher.certificate,)),))
    house = House(lambda incoming: incoming.reply(reply, "Antwort"))
    message_id, talk = house.message_id(), house.opened(office())
    request = talk.mediate_delivery(URI, Delivery(sample_package(), to_court(), "Auskunft"), message_id)
    answer = house.ask(talk, request)
    assert isinstance(answer.message, m.ResponseToMediateDelivery)
    assert answer.message.request_card is not None
    assert answer.message.reply_card is not None
    (container,) = answer.received.open_containers((p.originator_cipher,))
    assert b"".join(container.contents[0].chunks()) == b"<antwort/>"
    assert container.signatures[0].signer == p.stranger.certificate
    house.ask(talk, talk.exit())


def refusing(incoming: Incoming) -> Built:
    return incoming.refuse()


@pytest.mark.parametrize(("decide", "code"), [(refusing, "9805"), (Incoming.accept, "9806")])
def test_what_the_recipient_does_not_want(decide: Decide, code: str) -> None:
    house = House(decide)
    message_id, talk = house.message_id(), house.opened(office())
    with pytest.raises(RequestRefused) as caught:
        house.ask(talk, talk.mediate_delivery(URI, Delivery(sample_package(), to_court()), message_id))
    assert caught.value.code == code
    house.ask(talk, talk.exit())
