"""`erv-gateway xjustiz check` looks into the files of a folder and of a ZIP."""

import io
import json
import zipfile
from pathlib import Path

import pikepdf
import pytest
from kleines_pdf import OBJEKTE, PDF, build_pdf
from typer.testing import CliRunner
from xjustiz_falsch import lay
from xjustiz_muster import ANTRAG, HEUTE, Muster, muster

from erv_gateway.cli import make_app
from erv_gateway.cli.xjustiz_dateien import read_examined

pytestmark = pytest.mark.usefixtures("schemas")
SKRIPT = build_pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>", *OBJEKTE[1:])


def _locked() -> bytes:
    ziel = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as pdf:
        pdf.save(ziel, encryption=pikepdf.Encryption(owner="o", user="geheim"))
    return ziel.getvalue()


def _rules(pfad: Path, *mehr: str) -> set[tuple[str, str]]:
    done = CliRunner().invoke(
        make_app(["xjustiz"]), ["xjustiz", "check", str(pfad), "--json", "--at", HEUTE.isoformat(), *mehr]
    )
    return {(found["rule"], found["severity"]) for found in json.loads(done.stdout)["findings"]}


def _with(inhalt: bytes) -> Muster:
    m = muster()
    m.dateien[ANTRAG] = inhalt
    return m


@pytest.mark.parametrize(
    ("inhalt", "regel"),
    [(SKRIPT, "F5.skript"), (_locked(), "F4.kennwort"), (b"%PDF-1.7\nnichts", "F4.beschaedigt"), (PDF, None)],
    ids=["script", "locked", "broken", "good"],
)
def test_a_file_is_judged_the_same_in_a_folder_and_in_a_zip(tmp_path: Path, inhalt: bytes, regel: str | None) -> None:
    ordner = lay(_with(inhalt), tmp_path / "ordner")
    with zipfile.ZipFile(tmp_path / "paket.zip", "w", zipfile.ZIP_DEFLATED) as archiv:
        for datei in ordner.iterdir():
            archiv.write(datei, datei.name)
    for pfad in (ordner, tmp_path / "paket.zip"):
        assert _rules(pfad) == (set() if regel is None else {(regel, "warning")})
        assert _rules(pfad, "--ausgang") == (set() if regel is None else {(regel, "error")})


def test_a_zip_that_would_become_too_large_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erv_gateway.cli.xjustiz_dateien.MAX_PAKET_BYTES", 1000)
    paket = read_examined(lay(muster(), tmp_path / "ordner"))
    assert {anlage.merkmale.abbruch for anlage in paket.anlagen or () if anlage.merkmale} == {"zu-gross"}
