"""The dated table of `certs` decides: for what we send, for what answers us, for what is read later."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import osci_fremd as f
import osci_fremd_muster as muster
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from osci_fremd import Style
from osci_gegenseite import CHALLENGE, Peer
from osci_support import parties, raw, sample_package, spool

from erv_gateway.postfach.osci.richtlinie import answers_at, mail_of, outdated, sending_at
from osci import Client, Delivery, Dialog, Intermediary, LocalProtocolError, RemoteProtocolError, RequestRefused
from osci import algorithms as a
from osci import certificates as c
from osci import messages as m
from osci.keys import SoftKey
from osci.policy import READ_OLD_MAIL, SENDING, Choice, Policy
from osci.reader import Received, read_message
from osci.types import Verdict
from osci.writer import Built, write_message


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def eve(text: str) -> datetime:
    return day(text) - timedelta(seconds=1)


NOW = day("2026-11-21")
RSA_3000, EC_250, CBC_END, RSA_1900, SHA1_END = "2024-01-01", "2023-01-01", "2021-01-01", "2011-01-01", "2008-07-01"


@cache
def key(bits: int, curve: type[ec.EllipticCurve] | None = None) -> SoftKey:
    made: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if curve is None:
        made = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    else:
        made = ec.generate_private_key(curve())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{bits} {curve.name if curve else 'RSA'}")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(made.public_key())
    builder = builder.serial_number(1).not_valid_before(day("2005-01-01")).not_valid_after(day("2030-01-01"))
    return SoftKey(made, builder.sign(made, hashes.SHA256()).public_bytes(Encoding.DER))


def dialog(at: datetime, client: Client, cipher: SoftKey, signature: SoftKey | None = None) -> Dialog:
    known = Intermediary(cipher.certificate, None if signature is None else signature.certificate)
    return Dialog(client, known, spool, sending=sending_at(at), receiving=answers_at(at))


# sending


def test_our_own_key_is_long_enough_until_its_day() -> None:
    client, cipher = Client(key(2048), key(3072)), key(3072)
    assert dialog(eve(RSA_3000), client, cipher).get_message_id().wire.length
    with pytest.raises(LocalProtocolError, match="short a key"):
        dialog(day(RSA_3000), client, cipher).get_message_id()


def test_we_encrypt_for_nobody_whose_key_is_too_short() -> None:
    client = Client(key(3072), key(3072))
    assert dialog(eve(RSA_3000), client, key(2048)).get_message_id().wire.length
    with pytest.raises(LocalProtocolError, match="short a key"):
        dialog(day(RSA_3000), client, key(2048)).get_message_id()


def test_nor_for_a_reader_of_the_content() -> None:
    client, package = Client(key(3072), key(3072)), sample_package()  # signed and read with 2048 bits
    delivery = Delivery(package, key(3072).certificate)
    assert dialog(eve(RSA_3000), client, key(3072)).store_delivery("id", delivery).wire.length
    with pytest.raises(LocalProtocolError, match="short a key"):
        dialog(day(RSA_3000), client, key(3072)).store_delivery("id", delivery)


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.BrainpoolP256R1, ec.BrainpoolP384R1, ec.BrainpoolP512R1])
def test_signing_with_ec_is_good_today(curve: type[ec.EllipticCurve]) -> None:
    client = Client(key(curve().key_size, curve), key(3072))
    assert dialog(NOW, client, key(3072)).get_message_id().wire.length


def test_a_short_curve_has_its_day() -> None:
    client = Client(key(224, ec.SECP224R1), key(3072))
    assert dialog(eve(EC_250), client, key(2048)).get_message_id().wire.length
    with pytest.raises(LocalProtocolError, match="short a key"):
        dialog(day(EC_250), client, key(2048)).get_message_id()


@pytest.mark.parametrize(
    "choice",
    [
        Choice(digest=a.SHA1),
        Choice(rsa_signature=a.RSA_SHA1),
        Choice(oaep_digest=a.SHA1),
        Choice(key_transport=a.RSA_1_5),
        Choice(symmetric=a.AES256_CBC),
    ],
    ids=lambda choice: str([v for v in vars_of(choice) if v not in vars_of(Choice())]),
)
def test_outdated_algorithms_are_never_written(choice: Choice) -> None:
    for at in (day("2007-01-01"), eve(CBC_END), NOW):
        talk = Dialog(Client(key(3072), key(3072)), Intermediary(key(3072).certificate), spool)
        talk._sending = replace(sending_at(at), choice=choice)
        with pytest.raises(LocalProtocolError):
            talk.store_delivery("id", Delivery(sample_package(), key(3072).certificate))


def vars_of(choice: Choice) -> list[Any]:
    return [getattr(choice, name) for name in Choice.__slots__]


# answers


def answered(at: datetime, make: Callable[[m.Response], bytes], signer: SoftKey, pinned: SoftKey | None = None) -> None:
    """A getMessageId at `at`, whose answer is written by `make`; raises what the dialog raises."""
    p = parties()
    peer = Peer(signer)
    talk = Dialog(
        Client(p.originator, p.originator_cipher),
        Intermediary(p.intermediary_cipher.certificate, None if pinned is None else pinned.certificate),
        spool,
        sending=SENDING,
        receiving=answers_at(at),
    )
    talk.receive([make(peer.message(talk.get_message_id(), m.ResponseToGetMessageId, "0800", message_id="id"))])


def written(message: m.Message, signer: SoftKey | None, policy: Policy = READ_OLD_MAIL) -> bytes:
    return raw(write_message(message, signer, spool, policy))


def sealed(data: bytes, style: Style = f.PLAIN) -> bytes:
    return f.sealed(data, muster.originator_cipher(), style)


def test_the_intermediarys_key_is_long_enough_until_its_day() -> None:
    signer = key(2048)
    answered(eve(RSA_3000), lambda x: sealed(written(x, signer)), signer)
    with pytest.raises(RemoteProtocolError) as caught:
        answered(day(RSA_3000), lambda x: sealed(written(x, signer)), signer)
    assert caught.value.code == "9601"
    answered(day(RSA_3000), lambda x: sealed(written(x, key(3072))), key(3072))


@pytest.mark.parametrize(
    "choice", [Choice(digest=a.SHA1), Choice(rsa_signature=a.RSA_SHA1)], ids=["digest", "signature"]
)
def test_sha_1_is_not_relied_upon(choice: Choice) -> None:
    old = replace(READ_OLD_MAIL, choice=choice)
    for at in (eve(SHA1_END), day(SHA1_END), NOW):
        with pytest.raises(RemoteProtocolError) as caught:
            answered(at, lambda x: sealed(written(x, key(3072), old)), key(3072))
        assert caught.value.code == "9601"


@pytest.mark.parametrize("style", [Style(symmetric="aes256-cbc"), Style(oaep=None)], ids=["CBC", "RSA 1.5"])
def test_an_answer_with_old_encryption_is_refused(style: Style) -> None:
    for at in (eve(CBC_END), NOW):
        with pytest.raises(RemoteProtocolError) as caught:
            answered(at, lambda x: sealed(written(x, key(3072)), style), key(3072))
        assert caught.value.code == "9202"


def test_what_is_never_fine_is_not_fine_today() -> None:
    good = key(3072)
    answered(NOW, lambda x: sealed(written(x, good)), good, pinned=good)
    bad: dict[str, tuple[str, Callable[[m.Response], bytes], SoftKey | None]] = {
        "unsigned": ("9600", lambda x: sealed(written(x, None)), None),
        "not encrypted": ("9202", lambda x: written(x, good), None),
        "another intermediary": ("9601", lambda x: sealed(written(x, good)), key(3072, ec.SECP256R1)),
        "tag": ("9202", lambda x: flipped(sealed(written(x, good))), None),
    }
    for name, (code, make, pinned) in bad.items():
        with pytest.raises(RemoteProtocolError) as caught:
            answered(NOW, make, good, pinned)
        assert caught.value.code == code, name
    peer = Peer(good)
    talk = dialog(NOW, Client(good, parties().originator_cipher), key(3072))
    talk._sending = SENDING
    talk.intermediary = Intermediary(parties().intermediary_cipher.certificate)
    with pytest.raises(RequestRefused) as refused:
        talk.receive([peer.answer(talk.get_message_id(), m.ResponseToGetMessageId, "0800", "9811", message_id="id")])
    assert refused.value.code == "9811"


def flipped(data: bytes) -> bytes:
    at = data.rindex(b"\r\n--") - 1
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


# old mail


def mail(signer: SoftKey, policy: Policy = READ_OLD_MAIL) -> Built:
    certificates = c.originator(signature=signer.certificate, cipher=parties().originator_cipher.certificate)
    block = m.ControlBlock(challenge=CHALLENGE, sequence_number=0)
    return write_message(m.GetMessageId(control_block=block, certificates=certificates), signer, spool, policy)


def read(data: bytes, at: datetime) -> Received:
    return read_message((data,), (parties().intermediary_cipher,), mail_of(at), spool)


@pytest.mark.parametrize(
    ("make", "end"),
    [
        (lambda: mail(key(1024)), RSA_1900),
        (lambda: mail(key(2048)), RSA_3000),
        (lambda: mail(key(224, ec.SECP224R1)), EC_250),
        (lambda: mail(key(3072), replace(READ_OLD_MAIL, choice=Choice(rsa_signature=a.RSA_SHA1))), SHA1_END),
        (lambda: mail(key(3072), replace(READ_OLD_MAIL, choice=Choice(digest=a.SHA1))), SHA1_END),
    ],
    ids=["RSA 1024", "RSA 2048", "P-224", "RSA-SHA1", "SHA-1"],
)
def test_a_signature_is_worth_what_it_was_worth_when_it_came(make: Callable[[], Built], end: str) -> None:
    data = raw(make())
    assert read(data, eve(end)).transport_signature.verdict is Verdict.VALID
    late = read(data, day(end))
    assert late.transport_signature.verdict is Verdict.INDETERMINATE
    assert late.unsafe_message.type is m.GetMessageId.type, "still readable"


@pytest.mark.parametrize("curve", [ec.SECP256R1, ec.BrainpoolP256R1, ec.BrainpoolP512R1])
def test_what_has_no_end_stays_good(curve: type[ec.EllipticCurve]) -> None:
    assert read(raw(mail(key(curve().key_size, curve))), NOW).transport_signature.verdict is Verdict.VALID


@pytest.mark.parametrize(
    ("style", "name"),
    [(Style(symmetric="aes256-cbc"), "aes256-cbc"), (Style(oaep=None), "rsa-1_5")],
    ids=["CBC", "RSA 1.5"],
)
def test_old_encryption_is_read_and_called_old_from_its_day(style: Style, name: str) -> None:
    data = muster.sealed(muster.full(style), style)
    for at in (eve(CBC_END), day(CBC_END), NOW):
        received = read(data, at)
        used = received.transport_encryption
        expected = (name,) if at >= day(CBC_END) else ()
        assert outdated(at, (used.symmetric,), used.key_transport) == expected
        (container,) = received.open_containers((parties().addressee,))
        assert [content.sha256 is not None for content in container.unsafe_contents] == [True, True]


def test_policies_of_a_day_are_values() -> None:
    assert sending_at(NOW) == sending_at(NOW)
    assert sending_at(NOW).require_encrypted
    assert answers_at(NOW).require_encrypted
    assert answers_at(NOW).require_signed
    assert not mail_of(NOW).require_signed
