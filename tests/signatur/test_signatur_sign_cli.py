"""`erv-gateway signatur sign` and `certs`: what they write, print, and how they end."""

import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from certs.anchors import Anchors
from certs.urteil import Urteil
from erv_gateway.cli import make_app
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.pruefen import check_detached, check_pdf

AMT = "stadt-musterfurt"
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def call(*arguments: object) -> Result:
        texts = [str(one) for one in arguments]
        result = CliRunner().invoke(make_app(texts), texts)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


@pytest.fixture
def letter(tmp_path: Path, pdf: bytes) -> Path:
    path = tmp_path / "brief.pdf"
    path.write_bytes(pdf)
    return path


@pytest.fixture
def key(pki: Pki) -> tuple[object, ...]:
    place = pki.teilnehmer[AMT].schluessel["signatur"]
    return ("--key", place.p12, "--password-file", place.passwort)


def test_a_pdf_is_signed_into_a_file_of_its_own(
    run: Run, letter: Path, key: tuple[object, ...], anchors: Anchors, pdf: bytes
) -> None:
    result = run("signatur", "sign", letter, *key, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["level"] == "B-B"
    signed = Path(told["file"])
    assert signed == letter.with_name("brief-signed.pdf")
    with signed.open("rb") as file:
        assert check_pdf(file, anchors, datetime.fromisoformat("2026-12-01T00:00:00+00:00")).urteil is Urteil.GUELTIG
    assert letter.read_bytes() == pdf
    again = run("signatur", "sign", letter, *key)
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_any_file_gets_a_signature_beside_it(
    run: Run, tmp_path: Path, key: tuple[object, ...], anchors: Anchors, jetzt: datetime
) -> None:
    file = tmp_path / "bild.tiff"
    file.write_bytes(b"II*\0")
    assert run("signatur", "sign", file, *key, "--detached", "--pkcs1").exit_code == 0
    p7s = (tmp_path / "bild.tiff.p7s").read_bytes()
    result = check_detached(io.BytesIO(b"II*\0"), p7s, anchors, jetzt + timedelta(days=2))
    assert result.urteil is Urteil.GUELTIG


@pytest.mark.parametrize(
    "arguments",
    [
        ("--level", "LT", "--detached", "--tsa", "http://127.0.0.1:9/"),
        ("--level", "LTA", "--tsa", "http://127.0.0.1:9/"),
        ("--level", "T"),
        ("--level", "T", "--tsa", "http://127.0.0.1:9/"),
        ("--level", "T", "--tsa", "http://tsa.example/"),
        ("--out", "/nicht/da/x.pdf"),
    ],
)
def test_what_cannot_be_had_is_said_and_leaves_nothing(
    run: Run, letter: Path, key: tuple[object, ...], arguments: tuple[str, ...]
) -> None:
    result = run("signatur", "sign", letter, *key, *arguments, "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]
    assert [path.name for path in letter.parent.iterdir()] == ["brief.pdf"]


def test_misuse_is_said(run: Run, letter: Path, key: tuple[object, ...], tmp_path: Path) -> None:
    broken = tmp_path / "kaputt.pdf"
    broken.write_bytes(b"%PDF-1.7")
    for arguments in (
        (letter,),
        (letter, "--pkcs11", tmp_path / "fehlt.so"),
        (letter, "--pkcs11", tmp_path / "fehlt.so", "--token", "a", "--pin-file", letter),
        (letter, "--key", letter),
        (tmp_path / "fehlt.pdf", *key),
        (broken, *key),
    ):
        result = run("signatur", "sign", *arguments)
        assert result.exit_code == 2, arguments
        assert result.stderr.strip()
