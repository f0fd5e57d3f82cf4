"""XML signatures as OSCI uses them (fact sheet 3.6, 3.9): fixed form, listed algorithms, references by exact name."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from erv_gateway.nachweis.befund import Mangel
from erv_gateway.nachweis.xmlbaum import DS, XENC, Element, canonical, children, named, sole_child, text_of

C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
BASE64: Final = f"{DS}base64"
SHA256: Final = f"{XENC}sha256"
MIN_RSA_BITS: Final = 3000
"""BSI TR-02102-1; demanded for EGVP certificates since 2024-01-01."""
MIN_EC_BITS: Final = 250

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
_RSA: Final[Mapping[str, tuple[type[hashes.SHA256 | hashes.SHA512], bool]]] = {
    f"{_MORE}rsa-sha256": (hashes.SHA256, False),
    f"{_MORE}rsa-sha512": (hashes.SHA512, False),
    f"{_MORE_2007}sha256-rsa-MGF1": (hashes.SHA256, True),
    f"{_MORE_2007}sha512-rsa-MGF1": (hashes.SHA512, True),
}
_ECDSA: Final[Mapping[str, type[hashes.SHA256 | hashes.SHA512]]] = {
    f"{_MORE}ecdsa-sha256": hashes.SHA256,
    f"{_MORE}ecdsa-sha512": hashes.SHA512,
}
_DIGESTS: Final[Mapping[str, Callable[[bytes], Any]]] = {SHA256: hashlib.sha256, f"{XENC}sha512": hashlib.sha512}
_NO_WHITE_SPACE: Final = str.maketrans("", "", " \t\r\n")


@dataclass(frozen=True, slots=True)
class Verweis:
    """One ds:Reference."""

    transforms: tuple[str | None, ...]
    method: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class XmlSignatur:
    """A ds:Signature, parsed, not yet verified. `key_id`: the Id that RetrievalMethod names."""

    verweise: Mapping[str, Verweis]
    signed_octets: bytes
    method: str
    value: bytes
    key_id: str

    def require_digest(self, uri: str, transform: str, octets: bytes) -> None:
        """Raises Mangel unless the reference `uri` stands for exactly these octets."""
        verweis = self.verweise[uri]
        if verweis.transforms != (transform,):
            raise Mangel(f"{uri}: unerwartete Umformung in der Signatur")
        if _DIGESTS[verweis.method](octets).digest() != verweis.digest:
            raise Mangel(f"{uri}: Hashwert falsch, der Teil ist verändert")

    def plain_sha256(self, uri: str) -> str:
        """Hex digest of what is signed as it is. Raises Mangel for another method or a transform."""
        verweis = self.verweise[uri]
        if verweis.transforms or verweis.method != SHA256:
            raise Mangel(f"{uri}: nicht mit SHA-256 ohne Umformung unterschrieben")
        return verweis.digest.hex()

    def require_value(self, certificate: x509.Certificate) -> None:
        """Raises Mangel unless the certificate's key made this signature."""
        if not may_sign(certificate):
            raise Mangel("das Zertifikat ist nicht zum Unterschreiben bestimmt")
        key = certificate.public_key()
        try:
            if self.method in _ECDSA:
                _verify_ecdsa(key, _ECDSA[self.method](), self.value, self.signed_octets)
            else:
                _verify_rsa(key, *_RSA[self.method], self.value, self.signed_octets)
        except InvalidSignature as error:
            raise Mangel("die Signatur ist falsch") from error


def parse_signatur(element: Element) -> XmlSignatur:
    """Raises Mangel for any other form or algorithm."""
    info, value, key_info = _three(element)
    parts = children(info)
    if len(parts) < 3 or parts[0].tag != f"{{{DS}}}CanonicalizationMethod" or parts[0].get("Algorithm") != C14N:
        raise Mangel("eine Signatur verwendet eine andere Normalform")
    method = parts[1].get("Algorithm") or ""
    listed = method in _RSA or method in _ECDSA
    if parts[1].tag != f"{{{DS}}}SignatureMethod" or not listed or len(parts[0]) or len(parts[1]):
        raise Mangel(f"Signaturverfahren nicht zugelassen: {method}")
    verweise = [_parse_verweis(part) for part in parts[2:]]
    if len(dict(verweise)) != len(verweise):
        raise Mangel("eine Signatur nennt einen Teil doppelt")
    return XmlSignatur(dict(verweise), canonical(info), method, decode_base64(text_of(value)), retrieval_id(key_info))


def retrieval_id(key_info: Element) -> str:
    """The Id in ds:KeyInfo/ds:RetrievalMethod."""
    uri = sole_child(key_info, DS, "RetrievalMethod").get("URI") or ""
    if not uri.startswith("#") or uri == "#":
        raise Mangel("eine Signatur nennt kein Zertifikat")
    return uri[1:]


def decode_base64(text: str) -> bytes:
    """Base64 with white space anywhere, nothing else. Raises Mangel."""
    try:
        return base64.b64decode(text.translate(_NO_WHITE_SPACE).encode("ascii"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Mangel("fehlerhaftes Base64") from error


def may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError as error:
        raise Mangel("ein Zertifikat ist fehlerhaft") from error
    return usage.digital_signature or usage.content_commitment


def _three(element: Element) -> tuple[Element, Element, Element]:
    parts = children(element)
    expected = [f"{{{DS}}}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo")]
    if element.tag != f"{{{DS}}}Signature" or [part.tag for part in parts] != expected:
        raise Mangel("eine Signatur hat einen unerwarteten Aufbau")
    return parts[0], parts[1], parts[2]


def _parse_verweis(element: Element) -> tuple[str, Verweis]:
    uri = element.get("URI") or ""
    transforms = [_algorithm(item) for block in named(element, DS, "Transforms") for item in children(block)]
    tags = [part.tag for part in children(element)]
    expected = [f"{{{DS}}}{name}" for name in ("Transforms", "DigestMethod", "DigestValue")]
    if element.tag != f"{{{DS}}}Reference" or uri in ("", "#") or tags not in (expected, expected[1:]):
        raise Mangel("eine Signatur hat einen unerwarteten Aufbau")
    method, value = children(element)[-2:]
    if (method.get("Algorithm") or "") not in _DIGESTS:
        raise Mangel(f"Hashverfahren nicht zugelassen: {method.get('Algorithm')}")
    return uri, Verweis(tuple(transforms), method.get("Algorithm") or "", decode_base64(text_of(value)))


def _algorithm(transform: Element) -> str | None:
    if transform.tag != f"{{{DS}}}Transform" or children(transform):
        raise Mangel("eine Umformung in der Signatur ist nicht vorgesehen")
    return transform.get("Algorithm")


def _verify_ecdsa(key: Any, algorithm: hashes.HashAlgorithm, value: bytes, octets: bytes) -> None:
    """r and s, each as long as the field (fact sheet 3.11)."""
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.key_size < MIN_EC_BITS:
        raise Mangel("Schlüssel und Signaturverfahren passen nicht zusammen")
    size = (key.key_size + 7) // 8
    if len(value) != 2 * size:
        raise Mangel("die Signatur hat eine falsche Länge")
    der = encode_dss_signature(int.from_bytes(value[:size]), int.from_bytes(value[size:]))
    key.verify(der, octets, ec.ECDSA(algorithm))


def _verify_rsa(
    key: Any, algorithm: type[hashes.SHA256 | hashes.SHA512], pss: bool, value: bytes, octets: bytes
) -> None:
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        raise Mangel("der Schlüssel ist zu kurz oder passt nicht zum Signaturverfahren")
    digest = algorithm()
    if pss:
        key.verify(value, octets, padding.PSS(padding.MGF1(digest), salt_length=digest.digest_size), digest)
    else:
        key.verify(value, octets, padding.PKCS1v15(), digest)
