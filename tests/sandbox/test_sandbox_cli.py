"""Misuse ends with one line and exit code 2."""

from pathlib import Path

import pytest
from sandbox_prozess import Sandbox, make_app
from typer.testing import CliRunner

from erv_gateway import protokollierung
from erv_gateway.signatur.pki import Pki


@pytest.fixture(autouse=True)
def _own_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command runs inside this process, whose logging belongs to pytest."""
    monkeypatch.setattr(protokollierung, "configure", lambda: None)


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(make_app(), ["sandbox", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stderr


def test_nothing_there_yet(tmp_path: Path) -> None:
    result = CliRunner().invoke(make_app(), ["sandbox", "befunde", "--dir", str(tmp_path), "--json"])
    assert (result.exit_code, result.stdout.strip()) == (0, "[]")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"--pki": "leer"}, "pki.toml"),
        ({"--szenario": "sturm"}, "sturm"),
        ({"--schemata": "leer"}, "schemata"),
    ],
)
def test_what_cannot_start_says_why(
    tmp_path: Path, pki: Pki, sandbox: Sandbox, change: dict[str, str], reason: str
) -> None:
    (tmp_path / "leer").mkdir()
    options = {"--dir": str(tmp_path / "neu"), "--pki": str(pki.folder), "--schemata": str(sandbox.schemata)}
    values = {name: str(tmp_path / value) if value == "leer" else value for name, value in change.items()}
    arguments = [text for pair in {**options, **values}.items() for text in pair]
    code, stderr = run("run", "--detached", *arguments)
    assert code == 2
    assert reason in stderr
    assert len(stderr.strip().splitlines()) == 1


def test_a_port_in_use(tmp_path: Path, pki: Pki, sandbox: Sandbox) -> None:
    sandbox.start()
    options = ["--dir", str(tmp_path / "andere"), "--pki", str(pki.folder), "--schemata", str(sandbox.schemata)]
    code, stderr = run("run", "--detached", "--port", str(sandbox.port), *options)
    assert (code, len(stderr.strip().splitlines())) == (2, 1)
