"""Key handles sign and unwrap as the wire of OSCI has it, and refuse everything else."""

import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certs import uris
from certs.certificate import load
from certs.devpki import Ausstellung, DevPki
from certs.errors import AlgorithmRefused, CertsError, KeyInvalid
from certs.keys import SoftKey
from certs.pkcs12 import load_pkcs12, write_pkcs12
from certs.publickey import public_key, verify_ecdsa, verify_pkcs1, verify_pss

DATA = b"Inhalt"


def soft(issued: Ausstellung) -> SoftKey:
    return SoftKey(issued.key, issued.certificate, issued.chain)


@pytest.fixture(scope="module")
def rsa_key(pki: DevPki) -> SoftKey:
    return soft(pki.ausstellungen["stadt-musterfurt/postfach-chiffrat"])


@pytest.fixture(scope="module")
def brainpool(pki: DevPki) -> SoftKey:
    return soft(pki.ausstellungen["landkreis-auental/signatur"])


@pytest.mark.parametrize("uri", [uri for uri in uris.SIGNATURES if "sha1" not in uri and "ripemd" not in uri])
def test_every_signature_uri_gives_what_its_scheme_says(rsa_key: SoftKey, brainpool: SoftKey, uri: str) -> None:
    verfahren = uris.SIGNATURES[uri]
    digest = uris.hash_algorithm(verfahren.digest)
    state = hashes.Hash(digest)
    state.update(DATA)
    hashed = state.finalize()
    if verfahren.schema is uris.Schema.ECDSA:
        signature = brainpool.sign(DATA, uri)
        assert len(signature) == 64
        assert verify_ecdsa(public_key(brainpool.certificate), signature, hashed, digest, plain=True)
        assert not verify_ecdsa(public_key(brainpool.certificate), signature[:-1], hashed, digest, plain=True)
        return
    key, signature = public_key(rsa_key.certificate), rsa_key.sign(DATA, uri)
    if verfahren.schema is uris.Schema.RSA_PKCS1:
        assert verify_pkcs1(key, signature, hashed, digest)
        assert not verify_pkcs1(key, signature, hashed[::-1], digest)
    else:
        assert verify_pss(key, signature, hashed, digest, digest, digest.digest_size)
        assert not verify_pss(key, signature, hashed, digest, digest, 20)


def test_a_uri_must_be_known_and_fit_the_key(rsa_key: SoftKey, brainpool: SoftKey) -> None:
    for key, uri in (
        (rsa_key, "urn:erfunden"),
        (rsa_key, f"{uris.DSIG_MORE}ecdsa-sha256"),
        (brainpool, f"{uris.DSIG_MORE}rsa-sha256"),
    ):
        with pytest.raises(AlgorithmRefused):
            key.sign(DATA, uri)


@pytest.mark.parametrize("name", ["sha256", "sha512"])
def test_oaep_opens_what_was_wrapped_for_the_certificate(rsa_key: SoftKey, name: str) -> None:
    secret, digest = os.urandom(32), uris.hash_algorithm(name)
    target = load(rsa_key.certificate).public_key()
    assert isinstance(target, rsa.RSAPublicKey)
    wrapped = target.encrypt(secret, padding.OAEP(padding.MGF1(digest), digest, None))
    arguments = {"algorithm": uris.RSA_OAEP, "digest": f"{uris.ENC}{name}", "mgf": f"{uris.ENC11}mgf1{name}"}
    assert rsa_key.unwrap(wrapped, **arguments) == secret
    with pytest.raises(KeyInvalid):
        rsa_key.unwrap(wrapped[:-1] + bytes((wrapped[-1] ^ 1,)), **arguments)
    for wrong in ({"mgf": None}, {"digest": "urn:x"}, {"algorithm": f"{uris.ENC}kw-aes256"}):
        with pytest.raises(AlgorithmRefused):
            rsa_key.unwrap(wrapped, **{**arguments, **wrong})


def test_old_mail_opens_with_rsa_1_5(rsa_key: SoftKey, brainpool: SoftKey) -> None:
    target = load(rsa_key.certificate).public_key()
    assert isinstance(target, rsa.RSAPublicKey)
    wrapped = target.encrypt(b"k" * 24, padding.PKCS1v15())
    assert rsa_key.unwrap(wrapped, algorithm=uris.RSA_1_5, digest=None, mgf=None) == b"k" * 24
    with pytest.raises(KeyInvalid):
        brainpool.unwrap(wrapped, algorithm=uris.RSA_1_5, digest=None, mgf=None)


def test_a_key_belongs_to_its_certificate(rsa_key: SoftKey, brainpool: SoftKey) -> None:
    with pytest.raises(KeyInvalid):
        SoftKey(rsa_key.private_key, brainpool.certificate)
    with pytest.raises(CertsError):
        SoftKey(rsa_key.private_key, b"kein Zertifikat")


def test_a_key_shows_nothing_of_itself(rsa_key: SoftKey) -> None:
    assert "Private" not in repr(rsa_key)


def test_pkcs12_keeps_key_certificate_and_issuers(pki: DevPki) -> None:
    issued = pki.ausstellungen["landkreis-auental/signatur"]
    data = write_pkcs12(issued.key, issued.certificate, issued.chain, "geheim", "Name")
    loaded = load_pkcs12(data, "geheim")
    assert (loaded.certificate, set(loaded.chain)) == (issued.certificate, set(issued.chain))
    for broken, password in ((data, "falsch"), (data, ""), (data[:-20], "geheim"), (b"", "")):
        with pytest.raises(KeyInvalid):
            load_pkcs12(broken, password)
