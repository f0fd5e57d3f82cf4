"""From a plan and its keys to certificates. Pure: keys and the moment come from the caller."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from certs.anchors import Zweck
from certs.devpki.plan import Eintrag, Plan, Profil, entries
from certs.devpki.profiles import extensions, subject
from certs.errors import PkiInvalid

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

# TR-03116-4 §6: root at most 6 years, sub-CA 5, end entity 3
YEARS: Final = {Profil.ROOT: 6, Profil.CA: 5}
LEAF_YEARS: Final = 3
BACKDATED: Final = timedelta(days=1)  # lets clocks differ
YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Ausstellung:
    """One issued certificate with its key; `chain` holds the issuers from the nearest to the root, DER."""

    eintrag: Eintrag
    key: PrivateKey
    certificate: bytes
    chain: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class DevPki:
    plan: Plan
    ausstellungen: Mapping[str, Ausstellung]
    """By path, such as "stadt-musterfurt/vhn"."""

    def anchors(self) -> Mapping[Zweck, bytes]:
        """The issuing CA of every purpose, DER."""
        return {zweck: self.ausstellungen[f"ca/{zweck}-ca"].certificate for zweck in Zweck}


def build(plan: Plan, keys: Mapping[str, PrivateKey], now: datetime) -> DevPki:
    """The certificates of `plan`, valid from a day before `now` (aware). `keys` has one key per path of `entries`."""
    issued: dict[str, Ausstellung] = {}
    for eintrag in entries(plan):
        if eintrag.pfad not in keys:
            raise PkiInvalid(f"no key for {eintrag.pfad}")
        issued[eintrag.pfad] = issue(eintrag, keys[eintrag.pfad], _issuer(eintrag, issued), now)
    return DevPki(plan, issued)


def _issuer(eintrag: Eintrag, issued: Mapping[str, Ausstellung]) -> Ausstellung | None:
    if eintrag.profil is Profil.ROOT:
        return None
    return issued["ca/root" if eintrag.profil is Profil.CA else f"ca/{eintrag.zweck}-ca"]


def issue(
    eintrag: Eintrag,
    key: PrivateKey,
    issuer: Ausstellung | None,
    now: datetime,
    *,
    lifetime: timedelta | None = None,
) -> Ausstellung:
    """One certificate of the entry's profile, self-signed when there is no issuer."""
    issuer_name = subject(eintrag) if issuer is None else subject(issuer.eintrag)
    start = now - BACKDATED
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject(eintrag))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + (lifetime or YEAR * YEARS.get(eintrag.profil, LEAF_YEARS)))
    )
    signing_key = key if issuer is None else issuer.key
    for extension, critical in extensions(eintrag.profil, key.public_key(), signing_key.public_key()):
        builder = builder.add_extension(extension, critical=critical)
    certificate = _sign(builder, eintrag, signing_key).public_bytes(Encoding.DER)
    chain = () if issuer is None else (issuer.certificate, *issuer.chain)
    return Ausstellung(eintrag, key, certificate, chain)


def _sign(builder: x509.CertificateBuilder, eintrag: Eintrag, key: PrivateKey) -> x509.Certificate:
    """RSASSA-PSS with SHA-512 as in the VHN hierarchy; mailbox certificates with PKCS#1 v1.5 as the DOI-CA issues."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return builder.sign(key, hashes.SHA256())
    if eintrag.profil in (Profil.POSTFACH_SIGNATUR, Profil.POSTFACH_CHIFFRAT):
        return builder.sign(key, hashes.SHA256(), rsa_padding=padding.PKCS1v15())
    digest = hashes.SHA512()
    pss = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    return builder.sign(key, digest, rsa_padding=pss)
