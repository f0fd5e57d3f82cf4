"""`check-config` looks at the files of keys in tokens and at services, and leaves retired keys their age."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from erv_gateway.settings import load
from erv_gateway.settings.check import describe_faults

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """good.p12, old.p12, good.pem, old.pem, secret, module.so"""
    (tmp_path / "secret").write_text("geheim\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "module.so").touch()
    (tmp_path / "anchors").mkdir()
    for name, end in (("good", NOW + timedelta(days=400)), ("old", NOW - timedelta(days=1))):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, end - timedelta(days=800), end)
        certificate = builder.sign(key, hashes.SHA256())
        (tmp_path / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        sealed = pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"geheim"))
        (tmp_path / f"{name}.p12").write_bytes(sealed)
    return tmp_path


def faults(files: Path, more: str) -> tuple[str, ...]:
    key = '{ file = "good.p12", password_file = "secret" }'
    text = f"""
anchors_dir = "anchors"
data_dir = "data"
[[postfach]]
name = "a"
safe_id = "DE.1"
organisation = "a"
ort = "a"
endpoint = "https://a"
intermediary_cipher_cert_file = "good.pem"
intermediary_signature_cert_file = "good.pem"
signature_key = {key}
cipher_key = {key}
vhn_key = {key}
{more}
"""
    (files / "c.toml").write_text(text)
    return describe_faults(load(files / "c.toml"), NOW)


TOKEN = 'document_key = { pkcs11 = { module_file = "%s", token = "t", pin_file = "%s", certificate_file = "%s" } }'
CSC = (
    'document_key = { csc = { url = "https://a", credential = "a", certificate_file = "%s", '
    'token_url = "https://a", client_id = "a", client_secret_file = "%s" } }'
)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (TOKEN % ("module.so", "secret", "good.pem"), None),
        (TOKEN % ("fehlt.so", "secret", "good.pem"), "postfach[1].document_key.pkcs11.module_file"),
        (TOKEN % ("module.so", "fehlt", "good.pem"), "postfach[1].document_key.pkcs11.pin_file"),
        (TOKEN % ("module.so", "secret", "old.pem"), "postfach[1].document_key.pkcs11.certificate_file"),
        (CSC % ("good.pem", "secret"), None),
        (CSC % ("old.pem", "secret"), "abgelaufen"),
        (CSC % ("good.pem", "fehlt"), "postfach[1].document_key.csc.client_secret_file"),
        ('document_key = { file = "old.p12", password_file = "secret" }', "abgelaufen"),
        ('schluessel = [ { file = "old.p12", password_file = "secret" } ]', None),
        ('schluessel = [ { file = "fehlt.p12", password_file = "secret" } ]', "postfach[1].schluessel[1].file"),
    ],
)
def test_each_kind_of_key_is_looked_at(files: Path, more: str, told: str | None) -> None:
    found = faults(files, more)
    assert len(found) == (0 if told is None else 1), found
    assert told is None or told in found[0]
