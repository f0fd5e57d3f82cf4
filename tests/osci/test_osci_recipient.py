"""The passive recipient: recorded requests answered in the recorded form, and what it refuses (chapter 7)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from osci_support import (
    UNSIGNED_ALLOWED,
    VECTORS,
    needs_vectors,
    own_key,
    parties,
    raw,
    sample_package,
    spool,
    vector_key,
)

from osci import algorithms as a
from osci import certificates as c
from osci import messages as m
from osci.answers import Client
from osci.built import Built
from osci.content import ContentContainer, ContentPackage, DataContent, StoredPackage
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.keys import SoftKey
from osci.policy import RECEIVING_NOW, SENDING, Policy
from osci.processcard import ProcessCard, ProcessCardBundle
from osci.reader import Received, read_message
from osci.recipient import Incoming, Recipient, Refusal
from osci.transport import seal
from osci.types import Role, Use, Verdict
from osci.writer import write_message

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
CARD = ProcessCardBundle("id-1", ProcessCard(NOW, NOW, NOW))
HELLO = ContentPackage((ContentContainer((DataContent(b"<reply>ok</reply>"),)),))


def recipient(**changes: object) -> Recipient:
    p = parties()
    return Recipient(Client(p.stranger, p.addressee), spool, **changes)  # type: ignore[arg-type]


def request(cls: type[m.Request] = m.ProcessDelivery, **changes: object) -> m.Request:
    p = parties()
    certificates = c.intermediary(signature=p.intermediary.certificate, cipher=p.intermediary_cipher.certificate)
    sender = c.originator(signature=p.originator.certificate, cipher=p.originator_cipher.certificate)
    more = c.Certificates(
        (
            c.entry(Role.ADDRESSEE, Use.CIPHER, p.addressee.certificate),
            c.entry(Role.OTHER_READER, Use.CIPHER, p.reader.certificate, 1),
            c.entry(Role.OTHER_AUTHOR, Use.SIGNATURE, p.author.certificate, 2),
        )
    )
    fields = {"message_id_response": "reply-1"} if cls is m.ProcessDelivery else {}
    message = cls(
        control_block=m.ControlBlock(challenge="Y2hhbGxlbmdl"),
        certificates=certificates + sender + more,
        process_card=CARD,  # type: ignore[call-arg]
        package=sample_package(),
        **fields,
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def wire(message: m.Request | None = None, *, signed: bool = True, policy: Policy = SENDING) -> bytes:
    sending = replace(policy, require_signed=signed)
    built = write_message(message or request(), parties().intermediary if signed else None, spool, sending)
    return raw(seal(built, parties().addressee.certificate, sending))


def taken(data: bytes, **changes: object) -> Incoming:
    incoming = recipient(**changes).receive([data])
    assert isinstance(incoming, Incoming), incoming
    return incoming


def answer(built: Built, policy: Policy = RECEIVING_NOW) -> Received:
    return read_message(built.chunks(), (parties().intermediary_cipher,), policy, spool)


@pytest.mark.parametrize("cls", [m.ProcessDelivery, m.AcceptDelivery])
def test_a_delivery_is_opened_and_accepted(cls: type[m.Request]) -> None:
    incoming = taken(wire(request(cls)))
    assert incoming.message.process_card == CARD
    assert [x.verdict for x in incoming.open_containers()] == [Verdict.VALID, Verdict.VALID]
    received = answer(incoming.accept())
    message = received.message
    assert isinstance(message, m.Response)
    assert message.type is cls.type.response
    assert message.control_block == m.ControlBlock(response="Y2hhbGxlbmdl")
    assert [e.code for e in message.feedback] == ["0800"]
    assert received.transport_encryption.recipient == parties().intermediary_cipher.certificate
    assert received.transport_signature.signer == parties().stranger.certificate


def test_a_reply_goes_back_to_the_sender() -> None:
    received = answer(taken(wire()).reply(HELLO, "Antwort"))
    message = received.message
    assert isinstance(message, m.ResponseToProcessDelivery)
    assert (message.message_id, message.subject) == ("reply-1", "Antwort")
    assert message.certificates.find(Role.ORIGINATOR, Use.CIPHER) == parties().addressee.certificate
    assert message.certificates.find(Role.ADDRESSEE, Use.CIPHER) == parties().originator_cipher.certificate
    (container,) = received.open_containers(())
    assert b"".join(container.contents[0].chunks()) == b"<reply>ok</reply>"


def test_a_refusal_needs_an_error_code() -> None:
    incoming = taken(wire(request(m.AcceptDelivery)))
    message = answer(incoming.refuse(text="Postfach geschlossen")).message
    assert isinstance(message, m.ResponseToAcceptDelivery)
    assert [(e.code, e.text) for e in message.feedback] == [("9805", "Postfach geschlossen")]
    with pytest.raises(LocalProtocolError):
        incoming.refuse("0800")
    with pytest.raises(LocalProtocolError, match="no reply"):
        incoming.reply(HELLO)


def test_without_an_id_for_the_reply_there_is_none_in_it() -> None:
    message = answer(taken(wire(request(message_id_response=None, process_card=None))).accept()).message
    assert isinstance(message, m.ResponseToProcessDelivery)
    assert message.message_id is None
    assert message.quality is None


@pytest.mark.parametrize("symmetric", [a.AES128_GCM, a.AES192_GCM, a.AES256_GCM])
def test_the_answer_uses_the_algorithm_of_the_request_with_a_short_iv(symmetric: str) -> None:
    policy = replace(SENDING, choice=replace(SENDING.choice, symmetric=symmetric, iv_bytes=16))
    received = answer(taken(wire(policy=policy)).accept())
    assert (received.transport_encryption.symmetric, received.transport_encryption.iv_bytes) == (symmetric, 12)


def test_an_unsigned_request_is_a_matter_of_policy() -> None:
    refusal = recipient().receive([wire(signed=False)])
    assert isinstance(refusal, Refusal)
    assert refusal.code == "9600"
    received = answer(taken(wire(signed=False), receiving=UNSIGNED_ALLOWED).accept(), UNSIGNED_ALLOWED)
    assert not received.transport_signature.present, "unsigned iff the request was"


def test_plain_requests_get_plain_answers() -> None:
    built = write_message(request(), parties().intermediary, spool, RECEIVING_NOW)
    received = answer(taken(raw(built)).accept())
    assert not received.transport_encryption.present
    assert received.transport_signature.verdict is Verdict.VALID


def refusal_of(data: bytes, **changes: object) -> tuple[str, Received]:
    refusal = recipient(**changes).receive([data])
    assert isinstance(refusal, Refusal)
    return refusal.code, answer(refusal.wire, UNSIGNED_ALLOWED)


def test_a_bad_signature_is_answered_with_feedback() -> None:
    p = parties()
    plain = raw(write_message(request(), p.intermediary, spool, RECEIVING_NOW))
    changed = plain.replace(b"Y2hhbGxlbmdl", b"Y2hhbGxlbmdm")
    sealed = raw(seal(Built(len(changed), lambda: iter((changed,)), b""), p.addressee.certificate, SENDING))
    for data in (changed, sealed):
        code, received = refusal_of(data)
        assert code == "9601"
        message = received.message
        assert isinstance(message, m.ResponseToProcessDelivery)
        assert [e.code for e in message.feedback] == ["9601"]
        assert received.transport_signature.verdict is Verdict.VALID, "the refusal itself is signed"


def test_a_strange_intermediary_is_not_trusted() -> None:
    assert refusal_of(wire(), intermediaries=frozenset({b"other"}))[0] == "9601"
    taken(wire(), intermediaries=frozenset({parties().intermediary.certificate}))


def _sealed(change: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    def make() -> bytes:
        inner = change(raw(write_message(request(), parties().intermediary, spool, RECEIVING_NOW)))
        return raw(seal(Built(len(inner), lambda: iter((inner,)), b""), parties().addressee.certificate, SENDING))

    return make


def _with_cipher(key: SoftKey | None) -> bytes:
    der = None if key is None else key.certificate
    own = c.intermediary(signature=parties().intermediary.certificate, cipher=der)
    return wire(request(certificates=own + request().certificates.others))


FAULTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "no MIME": ("9000", lambda: b"<html>"),
    "nothing": ("9000", lambda: b""),
    "cut": ("9000", lambda: wire()[:-400]),
    "inner MIME cut": ("9000", _sealed(lambda d: d[:-30])),
    "inner MIME with LF": ("9000", _sealed(lambda d: d.replace(b"\r\n", b"\n"))),
    "wrapped key": ("9000", lambda: re.sub(rb"(<xenc:CipherValue>)....", rb"\1AAAA", wire())),
    "structure": ("9100", _sealed(lambda d: d.replace(b"</soap:Header>", b"x</soap:Header>"))),
    "unknown signature algorithm": ("9100", _sealed(lambda d: d.replace(b"rsa-sha256", b"rsa-sha384", 1))),
    "DOCTYPE": ("9100", lambda: wire().replace(b"<soap:Envelope", b"<!DOCTYPE x><soap:Envelope", 1)),
    "for somebody else": (
        "9200",
        lambda: raw(
            seal(
                write_message(request(), parties().intermediary, spool, SENDING),
                parties().reader.certificate,
                SENDING,
            )
        ),
    ),
    "tag": ("9202", lambda: _flip_behind(wire(), b"\r\n--MIME")),
    "algorithm": ("9202", lambda: wire().replace(b"aes256-gcm", b"aes999-gcm", 1)),
    "no IvLength": ("9202", lambda: re.sub(rb"<osci128:IvLength.*?</osci128:IvLength>", b"", wire(), count=1)),
    "no delivery": ("9300", lambda: raw(_other_type())),
    "no certificate to answer for": ("9500", lambda: _with_cipher(None)),
    "a certificate that cannot encrypt": ("9500", lambda: _with_cipher(own_key("ec cipher", kind="p256"))),
}


def _flip_behind(data: bytes, mark: bytes) -> bytes:
    at = data.rindex(mark) - 1
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _other_type() -> Built:
    p = parties()
    message = m.InitDialog(
        control_block=m.ControlBlock(challenge="eA=="), certificates=c.originator(signature=p.originator.certificate)
    )
    return seal(write_message(message, p.originator, spool, SENDING), p.addressee.certificate, SENDING)


@pytest.mark.parametrize("name", FAULTS)
def test_faults(name: str) -> None:
    code, make = FAULTS[name]
    given, received = refusal_of(make())
    assert given == code
    fault = received.message
    assert isinstance(fault, m.Fault)
    assert fault.code == code
    assert fault.client_at_fault == (code != "9000")


# the recorded requests


def recorded_answer(number: int) -> tuple[Received, Received]:
    """Our answer to the recorded request beside the recorded one."""
    client = Client(vector_key("addressee_sig"), vector_key("addressee_enc"))
    directory = VECTORS / "dialog"
    data = (directory / f"passive-{number}-req.osci").read_bytes()
    incoming = Recipient(client, spool).receive([data])
    assert isinstance(incoming, Incoming)
    assert all(x.contents for x in incoming.received.open_containers([vector_key("reader1_enc")]))
    ours = incoming.reply(HELLO, "Antwort") if number == 1 else incoming.accept()
    theirs = (directory / f"passive-{number}-rsp.osci").read_bytes()
    keys = (vector_key("intermed_enc"),)
    return (
        read_message(ours.chunks(), keys, RECEIVING_NOW, spool),
        read_message((theirs,), keys, RECEIVING_NOW, spool),
    )


@needs_vectors
@pytest.mark.parametrize("number", [1, 2])
def test_recorded_requests_are_answered_in_the_same_form(number: int) -> None:
    ours, theirs = recorded_answer(number)
    assert _structure(ours) == _structure(theirs)
    assert ours.message.control_block == theirs.message.control_block
    assert ours.message.certificates == theirs.message.certificates
    assert replace(ours.transport_encryption, recipient=None) == replace(theirs.transport_encryption, recipient=None)
    assert _codes(ours) == _codes(theirs)
    if number == 1:
        assert _job(ours) == _job(theirs)


def _structure(received: Received) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Header blocks in order, with their attributes, and the children of the Body."""
    blocks = (*received.parsed.headers, *received.parsed.body.elements())
    return [(e.name, e.get("Id"), tuple(name for name, _, _ in e.attributes)) for e in blocks]


def _codes(received: Received) -> list[str]:
    message = received.message
    assert isinstance(message, m.Response)
    return [entry.code for entry in message.feedback]


def _job(received: Received) -> object:
    message = received.message
    assert isinstance(message, m.ResponseToProcessDelivery)
    assert isinstance(message.package, StoredPackage)
    return message.message_id, message.subject, message.quality


@needs_vectors
def test_tampered_requests_are_never_accepted() -> None:
    data = (VECTORS / "dialog" / "passive-2-req.osci").read_bytes()
    client = Client(vector_key("addressee_sig"), vector_key("addressee_enc"))
    for at in range(0, len(data), 997):
        changed = data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]
        result = Recipient(client, spool).receive([changed])
        if isinstance(result, Incoming):
            original = read_message((data,), (client.decryption_key,), RECEIVING_NOW, spool)
            assert result.received.inner.sha256() == original.inner.sha256(), "only the frame around may differ"
            continue
        assert result.code in {"9000", "9100", "9200", "9202", "9601"}
        with pytest.raises(RemoteProtocolError):
            read_message((changed,), (client.decryption_key,), RECEIVING_NOW, spool).require_signature()
