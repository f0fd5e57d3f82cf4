"""Requests recorded from the reference implementation, answered by our intermediary as far as dialogs allow."""

import io
from functools import cache

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from sandbox_hilfe import SHARED, START, Keys, Line

from osci.content import Part, StoredPackage
from osci.dialog import Client
from osci.intermediary import Identity, IntermediaryServer
from osci.keys import SoftKey, soft_key
from osci.mailbox import DeliveryStore
from osci.messages import ResponseToFetchDelivery, ResponseToGetMessageId, ResponseToStoreDelivery, StoreDelivery
from osci.policy import RECEIVING_NOW
from osci.reader import read_message
from osci.types import Verdict

VECTORS = SHARED / "vectors" / "osci"
pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="shared vectors are not beside this checkout")


@cache
def key(name: str) -> SoftKey:
    private, certificate, _ = pkcs12.load_key_and_certificates(
        (VECTORS / "keys" / f"{name}.p12").read_bytes(), b"test1234"
    )
    assert certificate is not None
    return soft_key(private, certificate.public_bytes(Encoding.DER))


@pytest.fixture
def server(store: DeliveryStore) -> IntermediaryServer:
    identity = Identity(key("intermed_sig"), key("intermed_enc"))
    return IntermediaryServer(identity, store, lambda: START, io.BytesIO)


def recorded(number: int) -> tuple[bytes]:
    return ((VECTORS / "dialog" / f"im-{number:03d}-req.osci").read_bytes(),)


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        (1, ("0800",)),
        (3, ("0801",)),
        (4, ("9400",)),
        (5, ("9400",)),
        (6, ("0801",)),
        (7, ("9400",)),
        (8, ("9400",)),
        (9, ("0800",)),
        (10, ("0801",)),
        (14, ("9801",)),
    ],
)
def test_recorded_requests_get_the_answer_that_fits(server: IntermediaryServer, number: int, codes: tuple[str]) -> None:
    assert server.handle(recorded(number)).codes == codes


def test_get_message_id_is_answered_for_the_java_client(server: IntermediaryServer) -> None:
    wire = server.handle(recorded(1)).wire
    answer = read_message(wire.chunks(), (key("originator_enc"),), RECEIVING_NOW, io.BytesIO)
    assert isinstance(answer.message, ResponseToGetMessageId)
    assert answer.transport_signature.signer == key("intermed_sig").certificate
    assert answer.message.message_id


def test_a_recorded_delivery_is_stored_and_handed_out_intact(server: IntermediaryServer, store: DeliveryStore) -> None:
    request = read_message(recorded(2), (key("intermed_enc"),), RECEIVING_NOW, io.BytesIO).message
    assert isinstance(request, StoreDelivery)
    assert server.handle(recorded(2)).codes == ("9801",)
    store.issue(request.message_id)
    reply = server.handle(recorded(2))
    assert (reply.codes, reply.message_id) == (("0800",), request.message_id)
    answer = read_message(reply.wire.chunks(), (key("originator_enc"),), RECEIVING_NOW, io.BytesIO).message
    assert isinstance(answer, ResponseToStoreDelivery)
    waiting = store.pick(key("addressee_enc").certificate, None)
    assert waiting is not None
    assert isinstance(request.package, StoredPackage)
    assert waiting.delivery.package.xml == request.package.xml
    assert [parts_of(part) for part in waiting.delivery.package.parts] == [parts_of(p) for p in request.package.parts]


def parts_of(part: Part) -> tuple[object, ...]:
    return part.content_id, part.content_type, part.encoding, part.headers, b"".join(part.chunks())


def test_content_signed_by_the_java_library_survives_storing(server: IntermediaryServer, store: DeliveryStore) -> None:
    request = read_message(recorded(2), (key("intermed_enc"),), RECEIVING_NOW, io.BytesIO).message
    assert isinstance(request, StoreDelivery)
    store.issue(request.message_id)
    server.handle(recorded(2))
    court = Client(key("addressee_sig"), key("addressee_enc"))
    line = Line(server, Keys(Identity(key("intermed_sig"), key("intermed_enc")), court, court, court))
    dialog = line.opened(court)
    answer = line.ask(dialog, dialog.fetch_delivery())
    assert isinstance(answer.message, ResponseToFetchDelivery)
    opened = answer.received.open_containers((key("addressee_enc"), key("reader1_enc"), key("reader2_enc")))
    assert opened
    assert all(container.verdict is Verdict.VALID for container in opened)
    assert any(container.signatures for container in opened)
