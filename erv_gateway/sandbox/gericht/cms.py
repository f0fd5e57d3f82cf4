"""The court's own check of a detached CMS signature (RFC 5652 §5.4), independent of the sender's code.

One signer, certificate inside, issuer among the anchors given. Enough for a VHN, and small enough to be read.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate, load_pem_x509_certificates

from erv_gateway.kern.fehler import EingabeRefused

HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = MappingProxyType(
    {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
)


class CmsRefused(EingabeRefused):
    """The signature does not hold; the message says why, in German (it goes into the court's Befund)."""

    code = "cms"


def check_detached(signature: bytes, content: bytes, anchors: Sequence[Certificate], at: datetime) -> Certificate:
    """The signer's certificate. Raises CmsRefused for everything that is not a right signature of a trusted signer."""
    try:
        return _check(signature, content, anchors, at)
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm, InvalidVersion, RecursionError) as error:
        raise CmsRefused("Signaturdatei ist nicht lesbar") from error


def load_anchors(folder: Path) -> tuple[Certificate, ...]:
    """All certificates of the PEM files in `folder`."""
    files = sorted(folder.glob("*.pem"))
    return tuple(certificate for file in files for certificate in load_pem_x509_certificates(file.read_bytes()))


def _check(signature: bytes, content: bytes, anchors: Sequence[Certificate], at: datetime) -> Certificate:
    info = cms.ContentInfo.load(signature, strict=True)
    _require(info["content_type"].native == "signed_data", "keine Signatur (SignedData)")
    data = info["content"]
    _require(len(data["signer_infos"]) == 1, "nicht genau eine Unterschrift")
    signer = data["signer_infos"][0]
    certificate = _certificate(data, signer)
    digest = str(signer["digest_algorithm"]["algorithm"].native)
    _require(digest in HASHES, f"Hashverfahren {digest} wird nicht angenommen")
    _require(_attribute(signer, "message_digest") == hashlib.new(digest, content).digest(), "Hash des Inhalts falsch")
    _require(_attribute(signer, "content_type") == data["encap_content_info"]["content_type"].native, "falsche Art")
    _verify(certificate, signer, digest)
    _trust(certificate, anchors, at)
    return certificate


def _certificate(data: cms.SignedData, signer: cms.SignerInfo) -> Certificate:
    wanted = signer["sid"].chosen
    for choice in data["certificates"]:
        certificate = choice.chosen
        same = certificate.serial_number == wanted["serial_number"].native and certificate.issuer == wanted["issuer"]
        if same:
            return load_der_x509_certificate(certificate.dump())
    raise CmsRefused("Zertifikat der Unterschrift fehlt")


def _attribute(signer: cms.SignerInfo, kind: str) -> object:
    values = [attribute["values"] for attribute in signer["signed_attrs"] if attribute["type"].native == kind]
    _require(len(values) == 1 and len(values[0]) == 1, f"Attribut {kind} fehlt")
    return values[0][0].native


def _verify(certificate: Certificate, signer: cms.SignerInfo, digest: str) -> None:
    signed = signer["signed_attrs"].untag().dump()
    value = signer["signature"].native
    algorithm = HASHES[digest]
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(value, signed, _padding(signer, algorithm), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, signed, ec.ECDSA(algorithm))
        else:
            raise CmsRefused("Schlüsselart der Unterschrift wird nicht angenommen")
    except InvalidSignature as error:
        raise CmsRefused("Unterschrift passt nicht zum Inhalt") from error


def _padding(signer: cms.SignerInfo, algorithm: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    name = signer["signature_algorithm"]["algorithm"].native
    if name != "rsassa_pss":
        return padding.PKCS1v15()
    salt = signer["signature_algorithm"]["parameters"]["salt_length"].native
    return padding.PSS(mgf=padding.MGF1(algorithm), salt_length=int(salt))


def _trust(certificate: Certificate, anchors: Sequence[Certificate], at: datetime) -> None:
    _require(
        certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc, "Zertifikat ist nicht mehr gültig"
    )
    _require(any(_issued_by(certificate, anchor) for anchor in anchors), "Aussteller des Zertifikats ist unbekannt")


def _issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise CmsRefused(reason)
