"""The algorithm URIs of XML-DSig and XML-Enc as OSCI 1.2 uses them, and what each stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives import hashes

from certs.errors import AlgorithmRefused

DSIG: Final = "http://www.w3.org/2000/09/xmldsig#"
DSIG_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
DSIG_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
ENC: Final = "http://www.w3.org/2001/04/xmlenc#"
ENC11: Final = "http://www.w3.org/2009/xmlenc11#"

RSA_OAEP: Final = f"{ENC11}rsa-oaep"
RSA_OAEP_MGF1P: Final = f"{ENC}rsa-oaep-mgf1p"
RSA_1_5: Final = f"{ENC}rsa-1_5"


class Schema(StrEnum):
    """How a signature is made."""

    RSA_PKCS1 = "rsa-pkcs1"
    RSA_PSS = "rsa-pss"
    ECDSA = "ecdsa"


@dataclass(frozen=True, slots=True)
class Signaturverfahren:
    schema: Schema
    digest: str


def _signatures() -> dict[str, Signaturverfahren]:
    table = {
        f"{DSIG}rsa-sha1": Signaturverfahren(Schema.RSA_PKCS1, "sha1"),
        f"{DSIG_MORE}rsa-ripemd160": Signaturverfahren(Schema.RSA_PKCS1, "ripemd160"),
    }
    for digest in ("sha256", "sha384", "sha512"):
        table[f"{DSIG_MORE}rsa-{digest}"] = Signaturverfahren(Schema.RSA_PKCS1, digest)
        table[f"{DSIG_MORE}ecdsa-{digest}"] = Signaturverfahren(Schema.ECDSA, digest)
    for digest in ("sha256", "sha384", "sha512", "sha3-256", "sha3-384", "sha3-512"):
        table[f"{DSIG_MORE_2007}{digest}-rsa-MGF1"] = Signaturverfahren(Schema.RSA_PSS, digest)
    return table


SIGNATURES: Final[Mapping[str, Signaturverfahren]] = MappingProxyType(_signatures())
"""RSA-PSS here means MGF1 with the same digest and a salt as long as the digest (RFC 9231 §2.3.10)."""

DIGESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"{DSIG}sha1": "sha1",
        f"{ENC}ripemd160": "ripemd160",
        f"{ENC}sha256": "sha256",
        f"{DSIG_MORE}sha384": "sha384",
        f"{ENC}sha512": "sha512",
        f"{DSIG_MORE_2007}sha3-256": "sha3-256",
        f"{DSIG_MORE_2007}sha3-384": "sha3-384",
        f"{DSIG_MORE_2007}sha3-512": "sha3-512",
    }
)

MGFS: Final[Mapping[str, str]] = MappingProxyType(
    {f"{ENC11}mgf1{name}": name for name in ("sha1", "sha224", "sha256", "sha384", "sha512")}
)

SYMMETRIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"{ENC11}aes128-gcm": "aes-gcm",
        f"{ENC11}aes192-gcm": "aes-gcm",
        f"{ENC11}aes256-gcm": "aes-gcm",
        f"{ENC}aes128-cbc": "aes-cbc",
        f"{ENC}aes192-cbc": "aes-cbc",
        f"{ENC}aes256-cbc": "aes-cbc",
        f"{ENC}tripledes-cbc": "3des-cbc",
    }
)

KEY_TRANSPORT: Final[Mapping[str, str]] = MappingProxyType(
    {RSA_OAEP: "rsa-oaep", RSA_OAEP_MGF1P: "rsa-oaep", RSA_1_5: "rsa-1_5"}
)

_HASHES: Final[Mapping[str, type[hashes.HashAlgorithm]]] = MappingProxyType(
    {
        "sha1": hashes.SHA1,
        "sha224": hashes.SHA224,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
        "sha3-224": hashes.SHA3_224,
        "sha3-256": hashes.SHA3_256,
        "sha3-384": hashes.SHA3_384,
        "sha3-512": hashes.SHA3_512,
    }
)


def hash_algorithm(name: str) -> hashes.HashAlgorithm:
    """The hash called `name` ("sha256", "sha3-512"); `AlgorithmRefused` where `cryptography` has none such."""
    if name not in _HASHES:
        raise AlgorithmRefused(f"the hash algorithm {name} is not supported")
    return _HASHES[name]()


def signature_uri(schema: Schema, digest: str) -> str:
    """The URI of a signature scheme with a digest."""
    for uri, verfahren in SIGNATURES.items():
        if verfahren == Signaturverfahren(schema, digest):
            return uri
    raise AlgorithmRefused(f"there is no URI for {schema} with {digest}")


def oaep_hashes(algorithm: str, digest: str | None, mgf: str | None) -> tuple[str, str]:
    """The names of digest and MGF1 hash of an RSA-OAEP; `AlgorithmRefused` for an unknown URI.

    The older URI has no MGF: there it is SHA-1 (XML-Enc 1.1 §5.5.2).
    """
    if algorithm not in KEY_TRANSPORT or algorithm == RSA_1_5:
        raise AlgorithmRefused(f"the key transport {algorithm} is not known")
    mgf_hash = MGFS.get(mgf or "") if algorithm == RSA_OAEP else "sha1"
    digest_hash = DIGESTS.get(digest or "")
    if mgf_hash is None or digest_hash is None:
        raise AlgorithmRefused(f"RSA-OAEP with {digest} and {mgf} is not known")
    return digest_hash, mgf_hash
