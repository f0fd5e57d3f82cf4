"""The rules of the day reach the mailbox: nothing weak is sent, and what came in weak is shown as open."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from postfach_hilfe import LANDKREIS, Ort, nothing_kept

from erv_gateway.kern.texte import TEXTE
from erv_gateway.postfach.base import Pruefergebnis, Zustellung
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.gespraech import AntwortInvalid, VersandRefused
from erv_gateway.postfach.osci.lesen import _inhalt
from erv_gateway.storage.blobs import MemoryBlobs
from osci import algorithms as a
from osci.dialog import Client
from osci.keys import SoftKey
from osci.opened import ContentEncryption, OpenedContainer
from osci.signature import SignatureStatus
from osci.types import Verdict

BEFORE, AFTER = datetime(2023, 12, 31, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def short() -> SoftKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kurz")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(BEFORE).not_valid_after(datetime(2030, 1, 1, tzinfo=UTC))
    return SoftKey(key, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


async def test_a_short_key_of_ours_or_of_the_recipient_sends_nothing(ort: Ort, short: SoftKey) -> None:
    zugang, blobs = ort.zugang(), MemoryBlobs()
    message_id = await ort.postfach()[0].new_message_id()
    auftrag = await ort.auftrag(blobs, message_id)
    weak_sender = replace(zugang, client=Client(short, zugang.client.decryption_key))
    weak_recipient = replace(auftrag, empfaenger=replace(auftrag.empfaenger, cipher_certificate=short.certificate))
    for there, what in ((weak_sender, auftrag), (zugang, weak_recipient)):
        assert await OsciPostfach(there, blobs, lambda: BEFORE).prepare(what)
        with pytest.raises(VersandRefused):
            await OsciPostfach(there, blobs, lambda: AFTER).prepare(what)
    with pytest.raises(VersandRefused):
        await OsciPostfach(weak_sender, blobs).new_message_id()


async def test_what_came_is_judged_by_its_day(ort: Ort) -> None:
    """3072 bits are good in 2026; in a year without any good algorithm nothing would be."""
    postfach, blobs = ort.postfach(LANDKREIS)
    message_id = await ort.deliver()
    events = [event async for event in postfach.collect(nothing_kept)]
    (mine,) = (event for event in events if isinstance(event, Zustellung) and event.message_id == message_id)
    lieferung = await postfach.open_delivery(mine.original.sha256, AFTER)
    assert {schritt.ergebnis for schritt in lieferung.schritte} == {Pruefergebnis.GUELTIG}
    assert await OsciPostfach(ort.zugang(LANDKREIS), blobs).open_delivery(mine.original.sha256) == lieferung


@pytest.mark.parametrize(
    ("symmetric", "transport", "end"),
    [(a.AES256_CBC, a.RSA_OAEP, 2021), (a.AES256_GCM, a.RSA_1_5, 2021), (a.TRIPLEDES_CBC, a.RSA_OAEP, 2016)],
    ids=["CBC", "RSA 1.5", "3DES"],
)
def test_old_encryption_is_shown_as_open_from_its_day(symmetric: str, transport: str, end: int) -> None:
    signature = SignatureStatus(Verdict.VALID, a.RSA_SHA256, signer=b"absender")
    container = OpenedContainer("c", ContentEncryption("e", symmetric, transport, ()), signatures=(signature,))
    before, after = datetime(end - 1, 12, 31, tzinfo=UTC), datetime(end, 1, 1, tzinfo=UTC)
    assert _inhalt(container, b"absender", before)[0] is Pruefergebnis.GUELTIG
    ergebnis, grund = _inhalt(container, b"absender", after)
    assert ergebnis is Pruefergebnis.UNBESTIMMT
    assert "veraltet verschlüsselt" in grund


def test_both_errors_have_their_sentence() -> None:
    assert {VersandRefused.code, AntwortInvalid.code} <= set(TEXTE)
