"""`erv-gateway osci inspect`: JSON contract, exit codes, and never a traceback."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs12
from cryptography.x509 import load_der_x509_certificate
from osci_support import (
    UNSIGNED_ALLOWED,
    VECTORS,
    SoftKey,
    attachment,
    build,
    needs_vectors,
    parties,
    raw,
    spool,
    store,
)
from typer.testing import CliRunner

from erv_gateway.cli.osci import register
from osci.content import AttachmentContent, ContentContainer, ContentPackage
from osci.policy import SENDING
from osci.transport import seal
from osci.writer import write_fault, write_message


def run(*arguments: str | Path) -> tuple[int, str, str]:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["osci", "inspect", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def run_json(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    code, out, _ = run(*arguments, "--json")
    loaded: dict[str, Any] = json.loads(out)
    return code, loaded


def p12(folder: Path, name: str, key: SoftKey, password: bytes | None = b"geheim") -> Path:
    certificate = load_der_x509_certificate(key.certificate)
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    private = key._key
    assert isinstance(private, rsa.RSAPrivateKey)
    path = folder / f"{name}.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(None, private, certificate, None, encryption))
    return path


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, list[str | Path]]:
    path, password = tmp_path / "message.osci", tmp_path / "password"
    path.write_bytes(raw(seal(build(), parties().intermediary_cipher.certificate, SENDING)))
    password.write_text("geheim\n")
    keys = (p12(tmp_path, "im", parties().intermediary_cipher), p12(tmp_path, "reader", parties().reader))
    return path, ["--key", keys[0], "--key", keys[1], "--password-file", password]


def test_the_contract(sealed: tuple[Path, list[str | Path]]) -> None:
    code, report = run_json(sealed[0], *sealed[1])
    assert code == 0
    assert report.keys() == {
        "message_type",
        "message_id",
        "subject",
        "transport_encryption",
        "transport_signature",
        "containers",
        "verdict",
        "problems",
    }
    assert report["message_type"] == "storeDelivery"
    assert report["verdict"] == "gueltig"
    assert report["problems"] == []
    assert report["transport_encryption"] == {
        "present": True,
        "symmetric": "http://www.w3.org/2009/xmlenc11#aes256-gcm",
        "key_transport": "http://www.w3.org/2009/xmlenc11#rsa-oaep",
    }
    rsa_sha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    signature = {"signer": "CN=originator", "valid": True, "algorithm": rsa_sha256}
    assert report["transport_signature"] == {"present": True, **signature}
    container = report["containers"][0]
    assert (container["id"], container["encrypted"]) == ("project_coco", True)
    assert container["signatures"] == [signature, {**signature, "signer": "CN=author"}]
    assert [content["kind"] for content in container["contents"]] == ["data", "attachment"]
    assert container["contents"][1].keys() == {"id", "kind", "length", "sha256"}
    assert container["contents"][1]["length"] == 3000


def test_for_people(sealed: tuple[Path, list[str | Path]]) -> None:
    code, out, _ = run(sealed[0], *sealed[1])
    assert code == 0
    assert "Ergebnis: gueltig" in out
    assert "id-1 äöü" in out


def test_without_keys(sealed: tuple[Path, list[str | Path]]) -> None:
    code, report = run_json(sealed[0])
    assert (code, report["verdict"], report["message_type"]) == (1, "unbestimmt", "messageEncrypted")
    assert report["transport_encryption"]["symmetric"] == "http://www.w3.org/2009/xmlenc11#aes256-gcm"
    assert [problem["code"] for problem in report["problems"]] == ["9200"]


def test_without_the_readers_key(sealed: tuple[Path, list[str | Path]]) -> None:
    code, report = run_json(sealed[0], *sealed[1][:2], *sealed[1][4:])
    assert (code, report["verdict"]) == (1, "unbestimmt")
    assert report["transport_signature"]["valid"]
    assert [problem["code"] for problem in report["problems"]] == ["no-key"]


def test_unsigned_and_fault_are_undecided(tmp_path: Path) -> None:
    path = tmp_path / "unsigned"
    path.write_bytes(raw(write_message(store(ContentPackage(())), None, spool, UNSIGNED_ALLOWED)))
    assert run_json(path)[1]["verdict"] == "unbestimmt"
    path.write_bytes(raw(write_fault("9400")))
    code, report = run_json(path)
    assert (code, report["message_type"], report["verdict"]) == (1, "soapFault", "unbestimmt")


def test_a_changed_attachment(tmp_path: Path) -> None:
    path = tmp_path / "changed"
    package = ContentPackage((ContentContainer((AttachmentContent(attachment("a.txt", b"vorher")),)),))
    path.write_bytes(raw(build(store(package))).replace(b"vorher", b"danach"))
    code, report = run_json(path)
    assert (code, report["verdict"]) == (1, "ungueltig")
    assert "cid:a.txt" in report["problems"][0]["text"]


@pytest.mark.parametrize("data", [b"", b"hello", b"<a/>", b"MIME-Version: 1.0\r\n", b"\x00" * 100])
def test_no_message_at_all(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    code, out, err = run(path, "--json")
    assert code == 2
    assert "error" in json.loads(out)
    assert len(err.strip().splitlines()) == 1


def test_misuse(tmp_path: Path, sealed: tuple[Path, list[str | Path]]) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("falsch")
    for arguments in (
        ["/nowhere/to/be/found"],
        [tmp_path],
        [sealed[0], "--key", "/nowhere.p12"],
        [sealed[0], "--key", sealed[0]],
        [*sealed[1][:2], sealed[0]],
        [sealed[0], *sealed[1][:4], "--password-file", wrong],
        [sealed[0], "--password-file", tmp_path / "none"],
        [],
    ):
        assert run(*arguments)[0] == 2, arguments


@pytest.mark.parametrize("password", [None, b""])
def test_keys_without_password(tmp_path: Path, password: bytes | None) -> None:
    path = tmp_path / "message.osci"
    path.write_bytes(raw(seal(build(), parties().intermediary_cipher.certificate, SENDING)))
    key = p12(tmp_path, "im", parties().intermediary_cipher, password)
    assert run_json(path, "--key", key)[1]["message_type"] == "storeDelivery"


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "escape"
    path.write_bytes(raw(build(store(ContentPackage(()), message_id="\x1b[31mrot[bold]"))))
    _, out, _ = run(path)
    assert "\x1b[31m" not in out
    assert "[bold]" in out


@needs_vectors
def test_a_vector_with_its_own_keys(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("test1234\n")
    keys = [VECTORS / "keys" / f"{name}.p12" for name in ("intermed_enc", "reader1_enc")]
    path = VECTORS / "positive" / "store-full-gcm.osci"
    code, report = run_json(path, "--key", keys[0], "--key", keys[1], "--password-file", password)
    assert (code, report["verdict"]) == (0, "gueltig")
    assert report["transport_signature"]["signer"] == "CN=Test Originator Signatur,O=OSCI Testvektoren,C=DE"
