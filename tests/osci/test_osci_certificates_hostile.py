"""Certificates of strangers whose parts `cryptography` reads late, and refuses with errors of its own."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from osci.certificates import CertificateEntry, Certificates, Role, Use
from osci.errors import RemoteProtocolError
from osci.intermediary.inspection import CertificateInspector
from osci.keys import parse_certificate
from osci.processcard import MathResult

AT = datetime(2026, 11, 21, tzinfo=UTC)
ISSUER = "\x00Aussteller"


@pytest.fixture(scope="module")
def bit_string_issuer() -> bytes:
    """DER whose issuer has a BIT STRING as its name; found by fuzzing the message target."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Inhaber")]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ISSUER)]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(AT)
        .not_valid_after(AT + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    utf8, bits = (bytes([tag, len(ISSUER)]) + ISSUER.encode() for tag in (0x0C, 0x03))
    assert made.count(utf8) == 1
    return made.replace(utf8, bits)


def test_a_name_of_bits_is_a_fault_of_the_sender(bit_string_issuer: bytes) -> None:
    with pytest.raises(RemoteProtocolError) as refused:
        parse_certificate(bit_string_issuer)
    assert refused.value.code == "9100"


def test_the_intermediary_reports_it_as_corrupted(bit_string_issuer: bytes) -> None:
    entry = CertificateEntry(Role.OTHER_AUTHOR, Use.SIGNATURE, "a", bit_string_issuer)
    (inspection,) = CertificateInspector()(Certificates((entry,)), AT)
    assert inspection.math_result is MathResult.CORRUPTED
