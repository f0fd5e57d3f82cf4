"""`erv-gateway signatur bericht`: four forms, exit codes for machines, and the repetition of a stored report."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from etsi_streng import indications
from pruefprotokoll_muster import JETZT
from typer.testing import CliRunner, Result

from erv_gateway.cli import make_app
from erv_gateway.pruefprotokoll.json_form import from_bytes
from erv_gateway.signatur.pki import Pki

Lauf = Callable[..., Result]


@pytest.fixture
def run(pki: Pki, tmp_path: Path, signed_pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> Lauf:
    monkeypatch.chdir(tmp_path)
    Path("gut.pdf").write_bytes(signed_pdf)
    Path("schlecht.pdf").write_bytes(signed_pdf.replace(b"/Producer", b"/Produzer", 1))

    def call(*arguments: str) -> Result:
        trust = [] if "--repeat" in arguments else ["--anchors", str(pki.anchors_folder), "--at", JETZT.isoformat()]
        return CliRunner().invoke(make_app(("signatur",)), ["signatur", "bericht", *trust, *arguments])

    return call


def test_json_is_the_default_and_green_is_0(run: Lauf) -> None:
    result = run("gut.pdf")
    assert (result.exit_code, from_bytes(result.stdout_bytes).ampel) == (0, "gruen")


@pytest.mark.parametrize(("form", "start"), [("html", b"<!DOCTYPE html>"), ("pdf", b"%PDF-"), ("etsi", b"<?xml")])
def test_every_form_is_written_and_red_is_1(run: Lauf, form: str, start: bytes) -> None:
    result = run("schlecht.pdf", "--format", form, "--out", "bericht")
    data = Path("bericht").read_bytes()
    assert (result.exit_code, data.startswith(start)) == (1, True)
    if form == "etsi":
        assert indications(data) == [("total-failed", "HASH_FAILURE")]


def test_a_stored_report_is_repeated_and_a_changed_one_found_out(run: Lauf) -> None:
    Path("archiv").mkdir()
    run("gut.pdf", "--out", "archiv/pruefprotokoll.json", "--grounds", "archiv")
    Path("gut.pdf").rename("archiv/001_gut.pdf")
    result = run("--repeat", "archiv")
    assert (result.exit_code, [line["same"] for line in json.loads(result.stdout)]) == (0, [True])
    stored = Path("archiv/pruefprotokoll.json")
    stored.write_text(stored.read_text().replace('"nach_signatur_geaendert": false', '"nach_signatur_geaendert": true'))
    result = run("--repeat", "archiv")
    assert (result.exit_code, [line["same"] for line in json.loads(result.stdout)]) == (1, [False])
    Path("archiv/001_gut.pdf").unlink()
    assert run("--repeat", "archiv").exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("fehlt.pdf",),
        ("gut.pdf", "--out", "fehlt/x"),
        ("--repeat", "gut.pdf"),
        ("--repeat", "."),
        ("gut.pdf", "--at", "x"),
    ],
)
def test_misuse_is_2_without_a_traceback(run: Lauf, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_what_is_no_signature_and_what_is_no_pdf(run: Lauf) -> None:
    Path("notiz.txt").write_text("nur Text")
    Path("kaputt.pdf").write_bytes(b"%PDF-1.7\nnichts")
    assert run("notiz.txt").exit_code == 1
    assert run("notiz.txt", "--format", "etsi").exit_code == 2
    assert run("kaputt.pdf").exit_code == 2
