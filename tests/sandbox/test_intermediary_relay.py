"""Deliveries for recipients without a mailbox, between our own client and our own passive recipient."""

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from sandbox_hilfe import START, Clock, Keys, Line, make_key, make_package

from osci import certificates as c
from osci.certificates import Certificates
from osci.constants import NS5
from osci.content import ContentContainer, ContentPackage, DataContent, Package, StoredPackage
from osci.dialog import Answer, Client, Delivery, Dialog, OutgoingRequest, RequestRefused
from osci.errors import RemoteFault
from osci.feedback import FeedbackEntry, feedback
from osci.intermediary import IntermediaryServer, Outbound, Reply
from osci.mailbox import DeliveryStore
from osci.messages import (
    ByMessageId,
    ByReception,
    ControlBlock,
    ResponseToAcceptDelivery,
    ResponseToForwardDelivery,
    ResponseToMediateDelivery,
    ResponseToProcessDelivery,
    SelectionRole,
)
from osci.policy import READ_OLD_MAIL, SENDING
from osci.reader import read_message
from osci.recipient import Incoming, Recipient
from osci.transport import seal
from osci.types import Role, Use, Verdict
from osci.writer import Built, write_fault, write_message

URI = "http://127.0.0.1:1/empfang"
ENCODING = b"Content-Transfer-Encoding: 8-bit"
Act = Callable[[Incoming], Built]


def recipient(keys: Keys) -> Recipient:
    return Recipient(keys.court, io.BytesIO)


def take(line: Line, outbound: Outbound) -> Incoming:
    assert outbound.receiver == URI
    incoming = recipient(line.keys).receive(outbound.wire.chunks())
    assert isinstance(incoming, Incoming)
    return incoming


def outbound_of(line: Line, request: OutgoingRequest) -> Outbound:
    step = line.server.handle(request.wire.chunks())
    assert isinstance(step, Outbound)
    return step


def relay(line: Line, dialog: Dialog, request: OutgoingRequest, act: Act) -> Answer:
    """The whole way: client, intermediary, recipient, and back."""
    outbound = outbound_of(line, request)
    reply = line.server.answered(outbound, act(take(line, outbound)).chunks())
    return dialog.receive(reply.wire.chunks())


def forward(line: Line, dialog: Dialog, message_id: str) -> OutgoingRequest:
    court = line.keys.court.decryption_key.certificate
    return dialog.forward_delivery(URI, message_id, Delivery(make_package(line.keys), court, "Weiterleitung"))


def mediate(line: Line, dialog: Dialog, message_id: str | None, subject: str | None = "Auskunft") -> OutgoingRequest:
    court = line.keys.court.decryption_key.certificate
    return dialog.mediate_delivery(URI, Delivery(make_package(line.keys), court, subject), message_id)


def answer_package(keys: Keys) -> ContentPackage:
    return ContentPackage((ContentContainer((DataContent(b"Antwort"),), "antwort", (keys.court.signing_key,)),))


def replied(incoming: Incoming) -> Built:
    package = ContentPackage((ContentContainer((DataContent(b"Antwort"),), "antwort", (incoming.client.signing_key,)),))
    return incoming.reply(package, "Antwort")


def card_of(line: Line, client: Client, message_id: str) -> Any:
    dialog = line.opened(client)
    answer = line.ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,)))).message
    return answer.process_cards[0].card  # type: ignore[attr-defined]


def test_forwarding_ends_with_a_complete_card(line: Line, keys: Keys, clock: Clock) -> None:
    message_id, dialog = line.new_message_id(keys.sender), line.dialog(keys.sender)
    outbound = outbound_of(line, forward(line, dialog, message_id))
    incoming = take(line, outbound)
    shown = incoming.message.process_card
    assert shown is not None
    assert (shown.message_id, shown.card.forwarding, shown.card.reception) == (message_id, START, None)
    assert all(container.verdict is Verdict.VALID for container in incoming.open_containers())
    clock.forward(seconds=3)
    answer = dialog.receive(line.server.answered(outbound, incoming.accept().chunks()).wire.chunks())
    assert isinstance(answer.message, ResponseToForwardDelivery)
    assert [entry.code for entry in answer.feedback] == ["0800"]
    assert answer.message.process_card is not None
    card = answer.message.process_card.card
    assert (card.creation, card.forwarding, card.reception, card.subject) == (START, START, clock.now, "Weiterleitung")
    assert card_of(line, keys.sender, message_id) == card


def test_mediation_brings_the_reply_back(line: Line, keys: Keys, clock: Clock) -> None:
    dialog, message_id = line.opened(keys.sender), line.new_message_id(keys.sender)
    answer = relay(line, dialog, mediate(line, dialog, message_id), replied)
    assert isinstance(answer.message, ResponseToMediateDelivery)
    assert [entry.code for entry in answer.feedback] == ["0801"]
    (container,) = answer.received.open_containers(())
    assert container.verdict is Verdict.VALID
    assert [s.signer for s in container.signatures] == [keys.court.signing_key.certificate]
    request_card, reply_card = answer.message.request_card, answer.message.reply_card
    assert request_card is not None
    assert reply_card is not None
    assert (request_card.message_id, request_card.card.reception) == (message_id, START)
    assert (reply_card.card.forwarding, reply_card.card.reception) == (START, None)
    assert reply_card.card.subject == "Antwort"
    clock.forward(seconds=5)
    line.ask(dialog, dialog.exit())
    assert card_of(line, keys.sender, reply_card.message_id).reception == clock.now


def test_mediation_without_message_id_has_no_cards(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    outbound = outbound_of(line, mediate(line, dialog, None, None))
    incoming = take(line, outbound)
    assert (incoming.message.process_card, incoming.message.message_id_response) == (None, None)  # type: ignore[union-attr]
    answer = dialog.receive(line.server.answered(outbound, replied(incoming).chunks()).wire.chunks())
    assert isinstance(answer.message, ResponseToMediateDelivery)
    assert (answer.message.request_card, answer.message.reply_card) == (None, None)
    assert [entry.code for entry in answer.feedback] == ["0801"]


def test_forwarding_inside_a_dialog_leaves_it_open(line: Line, keys: Keys) -> None:
    dialog, message_id = line.opened(keys.sender), line.new_message_id(keys.sender)
    answer = relay(line, dialog, forward(line, dialog, message_id), Incoming.accept)
    assert [entry.code for entry in answer.feedback] == ["0801"]
    assert [entry.code for entry in line.ask(dialog, dialog.exit()).feedback] == ["0800"]


def test_cards_of_passages_are_selected_like_others(line: Line, keys: Keys, clock: Clock) -> None:
    first = line.deliver()
    clock.forward(minutes=1)
    dialog, second = line.dialog(keys.sender), line.new_message_id(keys.sender)
    relay(line, dialog, forward(line, dialog, second), Incoming.accept)

    def ids(client: Client, selection: Any) -> list[str]:
        asking = line.opened(client)
        answer = line.ask(asking, asking.fetch_process_card(selection)).message
        return [bundle.message_id for bundle in answer.process_cards]  # type: ignore[attr-defined]

    assert ids(keys.sender, None) == [first, second]
    assert ids(keys.court, ByReception(clock.now, SelectionRole.ADDRESSEE)) == [second]
    assert ids(keys.sender, ByReception(START, no_reception=True)) == [first]
    court = line.opened(keys.court)
    line.ask(court, court.fetch_delivery())
    with pytest.raises(RequestRefused, match="9803"):
        line.ask(court, court.fetch_delivery(ByMessageId((second,))))


# the id is used up once


def test_a_message_id_is_passed_on_once(line: Line, keys: Keys) -> None:
    dialog, message_id = line.dialog(keys.sender), line.new_message_id(keys.sender)
    outbound_of(line, forward(line, dialog, message_id))
    again = line.dialog(keys.sender)
    with pytest.raises(RequestRefused, match="9801"):
        line.ask(again, forward(line, again, message_id))
    with pytest.raises(RequestRefused, match="9801"):
        line.store(message_id, make_package(keys))
    unknown = line.dialog(keys.sender)
    with pytest.raises(RequestRefused, match="9801"):
        line.ask(unknown, forward(line, unknown, "nie vergeben"))
    assert card_of(line, keys.sender, message_id).forwarding is None


def test_what_is_not_admitted_uses_nothing_up(keys: Keys, store: DeliveryStore, clock: Clock) -> None:
    entry = FeedbackEntry("9809", "nur Adressen auf diesem Rechner")
    strict = Line(IntermediaryServer(keys.intermediary, store, clock, io.BytesIO, admit=lambda _: entry), keys)
    line = Line(IntermediaryServer(keys.intermediary, store, clock, io.BytesIO), keys)
    message_id, dialog = line.new_message_id(keys.sender), strict.dialog(keys.sender)
    with pytest.raises(RequestRefused, match="9809"):
        strict.ask(dialog, forward(strict, dialog, message_id))
    outbound_of(line, forward(line, line.dialog(keys.sender), message_id))


@pytest.mark.parametrize(("sent", "code"), [(False, "9809"), (True, "9810")])
def test_no_answer(line: Line, keys: Keys, sent: bool, code: str) -> None:
    dialog, message_id = line.dialog(keys.sender), line.new_message_id(keys.sender)
    outbound = outbound_of(line, forward(line, dialog, message_id))
    reply = line.server.undelivered(outbound, sent=sent)
    assert reply.codes == (code,)
    with pytest.raises(RequestRefused, match=code):
        dialog.receive(reply.wire.chunks())
    card = card_of(line, keys.sender, message_id)
    assert (card.forwarding is not None, card.reception) == (sent, None)


# answers that do not hold


def written(incoming: Incoming, message: Any, signer: Any = "own", *, sealed: bool = True) -> Built:
    key = incoming.client.signing_key if signer == "own" else signer
    policy = SENDING if key is not None else replace(SENDING, require_signed=False)
    built = write_message(message, key, io.BytesIO, policy)
    certificate = incoming.message.certificates.find(Role.INTERMEDIARY, Use.CIPHER)
    assert certificate is not None
    return seal(built, certificate, SENDING) if sealed else built


def accepted(incoming: Incoming, **fields: Any) -> ResponseToAcceptDelivery:
    own = c.entry(Role.ADDRESSEE, Use.SIGNATURE, incoming.client.signing_key.certificate)
    block = ControlBlock(response=incoming.message.control_block.challenge)
    values = {"control_block": block, "certificates": Certificates((own,)), "feedback": feedback("0800"), **fields}
    return ResponseToAcceptDelivery(**values)


def other_signer(incoming: Incoming) -> Built:
    """Signed, but not by the certificate that the client named."""
    key = make_key("Jemand")
    certificates = Certificates((c.entry(Role.ADDRESSEE, Use.SIGNATURE, key.certificate),))
    return written(incoming, accepted(incoming, certificates=certificates), key)


def broken_signature(incoming: Incoming) -> Built:
    built = written(incoming, accepted(incoming), sealed=False)
    data = b"".join(built.chunks()).replace("ausgeführt".encode(), "AUSGEFÜHRT".encode())
    return replace(built, source=lambda: iter((data,)))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda i: i.refuse(), "9805"),
        (lambda i: i.refuse("9601"), "9805"),
        (lambda i: i.refuse("9811"), "9808"),
        (lambda i: write_fault("9200"), "9805"),
        (lambda i: write_fault("9000", client_at_fault=False), "9808"),
        (lambda i: written(i, accepted(i), None), "9807"),
        (broken_signature, "9807"),
        (other_signer, "9807"),
        (lambda i: written(i, accepted(i, control_block=ControlBlock(response="AAAA"))), "9810"),
        (lambda i: written(i, accepted(i, control_block=ControlBlock())), "9810"),
        (lambda i: written(i, accepted(i, feedback=())), "9810"),
        (lambda i: replace(i.accept(), source=lambda: iter((b"keine Nachricht",))), "9810"),
    ],
)
def test_answers_of_the_recipient_that_do_not_hold(line: Line, keys: Keys, act: Act, code: str) -> None:
    dialog, message_id = line.opened(keys.sender), line.new_message_id(keys.sender)
    pinned = Certificates((c.entry(Role.ADDRESSEE, Use.SIGNATURE, keys.court.signing_key.certificate),))
    court = keys.court.decryption_key.certificate
    request = dialog.forward_delivery(URI, message_id, Delivery(make_package(keys), court, certificates=pinned))
    with pytest.raises(RequestRefused, match=code):
        relay(line, dialog, request, act)
    card = card_of(line, keys.sender, message_id)
    assert (card.forwarding, card.reception) == (START, None)
    assert [entry.code for entry in line.ask(dialog, dialog.exit()).feedback] == ["0800"], "the dialog goes on"


def test_what_the_policy_lets_pass_is_named(keys: Keys, store: DeliveryStore, clock: Clock) -> None:
    server = IntermediaryServer(keys.intermediary, store, clock, io.BytesIO, receiving=READ_OLD_MAIL)
    line = Line(server, keys)
    dialog, message_id = line.dialog(keys.sender), line.new_message_id(keys.sender)
    answer = relay(
        line, dialog, forward(line, dialog, message_id), lambda i: written(i, accepted(i), None, sealed=False)
    )
    assert [entry.code for entry in answer.feedback] == ["0800", "3802", "3803"]


def test_accepted_without_content(line: Line, keys: Keys) -> None:
    dialog, message_id = line.opened(keys.sender), line.new_message_id(keys.sender)
    with pytest.raises(RequestRefused, match="9806") as caught:
        relay(line, dialog, mediate(line, dialog, message_id), lambda i: i.answer(feedback("0800")))
    message = caught.value.answer.message
    assert isinstance(message, ResponseToMediateDelivery)
    assert message.request_card is not None
    assert message.request_card.card.reception == START


def process_answer(incoming: Incoming, message_id: str, package: Package) -> ResponseToProcessDelivery:
    key, cipher = incoming.client.signing_key.certificate, incoming.client.decryption_key.certificate
    return ResponseToProcessDelivery(
        control_block=ControlBlock(response=incoming.message.control_block.challenge),
        certificates=c.originator(signature=key, cipher=cipher),
        feedback=feedback("0800"),
        message_id=message_id,
        package=package,
    )


@pytest.mark.parametrize("wrong", ["message id", "type", "ids"])
def test_replies_that_do_not_belong(line: Line, keys: Keys, wrong: str) -> None:
    def act(incoming: Incoming) -> Built:
        if wrong == "type":
            return written(incoming, accepted(incoming))
        package = hostile("intermediarycertificates") if wrong == "ids" else answer_package(line.keys)
        given = incoming.message.message_id_response if wrong == "ids" else "eine andere"  # type: ignore[union-attr]
        return written(incoming, process_answer(incoming, given or "", package))

    dialog, message_id = line.opened(keys.sender), line.new_message_id(keys.sender)
    with pytest.raises(RequestRefused, match="9810"):
        relay(line, dialog, mediate(line, dialog, message_id), act)


def test_a_delivery_that_nobody_could_be_encrypted_for(line: Line, keys: Keys) -> None:
    message_id, dialog = line.new_message_id(keys.sender), line.dialog(keys.sender)
    request = dialog.forward_delivery(URI, message_id, Delivery(answer_package(keys), b"kein Zertifikat"))
    with pytest.raises(RequestRefused, match="9706"):
        line.ask(dialog, request)


@pytest.mark.parametrize("name", ["responsetofetchdelivery", "intermediarycertificates", "own certificate"])
def test_content_cannot_block_the_mailbox(line: Line, keys: Keys, name: str) -> None:
    """Ids that the answer to fetchDelivery needs for itself: taken, the delivery could never leave again."""
    own = c.intermediary(signature=keys.intermediary.signing_key.certificate).entries[0].id
    package = hostile(own if name == "own certificate" else name)
    dialog, message_id = line.dialog(keys.sender), line.new_message_id(keys.sender)
    with pytest.raises(RemoteFault, match="9100"):
        line.ask(dialog, dialog.store_delivery(message_id, Delivery(package, keys.court.decryption_key.certificate)))
    line.deliver()
    fetching = line.opened(keys.court)
    assert line.ask(fetching, fetching.fetch_delivery())


def test_a_header_of_two_lines_cannot_block_the_mailbox(line: Line, keys: Keys) -> None:
    """MIME headers are not signed, so anybody on the way could add one that we would never write."""
    dialog, message_id = line.dialog(keys.sender), line.new_message_id(keys.sender)
    inner = dialog.store_delivery(message_id, Delivery(make_package(keys), keys.court.decryption_key.certificate)).inner
    data = b"".join(inner.chunks()).replace(b"Content-Transfer-Encoding: 8-bit", b"X: a\nb\r\n" + ENCODING)
    assert b"X: a\nb" in data
    step = line.server.handle((data,))
    assert isinstance(step, Reply)
    assert step.codes == ("9100",)
    assert line.server.handle(inner.chunks()).codes == ("0800",)  # type: ignore[union-attr]


def hostile(identifier: str) -> StoredPackage:
    return StoredPackage(f'<osci:ContentContainer{NS5} Id="{identifier}"></osci:ContentContainer>'.encode())


def test_an_outbound_message_is_signed_and_encrypted(line: Line, keys: Keys) -> None:
    outbound = outbound_of(line, forward(line, line.dialog(keys.sender), line.new_message_id(keys.sender)))
    received = read_message(outbound.wire.chunks(), (keys.court.decryption_key,), SENDING, io.BytesIO)
    assert received.transport_signature.verdict is Verdict.VALID
    assert received.transport_signature.signer == keys.intermediary.signing_key.certificate
    assert received.transport_encryption.recipient == keys.court.decryption_key.certificate
    assert received.message.control_block == ControlBlock(challenge=outbound.challenge)


def test_an_unencrypted_request_is_answered_unencrypted(line: Line, keys: Keys) -> None:
    dialog, message_id = line.dialog(keys.sender), line.new_message_id(keys.sender)
    step = line.server.handle(forward(line, dialog, message_id).inner.chunks())
    assert isinstance(step, Outbound)
    reply = line.server.answered(step, take(line, step).accept().chunks())
    assert isinstance(reply, Reply)
    assert not read(reply.wire.chunks()).transport_encryption.present


def read(chunks: Iterable[bytes]) -> Any:
    return read_message(chunks, (), SENDING, io.BytesIO)
