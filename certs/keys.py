"""Key handles: something that signs and unwraps, wherever the private key lives.

`KeyHandle` has the shape that `osci` asks for (its `SigningKey` and `DecryptionKey`), without importing it.
"""

from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certs import uris
from certs.errors import AlgorithmRefused, KeyInvalid
from certs.publickey import public_key


class KeyHandle(Protocol):
    """A private key with its certificate. Two kinds exist from the start: soft keys, and those of remote devices."""

    @property
    def certificate(self) -> bytes:
        """DER of the certificate."""
        ...

    @property
    def chain(self) -> tuple[bytes, ...]:
        """DER of the issuers that were stored with the key, without the certificate itself."""
        ...

    def sign(self, data: bytes, algorithm: str) -> bytes:
        """The signature over `data`, as XML-DSig has it on the wire: for ECDSA r || s, each of the field's length.

        Raises `AlgorithmRefused` for a URI that is unknown or does not fit the key.
        """
        ...

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:
        """The symmetric key that was wrapped for this key; the arguments are the URIs of the EncryptionMethod
        (no digest and MGF with RSA 1.5).

        Raises `KeyInvalid` when it does not open, `AlgorithmRefused` for an unknown URI.
        """
        ...


@dataclass(frozen=True, slots=True)
class SoftKey:
    """A key in memory, parsed once. `KeyInvalid` when it does not belong to the certificate."""

    private_key: PrivateKeyTypes
    certificate: bytes
    chain: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        own = self.private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        certified = public_key(self.certificate).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if own != certified:
            raise KeyInvalid("the private key does not belong to the certificate")

    def __repr__(self) -> str:
        return f"SoftKey({len(self.certificate)} bytes of certificate)"

    def sign(self, data: bytes, algorithm: str) -> bytes:
        verfahren = uris.SIGNATURES.get(algorithm)
        if verfahren is None:
            raise AlgorithmRefused(f"the signature algorithm {algorithm} is not known")
        if verfahren.schema is uris.Schema.ECDSA:
            return _sign_ecdsa(self.private_key, data, verfahren.digest)
        return _sign_rsa(self.private_key, data, verfahren)

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:
        key = self.private_key
        if not isinstance(key, rsa.RSAPrivateKey):
            raise KeyInvalid("only an RSA key can unwrap")
        scheme = _unwrap_padding(algorithm, digest, mgf)
        try:
            return key.decrypt(wrapped, scheme)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise KeyInvalid("the wrapped key does not open with this key") from error


def _sign_rsa(key: PrivateKeyTypes, data: bytes, verfahren: uris.Signaturverfahren) -> bytes:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise AlgorithmRefused("an RSA signature needs an RSA key")
    digest = uris.hash_algorithm(verfahren.digest)
    if verfahren.schema is uris.Schema.RSA_PKCS1:
        return key.sign(data, padding.PKCS1v15(), digest)
    return key.sign(data, padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size), digest)


def _sign_ecdsa(key: PrivateKeyTypes, data: bytes, digest: str) -> bytes:
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise AlgorithmRefused("an ECDSA signature needs an elliptic curve key")
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(uris.hash_algorithm(digest))))
    width = (key.curve.key_size + 7) // 8
    return r.to_bytes(width) + s.to_bytes(width)


def _unwrap_padding(algorithm: str, digest: str | None, mgf: str | None) -> padding.AsymmetricPadding:
    if algorithm == uris.RSA_1_5:
        return padding.PKCS1v15()  # whether old mail may still be read so is the reader's policy, not the key's
    digest_hash, mgf_hash = uris.oaep_hashes(algorithm, digest, mgf)
    return padding.OAEP(
        mgf=padding.MGF1(uris.hash_algorithm(mgf_hash)), algorithm=uris.hash_algorithm(digest_hash), label=None
    )
