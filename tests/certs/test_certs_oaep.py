"""Taking off OAEP agrees with the library that puts it on, and tells nothing about why it fails."""

from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from hypothesis import given
from hypothesis import strategies as st

from certs import uris
from certs.errors import AlgorithmRefused, KeyInvalid
from certs.oaep import remove_oaep

SIZE = 256
HASHES = ("sha1", "sha256", "sha384", "sha512")


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def bare(wrapped: bytes) -> bytes:
    """What a token gives for CKM_RSA_X_509."""
    numbers = key().private_numbers()
    return pow(int.from_bytes(wrapped), numbers.d, numbers.public_numbers.n).to_bytes(SIZE)


def block(message: bytes, digest: str, mgf: str) -> bytes:
    scheme = padding.OAEP(padding.MGF1(uris.hash_algorithm(mgf)), uris.hash_algorithm(digest), None)
    return bare(key().public_key().encrypt(message, scheme))


@cache
def a_good_block() -> bytes:
    return block(b"k" * 32, "sha256", "sha256")


@pytest.mark.parametrize("digest", HASHES)
@pytest.mark.parametrize("mgf", HASHES)
def test_every_pair_of_hashes(digest: str, mgf: str) -> None:
    for message in (b"", b"\0", b"\1\0\1", bytes(16), b"k" * 32):
        assert remove_oaep(block(message, digest, mgf), digest=digest, mgf=mgf) == message


@given(position=st.integers(0, SIZE - 1), change=st.integers(1, 255))
def test_one_changed_byte_opens_nothing(position: int, change: int) -> None:
    good = bytearray(a_good_block())
    good[position] ^= change
    with pytest.raises(KeyInvalid, match=r"^the wrapped key does not open with this key$"):
        remove_oaep(bytes(good), digest="sha256", mgf="sha256")


@given(value=st.binary(max_size=600))
def test_anything_else_is_refused_in_form(value: bytes) -> None:
    with pytest.raises(KeyInvalid, match=r"^the wrapped key does not open with this key$"):
        remove_oaep(value, digest="sha256", mgf="sha1")


def test_the_uris_of_the_encryption_method() -> None:
    sha256, sha512 = f"{uris.ENC}sha256", f"{uris.ENC11}mgf1sha512"
    assert uris.oaep_hashes(uris.RSA_OAEP, sha256, sha512) == ("sha256", "sha512")
    assert uris.oaep_hashes(uris.RSA_OAEP_MGF1P, sha256, None) == ("sha256", "sha1")
    for wrong in (
        (uris.RSA_1_5, sha256, sha512),
        ("urn:x", sha256, sha512),
        (uris.RSA_OAEP, None, sha512),
        (uris.RSA_OAEP, sha256, None),
        (uris.RSA_OAEP, "urn:x", sha512),
    ):
        with pytest.raises(AlgorithmRefused):
            uris.oaep_hashes(*wrong)
