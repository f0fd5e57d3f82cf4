"""A PKI for the purpose: certificates of every good and bad kind, and what OCSP responders and CRLs say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import algos, core
from asn1crypto import ocsp as raw_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint
from certs.keys import SoftKey
from erv_gateway.signatur.cms_belege import whole_response

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
ANFANG = datetime(2020, 1, 1, tzinfo=UTC)
ENDE = datetime(2060, 1, 1, tzinfo=UTC)
USAGES = (
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
SIGNS = ("content_commitment",)
AUTHORITY = ("key_cert_sign", "crl_sign")


@dataclass(frozen=True)
class Stelle:
    """A key with its certificate; `chain` are the issuers above, nearest first."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[bytes, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def soft(self) -> SoftKey:
        return SoftKey(self.key, self.der, self.chain)


@dataclass(frozen=True)
class Wunsch:
    """What is special about a certificate."""

    ab: datetime = ANFANG
    bis: datetime = ENDE
    usage: Sequence[str] = SIGNS
    purposes: Sequence[x509.ObjectIdentifier] = ()
    ocsp: Sequence[str] = ()
    crl: Sequence[str] = ()
    issuers: Sequence[str] = ()
    ca: bool = False
    pss: bool = False
    extra: Sequence[tuple[x509.ExtensionType, bool]] = ()
    uid: str | None = None


def p256() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def certify(name: str, issuer: Stelle | None, wunsch: Wunsch | None = None, key: PrivateKey | None = None) -> Stelle:
    """A certificate for `name`; self-signed without an issuer."""
    wish, own = wunsch or Wunsch(), key or p256()
    signing = own if issuer is None else issuer.key
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if wish.uid is not None:
        attributes.append(x509.NameAttribute(NameOID.USER_ID, wish.uid))
    subject = x509.Name(attributes)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(wish.ab)
        .not_valid_after(wish.bis)
    )
    for extension, critical in _extensions(wish, own, signing):
        builder = builder.add_extension(extension, critical)
    chain = () if issuer is None else (issuer.der, *issuer.chain)
    scheme: dict[str, Any] = {}
    if wish.pss and isinstance(signing, rsa.RSAPrivateKey):
        scheme = {"rsa_padding": padding.PSS(padding.MGF1(hashes.SHA256()), 32)}
    return Stelle(own, builder.sign(signing, hashes.SHA256(), **scheme), chain)


def _extensions(wish: Wunsch, own: PrivateKey, signing: PrivateKey) -> list[tuple[x509.ExtensionType, bool]]:
    usage = AUTHORITY if wish.ca else wish.usage
    found: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=wish.ca, path_length=None), True),
        (x509.KeyUsage(**{name: name in usage for name in USAGES}), True),
        (x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), False),
        *wish.extra,
    ]
    if wish.purposes:
        found.append((x509.ExtendedKeyUsage(wish.purposes), ExtendedKeyUsageOID.TIME_STAMPING in wish.purposes))
    access = [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, _uri(url)) for url in wish.ocsp]
    access += [x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, _uri(url)) for url in wish.issuers]
    if access:
        found.append((x509.AuthorityInformationAccess(access), False))
    if wish.crl:
        points = [x509.DistributionPoint([_uri(url)], None, None, None) for url in wish.crl]
        found.append((x509.CRLDistributionPoints(points), False))
    return found


def _uri(url: str) -> x509.UniformResourceIdentifier:
    return x509.UniformResourceIdentifier(url)


def anchor(zweck: Zweck, stelle: Stelle, *, rollen: frozenset[str] = frozenset()) -> Anchor:
    return Anchor(zweck, stelle.der, rollen, ANFANG, None, "Prüf-PKI", fingerprint(stelle.der))


def trust(*anchors: Anchor) -> Anchors:
    return Anchors(anchors)


@dataclass(frozen=True)
class Sperre:
    am: datetime
    reason: x509.ReasonFlags | None = None
    invalid_from: datetime | None = None


def ocsp_answer(
    subject: Stelle,
    issuer: Stelle,
    stand: datetime,
    *,
    sperre: Sperre | None = None,
    naechster: datetime | None = None,
    responder: Stelle | None = None,
    unknown: bool = False,
    cutoff: datetime | None = None,
) -> bytes:
    """One answer, signed by the responder, else by the issuer itself."""
    status = ocsp.OCSPCertStatus.GOOD if sperre is None else ocsp.OCSPCertStatus.REVOKED
    signer = responder or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        subject.certificate,
        issuer.certificate,
        hashes.SHA1(),  # noqa: S303
        ocsp.OCSPCertStatus.UNKNOWN if unknown else status,
        stand,
        naechster,
        None if sperre is None else sperre.am,
        None if sperre is None else sperre.reason,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    if responder is not None:
        builder = builder.certificates([responder.certificate])
    answer = builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)
    if cutoff is None:
        return answer
    basic = raw_ocsp.OCSPResponse.load(answer).basic_ocsp_response
    single = basic["tbs_response_data"]["responses"][0]
    single["single_extensions"] = [{"extn_id": "archive_cutoff", "extn_value": core.GeneralizedTime(cutoff)}]
    return resigned(basic, signer.key)


def resigned(basic: raw_ocsp.BasicOCSPResponse, key: PrivateKey, *, pss: bool = False) -> bytes:
    """A changed answer with a new signature; with `pss` as BNotK's responder signs, which the builder cannot."""
    tbs = basic["tbs_response_data"].dump(force=True)
    if isinstance(key, rsa.RSAPrivateKey):
        digest = hashes.SHA512()
        value = key.sign(tbs, padding.PSS(padding.MGF1(digest), 64) if pss else padding.PKCS1v15(), digest)
    else:
        value = key.sign(tbs, ec.ECDSA(hashes.SHA256()))
    if pss:
        mask = {"algorithm": "mgf1", "parameters": {"algorithm": "sha512"}}
        parameters = {"hash_algorithm": {"algorithm": "sha512"}, "mask_gen_algorithm": mask, "salt_length": 64}
        basic["signature_algorithm"] = {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)}
    basic["signature"] = value
    return whole_response(basic.dump(force=True))


def revocation_list(
    issuer: Stelle,
    stand: datetime,
    gesperrt: Mapping[int, Sperre] | None = None,
    *,
    naechster: datetime | None = None,
    extensions: Sequence[tuple[x509.ExtensionType, bool]] = (),
    signer: Stelle | None = None,
) -> bytes:
    """A CRL of the issuer; with another `signer` it is forged."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(stand)
        .next_update(naechster or stand + timedelta(days=7))
    )
    for serial, sperre in (gesperrt or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(sperre.am)
        if sperre.reason is not None:
            entry = entry.add_extension(x509.CRLReason(sperre.reason), False)
        if sperre.invalid_from is not None:
            entry = entry.add_extension(x509.InvalidityDate(sperre.invalid_from), False)
        builder = builder.add_revoked_certificate(entry.build())
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign((signer or issuer).key, hashes.SHA256()).public_bytes(Encoding.DER)


QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")


def qc_statements(*, geraet: bool = True, typ: str | None = "0.4.0.1862.1.6.1") -> tuple[x509.ExtensionType, bool]:
    """QcCompliance, QcSSCD, QcType (EN 319 412-5), as an extension."""
    parts = [_sequence(_oid("0.4.0.1862.1.1"))]
    parts += [_sequence(_oid("0.4.0.1862.1.4"))] if geraet else []
    parts += [_sequence(_oid("0.4.0.1862.1.6") + _sequence(_oid(typ)))] if typ else []
    return x509.UnrecognizedExtension(QC_STATEMENTS, _sequence(b"".join(parts))), False


def _oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def _sequence(content: bytes) -> bytes:
    return bytes([0x30, len(content)]) + content
