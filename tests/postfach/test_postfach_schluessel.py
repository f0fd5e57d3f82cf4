"""Key handles under OSCI: the same results as OSCI's own keys, and OSCI's errors."""

from datetime import datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from certs import uris
from certs.devpki.build import issue
from certs.devpki.plan import Eintrag, KeySpec, Profil
from certs.keys import SoftKey
from erv_gateway.postfach.osci.schluessel import TransportKey
from osci.errors import LocalProtocolError, RemoteProtocolError, UnusableKey
from osci.keys import soft_key

WHEN = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
SHA256 = {"digest": f"{uris.ENC}sha256", "mgf": f"{uris.ENC11}mgf1sha256"}


def handle(key: object) -> SoftKey:
    entry = Eintrag("x/y", Profil.POSTFACH_CHIFFRAT, None, "Amt", None, KeySpec.RSA_LEAF)
    issuer = issue(entry, ec.generate_private_key(ec.SECP256R1()), None, WHEN)
    return SoftKey(key, issue(entry, key, issuer, WHEN).certificate)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rsa_key() -> SoftKey:
    return handle(rsa.generate_private_key(65537, 3072))


@pytest.fixture(scope="module")
def ec_key() -> SoftKey:
    return handle(ec.generate_private_key(ec.SECP256R1()))


def test_signatures_are_those_of_osci(rsa_key: SoftKey, ec_key: SoftKey) -> None:
    pkcs1 = uris.signature_uri(uris.Schema.RSA_PKCS1, "sha256")
    own = soft_key(rsa_key.private_key, rsa_key.certificate)
    assert TransportKey(rsa_key).sign(b"a", pkcs1) == own.sign(b"a", pkcs1)
    assert len(TransportKey(ec_key).sign(b"a", uris.signature_uri(uris.Schema.ECDSA, "sha256"))) == 64


def test_what_does_not_open_is_the_senders_fault(rsa_key: SoftKey, ec_key: SoftKey) -> None:
    key = TransportKey(rsa_key)
    public = rsa_key.private_key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    wrapped = public.encrypt(b"k" * 32, scheme)
    assert key.unwrap(wrapped, algorithm=uris.RSA_OAEP, **SHA256) == b"k" * 32
    for broken in (wrapped[:-1], b"", bytes(384)):
        with pytest.raises(UnusableKey):
            key.unwrap(broken, algorithm=uris.RSA_OAEP, **SHA256)
    with pytest.raises(UnusableKey):
        TransportKey(ec_key).unwrap(wrapped, algorithm=uris.RSA_OAEP, **SHA256)
    with pytest.raises(RemoteProtocolError, match="unknown"):
        key.unwrap(wrapped, algorithm="urn:x", **SHA256)


def test_our_own_mistakes_are_ours(rsa_key: SoftKey, ec_key: SoftKey) -> None:
    for key, uri in ((rsa_key, "urn:x"), (ec_key, uris.signature_uri(uris.Schema.RSA_PSS, "sha256"))):
        with pytest.raises(LocalProtocolError):
            TransportKey(key).sign(b"a", uri)
    with pytest.raises(LocalProtocolError, match="only RSA and EC"):
        TransportKey(handle(ed25519.Ed25519PrivateKey.generate()))
