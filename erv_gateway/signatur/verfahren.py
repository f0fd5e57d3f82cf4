"""Which signature algorithm a CMS names (by OID), and whether a signature value fits."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from asn1crypto.algos import RSASSAPSSParams

from certs.errors import AlgorithmRefused
from certs.publickey import public_key, verify_ecdsa, verify_eddsa, verify_pkcs1, verify_pss
from certs.uris import hash_algorithm
from erv_gateway.signatur.tlv import Tlv, oid

DIGESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1.2.840.113549.2.5": "md5",
        "1.3.14.3.2.26": "sha1",
        "1.3.36.3.2.1": "ripemd160",
        "2.16.840.1.101.3.4.2.4": "sha224",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
        "2.16.840.1.101.3.4.2.8": "sha3-256",
        "2.16.840.1.101.3.4.2.9": "sha3-384",
        "2.16.840.1.101.3.4.2.10": "sha3-512",
    }
)

_FOLLOWS_DIGEST: Final = ""
_PKCS1: Final = {
    "1.2.840.113549.1.1.1": _FOLLOWS_DIGEST,
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.14": "sha224",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "2.16.840.1.101.3.4.3.14": "sha3-256",
    "2.16.840.1.101.3.4.3.15": "sha3-384",
    "2.16.840.1.101.3.4.3.16": "sha3-512",
}
_ECDSA: Final = {
    "1.2.840.10045.2.1": _FOLLOWS_DIGEST,
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.1": "sha224",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
    "2.16.840.1.101.3.4.3.10": "sha3-256",
    "2.16.840.1.101.3.4.3.11": "sha3-384",
    "2.16.840.1.101.3.4.3.12": "sha3-512",
}
# BSI TR-03111 §5.2.1: r || s instead of the DER pair; German signature cards use it
_PLAIN_ECDSA: Final = {
    "0.4.0.127.0.7.1.1.4.1.1": "sha1",
    "0.4.0.127.0.7.1.1.4.1.2": "sha224",
    "0.4.0.127.0.7.1.1.4.1.3": "sha256",
    "0.4.0.127.0.7.1.1.4.1.4": "sha384",
    "0.4.0.127.0.7.1.1.4.1.5": "sha512",
}
_PSS: Final = "1.2.840.113549.1.1.10"
_EDDSA: Final = frozenset({"1.3.101.112", "1.3.101.113"})


@dataclass(frozen=True, slots=True)
class Verfahren:
    """`schema`: rsa-pkcs1, rsa-pss, ecdsa, ecdsa-plain or eddsa. `mgf` and `salt` only for RSA-PSS."""

    schema: str
    digest: str
    mgf: str = ""
    salt: int = 0

    @property
    def rated_schema(self) -> str:
        """The name under which the table of algorithms knows it."""
        return {"ecdsa-plain": "ecdsa", "eddsa": "ed25519"}.get(self.schema, self.schema)


def digest_name(algorithm: Tlv) -> str:
    """The digest of an AlgorithmIdentifier; `AlgorithmRefused` when it is not known."""
    name = oid(algorithm.child(0, 0x06))
    if name not in DIGESTS:
        raise AlgorithmRefused(f"the digest algorithm {name} is not known")
    return DIGESTS[name]


def signature_scheme(algorithm: Tlv, digest: str) -> Verfahren:
    """The scheme of a signatureAlgorithm; `digest` is the signer's digestAlgorithm, for schemes that name none."""
    name = oid(algorithm.child(0, 0x06))
    for schema, table in (("rsa-pkcs1", _PKCS1), ("ecdsa", _ECDSA), ("ecdsa-plain", _PLAIN_ECDSA)):
        if name in table:
            return Verfahren(schema, table[name] or digest)
    if name == _PSS:
        return _pss(algorithm)
    if name in _EDDSA:
        return Verfahren("eddsa", digest)
    raise AlgorithmRefused(f"the signature algorithm {name} is not known")


def _pss(algorithm: Tlv) -> Verfahren:
    """RFC 4055 §3.1; missing parameters mean SHA-1 and a salt of 20 bytes."""
    parts = algorithm.children()
    parameters = RSASSAPSSParams.load(parts[1].raw, strict=True) if len(parts) > 1 else RSASSAPSSParams({})
    generator = parameters["mask_gen_algorithm"]
    if generator["algorithm"].native != "mgf1" or parameters["trailer_field"].native != "trailer_field_bc":
        raise AlgorithmRefused("RSA-PSS with other than MGF1 and trailer 1")
    digests = [
        DIGESTS.get(identifier["algorithm"].dotted, "")
        for identifier in (parameters["hash_algorithm"], generator["parameters"])
    ]
    if not all(digests):
        raise AlgorithmRefused("RSA-PSS with an unknown digest")
    return Verfahren("rsa-pss", digests[0], digests[1], int(parameters["salt_length"].native))


def verify(certificate: bytes, verfahren: Verfahren, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` fits the key of `certificate` (DER).

    `AlgorithmRefused` (or `CertificateInvalid`) when it cannot be computed at all.
    """
    key = public_key(certificate)
    if verfahren.schema == "eddsa":
        return verify_eddsa(key, signature, message)
    return verify_digest(certificate, verfahren, signature, digest_of(verfahren.digest, message))


def verify_digest(certificate: bytes, verfahren: Verfahren, signature: bytes, digest: bytes) -> bool:
    """Like `verify`, for a message of which only the digest is at hand."""
    key, hashed = public_key(certificate), hash_algorithm(verfahren.digest)
    if verfahren.schema == "rsa-pkcs1":
        return verify_pkcs1(key, signature, digest, hashed)
    if verfahren.schema == "rsa-pss":
        return verify_pss(key, signature, digest, hashed, hash_algorithm(verfahren.mgf), verfahren.salt)
    if verfahren.schema == "eddsa":
        raise AlgorithmRefused("EdDSA cannot be checked from a digest")
    return verify_ecdsa(key, signature, digest, hashed, plain=verfahren.schema == "ecdsa-plain")


def new_hash(name: str) -> "hashlib._Hash":
    try:
        return hashlib.new(name.replace("-", "_"))
    except ValueError as error:
        raise AlgorithmRefused(f"the digest algorithm {name} is not available") from error


def digest_of(name: str, message: bytes) -> bytes:
    state = new_hash(name)
    state.update(message)
    return state.digest()
