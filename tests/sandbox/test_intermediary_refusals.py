"""What an intermediary must not accept, and how it says so."""

import io
from dataclasses import replace

import pytest
from sandbox_hilfe import Clock, Keys, Line, make_package

from osci import certificates as c
from osci.answers import Client
from osci.certificates import Certificates
from osci.dialog import Delivery, RequestRefused
from osci.feedback import FeedbackEntry
from osci.intermediary import IntermediaryServer
from osci.mailbox import DeliveryStore
from osci.messages import (
    ControlBlock,
    ExitDialog,
    FetchDelivery,
    FetchProcessCard,
    GetMessageId,
    InitDialog,
    MediateDelivery,
    Message,
    PartialFetchDelivery,
    PartialStoreDelivery,
    ProcessDelivery,
    Request,
    StoreDelivery,
)
from osci.policy import READ_OLD_MAIL, RECEIVING_NOW, SENDING
from osci.reader import read_message
from osci.transport import seal
from osci.types import Role, Use
from osci.writer import Built, write_message

PLAIN = replace(SENDING, require_encrypted=False)
UNSIGNED = replace(SENDING, require_signed=False)


def sealed(keys: Keys, message: Message, signer: object = None) -> Built:
    built = write_message(message, signer, io.BytesIO, UNSIGNED if signer is None else SENDING)  # type: ignore[arg-type]
    return seal(built, keys.intermediary.decryption_key.certificate, SENDING)


def certificates(client: Client) -> Certificates:
    return c.originator(signature=client.signing_key.certificate, cipher=client.decryption_key.certificate)


def request(keys: Keys, kind: type[Request], block: ControlBlock, client: Client | None = None) -> Built:
    sender = client or keys.sender
    return sealed(keys, kind(control_block=block, certificates=certificates(sender)), sender.signing_key)


def test_the_same_message_id_stores_once(line: Line, keys: Keys) -> None:
    message_id = line.deliver(make_package(keys, b"das erste"))
    with pytest.raises(RequestRefused, match="9801"):
        line.store(message_id, make_package(keys, b"das zweite"))
    dialog = line.opened(keys.court)
    containers = line.ask(dialog, dialog.fetch_delivery()).received.open_containers((keys.court.decryption_key,))
    contents = [b"".join(content.chunks()) for container in containers for content in container.contents]
    assert b"das erste" in contents


def test_the_same_bytes_again_store_once(line: Line, keys: Keys) -> None:
    dialog = line.dialog(keys.sender)
    message_id = line.new_message_id(keys.sender)
    prepared = dialog.store_delivery(message_id, Delivery(make_package(keys), keys.court.decryption_key.certificate))
    assert [line.lose(prepared).codes for _ in range(3)] == [("0800",), ("9801",), ("9801",)]


def test_an_id_nobody_handed_out_is_refused(line: Line, keys: Keys) -> None:
    with pytest.raises(RequestRefused, match="9801"):
        line.store("erfunden", make_package(keys))


def test_an_empty_id_is_refused(line: Line, keys: Keys) -> None:
    with pytest.raises(RequestRefused, match="9800"):
        line.store("", make_package(keys))


@pytest.mark.parametrize("kind", [FetchDelivery, FetchProcessCard, ExitDialog])
def test_mailbox_requests_need_a_dialog(line: Line, keys: Keys, kind: type[Request]) -> None:
    reply = line.server.handle(request(keys, kind, ControlBlock(challenge="QQ==", sequence_number=0)).chunks())
    assert reply.codes == ("9802",)


@pytest.mark.parametrize(
    "wrong", [{"response": "QUJD"}, {"response": None}, {"sequence_number": 1}, {"conversation_id": "1"}]
)
def test_control_block_that_does_not_fit(line: Line, keys: Keys, wrong: dict[str, object]) -> None:
    dialog = line.dialog(keys.sender)
    block = line.ask(dialog, dialog.init()).message.control_block
    right = ControlBlock(block.challenge, "QQ==", block.conversation_id, 0)
    refused = line.server.handle(request(keys, FetchProcessCard, replace(right, **wrong)).chunks())
    assert refused.codes == ("9400",)
    accepted = line.server.handle(request(keys, FetchProcessCard, right).chunks())
    assert accepted.codes == ("9804",), "a wrong request must not use up the dialog of somebody else"


def test_a_request_cannot_be_replayed(line: Line, keys: Keys) -> None:
    dialog = line.opened(keys.sender)
    outgoing = dialog.fetch_delivery()
    assert line.lose(outgoing).codes == ("9803",)
    assert line.lose(outgoing).codes == ("9400",)


def test_an_old_dialog_expires(line: Line, keys: Keys, clock: Clock) -> None:
    dialog = line.opened(keys.sender)
    clock.forward(hours=1)
    assert line.lose(dialog.fetch_delivery()).codes == ("9400",)


def test_no_challenge(line: Line, keys: Keys) -> None:
    assert line.server.handle(request(keys, InitDialog, ControlBlock()).chunks()).codes == ("9100",)


def test_unsigned_requests_are_answered_9600(line: Line, keys: Keys) -> None:
    block = ControlBlock(challenge="QQ==", sequence_number=0)
    message = GetMessageId(control_block=block, certificates=certificates(keys.sender))
    assert line.server.handle(sealed(keys, message).chunks()).codes == ("9600",)


def test_a_changed_request_is_answered_9601_and_does_nothing(line: Line, keys: Keys) -> None:
    message_id = line.new_message_id(keys.sender)
    dialog = line.dialog(keys.sender)
    inner = dialog.store_delivery(
        message_id, Delivery(make_package(keys), keys.court.decryption_key.certificate, "Betreff")
    ).inner
    changed = b"".join(inner.chunks()).replace(b"Betreff", b"Betruf!")
    reply = line.server.handle(seal_bytes(keys, changed, inner).chunks())
    assert reply.codes == ("9601",)
    opened = line.opened(keys.court)
    with pytest.raises(RequestRefused, match="9803"):
        line.ask(opened, opened.fetch_delivery())


def seal_bytes(keys: Keys, data: bytes, like: Built) -> Built:
    built = replace(like, length=len(data), source=lambda: iter((data,)))
    return seal(built, keys.intermediary.decryption_key.certificate, SENDING)


def test_somebody_else_cannot_sign_in_a_dialog(line: Line, keys: Keys) -> None:
    line.deliver()
    dialog = line.dialog(keys.court)
    block = line.ask(dialog, dialog.init()).message.control_block
    follow = ControlBlock(block.challenge, "QQ==", block.conversation_id, 0)
    assert line.server.handle(request(keys, FetchDelivery, follow, keys.stranger).chunks()).codes == ("9601",)


def test_a_badly_signed_request_proves_no_receipt(line: Line, keys: Keys, store: DeliveryStore) -> None:
    message_id = line.deliver()
    dialog = line.opened(keys.court)
    block = line.ask(dialog, dialog.fetch_delivery()).message.control_block
    follow = ControlBlock(block.challenge, "QQ==", block.conversation_id, 1)
    reply = line.server.handle(request(keys, FetchDelivery, follow, keys.stranger).chunks())
    assert reply.codes == ("9601",)
    waiting = store.pick(keys.court.decryption_key.certificate, None)
    assert waiting is not None
    assert (waiting.delivery.message_id, waiting.card.reception) == (message_id, None)


def test_naming_a_certificate_does_not_open_its_mailbox(line: Line, keys: Keys) -> None:
    """Without encryption nothing shows that the client holds the private key."""
    line.deliver()
    thief = Client(keys.stranger.signing_key, keys.court.decryption_key)

    def plain(message: Message) -> tuple[tuple[str, ...], bytes]:
        built = write_message(message, thief.signing_key, io.BytesIO, PLAIN)
        reply = line.server.handle(built.chunks())
        return reply.codes, b"".join(reply.wire.chunks())

    init = InitDialog(control_block=ControlBlock(challenge="QQ=="), certificates=certificates(thief))
    codes, answer = plain(init)
    assert codes == ("0801",)
    block = read_message((answer,), (), READ_OLD_MAIL, io.BytesIO).message.control_block
    follow = ControlBlock(block.challenge, "QQ==", block.conversation_id, 0)
    for kind in (FetchDelivery, FetchProcessCard):
        signature = c.originator(signature=thief.signing_key.certificate)
        codes, _ = plain(kind(control_block=follow, certificates=signature))
        assert codes[0] in ("9300", "9400")


def test_what_is_encrypted_for_somebody_else(line: Line, keys: Keys) -> None:
    message = GetMessageId(control_block=ControlBlock(challenge="QQ=="), certificates=certificates(keys.sender))
    built = write_message(message, keys.sender.signing_key, io.BytesIO, SENDING)
    reply = line.server.handle(seal(built, keys.court.decryption_key.certificate, SENDING).chunks())
    assert reply.codes == ("9200",)
    assert b"9200" in b"".join(reply.wire.chunks())


@pytest.mark.parametrize("body", [b"", b"Hallo", b"MIME-Version: 1.0\r\n\r\n", b"\x00" * 4096])
def test_what_is_no_message_gets_a_fault(line: Line, body: bytes) -> None:
    assert line.server.handle((body,)).codes == ("9100",)


def test_every_byte_of_an_encrypted_request_counts(line: Line, keys: Keys) -> None:
    wire = bytearray(b"".join(line.dialog(keys.sender).init().wire.chunks()))
    for position in (len(wire) // 2, len(wire) - 60):
        broken = bytearray(wire)
        broken[position] ^= 1
        codes = line.server.handle((bytes(broken),)).codes
        assert codes[0] in ("9100", "9200", "9202")


def test_answers_are_refused_as_requests(line: Line, keys: Keys) -> None:
    dialog = line.dialog(keys.sender)
    answer = line.ask(dialog, dialog.get_message_id())
    built = replace(line.dialog(keys.sender).init().inner, length=answer.inner.length, source=answer.inner.chunks)
    assert line.server.handle(seal(built, keys.intermediary.decryption_key.certificate, SENDING).chunks()).codes == (
        "9300",
    )


def test_a_client_without_cipher_certificate(line: Line, keys: Keys) -> None:
    signature = c.originator(signature=keys.sender.signing_key.certificate)
    message = GetMessageId(control_block=ControlBlock(challenge="QQ=="), certificates=signature)
    assert line.server.handle(sealed(keys, message, keys.sender.signing_key).chunks()).codes == ("9500",)


def test_a_delivery_without_addressee(line: Line, keys: Keys) -> None:
    message = StoreDelivery(
        control_block=ControlBlock(challenge="QQ=="), certificates=certificates(keys.sender), message_id="x"
    )
    assert line.server.handle(sealed(keys, message, keys.sender.signing_key).chunks()).codes == ("9100",)


def test_admission_refuses_before_anything_is_stored(keys: Keys, store: DeliveryStore, clock: Clock) -> None:
    entry = FeedbackEntry("9707", "gesperrt")
    server = IntermediaryServer(keys.intermediary, store, clock, io.BytesIO, admit=lambda _: entry)
    refusing = Line(server, keys)
    message_id = refusing.new_message_id(keys.sender)
    with pytest.raises(RequestRefused) as refused:
        refusing.store(message_id, make_package(keys))
    assert refused.value.feedback == (entry,)
    assert store.pick(keys.court.decryption_key.certificate, None) is None


def test_a_delivery_in_a_dialog_carries_the_certificate_of_the_dialog(
    line: Line, keys: Keys, store: DeliveryStore
) -> None:
    dialog = line.opened(keys.sender)
    block = line.ask(dialog, dialog.get_message_id()).message
    follow = ControlBlock(block.control_block.challenge, "QQ==", block.control_block.conversation_id, 1)
    own = c.originator(signature=keys.sender.signing_key.certificate)
    addressee = c.entry(Role.ADDRESSEE, Use.CIPHER, keys.court.decryption_key.certificate)
    message = StoreDelivery(
        control_block=follow,
        certificates=own + Certificates((addressee,)),
        message_id=block.message_id,  # type: ignore[attr-defined]
    )
    assert line.server.handle(sealed(keys, message, keys.sender.signing_key).chunks()).codes == ("0801",)
    waiting = store.pick(keys.court.decryption_key.certificate, None)
    assert waiting is not None
    found = waiting.delivery.certificates.find(Role.ORIGINATOR, Use.CIPHER)
    assert found == keys.sender.decryption_key.certificate


def test_reading_policy_is_the_servers(keys: Keys, store: DeliveryStore, clock: Clock) -> None:
    lenient = replace(RECEIVING_NOW, require_signed=False)
    server = IntermediaryServer(keys.intermediary, store, clock, io.BytesIO, receiving=lenient)
    message = GetMessageId(control_block=ControlBlock(challenge="QQ=="), certificates=certificates(keys.sender))
    assert server.handle(sealed(keys, message).chunks()).codes == ("0800",)


def test_what_is_not_offered(line: Line, keys: Keys) -> None:
    message = ProcessDelivery(control_block=ControlBlock(challenge="QQ=="), certificates=certificates(keys.sender))
    assert line.server.handle(sealed(keys, message).chunks()).codes == ("9300",)


@pytest.mark.parametrize("kind", [MediateDelivery, PartialStoreDelivery, PartialFetchDelivery])
def test_only_in_an_explicit_dialog(line: Line, keys: Keys, kind: type[Request]) -> None:
    fields = {MediateDelivery: {"receiver": "http://x.test/"}, PartialStoreDelivery: {"message_id": "1_Partial"}}
    block = ControlBlock(challenge="QQ==", sequence_number=0)
    message = kind(control_block=block, certificates=certificates(keys.sender), **fields.get(kind, {}))
    assert line.server.handle(sealed(keys, message, keys.sender.signing_key).chunks()).codes == ("9802",)
