"""Others verify what we sign and open what we encrypt: xmlsec, signxml, the OpenSSL program, `cryptography` by hand."""

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import osci_fremd_muster as muster
import pytest
import signxml
import xmlsec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import load_der_x509_certificate
from lxml import etree
from osci_fremd import Style, container, data_content
from osci_support import (
    attachment,
    needs_vectors,
    own_key,
    parties,
    raw,
    spool,
    store,
    store_certificates,
    vector_bytes,
    vectors,
)

from osci import algorithms as a
from osci import certificates as c
from osci.content import (
    AttachmentContent,
    ContainerContent,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.keys import SoftKey
from osci.policy import SENDING, Choice
from osci.transport import seal
from osci.types import Role, Use
from osci.writer import write_message

DS = {"ds": "http://www.w3.org/2000/09/xmldsig#", "xenc": "http://www.w3.org/2001/04/xmlenc#"}
CHOICES = {
    "rsa-sha256": Choice(),
    "rsa-sha512": Choice(digest=a.SHA512, rsa_signature=a.RSA_SHA512, ecdsa_signature=a.ECDSA_SHA512),
    "pss-sha256": Choice(rsa_signature=a.PSS_SHA256),
    "pss-sha512": Choice(digest=a.SHA512, rsa_signature=a.PSS_SHA512),
    "pss-sha3-256": Choice(digest=a.SHA3_256, rsa_signature=a.PSS_SHA3_256),
    "pss-sha3-384": Choice(digest=a.SHA3_384, rsa_signature=a.PSS_SHA3_384),
    "pss-sha3-512": Choice(digest=a.SHA3_512, rsa_signature=a.PSS_SHA3_512),
}


def author(kind: str) -> SoftKey:
    return parties().author if kind == "rsa" else own_key(f"second opinion {kind}", kind=kind)


def message(choice: Choice, kind: str = "rsa") -> bytes:
    """Signed by originator and author, nested; no attachment, since nobody else resolves cid references."""
    own = author(kind)
    inner = ContentContainer((DataContent(b"<b/>", "n2"),), "innen", (own,))
    outer = ContentContainer((DataContent(b"<a/>", "n1"), ContainerContent(inner, "n3")), "aussen", (own,))
    certificates = store_certificates() + c.Certificates(
        (c.entry(Role.OTHER_AUTHOR, Use.SIGNATURE, own.certificate, 9),)
    )
    delivery = store(ContentPackage((outer,)), certificates=certificates)
    return raw(write_message(delivery, parties().originator, spool, replace(SENDING, choice=choice)))


def envelope(data: bytes) -> etree._Element:
    start, end = data.index(b"<?xml"), data.index(b"Envelope>", data.index(b"<?xml") + 200) + len(b"Envelope>")
    return etree.fromstring(data[start:end])


def signatures(root: etree._Element) -> Iterator[tuple[etree._Element, bytes]]:
    """Every ds:Signature with the certificate (DER) that its RetrievalMethod names."""
    for signature in root.iterfind(".//ds:Signature", DS):
        method = signature.find("ds:KeyInfo/ds:RetrievalMethod", DS)
        assert method is not None
        (entry,) = root.xpath("//*[@Id=$i]", i=method.get("URI")[1:])
        yield signature, base64.b64decode(entry.findtext(".//ds:X509Certificate", namespaces=DS))


def check_with_xmlsec(root: etree._Element) -> int:
    count = 0
    for signature, der in signatures(root):
        context = xmlsec.SignatureContext()
        for found in root.xpath("//*[@Id]"):
            context.register_id(found, id_attr="Id")
        pem = load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatCertPem, None)
        context.verify(signature)
        count += 1
    return count


@pytest.mark.parametrize("kind", ["rsa", "p256", "bp256"])
@pytest.mark.parametrize("name", ["rsa-sha256", "rsa-sha512"])
def test_xmlsec_verifies_transport_and_content_signatures(name: str, kind: str) -> None:
    assert check_with_xmlsec(envelope(message(CHOICES[name], kind))) == 3


@pytest.mark.parametrize("name", [n for n in CHOICES if n.startswith("pss")])
def test_xmlsec_verifies_pss(name: str) -> None:
    assert check_with_xmlsec(envelope(message(CHOICES[name]))) == 3


def test_xmlsec_refuses_what_was_changed() -> None:
    data = message(Choice())
    for old, new in ((b"Klage", b"Klagf"), (b"PGEvPg==", b"PGIvPg=="), (b"PGIvPg==", b"PGEvPg==")):
        assert old in data
        with pytest.raises(xmlsec.Error):
            check_with_xmlsec(envelope(data.replace(old, new)))


@pytest.mark.parametrize("digest", ["sha256", "sha512", "sha3_256"])
def test_xmlsec_agrees_with_the_second_writer(digest: str) -> None:
    """The writer that the reading tests rely upon is itself right."""
    style = Style(digest=digest, pss=digest.startswith("sha3"))
    package = container("k", [data_content("c", b"<a/>")], [muster.originator(), muster.author()], style, muster.TIME)
    assert check_with_xmlsec(envelope(muster.store([package], style, muster.author()))) == 3


@needs_vectors
def test_xmlsec_agrees_with_the_reference_implementation() -> None:
    """So its verdicts count: vectors without attachments, since it does not resolve cid references."""
    checked = 0
    for parameter in vectors("positive"):
        entry = parameter.values[0]
        data = vector_bytes(entry)
        if entry["expected"].get("transportEnvelope") or b"cid:" in data or b"ds:Signature>" not in data:
            continue
        checked += check_with_xmlsec(envelope(data))
    assert checked >= 19


@pytest.mark.parametrize("name", CHOICES)
def test_signxml_verifies_the_transport_signature(name: str) -> None:
    root = envelope(message(CHOICES[name]))
    certificate = load_der_x509_certificate(parties().originator.certificate)
    expected = signxml.SignatureConfiguration(
        expect_references=True,
        location="./{*}Header/{*}ClientSignature/",
        signature_methods=frozenset(signxml.SignatureMethod),
        digest_algorithms=frozenset(signxml.DigestAlgorithm),
    )
    results = signxml.XMLVerifier().verify(root, x509_cert=certificate, id_attribute="Id", expect_config=expected)
    assert len(results) == 8


# encryption by hand


def private_pem(key: SoftKey) -> bytes:
    return key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def openssl_unwrap(wrapped: bytes, key: SoftKey, digest: str, folder: Path) -> bytes:
    (folder / "key.pem").write_bytes(private_pem(key))
    command = ["openssl", "pkeyutl", "-decrypt", "-inkey", str(folder / "key.pem"), "-pkeyopt", "rsa_padding_mode:oaep"]
    options = [f"rsa_oaep_md:{digest}", f"rsa_mgf1_md:{digest}"]
    command += [word for option in options for word in ("-pkeyopt", option)]
    return subprocess.run(command, input=wrapped, capture_output=True, check=True).stdout


def cipher_value(element: etree._Element) -> bytes:
    return base64.b64decode(element.findtext("xenc:CipherData/xenc:CipherValue", namespaces=DS) or "")


def opened(data: bytes, element: etree._Element, key: SoftKey, digest: str, folder: Path, iv: int) -> bytes:
    """EncryptedData `element`; `data`: IV, ciphertext and tag."""
    wrapped = element.find("ds:KeyInfo/xenc:EncryptedKey", DS)
    assert wrapped is not None
    session = openssl_unwrap(cipher_value(wrapped), key, digest, folder)
    return AESGCM(session).decrypt(data[:iv], data[iv:], None)


def parts(data: bytes) -> dict[str, bytes]:
    found = re.search(rb"boundary=([^;]+);", data)
    assert found is not None
    pieces = data.split(b"\r\n--" + found[1])[1:-1]
    heads = [piece.split(b"\r\n\r\n", 1) for piece in pieces]
    return {re.findall(rb"Content-ID: <(.*?)>", head)[0].decode(): body for head, body in heads}


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the openssl program is not installed")
@pytest.mark.parametrize(("digest", "iv"), [("sha256", 12), ("sha512", 16)])
def test_openssl_and_gcm_alone_open_transport_content_and_attachment(digest: str, iv: int, tmp_path: Path) -> None:
    p = parties()
    uris = {"sha256": (a.SHA256, a.MGF1_SHA256), "sha512": (a.SHA512, a.MGF1_SHA512)}[digest]
    policy = replace(SENDING, choice=Choice(oaep_digest=uris[0], oaep_mgf=uris[1], iv_bytes=iv))
    file = bytes(range(256)) * 50
    inside = ContentContainer((DataContent(b"<a/>"), AttachmentContent(attachment("akte.pdf", file))), "k")
    package = ContentPackage((EncryptedContainer(inside, (p.reader.certificate, p.addressee.certificate)),))
    inner = write_message(store(package), p.originator, spool, policy)
    wire = raw(seal(inner, p.intermediary_cipher.certificate, policy))
    outer = envelope(wire).find(".//xenc:EncryptedData", DS)
    assert outer is not None
    plain = opened(parts(wire)["osci_enc"], outer, p.intermediary_cipher, digest, tmp_path, iv)
    assert plain == raw(inner)
    secret = envelope(plain).find(".//xenc:EncryptedData", DS)
    assert secret is not None
    document = etree.fromstring(opened(cipher_value(secret), secret, p.reader, digest, tmp_path, iv))
    carrier = document.find("xenc:EncryptedData", DS)
    assert carrier is not None
    key = base64.b64decode(carrier.findtext("ds:KeyInfo/ds:MgmtData", namespaces=DS) or "")
    blob = parts(plain)["akte.pdf"]
    assert hashlib.sha256(AESGCM(key).decrypt(blob[:iv], blob[iv:], None)).digest() == hashlib.sha256(file).digest()
