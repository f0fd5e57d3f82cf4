"""Messages of the reference implementation, read and verified by both verifiers: signatures right, damage noticed."""

import base64
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import pkcs12
from nachweis_urteile import verifier

from erv_gateway.nachweis.befund import Mangel
from erv_gateway.nachweis.mimeteil import xml_part
from erv_gateway.nachweis.oscinachricht import read_answer, read_umschlag

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "osci"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason="shared/vectors/osci is not beside the checkout")

ANSWERS = {
    "dialog/im-002-rsp.osci": "ResponseToStoreDelivery",
    "dialog/im-007-rsp.osci": "ResponseToFetchProcessCard",
    "positive/responseToStoreDelivery.osci": "ResponseToStoreDelivery",
    "positive/responseToFetchProcessCard.osci": "ResponseToFetchProcessCard",
}
REQUESTS = ("dialog/im-002-req.osci", "positive/store-signed.osci", "positive/store-content-enc.osci")


@cache
def certificate(name: str) -> x509.Certificate:
    return load_p12(name)[1]


def load_p12(name: str) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    data = (VECTORS / "keys" / f"{name}.p12").read_bytes()
    key, leaf, _ = pkcs12.load_key_and_certificates(data, b"test1234")
    assert isinstance(key, rsa.RSAPrivateKey)
    assert leaf is not None
    return key, leaf


@cache
def inner(file: str) -> bytes:
    """The decrypted inner MIME message of a vector (AES-256-GCM, RSA-OAEP, as the recorded dialog has it)."""
    raw = (VECTORS / file).read_bytes()
    if b"soapMessageEncrypted.xsd" not in raw:
        return raw
    wrapped = re.search(rb"<xenc:CipherValue>([^<]*)<", raw)
    boundary = re.search(rb"boundary=([^;\r\n]*)", raw)
    assert wrapped is not None
    assert boundary is not None
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    role = "intermed_enc" if file.endswith("-req.osci") else "originator_enc"
    key = load_p12(role)[0].decrypt(base64.b64decode(wrapped[1]), oaep)
    body = raw.split(b"\r\n--" + boundary[1])[2].split(b"\r\n\r\n", 1)[1]
    return AESGCM(key).decrypt(body[:12], body[12:], None)


def envelope(file: str) -> bytes:
    data = inner(file)
    return data[data.index(b"<soap:Envelope") : data.index(b"</soap:Envelope>") + len(b"</soap:Envelope>")]


@pytest.fixture
def verify() -> ModuleType:
    return verifier()


@pytest.mark.parametrize("file", ANSWERS)
def test_answers_of_the_intermediary_hold(file: str, verify: ModuleType) -> None:
    leaf = certificate("intermed_sig")
    assert read_answer(inner(file), ANSWERS[file], leaf).cids == frozenset()
    assert verify.read_answer(inner(file), ANSWERS[file], leaf).cids == frozenset()


@pytest.mark.parametrize("file", REQUESTS)
def test_store_deliveries_hold(file: str, verify: ModuleType) -> None:
    leaf = certificate("originator_sig")
    assert read_umschlag(envelope(file), leaf).cids == verify.read_request(envelope(file), leaf).cids


@pytest.mark.parametrize("file", ANSWERS)
def test_answer_under_another_certificate_is_refused(file: str, verify: ModuleType) -> None:
    stranger = certificate("stranger_sig")
    with pytest.raises(Mangel):
        read_answer(inner(file), ANSWERS[file], stranger)
    with pytest.raises(verify.Mangel):
        verify.read_answer(inner(file), ANSWERS[file], stranger)


@pytest.mark.parametrize("file", ANSWERS)
def test_answer_of_another_type_is_refused(file: str, verify: ModuleType) -> None:
    leaf = certificate("intermed_sig")
    with pytest.raises(Mangel):
        read_answer(inner(file), "ResponseToGetMessageId", leaf)
    with pytest.raises(verify.Mangel):
        verify.read_answer(inner(file), "ResponseToGetMessageId", leaf)


ATTACKS: dict[str, tuple[bytes, bytes]] = {
    "time changed": (b"<osci:Creation><osci:Plain>2026-11-21", b"<osci:Creation><osci:Plain>2026-11-20"),
    "namespace added above": (b"<soap:Header>", b'<soap:Header xmlns:x="urn:x">'),
    "header added": (b"</soap:Header>", b'<x:y xmlns:x="urn:x" Id="y"></x:y></soap:Header>'),
    "header without Id": (b"</soap:Header>", b'<x:y xmlns:x="urn:x"></x:y></soap:Header>'),
    "second body": (b"</soap:Envelope>", b'<soap:Body Id="body2"></soap:Body></soap:Envelope>'),
    "second header": (b"<soap:Header>", b"<soap:Header></soap:Header><soap:Header>"),
    "wrapped body": (b"<soap:Body", b'<x><soap:Body Id="other"></soap:Body></x><soap:Body'),
    "duplicate Id": (b'Id="intermediarycertificates"', b'Id="body"'),
    "text between blocks": (b"</soap:Header>", b"x</soap:Header>"),
    "doctype": (b"<soap:Envelope", b"<!DOCTYPE a><soap:Envelope"),
    "reference removed": (b'<ds:Reference URI="#body">', b'<ds:Reference URI="#nobody">'),
    "weaker digest": (b"xmlenc#sha256", b"xmldsig#sha1"),
    "weaker signature": (b"rsa-sha256", b"rsa-sha1"),
    "retrieval elsewhere": (b'RetrievalMethod URI="#inter', b'RetrievalMethod URI="#other'),
    "language above": (b"<soap:Header>", b'<soap:Header xml:lang="de">'),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_attacks_on_a_real_laufzettel_are_refused(name: str, verify: ModuleType) -> None:
    old, new = ATTACKS[name]
    data = inner("dialog/im-007-rsp.osci")
    assert old in data
    attacked = data.replace(old, new, 1)
    leaf = certificate("intermed_sig")
    with pytest.raises(Mangel):
        read_answer(attacked, "ResponseToFetchProcessCard", leaf)
    with pytest.raises(verify.Mangel):
        verify.read_answer(attacked, "ResponseToFetchProcessCard", leaf)


HARMLESS: dict[str, tuple[bytes, bytes]] = {
    "comment": (b"<osci:ProcessCard ", b"<!-- x --><osci:ProcessCard "),
    "empty tag": (b"<osci:MathResult Result=\"ok\"></osci:MathResult>", b"<osci:MathResult Result='ok'  />"),
    "quoted boundary": (b"; type=text/xml", b'; type="text/xml"'),
    "folded header": (b"; type=text/xml", b";\r\n type=text/xml"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_same_canonical_form_holds(name: str, verify: ModuleType) -> None:
    old, new = HARMLESS[name]
    data = inner("dialog/im-007-rsp.osci")
    assert old in data
    changed = data.replace(old, new, 1)
    leaf = certificate("intermed_sig")
    read_answer(changed, "ResponseToFetchProcessCard", leaf)
    verify.read_answer(changed, "ResponseToFetchProcessCard", leaf)


def test_base64_transfer_is_read(verify: ModuleType) -> None:
    data = inner("dialog/im-007-rsp.osci")
    xml = xml_part(data)
    encoded = data.replace(xml, base64.encodebytes(xml)).replace(b"Encoding: 8bit", b"Encoding: base64")
    leaf = certificate("intermed_sig")
    read_answer(encoded, "ResponseToFetchProcessCard", leaf)
    verify.read_answer(encoded, "ResponseToFetchProcessCard", leaf)
