"""PKCS#12 in and out: a key, its certificate and its issuers in one password-protected file."""

from collections.abc import Iterable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509 import Certificate

from certs.certificate import load
from certs.errors import KeyInvalid
from certs.keys import SoftKey


def load_pkcs12(data: bytes, password: str) -> SoftKey:
    """The one key in `data`. An empty password means none. `KeyInvalid` whatever is wrong."""
    try:
        content = pkcs12.load_pkcs12(data, password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyInvalid("the PKCS#12 file does not open: wrong password, or damaged") from error
    if content.key is None or content.cert is None:
        raise KeyInvalid("the PKCS#12 file holds no key with certificate")
    chain = tuple(extra.certificate.public_bytes(Encoding.DER) for extra in content.additional_certs)
    return SoftKey(content.key, content.cert.certificate.public_bytes(Encoding.DER), chain)


def write_pkcs12(
    key: pkcs12.PKCS12PrivateKeyTypes, certificate: bytes, chain: Iterable[bytes], password: str, name: str
) -> bytes:
    """A PKCS#12 file with AES-256 and PBKDF2; `name` is the friendly name."""
    issuers: list[Certificate] = [load(der) for der in chain]
    encryption = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(name.encode(), key, load(certificate), issuers, encryption)
