"""The development PKI on disk, and the commands `pki init` and `signatur check`."""

import asyncio
import io
import json
import stat
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from certs.anchors import Anchors, Zweck
from certs.certificate import facts
from certs.devpki import Rolle
from certs.devpki import safe_id as safe_id_of
from certs.keys import SoftKey
from erv_gateway.cli import signatur as signatur_cli
from erv_gateway.signatur.anker import load_anchors
from erv_gateway.signatur.fehler import AnkerInvalid, PkiRefused, SchluesselInvalid
from erv_gateway.signatur.pki import Pki, init_pki, load_pki
from erv_gateway.signatur.schluessel import load_key
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf


def test_secrets_are_for_their_owner_only(pki: Pki) -> None:
    paths = list(pki.folder.rglob("*"))
    for path in [pki.folder, *paths]:
        mode = stat.S_IMODE(path.stat().st_mode)
        if path.is_dir():
            assert mode == 0o700, path
        elif path.suffix in {".p12", ".pass"}:
            assert mode == 0o600, path
    assert sum(path.suffix == ".p12" for path in paths) == 6 + 15


def test_no_file_holds_an_unprotected_key_and_every_password_is_its_own(pki: Pki) -> None:
    passwords = [path.read_text() for path in pki.folder.rglob("*.pass")]
    assert len(set(passwords)) == len(passwords)
    assert all(len(password.strip()) >= 30 for password in passwords)
    assert not any(b"PRIVATE KEY" in path.read_bytes() for path in pki.folder.rglob("*.pem"))


def test_the_index_finds_every_key_again(pki: Pki) -> None:
    again = load_pki(pki.folder)
    assert again == pki
    assert {t.kennung for t in again.mit_rolle(Rolle.AMT)} == {"stadt-musterfurt", "landkreis-auental"}
    for teilnehmer in again.teilnehmer.values():
        assert teilnehmer.safe_id in (None, safe_id_of(teilnehmer.name))
        for ort in teilnehmer.schluessel.values():
            assert facts(ort.load().certificate).uid == teilnehmer.safe_id


def test_every_purpose_has_its_anchor(pki: Pki, jetzt: datetime) -> None:
    anchors = load_anchors(pki.anchors_folder)
    assert {anchor.zweck for anchor in anchors.alle} == set(Zweck)
    assert all(anchor.is_valid_at(jetzt) for anchor in anchors.alle)


def test_openssl_finds_every_chain_good(pki: Pki, openssl: str, jetzt: datetime) -> None:
    for teilnehmer in pki.teilnehmer.values():
        for ort in teilnehmer.schluessel.values():
            command = [openssl, "verify", "-x509_strict", "-attime", str(int(jetzt.timestamp()))]
            command += ["-CAfile", str(pki.folder / "ca" / "root.pem")]
            command += ["-untrusted", str(ort.zertifikat), str(ort.zertifikat)]
            done = subprocess.run(command, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr


def test_an_existing_folder_is_never_overwritten(pki: Pki, tmp_path: Path, jetzt: datetime) -> None:
    before = {path: path.read_bytes() for path in pki.folder.rglob("*") if path.is_file()}
    with pytest.raises(PkiRefused):
        init_pki(pki.folder, jetzt)
    assert before == {path: path.read_bytes() for path in pki.folder.rglob("*") if path.is_file()}
    (tmp_path / "datei").write_text("x")
    with pytest.raises(PkiRefused):
        init_pki(tmp_path / "datei", jetzt)
    with pytest.raises(PkiRefused):
        load_pki(tmp_path)


def test_names_that_give_one_folder_are_refused(tmp_path: Path, jetzt: datetime) -> None:
    with pytest.raises(PkiRefused):
        init_pki(tmp_path / "pki", jetzt, aemter=("Amt Ähre", "Amt Aehre"))


def test_a_wrong_password_names_the_file_only(pki: Pki, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pass"
    wrong.write_text("geheim\n")
    p12 = pki.teilnehmer["tsa"].schluessel["tsa"].p12
    with pytest.raises(SchluesselInvalid, match=r"tsa\.p12") as caught:
        load_key(p12, wrong)
    assert "geheim" not in str(caught.value)
    with pytest.raises(SchluesselInvalid):
        load_key(tmp_path / "fehlt.p12", wrong)
    wrong.write_text("")
    with pytest.raises(SchluesselInvalid):
        load_key(p12, wrong)


@pytest.mark.parametrize("name", ["../x.pem", "/etc/hosts", "a/../../x.pem"])
def test_anchors_stay_in_their_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "anchors.toml").write_text(f'format = 1\n[[anker]]\ndatei = "{name}"\n')
    with pytest.raises(AnkerInvalid, match="outside"):
        load_anchors(tmp_path)


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    app = typer.Typer()
    signatur_cli.register(app)
    return app


@pytest.fixture
def call(app: typer.Typer) -> Callable[..., tuple[int, Any]]:
    def invoke(*arguments: object) -> tuple[int, Any]:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, json.loads(result.stdout) if "--json" in arguments else result.output

    return invoke


Call = Callable[..., tuple[int, Any]]


def test_pki_init_makes_what_the_library_reads(call: Call, tmp_path: Path) -> None:
    code, output = call("pki", "init", tmp_path / "neu", "--office", "Gemeinde Kleinau", "--court", "Amtsgericht Au")
    assert code == 0
    assert "gemeinde-kleinau" in output
    assert {"gemeinde-kleinau", "amtsgericht-au"} <= load_pki(tmp_path / "neu").teilnehmer.keys()
    assert call("pki", "init", tmp_path / "neu")[0] == 2


def test_check_tells_green_red_unsigned_and_unreadable_apart(
    call: Call, pki: Pki, pdf: bytes, rsa_signer: Signer, tmp_path: Path, jetzt: datetime
) -> None:
    target = io.BytesIO()
    asyncio.run(sign_pdf(pdf, target, rsa_signer))
    good, unsigned, p7s = tmp_path / "gut.pdf", tmp_path / "ohne.pdf", tmp_path / "ohne.pdf.p7s"
    good.write_bytes(target.getvalue())
    unsigned.write_bytes(pdf)
    p7s.write_bytes(asyncio.run(sign_detached(pdf, rsa_signer, zeitpunkt=jetzt)))
    options = ("--anchors", pki.anchors_folder, "--at", jetzt.isoformat(), "--json")
    code, report = call("signatur", "check", good, *options)
    assert (code, report["verdict"], report["signatures"][0]["level"]) == (0, "gueltig", "B-B")
    assert {"signer", "level", "verdict", "reasons", "changed_after_signing"} <= report["signatures"][0].keys()
    code, report = call("signatur", "check", unsigned, *options)
    assert (code, report["verdict"], report["signatures"]) == (1, "unbestimmt", [])
    assert call("signatur", "check", unsigned, "--detached", p7s, *options)[0] == 0
    code, report = call("signatur", "check", good, "--detached", p7s, *options)
    assert (code, report["verdict"], report["signatures"][0]["changed_after_signing"]) == (1, "ungueltig", True)
    code, report = call("signatur", "check", good, "--json")
    assert (code, report["verdict"]) == (1, "unbestimmt")


def test_check_never_ends_in_a_traceback(call: Call, pki: Pki, pdf: bytes, tmp_path: Path) -> None:
    text, empty = tmp_path / "a.txt", tmp_path / "leer.pdf"
    text.write_text("kein PDF")
    empty.write_bytes(b"")
    (tmp_path / "a.pdf").write_bytes(pdf)
    for arguments in (
        (text,),
        (empty,),
        (tmp_path / "fehlt.pdf",),
        (tmp_path,),
        (tmp_path / "a.pdf", "--anchors", tmp_path),
        (tmp_path / "a.pdf", "--at", "gestern"),
        (tmp_path / "a.pdf", "--detached", text),
        (tmp_path / "a.pdf", "--detached", tmp_path / "fehlt.p7s"),
    ):
        assert call("signatur", "check", *arguments)[0] == 2, arguments


def test_check_shows_german_text_for_people(
    call: Call, pki: Pki, anchors: Anchors, key_of: Callable[[str, str], SoftKey], tmp_path: Path, jetzt: datetime
) -> None:
    path, p7s = tmp_path / "vhn.xml", tmp_path / "vhn.xml.p7s"
    path.write_bytes(b"<vhn/>")
    signer = Signer(key_of("stadt-musterfurt", "vhn"))
    p7s.write_bytes(asyncio.run(sign_detached(b"<vhn/>", signer, zeitpunkt=jetzt)))
    options = ("--detached", p7s, "--anchors", pki.anchors_folder, "--at", jetzt.isoformat())
    code, output = call("signatur", "check", path, *options)
    assert code == 0
    assert "Sperrstatus nicht geprüft." in output
    code, _output = call("signatur", "check", path, *options, "--purpose", "signatur")
    assert code == 1
