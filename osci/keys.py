"""Private keys as the protocol needs them: in a file, a token or a remote service, osci does not care."""

from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from osci import algorithms as a
from osci.errors import LocalProtocolError, RemoteProtocolError, UnusableKey

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha3_256": hashes.SHA3_256,
    "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}


class SigningKey(Protocol):
    """Signs with the key that belongs to `certificate` (DER)."""

    @property
    def certificate(self) -> bytes: ...

    def sign(self, data: bytes, algorithm: str) -> bytes:
        """The SignatureValue over `data` (not yet hashed) for a signature algorithm URI of section 3.11.

        RSA: the signature as it is; ECDSA: r || s, each padded to the field length.
        """
        ...


class DecryptionKey(Protocol):
    """Opens keys that were wrapped for `certificate` (DER); found by comparing the certificate byte for byte."""

    @property
    def certificate(self) -> bytes: ...

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:
        """The session key. `digest` and `mgf` are the OAEP URIs (None with RSA 1.5).

        Raises UnusableKey (9202) where the value cannot be opened.
        """
        ...


class SoftKey:
    """Both protocols over a private key object of `cryptography` and its certificate (DER)."""

    def __init__(self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, certificate: bytes) -> None:
        self._key = key
        self.certificate = certificate

    def sign(self, data: bytes, algorithm: str) -> bytes:
        scheme = a.SIGNATURES.get(algorithm)
        if scheme is None:
            raise LocalProtocolError(f"unknown signature algorithm {algorithm}")
        digest = hash_algorithm(scheme.digest)
        if isinstance(self._key, rsa.RSAPrivateKey):
            if scheme.family == "ecdsa":
                raise LocalProtocolError("an RSA key cannot make an ECDSA signature")
            return self._key.sign(data, rsa_padding(scheme), digest)
        if scheme.family != "ecdsa":
            raise LocalProtocolError("an EC key cannot make an RSA signature")
        r, s = decode_dss_signature(self._key.sign(data, ec.ECDSA(digest)))
        size = field_bytes(self._key.curve)
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def unwrap(self, wrapped: bytes, *, algorithm: str, digest: str | None, mgf: str | None) -> bytes:
        if not isinstance(self._key, rsa.RSAPrivateKey):
            raise RemoteProtocolError("9202", "a key was wrapped for a certificate that is not RSA")
        try:
            return self._key.decrypt(wrapped, transport_padding(algorithm, digest, mgf))
        except (ValueError, UnsupportedAlgorithm) as error:
            raise UnusableKey("9202", "the wrapped key cannot be opened") from error


def soft_key(key: object, certificate: bytes) -> SoftKey:
    """A SoftKey if the type of the private key fits, else LocalProtocolError."""
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise LocalProtocolError("only RSA and EC keys are used in OSCI")
    return SoftKey(key, certificate)


def hash_algorithm(name: str) -> hashes.HashAlgorithm:
    return _HASHES[name]()


def rsa_padding(scheme: a.SignatureScheme) -> padding.AsymmetricPadding:
    """Section 3.11: PSS with MGF1 of the same digest and a salt as long as the digest."""
    if scheme.family == "rsa":
        return padding.PKCS1v15()
    digest = hash_algorithm(scheme.digest)
    return padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)


def transport_padding(algorithm: str, digest: str | None, mgf: str | None) -> padding.AsymmetricPadding:
    """Padding of a key transport. OAEP needs both DigestMethod and MGF (section 3.11)."""
    if algorithm == a.RSA_1_5:
        return padding.PKCS1v15()
    if algorithm != a.RSA_OAEP or digest not in a.DIGESTS or mgf not in a.MGF_DIGESTS:
        raise RemoteProtocolError("9202", "key transport algorithm or its parameters unknown")
    mgf1 = padding.MGF1(hash_algorithm(a.MGF_DIGESTS[mgf]))
    return padding.OAEP(mgf=mgf1, algorithm=hash_algorithm(a.DIGESTS[digest]), label=None)


def field_bytes(curve: ec.EllipticCurve) -> int:
    return (curve.key_size + 7) // 8


@dataclass(frozen=True, slots=True)
class PublicSide:
    """What the protocol needs of a certificate. `may_sign`: no KeyUsage, or one that allows signatures (chapter 2)."""

    key: CertificatePublicKeyTypes
    may_sign: bool
    subject: str


def parse_certificate(der: bytes) -> PublicSide:
    """Everything that is needed of a certificate, or RemoteProtocolError 9100; nothing is looked up later."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        name = certificate.subject.rfc4514_string()
        certificate.issuer, certificate.not_valid_before_utc, certificate.not_valid_after_utc  # noqa: B018 - read late
        return PublicSide(certificate.public_key(), _may_sign(certificate), name)
    except _UNREADABLE as error:
        raise RemoteProtocolError("9100", "a certificate in the message cannot be read") from error


def public_key(der: bytes) -> CertificatePublicKeyTypes:
    """The key alone, for writing with or for the holder of the certificate; RemoteProtocolError 9100."""
    try:
        return x509.load_der_x509_certificate(der).public_key()
    except _UNREADABLE as error:
        raise RemoteProtocolError("9100", "a certificate in the message cannot be read") from error


_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""All that `cryptography` raises for certificates of strangers."""


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def subject(der: bytes) -> str:
    """RFC 4514 subject as text, for reports."""
    try:
        return parse_certificate(der).subject
    except RemoteProtocolError:
        return "(nicht lesbar)"
