"""Reading a certificate revocation list for one certificate (RFC 5280 §5, §6.3.3)."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from asn1crypto.core import GeneralizedTime
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from certs.publickey import public_key
from certs.sperraussage import Aussage, BelegUnusable, may, require_strength

MAX_CRL_BYTES: Final = 32 * 1024 * 1024  # ours; the largest lists of German authorities have some MB
EXPIRED_CERTS_ON_CRL: Final = x509.ObjectIdentifier("2.5.29.60")  # ITU-T X.509 §9.5.2.8
UNDERSTOOD: Final = frozenset({ExtensionOID.ISSUING_DISTRIBUTION_POINT, ExtensionOID.AUTHORITY_KEY_IDENTIFIER})


def read_crl(der: bytes, subject: x509.Certificate, issuer: x509.Certificate) -> Aussage:
    """What the list says of `subject`. `BelegUnusable` when it is not the issuer's, not whole, or of other scope."""
    if len(der) > MAX_CRL_BYTES:
        raise BelegUnusable("Die Sperrliste ist zu groß.")
    crl = x509.load_der_x509_crl(der)
    if crl.issuer != subject.issuer or crl.issuer != issuer.subject:
        raise BelegUnusable("Die Sperrliste stammt von einem anderen Aussteller.")
    _verify(crl, issuer)
    _check_scope(crl, subject)
    entry = crl.get_revoked_certificate_by_serial_number(subject.serial_number)
    reason = None if entry is None else _reason(entry)
    if reason is x509.ReasonFlags.remove_from_crl:
        raise BelegUnusable("Die Sperrliste ist nur eine Ergänzung.")
    return Aussage(
        quelle="CRL",
        sha256=hashlib.sha256(der).hexdigest(),
        stand=crl.last_update_utc,
        naechster=crl.next_update_utc,
        gesperrt_am=None if entry is None else entry.revocation_date_utc,
        ungueltig_ab=None if entry is None else _invalidity(entry),
        ausgesetzt=reason is x509.ReasonFlags.certificate_hold,
        abgelaufene_seit=_expired_since(crl),
    )


def _verify(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> None:
    der = issuer.public_bytes(Encoding.DER)
    digest = crl.signature_hash_algorithm
    require_strength(der, digest.name if digest is not None else "sha512", crl.last_update_utc)
    try:
        genuine = crl.is_signature_valid(public_key(der))  # type: ignore[arg-type]
    except (UnsupportedAlgorithm, ValueError, TypeError) as error:
        raise BelegUnusable("Die Signatur der Sperrliste kann nicht geprüft werden.") from error
    if not genuine or not may(issuer, "crl_sign"):
        raise BelegUnusable("Die Sperrliste ist nicht vom Aussteller signiert.")


def _check_scope(crl: x509.CertificateRevocationList, subject: x509.Certificate) -> None:
    """Partial, indirect and delta lists would leave out what they are not for."""
    if any(extension.oid == ExtensionOID.DELTA_CRL_INDICATOR for extension in crl.extensions):
        raise BelegUnusable("Die Sperrliste ist nur eine Ergänzung.")
    if any(extension.critical and extension.oid not in UNDERSTOOD for extension in crl.extensions):
        raise BelegUnusable("Die Sperrliste enthält eine unbekannte kritische Erweiterung.")
    try:
        scope = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return
    wrong_kind = scope.only_contains_user_certs if _is_authority(subject) else scope.only_contains_ca_certs
    partial = scope.only_some_reasons is not None or scope.indirect_crl or scope.only_contains_attribute_certs
    if wrong_kind or partial or not _same_point(scope, subject):
        raise BelegUnusable("Die Sperrliste gilt für andere Zertifikate.")


def _same_point(scope: x509.IssuingDistributionPoint, subject: x509.Certificate) -> bool:
    if scope.full_name is None:
        return scope.relative_name is None
    return bool({*scope.full_name} & {*distribution_points(subject)})


def distribution_points(certificate: x509.Certificate) -> tuple[x509.GeneralName, ...]:
    """Where the certificate says its list lies, without points of other issuers or for some reasons only."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return ()
    whole = [point for point in points if point.crl_issuer is None and point.reasons is None]
    return tuple(name for point in whole for name in point.full_name or ())


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def _invalidity(entry: x509.RevokedCertificate) -> datetime | None:
    try:
        return entry.extensions.get_extension_for_class(x509.InvalidityDate).value.invalidity_date_utc
    except x509.ExtensionNotFound:
        return None


def _expired_since(crl: x509.CertificateRevocationList) -> datetime | None:
    try:
        value = crl.extensions.get_extension_for_oid(EXPIRED_CERTS_ON_CRL).value
    except x509.ExtensionNotFound:
        return None
    return moment_of(value)


def moment_of(value: x509.ExtensionType) -> datetime | None:
    """The GeneralizedTime of an extension that `cryptography` does not know by name."""
    if not isinstance(value, x509.UnrecognizedExtension):
        return None
    moment = GeneralizedTime.load(value.value, strict=True).native
    return moment.astimezone(UTC) if isinstance(moment, datetime) else None
