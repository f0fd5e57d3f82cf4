"""Names and extensions of the certificate profiles, after real VHN, DOI and mailbox certificates."""

import hashlib
from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs.anchors import Zweck
from certs.devpki.plan import Eintrag, Profil

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

VHN_NAMES: Final = {
    Zweck.VHN_BEBPO: "VHN - besonderes elektronisches Behördenpostfach",
    Zweck.VHN_JUSTIZ: "VHN - Justiz",
}
KEY_USAGES: Final = {
    Profil.ROOT: ("key_cert_sign", "crl_sign"),
    Profil.CA: ("key_cert_sign", "crl_sign"),
    Profil.POSTFACH_SIGNATUR: ("digital_signature", "content_commitment"),
    Profil.POSTFACH_CHIFFRAT: ("key_encipherment", "data_encipherment"),
    Profil.VHN: ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    Profil.SIGNATUR: ("content_commitment",),
    Profil.TSA: ("digital_signature",),
}
ALL_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def subject(eintrag: Eintrag) -> x509.Name:
    """The subject: for VHN the kind of mailbox as common name, and everywhere the SAFE-ID as UID."""
    name = VHN_NAMES[eintrag.zweck] if eintrag.profil is Profil.VHN and eintrag.zweck in VHN_NAMES else eintrag.name
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "DE")]
    if eintrag.profil in (Profil.ROOT, Profil.CA):
        attributes.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Entwicklung, nicht vertrauenswürdig"))
    else:
        attributes.append(x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "Musterland"))
        attributes.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, _number(eintrag)))
    attributes.append(x509.NameAttribute(NameOID.COMMON_NAME, name))
    if eintrag.safe_id is not None:
        attributes.append(x509.NameAttribute(NameOID.USER_ID, eintrag.safe_id))
    return x509.Name(attributes)


def _number(eintrag: Eintrag) -> str:
    return f"2000{int(hashlib.sha256(eintrag.pfad.encode()).hexdigest(), 16) % 10**12:012d}"


def extensions(profil: Profil, own: PublicKey, issuer: PublicKey) -> Iterator[tuple[x509.ExtensionType, bool]]:
    """The extensions of a profile, each with whether it is critical."""
    authority = profil in (Profil.ROOT, Profil.CA)
    length = {Profil.ROOT: 1, Profil.CA: 0}.get(profil)
    yield x509.BasicConstraints(ca=authority, path_length=length), True
    yield x509.KeyUsage(**{name: name in KEY_USAGES[profil] for name in ALL_KEY_USAGES}), True
    if profil is Profil.VHN:
        yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False
    if profil is Profil.TSA:
        yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True  # RFC 3161 §2.3
    yield x509.SubjectKeyIdentifier.from_public_key(own), False
    if profil is not Profil.ROOT:
        yield x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), False
