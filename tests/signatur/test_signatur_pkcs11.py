"""Keys in a real SoftHSM2: every scheme, unwrapping, lost sessions, wrong PINs; never another key than meant."""

import asyncio
import hashlib
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hsm_bau import Hsm, find_softhsm, softhsm

from certs import uris
from certs.anchors import Anchors
from certs.certificate import load
from certs.devpki.build import issue
from certs.errors import AlgorithmRefused, KeyInvalid
from certs.keys import SoftKey
from certs.publickey import public_key, verify_ecdsa, verify_pkcs1, verify_pss
from certs.urteil import Urteil
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.pkcs11 import Pkcs11Key, Schluesselname
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.pruefen import check_detached, check_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf
from erv_gateway.signatur.token import Tokenort

DATA = b"Was zu unterschreiben ist"
Keys = Callable[[str, str], SoftKey]
Agrees = Callable[[bytes, bytes], bool]


@pytest.fixture(scope="module")
def hsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hsm]:
    pair = find_softhsm()
    if pair is None:
        pytest.skip("SoftHSM2 is not installed (ops/setup/softhsm.sh)")
    with softhsm(tmp_path_factory.mktemp("softhsm"), pair) as ready:
        yield ready


@pytest.fixture(scope="module")
def soft(key_of: Keys) -> dict[str, SoftKey]:
    """Label in the token → the same key in memory."""
    p256 = ec.generate_private_key(ec.SECP256R1())
    return {
        "rsa": key_of("stadt-musterfurt", "signatur"),
        "chiffrat": key_of("stadt-musterfurt", "postfach-chiffrat"),
        "brainpool": key_of("landkreis-auental", "signatur"),
        "p256": _self_issued(p256),
    }


def _self_issued(key: ec.EllipticCurvePrivateKey) -> SoftKey:
    from test_signatur_cms import LEAF

    when = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    issued = issue(LEAF, key, None, when)
    return SoftKey(key, issued.certificate)


@pytest.fixture(scope="module")
def ort(hsm: Hsm, soft: dict[str, SoftKey]) -> Tokenort:
    place = hsm.make_token("gateway")
    for number, (name, key) in enumerate(soft.items(), start=1):
        hsm.put(place, key, name, f"{number:02x}")
    return place


@pytest.mark.parametrize("name", ["rsa", "p256", "brainpool"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_what_the_token_signs_holds_under_the_certificate(
    hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey], name: str, digest: str
) -> None:
    key = hsm.key(ort, soft[name], name)
    public, algorithm = public_key(key.certificate), uris.hash_algorithm(digest)
    value = hashlib.new(digest, DATA).digest()
    for schema in [uris.Schema.ECDSA] if name != "rsa" else [uris.Schema.RSA_PSS, uris.Schema.RSA_PKCS1]:
        signature = key.sign(DATA, uris.signature_uri(schema, digest))
        match schema:
            case uris.Schema.ECDSA:
                assert verify_ecdsa(public, signature, value, algorithm, plain=True)
            case uris.Schema.RSA_PSS:
                assert verify_pss(public, signature, value, algorithm, algorithm, algorithm.digest_size)
            case uris.Schema.RSA_PKCS1:
                assert verify_pkcs1(public, signature, value, algorithm)


def test_a_scheme_must_be_known_and_fit_the_key(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey]) -> None:
    key = hsm.key(ort, soft["rsa"], "rsa")
    for uri in (
        "urn:unknown",
        uris.signature_uri(uris.Schema.ECDSA, "sha256"),
        uris.signature_uri(uris.Schema.RSA_PSS, "sha3-256"),
    ):
        with pytest.raises(AlgorithmRefused):
            key.sign(DATA, uri)
    with pytest.raises(KeyInvalid):
        hsm.key(ort, soft["p256"], "p256").unwrap(b"x" * 64, algorithm=uris.RSA_1_5, digest=None, mgf=None)


def test_documents_signed_in_the_token_are_green_here_and_in_openssl(
    hsm: Hsm,
    ort: Tokenort,
    soft: dict[str, SoftKey],
    pdf: bytes,
    anchors: Anchors,
    jetzt: datetime,
    openssl_agrees: Agrees,
) -> None:
    for name, pss in (("rsa", True), ("rsa", False), ("brainpool", True)):
        signer = Signer(hsm.key(ort, soft[name], name), pss=pss)
        p7s = asyncio.run(sign_detached(DATA, signer, zeitpunkt=jetzt))
        assert check_detached(io.BytesIO(DATA), p7s, anchors, jetzt).urteil is Urteil.GUELTIG
        assert openssl_agrees(DATA, p7s)
        target = io.BytesIO()
        asyncio.run(sign_pdf(pdf, target, signer))
        assert check_pdf(target, anchors, jetzt).urteil is Urteil.GUELTIG


@pytest.mark.parametrize("name", ["sha1", "sha256", "sha384", "sha512"])
def test_a_wrapped_key_opens_whatever_the_token_knows_of_oaep(
    hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey], name: str
) -> None:
    """SoftHSM knows OAEP with SHA-1 alone; for the others the bare operation is done there, the padding here."""
    key, algorithm = hsm.key(ort, soft["chiffrat"], "chiffrat"), uris.hash_algorithm(name)
    scheme = padding.OAEP(padding.MGF1(algorithm), algorithm, None)
    wrapped = _rsa(key).encrypt(b"k" * 32, scheme)
    digest = next(uri for uri, known in uris.DIGESTS.items() if known == name)
    mgf = next(uri for uri, known in uris.MGFS.items() if known == name)
    assert key.unwrap(wrapped, algorithm=uris.RSA_OAEP, digest=digest, mgf=mgf) == b"k" * 32
    damaged = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
    for value in (damaged, wrapped[:-1], b"", b"\xff" * 384, b"\0" * 384):
        with pytest.raises(KeyInvalid):
            key.unwrap(value, algorithm=uris.RSA_OAEP, digest=digest, mgf=mgf)
    assert key.unwrap(wrapped, algorithm=uris.RSA_OAEP, digest=digest, mgf=mgf) == b"k" * 32


def test_old_mail_opens_with_rsa_1_5(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey]) -> None:
    key = hsm.key(ort, soft["chiffrat"], "chiffrat")
    wrapped = _rsa(key).encrypt(b"k" * 24, padding.PKCS1v15())
    assert key.unwrap(wrapped, algorithm=uris.RSA_1_5, digest=None, mgf=None) == b"k" * 24
    with pytest.raises(KeyInvalid):
        key.unwrap(wrapped[1:] + b"\0", algorithm=uris.RSA_1_5, digest=None, mgf=None)


def _rsa(key: Pkcs11Key) -> rsa.RSAPublicKey:
    public = load(key.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    return public


def test_a_lost_session_is_opened_again(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey]) -> None:
    key = hsm.key(ort, soft["rsa"], "rsa")
    uri = uris.signature_uri(uris.Schema.RSA_PKCS1, "sha256")
    before = key.sign(DATA, uri)
    hsm.token(ort).use(lambda session: session.close())
    assert key.sign(DATA, uri) == before
    pkcs11.lib(str(hsm.library)).reinitialize()  # as after the device was taken away and put back
    assert key.sign(DATA, uri) == before
    hsm.token(ort).close()
    assert key.sign(DATA, uri) == before


def test_many_threads_share_one_login(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey]) -> None:
    keys = [hsm.key(ort, soft[name], name) for name in ("rsa", "p256")]
    schemes = [uris.signature_uri(schema, "sha256") for schema in (uris.Schema.RSA_PSS, uris.Schema.ECDSA)]

    def work(number: int) -> bool:
        if number == 10:
            hsm.token(ort).close()
        key, uri = keys[number % 2], schemes[number % 2]
        signature, digest = key.sign(b"%d" % number, uri), hashlib.sha256(b"%d" % number).digest()
        public, sha256 = public_key(key.certificate), hashes.SHA256()
        if number % 2:
            return verify_ecdsa(public, signature, digest, sha256, plain=True)
        return verify_pss(public, signature, digest, sha256, sha256, 32)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(60)))


def test_the_token_is_found_by_serial_and_the_key_by_id(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey]) -> None:
    serial = next(t for t in pkcs11.lib(str(hsm.library)).get_tokens(token_label="gateway")).serial
    place = replace(ort, label=None, serial=serial.decode())
    key = Pkcs11Key(hsm.token(place), Schluesselname(kennung="01"), soft["rsa"].certificate)
    assert key.sign(DATA, uris.signature_uri(uris.Schema.RSA_PSS, "sha256"))


def test_the_certificate_can_lie_in_the_token(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey]) -> None:
    with pytest.raises(SchluesselInvalid, match="0 certificates"):
        Pkcs11Key(hsm.token(ort), Schluesselname(label="rsa"))
    attributes = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
        pkcs11.Attribute.LABEL: "rsa",
        pkcs11.Attribute.SUBJECT: load(soft["rsa"].certificate).subject.public_bytes(),
        pkcs11.Attribute.VALUE: soft["rsa"].certificate,
    }
    hsm.token(ort).use(lambda session: session.create_object(attributes) and None)
    assert Pkcs11Key(hsm.token(ort), Schluesselname(label="rsa")).certificate == soft["rsa"].certificate


def test_what_does_not_fit_is_refused_at_the_start(
    hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey], tmp_path: Path
) -> None:
    other = tmp_path / "pin"
    other.write_text("falsch\n")
    wrong = {
        "the certificate of another": lambda: hsm.key(ort, soft["chiffrat"], "rsa"),
        "an elliptic one": lambda: hsm.key(ort, soft["brainpool"], "p256"),
        "a key that is not there": lambda: hsm.key(ort, soft["rsa"], "unbekannt"),
        "a token that is not there": lambda: hsm.key(replace(ort, label="fehlt"), soft["rsa"], "rsa"),
        "no library": lambda: hsm.key(replace(ort, modul=tmp_path / "fehlt.so"), soft["rsa"], "rsa"),
        "not a library": lambda: hsm.key(replace(ort, modul=other), soft["rsa"], "rsa"),
        "an id that is none": lambda: Pkcs11Key(hsm.token(ort), Schluesselname(kennung="zz")),
        "no PIN": lambda: hsm.key(replace(ort, pin_file=tmp_path / "fehlt"), soft["rsa"], "rsa"),
    }
    for why, make in wrong.items():
        hsm.token(ort).close()
        with pytest.raises(SchluesselInvalid):
            assert make() is None, why
    hsm.token(ort).close()
    with pytest.raises(SchluesselInvalid, match="PinIncorrect"):
        hsm.key(replace(ort, pin_file=other), soft["rsa"], "rsa")
    assert hsm.key(ort, soft["rsa"], "rsa").sign(DATA, uris.signature_uri(uris.Schema.RSA_PSS, "sha256"))


def test_a_key_shows_nothing_of_itself(hsm: Hsm, ort: Tokenort, soft: dict[str, SoftKey], pki: Pki) -> None:
    assert "wird-nur-hier-gebraucht" not in repr(hsm.key(ort, soft["rsa"], "rsa")) + repr(ort)
