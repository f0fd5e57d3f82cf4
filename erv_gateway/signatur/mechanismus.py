"""How a signature scheme is named in CMS and in the API of remote signing services."""

from typing import Final

from asn1crypto import algos

from certs.uris import Schema

DIGEST_BYTES: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
"""What documents are signed with."""


def mechanism(schema: Schema, digest: str) -> algos.SignedDigestAlgorithm:
    if schema is Schema.ECDSA:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_ecdsa"})
    if schema is Schema.RSA_PKCS1:
        return algos.SignedDigestAlgorithm({"algorithm": f"{digest}_rsa"})
    hashed = algos.DigestAlgorithm({"algorithm": digest})
    parameters = algos.RSASSAPSSParams(
        {
            "hash_algorithm": hashed,
            "mask_gen_algorithm": algos.MaskGenAlgorithm({"algorithm": "mgf1", "parameters": hashed}),
            "salt_length": DIGEST_BYTES[digest],  # TR-02102-1 §5.3.1: as long as the digest
        }
    )
    return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": parameters})
