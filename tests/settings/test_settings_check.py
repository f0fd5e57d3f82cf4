"""`check-config` finds what would fail later: missing, closed, wrong and expired files."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from typer.testing import CliRunner

from erv_gateway.cli import betrieb as betrieb_cli
from erv_gateway.settings import load
from erv_gateway.settings.check import describe_faults

NOW = datetime.now(UTC)
Change = Callable[[Path], object]
SETTINGS = """
data_dir = "data"
anchors_dir = "anchors"

[web]
host = "0.0.0.0"
tls_cert_file = "cert.pem"
tls_key_file = "key.pem"

[[postfach]]
name = "Stadt"
organisation = "Stadt"
ort = "Stadt"
safe_id = "DE.Justiz.1"
endpoint = "http://127.0.0.1:1/"
intermediary_cipher_cert_file = "cert.der"
intermediary_signature_cert_file = "cert.pem"
signature_key = { file = "key.p12", password_file = "key.pass" }
cipher_key = { file = "key.p12", password_file = "key.pass" }
vhn_key = { file = "key.p12", password_file = "key.pass" }

[[verzeichnis]]
gericht_code = "D2601"
safe_id = "DE.Justiz.2"
name = "VG"
cipher_cert_file = "cert.pem"
"""


def certificate(key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(begin).not_valid_after(end)
    return builder.sign(key, hashes.SHA256())


def write_pki(folder: Path, begin: datetime = NOW - timedelta(days=1), end: datetime = NOW + timedelta(days=1)) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    cert = certificate(key, begin, end)
    secret(folder / "key.pass", b"geheim\n")
    secret(folder / "key.pem", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    bundle = pkcs12.serialize_key_and_certificates(b"k", key, cert, None, BestAvailableEncryption(b"geheim"))
    secret(folder / "key.p12", bundle)
    (folder / "cert.pem").write_bytes(cert.public_bytes(Encoding.PEM))
    (folder / "cert.der").write_bytes(cert.public_bytes(Encoding.DER))


def secret(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ERV_DATABASE_URL", raising=False)
    (tmp_path / "anchors").mkdir()
    write_pki(tmp_path)
    path = tmp_path / "erv.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    return path


def found(config: Path) -> tuple[str, ...]:
    return describe_faults(load(config), NOW)


def test_a_good_configuration_has_no_fault(config: Path) -> None:
    assert found(config) == ()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda folder: (folder / "key.p12").unlink(), "postfach[1].signature_key.file: {}/key.p12 gibt es nicht"),
        (lambda folder: (folder / "key.pass").unlink(), "vhn_key.password_file: {}/key.pass gibt es nicht"),
        (lambda folder: secret(folder / "key.pass", b"falsch"), "mit dem Passwort aus {}/key.pass nicht öffnen"),
        (lambda folder: secret(folder / "key.pass", b"\n"), "{}/key.pass ist leer"),
        (lambda folder: (folder / "key.pass").chmod(0o644), "{}/key.pass ist für andere lesbar"),
        (lambda folder: secret(folder / "key.p12", b"nonsense"), "nicht öffnen"),
        (lambda folder: (folder / "cert.der").write_bytes(b"nonsense"), "{}/cert.der ist kein Zertifikat"),
        (lambda folder: (folder / "cert.der").write_bytes(b"x" * 2**21), "ist zu groß"),
        (lambda folder: (folder / "anchors").rmdir(), "anchors_dir: {}/anchors ist kein Ordner"),
        (lambda folder: (folder / "data").write_text(""), "data_dir: {}/data ist kein Ordner"),
        (lambda folder: secret(folder / "key.pem", b"nonsense"), "web: tls_cert_file oder tls_key_file ist kein"),
        (lambda folder: write_pki(folder, NOW - timedelta(days=9), NOW - timedelta(days=2)), "abgelaufen"),
        (lambda folder: write_pki(folder, NOW + timedelta(days=2), NOW + timedelta(days=9)), "gilt erst ab"),
    ],
)
def test_each_fault_is_named_with_its_place(config: Path, change: Change, line: str) -> None:
    change(config.parent)
    faults = found(config)
    assert [fault for fault in faults if line.format(config.parent) in fault], faults
    assert not [fault for fault in faults if "geheim" in fault or "\n" in fault]


def test_a_key_of_another_certificate_is_found(config: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    secret(config.parent / "key.pem", other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    assert found(config) == ("web: tls_key_file gehört nicht zu tls_cert_file",)


def test_without_a_mailbox_there_is_nothing_to_do(config: Path) -> None:
    config.write_text('anchors_dir = "anchors"\n', encoding="utf-8")
    assert found(config) == ("postfach: es ist kein Postfach eingerichtet",)


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    betrieb_cli.register(made)
    return made


def test_check_config_on_the_command_line(config: Path, app: typer.Typer) -> None:
    good = CliRunner().invoke(app, ["check-config", "--config", str(config)])
    assert (good.exit_code, good.output.strip()) == (0, "The settings are in order.")
    (config.parent / "cert.der").unlink()
    bad = CliRunner().invoke(app, ["check-config", "--config", str(config), "--json"])
    assert bad.exit_code == 1
    answer = json.loads(bad.output)
    assert answer["ok"] is False
    assert len(answer["faults"]) == 1
    config.write_text("unsinn = 1\n", encoding="utf-8")
    broken = CliRunner().invoke(app, ["check-config", "--config", str(config)])
    assert (broken.exit_code, broken.output.strip()) == (1, "unsinn: unbekannter Schlüssel")


def test_the_database_is_migrated_and_asked_on_the_command_line(config: Path, app: typer.Typer) -> None:
    before = CliRunner().invoke(app, ["db", "status", "--config", str(config)])
    assert before.exit_code == 1
    assert "pending: 0001_roles_and_log.sql" in before.output
    assert CliRunner().invoke(app, ["db", "migrate", "--config", str(config)]).exit_code == 0
    after = CliRunner().invoke(app, ["db", "status", "--config", str(config), "--json"])
    assert after.exit_code == 0
    assert json.loads(after.output)["pending"] == []


def test_a_database_that_is_not_there_is_no_answer(
    config: Path, app: typer.Typer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERV_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/erv")
    assert CliRunner().invoke(app, ["db", "status", "--config", str(config)]).exit_code == 2
    assert CliRunner().invoke(app, ["db", "migrate", "--config", str(config)]).exit_code == 2
