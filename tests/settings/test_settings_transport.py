"""[postfach.transport]: what may be said, and what `check-config` finds wrong with the files behind it."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from test_settings_check import certificate, secret, write_pki

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.settings import load
from erv_gateway.settings.check import describe_faults
from erv_gateway.wiring import _leitung

NOW = datetime.now(UTC)
BASE = """
data_dir = "data"
anchors_dir = "anchors"
[[postfach]]
name = "Stadt"
organisation = "Stadt"
ort = "Stadt"
safe_id = "DE.Justiz.1"
endpoint = "ENDPOINT"
intermediary_cipher_cert_file = "cert.der"
intermediary_signature_cert_file = "cert.pem"
signature_key = { file = "key.p12", password_file = "key.pass" }
cipher_key = { file = "key.p12", password_file = "key.pass" }
vhn_key = { file = "key.p12", password_file = "key.pass" }
"""
FULL = """
[postfach.transport]
ca_file = "cert.pem"
client_cert_file = "client.pem"
client_key_file = "client.key"
client_key_password_file = "key.pass"
proxy = "http://proxy.stadt.test:3128"
proxy_user = "amt"
proxy_password_file = "key.pass"
connect_seconds = 5
read_seconds = 60
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys and certificates to copy."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "anchors").mkdir()
    write_pki(folder)
    write_client(folder)
    return folder


@pytest.fixture
def config(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    monkeypatch.delenv("ERV_DATABASE_URL", raising=False)
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "erv.toml"

    def write(transport: str = FULL, endpoint: str = "https://vermittler.test/osci") -> Path:
        path.write_text(BASE.replace("ENDPOINT", endpoint) + transport, encoding="utf-8")
        return path

    return write


def write_client(folder: Path, password: bytes = b"geheim", until: datetime = NOW + timedelta(days=1)) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = certificate(key, NOW - timedelta(days=9), until).public_bytes(Encoding.PEM)
    (folder / "client.pem").write_bytes(pem)
    secret(
        folder / "client.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password))
    )


def test_everything_that_can_be_set_reaches_the_line(config: Callable[..., Path]) -> None:
    settings = load(config())
    assert describe_faults(settings, NOW) == ()
    leitung = _leitung(settings.postfach[0])
    assert leitung.tls is not None
    assert leitung.proxy is not None
    assert (leitung.proxy.url, leitung.proxy.user) == ("http://proxy.stadt.test:3128", "amt")
    assert leitung.proxy.password == "geheim"
    assert (leitung.connect_seconds, leitung.read_seconds) == (5, 60)
    assert "geheim" not in repr(settings)


def test_without_the_section_there_is_tls_by_the_systems_roots(config: Callable[..., Path]) -> None:
    leitung = _leitung(load(config("")).postfach[0])
    assert leitung.tls is not None
    assert leitung.tls.check_hostname
    assert leitung.proxy is None
    assert _leitung(load(config("", "http://127.0.0.1:1/osci")).postfach[0]).tls is None


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('proxy = "http://proxy.stadt.test:3128"', 'proxy = "https://proxy.stadt.test"', "http://rechner:port"),
        ('proxy = "http://proxy.stadt.test:3128"', 'proxy = "http://amt:geheim@p.test:1"', "weder Benutzer noch"),
        ('proxy = "http://proxy.stadt.test:3128"', 'proxy = "http://p.test/x"', "http://rechner:port"),
        ('proxy = "http://proxy.stadt.test:3128"', "", "proxy_user ohne proxy"),
        ('proxy_user = "amt"', "", "gehören zusammen"),
        ('proxy_password_file = "key.pass"', "", "gehören zusammen"),
        ('client_key_file = "client.key"', "", "gehören zusammen"),
        ('client_cert_file = "client.pem"\nclient_key_file = "client.key"', "", "client_key_password_file ohne"),
        ("connect_seconds = 5", "connect_seconds = 0", "zu klein"),
        ("read_seconds = 60", "read_seconds = 10000", "zu groß"),
        ("read_seconds = 60", "verify = false", "unbekannter Schlüssel"),
    ],
)
def test_what_may_not_be_said(config: Callable[..., Path], old: str, new: str, line: str) -> None:
    assert old in FULL
    with pytest.raises(KonfigurationInvalid) as caught:
        load(config(FULL.replace(old, new)))
    assert line in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_plain_http_only_to_this_machine_and_without_a_transport_section(config: Callable[..., Path]) -> None:
    for transport, endpoint in (("", "http://vermittler.test/osci"), (FULL, "http://127.0.0.1:1/osci")):
        with pytest.raises(KonfigurationInvalid):
            load(config(transport, endpoint))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda folder: write_client(folder, b"anders"), "oder das Passwort passt nicht"),
        (lambda folder: secret(folder / "client.key", (folder / "key.pem").read_bytes()), "gehört nicht zu"),
        (lambda folder: (folder / "client.key").chmod(0o644), "client_key_file: {}/client.key ist für andere"),
        (lambda folder: (folder / "client.pem").unlink(), "client_cert_file: {}/client.pem gibt es nicht"),
        (lambda folder: write_client(folder, until=NOW - timedelta(days=2)), "client_cert_file: das Zertifikat ist am"),
        (lambda folder: (folder / "cert.pem").write_bytes(b"x"), "ca_file: {}/cert.pem ist kein Zertifikat"),
        (lambda folder: (folder / "key.pass").chmod(0o666), "proxy_password_file: {}/key.pass ist für andere"),
    ],
)
def test_each_fault_is_named(config: Callable[..., Path], change: Callable[[Path], object], line: str) -> None:
    path = config()
    change(path.parent)
    faults = describe_faults(load(path), NOW)
    expected = line.format(path.parent)
    assert [fault for fault in faults if expected in fault], faults
    assert not [fault for fault in faults if "geheim" in fault]
