"""Reading an OCSP response for one certificate (RFC 6960 §3.2, §4.2)."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final

from asn1crypto.x509 import Certificate as RawCertificate
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from certs.crl import moment_of
from certs.ocspsignatur import is_signed_by
from certs.sperraussage import Aussage, BelegUnusable, may

MAX_OCSP_BYTES: Final = 256 * 1024  # ours; real ones with chain have 1 to 8 KB
MAX_ANSWERS: Final = 100  # ours
MAX_RESPONDERS: Final = 8  # ours; certificates that come along
ARCHIVE_CUTOFF: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.6")


def read_ocsp(der: bytes, subject: x509.Certificate, issuer: x509.Certificate) -> Aussage:
    """What the response says of `subject`. `BelegUnusable` when it is forged, unauthorised or about others."""
    if len(der) > MAX_OCSP_BYTES:
        raise BelegUnusable("Die Sperrauskunft ist zu groß.")
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise BelegUnusable("Der Sperrdienst gab keine Auskunft.")
    single = _answer(response, subject, issuer)
    _verify(der, response, issuer)
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
        raise BelegUnusable("Der Sperrdienst kennt das Zertifikat nicht.")
    return Aussage(
        quelle="OCSP",
        sha256=hashlib.sha256(der).hexdigest(),
        stand=single.this_update_utc,
        naechster=single.next_update_utc,
        gesperrt_am=single.revocation_time_utc,
        ausgesetzt=single.revocation_reason is x509.ReasonFlags.certificate_hold,
        abgelaufene_seit=_cutoff(response),
    )


def _answer(
    response: ocsp.OCSPResponse, subject: x509.Certificate, issuer: x509.Certificate
) -> ocsp.OCSPSingleResponse:
    """A response that says two things of one certificate says the worse."""
    found = [single for single in islice(response.responses, MAX_ANSWERS) if _is_about(single, subject, issuer)]
    if not found:
        raise BelegUnusable("Die Sperrauskunft gilt einem anderen Zertifikat.")
    return next((single for single in found if single.certificate_status is ocsp.OCSPCertStatus.REVOKED), found[0])


def _is_about(single: ocsp.OCSPSingleResponse, subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    """CertID: the issuer by two hashes, for which SHA-1 is good enough, the certificate by its number."""
    if single.serial_number != subject.serial_number:
        return False
    name, key = issuer_bytes(issuer)
    hashed = [hashlib.new(single.hash_algorithm.name, part, usedforsecurity=False).digest() for part in (name, key)]
    return [single.issuer_name_hash, single.issuer_key_hash] == hashed


def issuer_bytes(issuer: x509.Certificate) -> tuple[bytes, bytes]:
    """Name and key of an issuer as CertID hashes them (RFC 6960 §4.1.1)."""
    raw = RawCertificate.load(issuer.public_bytes(Encoding.DER))["tbs_certificate"]
    return bytes(raw["subject"].dump()), bytes(raw["subject_public_key_info"]["public_key"].contents[1:])


def _verify(der: bytes, response: ocsp.OCSPResponse, issuer: x509.Certificate) -> None:
    """Signed by the issuer, or by a responder that the issuer itself made one (RFC 6960 §4.2.2.2)."""
    for signer in (issuer, *_delegates(response, issuer)):
        if is_signed_by(der, response, signer):
            return
    raise BelegUnusable("Die Sperrauskunft ist nicht von einem berechtigten Dienst signiert.")


def _delegates(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> Iterator[x509.Certificate]:
    made = response.produced_at_utc
    for candidate in response.certificates[:MAX_RESPONDERS]:
        valid = candidate.not_valid_before_utc <= made <= candidate.not_valid_after_utc
        if valid and _is_responder(candidate) and _issued(candidate, issuer):
            yield candidate


def _is_responder(candidate: x509.Certificate) -> bool:
    try:
        usages = candidate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usages and may(candidate, "digital_signature")


def _issued(candidate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        candidate.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no responder of this issuer
        return False
    return True


def _cutoff(response: ocsp.OCSPResponse) -> datetime | None:
    if len(list(response.responses)) != 1:
        return None
    try:
        return moment_of(response.single_extensions.get_extension_for_oid(ARCHIVE_CUTOFF).value)
    except x509.ExtensionNotFound:
        return None
