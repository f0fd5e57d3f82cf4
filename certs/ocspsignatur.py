"""The signature of an OCSP response: with every scheme that German responders use, RSA-PSS among them."""

from typing import Final

from asn1crypto.ocsp import OCSPResponse as RawResponse
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from certs.errors import AlgorithmRefused, CertsError
from certs.publickey import digest_of, public_key, verify_ecdsa, verify_eddsa, verify_pkcs1, verify_pss
from certs.sperraussage import require_strength
from certs.uris import hash_algorithm

EDDSA: Final = frozenset({"1.3.101.112", "1.3.101.113"})
PLAIN_ECDSA: Final = {  # BSI TR-03111 §5.2.1
    "0.4.0.127.0.7.1.1.4.1.3": "sha256",
    "0.4.0.127.0.7.1.1.4.1.4": "sha384",
    "0.4.0.127.0.7.1.1.4.1.5": "sha512",
}


def is_signed_by(der: bytes, response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    """Whether the value fits the key of `signer`; `BelegUnusable` when it fits with an algorithm that is forbidden."""
    certificate = signer.public_bytes(Encoding.DER)
    try:
        fits, digest = _fits(der, response, certificate)
    except (CertsError, ValueError, TypeError, KeyError):
        return False  # a key of another kind than the value needs
    if fits:
        require_strength(certificate, digest, response.produced_at_utc)
    return fits


def _fits(der: bytes, response: ocsp.OCSPResponse, certificate: bytes) -> tuple[bool, str]:
    oid = response.signature_algorithm_oid.dotted_string
    key, value, message = public_key(certificate), response.signature, response.tbs_response_bytes
    if oid in EDDSA:
        return verify_eddsa(key, value, message), "sha512"
    if oid in PLAIN_ECDSA:
        digest = PLAIN_ECDSA[oid]
        hashed = digest_of(digest, message)
        return verify_ecdsa(key, value, hashed, hash_algorithm(digest), plain=True), digest
    algorithm = RawResponse.load(der).basic_ocsp_response["signature_algorithm"]
    digest = _name(algorithm.hash_algo)
    hashed, hasher = digest_of(digest, message), hash_algorithm(digest)
    match algorithm.signature_algo:
        case "rsassa_pkcs1v15":
            return verify_pkcs1(key, value, hashed, hasher), digest
        case "rsassa_pss":
            mask = _name(algorithm["parameters"]["mask_gen_algorithm"]["parameters"]["algorithm"].native)
            salt = int(algorithm["parameters"]["salt_length"].native)
            return verify_pss(key, value, hashed, hasher, hash_algorithm(mask), salt), digest
        case "ecdsa":
            return verify_ecdsa(key, value, hashed, hasher, plain=False), digest
    raise AlgorithmRefused(f"the signature algorithm {oid} is not known")


def _name(native: str) -> str:
    """asn1crypto writes sha3_256 where the tables here say sha3-256."""
    return native.replace("_", "-")
