"""The recorded dialog, literally: the reference client's own bytes are answered, and every answer has the structure of
the recorded one, which that client accepted. Only what the recording fixed by chance (challenges, conversation ids,
message ids) is dictated to the server.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from test_intermediary_vectors import VECTORS, key, recorded

from osci.c14n import canonical
from osci.feedback import Feedback
from osci.intermediary import CertificateInspector, Identity, IntermediaryServer, Outbound, Reply, dialogs, jobs
from osci.mailbox import DeliveryStore
from osci.messages import ControlBlock, Response
from osci.policy import RECEIVING_NOW
from osci.processcard import ProcessCardBundle
from osci.reader import Received, read_message
from osci.types import Verdict
from osci.xml import Element

pytestmark = pytest.mark.skipif(not VECTORS.exists(), reason="shared vectors are not beside this checkout")
NOW = datetime(2026, 11, 21, 19, 54, 32, tzinfo=UTC)
NUMBERS = range(1, 15)
PASSIVE = {11: 1, 14: 2}
"""Which request makes the intermediary call the passive recipient, and with which recorded pair."""
READERS = ("originator_enc", "addressee_enc", "intermed_enc", "reader1_enc", "reader2_enc")
VALUES = frozenset({"Response", "Challenge", "MessageId", "MessageIdResponse", "Code", "Subject", "X509SubjectName"})
"""Elements whose text is compared too."""


def load(name: str) -> Received:
    data = (VECTORS / "dialog" / f"{name}.osci").read_bytes()
    return read_message((data,), [key(reader) for reader in READERS], RECEIVING_NOW, io.BytesIO)


def block(name: str) -> ControlBlock:
    return load(name).unsafe_message.control_block


@dataclass
class Dictated:
    """What the recorded server drew at random, in the order in which ours asks for it."""

    values: list[str] = field(default_factory=list)

    def __call__(self) -> str:
        return self.values.pop(0)


@pytest.fixture(scope="module")
def issuer() -> bytes:
    certificate = x509.load_pem_x509_certificate((VECTORS / "keys" / "ca.pem").read_bytes())
    return certificate.public_bytes(Encoding.DER)


@pytest.fixture
def answers(store: DeliveryStore, issuer: bytes, monkeypatch: pytest.MonkeyPatch) -> dict[str, Received]:
    """Our answers to the whole recording, by the name of the recorded counterpart."""
    challenges, conversations, message_ids = Dictated(), Dictated(), Dictated()
    monkeypatch.setattr(dialogs, "new_challenge", challenges)
    monkeypatch.setattr("osci.intermediary.relay.new_challenge", challenges)
    monkeypatch.setattr(dialogs, "_new_conversation_id", conversations)
    monkeypatch.setattr(jobs, "token_hex", lambda _: message_ids())
    message_ids.values = ["test-00000001", "test-00000002", "test-00000003", "test-00000004"]
    identity = Identity(key("intermed_sig"), key("intermed_enc"))
    server = IntermediaryServer(identity, store, lambda: NOW, io.BytesIO, inspect=CertificateInspector((issuer,)))
    return dict(replayed(server, challenges, conversations))


def replayed(
    server: IntermediaryServer, challenges: Dictated, conversations: Dictated
) -> Iterator[tuple[str, Received]]:
    for number in NUMBERS:
        expected = block(f"im-{number:03d}-rsp")
        asked = block(f"im-{number:03d}-req")
        if asked.conversation_id is not None or expected.challenge:  # exitDialog: drawn, not sent
            challenges.values.append(expected.challenge or "unused")
        conversations.values += [expected.conversation_id or ""] if asked.conversation_id is None else []
        if number in PASSIVE:
            challenges.values.append(block(f"passive-{PASSIVE[number]}-req").challenge or "")
        step = server.handle(recorded(number))
        if isinstance(step, Outbound):
            assert step.receiver == "http://127.0.0.1:18081/"
            yield f"passive-{PASSIVE[number]}-req", read(step.wire.chunks())
            answer = (VECTORS / "dialog" / f"passive-{PASSIVE[number]}-rsp.osci").read_bytes()
            step = server.answered(step, (answer,))
        assert isinstance(step, Reply)
        yield f"im-{number:03d}-rsp", read(step.wire.chunks())
        assert not challenges.values


def read(chunks: Iterator[bytes]) -> Received:
    return read_message(chunks, [key(reader) for reader in READERS], RECEIVING_NOW, io.BytesIO)


NAMES = [*(f"im-{number:03d}-rsp" for number in NUMBERS), *(f"passive-{number}-req" for number in PASSIVE.values())]


def test_every_answer_has_the_structure_that_the_reference_client_accepted(answers: dict[str, Received]) -> None:
    assert sorted(answers) == sorted(NAMES)
    for name in NAMES:
        ours, theirs = answers[name], load(name)
        assert skeleton(ours.parsed.root) == skeleton(theirs.parsed.root), name
        assert signed_things(ours) == signed_things(theirs), name
        assert ours.transport_signature.verdict is Verdict.VALID, name
        assert ours.transport_signature.signer == key("intermed_sig").certificate
        assert protection(ours) == protection(theirs), name


def test_every_answer_says_the_same(answers: dict[str, Received]) -> None:
    for name in NAMES:
        ours, theirs = answers[name].message, load(name).message
        assert ours.control_block == theirs.control_block, name
        assert ours.certificates == theirs.certificates, name
        assert ours.features == theirs.features, name
        if isinstance(ours, Response) and isinstance(theirs, Response):
            assert codes(ours.feedback) == codes(theirs.feedback), name


def test_process_cards_say_the_same(answers: dict[str, Received]) -> None:
    found = 0
    for name in NAMES:
        for ours, theirs in zip(bundles(answers[name]), bundles(load(name)), strict=True):
            found += 1
            assert facts(ours) == facts(theirs), name
    assert found == 8


def test_content_passes_through_unchanged(answers: dict[str, Received]) -> None:
    for name in ("im-004-rsp", "im-011-rsp", "passive-1-req", "passive-2-req"):
        ours, theirs = answers[name], load(name)
        assert canonical(ours.parsed.body) == canonical(theirs.parsed.body)
        assert parts(ours) == parts(theirs)
        opened = ours.open_containers([key(reader) for reader in READERS])
        assert opened
        assert all(container.verdict is Verdict.VALID for container in opened)


def parts(received: Received) -> dict[str, str]:
    return {name: part.raw.sha256() for name, part in received.parts.items()}


def codes(entries: Feedback) -> list[str]:
    return [entry.code for entry in entries]


def bundles(received: Received) -> list[ProcessCardBundle]:
    values = [getattr(received.message, name, None) for name in ("process_card", "request_card", "reply_card")]
    return [value for value in values if value] + list(getattr(received.message, "process_cards", ()))


def facts(bundle: ProcessCardBundle) -> object:
    card = bundle.card
    given = (card.creation is not None, card.forwarding is not None, card.reception is not None)
    found = [
        (i.subject, i.issuer, i.serial_number, i.certificate_type, i.math_result, i.offline_result, i.online_result)
        for i in bundle.inspections
    ]
    return bundle.message_id, given, card.subject, found


def protection(received: Received) -> object:
    """Encrypted for whom, and with what."""
    return received.transport_encryption, received.transport_signature.algorithm


def signed_things(received: Received) -> set[str]:
    return {reference.uri for reference in received.parsed.signature.references}  # type: ignore[union-attr]


def skeleton(element: Element) -> object:
    """Names, attributes in their order, and children; of the signature's list only that it is there."""
    attributes = [(name, "" if name in {"RecentModification"} else value) for name, _, value in element.attributes]
    if element.local == "SignedInfo":
        return (element.name, attributes)
    children = [skeleton(child) for child in element.children if isinstance(child, Element)]
    text = element.text() if not children and element.local in VALUES else ""
    return element.name, attributes, sorted(element.context.items()), children, text
