"""The signer of every document: a key, wherever it lies, in the shape pyHanko asks for.

pyHanko's own signer parses the RSA key again at every signature, twice per PDF; ours keeps it (5 to 7 times faster).
"""

from datetime import datetime
from typing import Final, Self

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.sign.signers.pdf_cms import Signer as PdfCmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certs.algorithms import Eignung, Verwendung, rate_key
from certs.certificate import facts
from certs.errors import AlgorithmRefused
from certs.keys import KeyHandle
from certs.publickey import plain_to_der, public_key
from certs.uris import Schema, signature_uri
from erv_gateway.signatur.fehler import SchluesselInvalid
from erv_gateway.signatur.mechanismus import DIGEST_BYTES, mechanism
from erv_gateway.signatur.rohsigner import KeySigner, RawSigner

DER_OVERHEAD: Final = 16  # two INTEGER headers, two sign bytes, one SEQUENCE header of up to 3 bytes


class Signer(PdfCmsSigner):
    """Signs with any `RawSigner` or `KeyHandle`: RSA (PSS, or PKCS#1 v1.5 with `pss=False`), ECDSA on P-256 and
    brainpool curves.

    `digest` is sha256, sha384 or sha512. The issuers stored with the key go into the signature, without the root.
    """

    def __init__(self, key: KeyHandle | RawSigner, *, pss: bool = True, digest: str = "sha256") -> None:
        if digest not in DIGEST_BYTES:
            raise SchluesselInvalid(f"signing with {digest} is not offered")
        self.raw = key if isinstance(key, RawSigner) else KeySigner(key)
        self.digest = digest
        self._pss = pss
        self._schema, self._width = _scheme(key.certificate, pss=pss)
        issuers = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        issuers.register_multiple([x509.Certificate.load(der) for der in key.chain])
        super().__init__(
            signing_cert=x509.Certificate.load(key.certificate),
            cert_registry=issuers,
            signature_mechanism=mechanism(self._schema, digest),
            embed_roots=False,
        )

    @property
    def certificate(self) -> bytes:
        """DER of the signing certificate."""
        return self.raw.certificate

    def over(self, raw: RawSigner) -> Self:
        """The same manner of signing by other means, as a batch needs it."""
        return type(self)(raw, pss=self._pss, digest=self.digest)

    def check_fit(self, at: datetime, verwendung: Verwendung = Verwendung.SIGNATUR) -> None:
        """`SchluesselInvalid` when the key is not good any more for new signatures at the moment `at`, or not valid."""
        gueltig = facts(self.certificate)
        if not gueltig.gueltig_ab <= at <= gueltig.gueltig_bis:
            raise SchluesselInvalid(
                f"the signing certificate is valid from {gueltig.gueltig_ab} to {gueltig.gueltig_bis}"
            )
        rating = rate_key(self.certificate, verwendung, at)
        if rating.eignung is not Eignung.OK:
            raise SchluesselInvalid(f"the signing key is refused: {rating.grund} ({rating.quelle})")

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != self.digest:
            raise SchluesselInvalid(f"this signer uses {self.digest}, not {digest_algorithm}")
        if dry_run:
            return bytes(2 * self._width + DER_OVERHEAD if self._schema is Schema.ECDSA else self._width)
        (signature,) = await self.raw.sign_all([data], signature_uri(self._schema, self.digest))
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
