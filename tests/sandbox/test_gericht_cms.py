"""The court's own CMS check against OpenSSL as the independent signer."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate, load_der_x509_certificate

from erv_gateway.sandbox.gericht.cms import CmsRefused, check_detached, load_anchors
from erv_gateway.signatur.pki import Pki

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
CONTENT = b"<vhn/>"


def anchors(pki: Pki, purpose: str = "vhn-bebpo") -> tuple[Certificate, ...]:
    return load_anchors(pki.anchors_folder / purpose)


@pytest.fixture(scope="session")
def files(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cms")
    key = pki.teilnehmer["stadt-musterfurt"].schluessel["vhn"].load()
    pem = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    certificate = load_der_x509_certificate(key.certificate)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "content").write_bytes(CONTENT)
    return folder


def signed(files: Path, *options: str) -> bytes:
    arguments = ["openssl", "cms", "-sign", "-binary", "-in", "content", "-signer", "cert.pem", "-inkey", "key.pem"]
    return subprocess.run([*arguments, "-outform", "DER", *options], cwd=files, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    "options",
    [
        ("-md", "sha256"),
        ("-md", "sha512"),
        ("-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:32"),
        ("-md", "sha512", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:64"),
    ],
)
def test_openssl_signatures_are_understood(files: Path, pki: Pki, options: tuple[str, ...]) -> None:
    signature = signed(files, *options)
    signer = check_detached(signature, CONTENT, anchors(pki), datetime.now(UTC))
    assert signer.subject.rfc4514_string().count("DE.Justiz") == 1
    with pytest.raises(CmsRefused, match="Hash"):
        check_detached(signature, CONTENT + b" ", anchors(pki), datetime.now(UTC))


def test_what_does_not_hold(files: Path, pki: Pki) -> None:
    signature, now = signed(files, "-md", "sha256"), datetime.now(UTC)
    for wrong in ((), anchors(pki, "vhn-justiz"), anchors(pki, "mailbox")):
        with pytest.raises(CmsRefused, match="Aussteller"):
            check_detached(signature, CONTENT, wrong, now)
    with pytest.raises(CmsRefused, match="nicht mehr"):
        check_detached(signature, CONTENT, anchors(pki), now + timedelta(days=20_000))
    with pytest.raises(CmsRefused, match="Attribut"):
        check_detached(signed(files, "-noattr"), CONTENT, anchors(pki), now)
    with pytest.raises(CmsRefused, match="fehlt"):
        check_detached(signed(files, "-nocerts"), CONTENT, anchors(pki), now)
    with pytest.raises(CmsRefused, match="sha1"):
        check_detached(signed(files, "-md", "sha1"), CONTENT, anchors(pki), now)


def test_every_changed_byte_is_refused_and_nothing_else_escapes(files: Path, pki: Pki) -> None:
    signature, now, trusted = signed(files, "-md", "sha256"), datetime.now(UTC), anchors(pki)
    accepted = 0
    for position in range(0, len(signature), 7):
        broken = bytearray(signature)
        broken[position] ^= 0x41
        try:
            check_detached(bytes(broken), CONTENT, trusted, now)
            accepted += 1
        except CmsRefused:
            continue
    assert accepted <= 12, "unsigned fields (versions, unsigned certificates) may differ, nothing more"
    for length in range(0, len(signature), 40):
        with pytest.raises(CmsRefused):
            check_detached(signature[:length], CONTENT, trusted, now)
