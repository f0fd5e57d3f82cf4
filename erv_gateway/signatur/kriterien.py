"""Whether a certificate meets the criteria of a qualifier in a trusted list (ETSI TS 119 612 §5.5.9.2.2)."""

from collections.abc import Iterator
from typing import Final

from cryptography import x509

from erv_gateway.signatur.vertrauensdienst import Kriterien

_BITS: Final = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
    "keyCertSign": "key_cert_sign",
    "crlSign": "crl_sign",
}


def meets(certificate: x509.Certificate, kriterien: Kriterien) -> bool:
    """Without any criterion nothing is met: a qualifier is never for everyone by omission."""
    answers = list(_answers(certificate, kriterien))
    if not answers:
        return False
    if kriterien.verknuepfung == "all":
        return all(answers)
    if kriterien.verknuepfung == "atLeastOne":
        return any(answers)
    return kriterien.verknuepfung == "none" and not any(answers)


def _answers(certificate: x509.Certificate, kriterien: Kriterien) -> Iterator[bool]:
    policies, usages, names = _policies(certificate), _usages(certificate), _names(certificate)
    for bits in kriterien.key_usage:
        yield all(_bit(certificate, name) is value for name, value in bits)
    for wanted in kriterien.policies:
        yield policies.issuperset(wanted)
    for wanted in kriterien.extended_usages:
        yield usages.issuperset(wanted)
    for wanted in kriterien.namensteile:
        yield names.issuperset(wanted)
    for below in kriterien.unter:
        yield meets(certificate, below)


def _bit(certificate: x509.Certificate, name: str) -> bool | None:
    """None for a bit that is not known: it then equals neither true nor false."""
    if name not in _BITS:
        return None
    try:
        return bool(getattr(certificate.extensions.get_extension_for_class(x509.KeyUsage).value, _BITS[name]))
    except x509.ExtensionNotFound:
        return False


def _policies(certificate: x509.Certificate) -> frozenset[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(policy.policy_identifier.dotted_string for policy in found)


def _usages(certificate: x509.Certificate) -> frozenset[str]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return frozenset()
    return frozenset(usage.dotted_string for usage in found)


def _names(certificate: x509.Certificate) -> frozenset[str]:
    return frozenset(attribute.oid.dotted_string for attribute in certificate.subject)
