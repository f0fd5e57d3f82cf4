"""The two commands: `python verify.py` in a process of its own, and `erv-gateway nachweis`."""

import json
import subprocess
import sys
from pathlib import Path

import nachweis_fabrik as fabrik
import pytest
import typer
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from nachweis_urteile import VERIFY_PY, rehash, unpack
from typer.testing import CliRunner

from erv_gateway.cli.nachweis import register


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "nachweis.zip"
    path.write_bytes(fabrik.good_bundle())
    return path


@pytest.fixture
def bad_bundle(tmp_path: Path) -> Path:
    path = tmp_path / "schlecht.zip"
    path.write_bytes(rehash(unpack(fabrik.good_bundle()), lambda m: m["claims"].update(message_id="x")))
    return path


@pytest.fixture
def anker(tmp_path: Path) -> Path:
    path = tmp_path / "ca.pem"
    path.write_bytes(x509.load_der_x509_certificate(fabrik.pki().ca).public_bytes(Encoding.PEM))
    return path


def run(*arguments: object, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    """Isolated (-I): nothing of the project can be imported by accident."""
    command = [sys.executable, "-I", str(VERIFY_PY), *map(str, arguments)]
    environment = {"PYTHONIOENCODING": encoding}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False, cwd="/")
    assert "Traceback" not in done.stderr
    return done


def gateway(*arguments: object) -> tuple[int, str, str]:
    app = typer.Typer()
    register(app)
    result = CliRunner().invoke(app, ["nachweis", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_good_bundle_exits_0_with_a_report_to_read(bundle: Path) -> None:
    done = run(bundle)
    assert done.returncode == 0
    assert "✓ laufzettel" in done.stdout
    assert "GÜLTIG" in done.stdout
    assert "SHA-256" in done.stdout


def test_console_without_unicode_is_no_problem(bundle: Path) -> None:
    assert run(bundle, encoding="cp1252").returncode == 0


def test_json_has_the_agreed_form(bundle: Path, anker: Path) -> None:
    report = json.loads(run(bundle, "--json", "--anker", anker).stdout)
    assert set(report) == {"verdict", "checks", "hinweise"}
    assert report["verdict"] == "gueltig"
    assert {"name": "vertrauen", "ok": True, "text": "beide Ketten führen zu den angegebenen Vertrauensankern"} in (
        report["checks"]
    )


def test_bad_bundle_exits_1_and_says_why(bad_bundle: Path) -> None:
    done = run(bad_bundle)
    assert done.returncode == 1
    assert "✗ umschlag" in done.stdout
    assert "UNGÜLTIG" in done.stdout


def test_misuse_exits_2(tmp_path: Path, bundle: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    assert run().returncode == 2
    assert run(tmp_path / "missing.zip").returncode == 2
    assert run(tmp_path).returncode == 2
    assert run(tmp_path / "x.zip").returncode == 2
    assert run(bundle, "--anker", tmp_path / "x.zip").returncode == 2
    assert run(bundle, "--dateien", tmp_path / "missing").returncode == 2
    assert json.loads(run(tmp_path / "x.zip", "--json").stdout)["error"]


def test_files_beside_the_bundle_are_compared(tmp_path: Path, bundle: Path) -> None:
    folder = tmp_path / "dateien"
    folder.mkdir()
    assert run(bundle, "--dateien", folder).returncode == 1
    contents = {"xjustiz_nachricht.xml": fabrik.good_teile().xjustiz, "vhn.xml": b"<vhn/>", "vhn.xml.p7s": b"cms"}
    contents |= {"Bauantrag.pdf": b"%PDF-1 a", "Widerspruch_ä.pdf": b"%PDF-2 b", "Anschreiben.pdf": b"%PDF-3 c"}
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    assert run(bundle, "--dateien", folder).returncode == 0
    (folder / "Bauantrag.pdf").write_bytes(b"%PDF-1 b")
    assert "Bauantrag.pdf" in run(bundle, "--dateien", folder).stdout


def test_report_does_not_steer_the_terminal(tmp_path: Path) -> None:
    evil = tmp_path / "evil.zip"
    evil.write_bytes(
        rehash(unpack(fabrik.good_bundle()), lambda m: m["claims"].update(urteil="\x1b[2Jgut", eingang="\x1b]0;x"))
    )
    assert "\x1b" not in run(evil).stdout
    assert "\x1b]" not in gateway("verify", evil)[1]


def test_gateway_command_gives_the_same_verdicts(bundle: Path, bad_bundle: Path, anker: Path, tmp_path: Path) -> None:
    assert gateway("verify", bundle)[0] == 0
    code, stdout, _ = gateway("verify", bundle, "--json", "--anker", anker)
    own, other = json.loads(stdout), json.loads(run(bundle, "--json", "--anker", anker).stdout)
    assert (code, own) == (0, other)
    assert gateway("verify", bad_bundle, "--json")[0] == 1
    (tmp_path / "x.zip").write_bytes(b"x")
    assert gateway("verify", tmp_path / "x.zip", "--json")[0] == 2
    assert gateway("verify", tmp_path / "missing.zip")[0] == 2
    assert gateway("verify")[0] == 2


def test_gateway_hands_out_the_stand_alone_program(tmp_path: Path) -> None:
    ziel = tmp_path / "verify.py"
    assert gateway("pruefprogramm", ziel)[0] == 0
    assert ziel.read_bytes() == VERIFY_PY.read_bytes()
    assert gateway("pruefprogramm", tmp_path / "missing" / "verify.py")[0] == 2
