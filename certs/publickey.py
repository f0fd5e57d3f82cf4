"""Verifying one signature value with the public key of a certificate: every scheme German practice knows."""

from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from certs.certificate import load
from certs.errors import AlgorithmRefused, CertificateInvalid
from certs.uris import hash_algorithm

MAX_RSA_BITS: Final = 16384  # ours; larger moduli only cost time
MAX_RSA_EXPONENT_BITS: Final = 64  # ours; 65537 everywhere, huge exponents make verifying a burden


def public_key(certificate: bytes) -> PublicKeyTypes:
    """The public key of a certificate (DER); `CertificateInvalid` where it is broken or absurdly large."""
    try:
        key = load(certificate).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CertificateInvalid(f"the public key cannot be read: {error}") from error
    if isinstance(key, rsa.RSAPublicKey) and not _bearable(key):
        raise CertificateInvalid("the RSA key is larger than can be checked")
    return key


def _bearable(key: rsa.RSAPublicKey) -> bool:
    return key.key_size <= MAX_RSA_BITS and key.public_numbers().e.bit_length() <= MAX_RSA_EXPONENT_BITS


def verify_pkcs1(key: PublicKeyTypes, signature: bytes, digest: bytes, hash_algorithm: hashes.HashAlgorithm) -> bool:
    """RSASSA-PKCS1-v1_5 over a finished digest."""
    rsa_key = _rsa(key)
    return _holds(lambda: rsa_key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hash_algorithm)))


def verify_pss(
    key: PublicKeyTypes,
    signature: bytes,
    digest: bytes,
    hash_algorithm: hashes.HashAlgorithm,
    mgf: hashes.HashAlgorithm,
    salt: int,
) -> bool:
    """RSASSA-PSS over a finished digest; `mgf` is the hash of MGF1, `salt` is its length in bytes."""
    rsa_key = _rsa(key)
    scheme = padding.PSS(mgf=padding.MGF1(mgf), salt_length=salt)
    return _holds(lambda: rsa_key.verify(signature, digest, scheme, Prehashed(hash_algorithm)))


def verify_ecdsa(
    key: PublicKeyTypes, signature: bytes, digest: bytes, hash_algorithm: hashes.HashAlgorithm, *, plain: bool
) -> bool:
    """ECDSA over a finished digest; `plain`: r || s (BSI TR-03111 §5.2.1), otherwise the DER pair."""
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise AlgorithmRefused("the certificate has no elliptic curve key")
    value = plain_to_der(signature, key.curve.key_size) if plain else signature
    return value is not None and _holds(lambda: key.verify(value, digest, ec.ECDSA(Prehashed(hash_algorithm))))


def verify_eddsa(key: PublicKeyTypes, signature: bytes, message: bytes) -> bool:
    """Ed25519 or Ed448 over the message itself (RFC 8419)."""
    if not isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        raise AlgorithmRefused("the certificate has no Edwards curve key")
    return _holds(lambda: key.verify(signature, message))


def plain_to_der(signature: bytes, curve_bits: int) -> bytes | None:
    """r || s, each as long as the order of the curve, as DER; None where the length is wrong."""
    width = (curve_bits + 7) // 8
    if len(signature) != 2 * width:
        return None
    return encode_dss_signature(int.from_bytes(signature[:width]), int.from_bytes(signature[width:]))


def digest_of(name: str, message: bytes) -> bytes:
    """The digest of `message`; `AlgorithmRefused` where there is no hash of that name."""
    state = hashes.Hash(hash_algorithm(name))
    state.update(message)
    return state.finalize()


def _rsa(key: PublicKeyTypes) -> rsa.RSAPublicKey:
    if not isinstance(key, rsa.RSAPublicKey):
        raise AlgorithmRefused("the certificate has no RSA key")
    return key


def _holds(check: Callable[[], None]) -> bool:
    try:
        check()
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AlgorithmRefused(f"the signature cannot be computed: {error}") from error
    return True
