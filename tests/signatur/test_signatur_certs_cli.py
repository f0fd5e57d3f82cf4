"""`erv-gateway certs`: what the settings name, how long it lasts, and what is wrong with it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from erv_gateway.cli import make_app
from erv_gateway.signatur.pki import Pki

AMT, KREIS, GERICHT, VERMITTLER = "stadt-musterfurt", "landkreis-auental", "verwaltungsgericht-musterfurt", "vermittler"
Write = Callable[..., Path]


def run(*arguments: object) -> Result:
    texts = [str(one) for one in arguments]
    result = CliRunner().invoke(make_app(texts), texts)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def table(pki: Pki, kennung: str, name: str) -> str:
    place = pki.teilnehmer[kennung].schluessel[name]
    return f'{{ file = "{place.p12}", password_file = "{place.passwort}" }}'


@pytest.fixture
def write(pki: Pki, tmp_path: Path) -> Write:
    def make(more: str = "") -> Path:
        amt = pki.teilnehmer[AMT]
        intermediary = pki.teilnehmer[VERMITTLER].schluessel
        court = pki.teilnehmer[GERICHT]
        lines = [
            f'anchors_dir = "{pki.anchors_folder}"',
            "[[postfach]]",
            'name = "stadt"',
            f'safe_id = "{amt.safe_id}"',
            'organisation = "Stadt"',
            'ort = "Musterfurt"',
            'endpoint = "https://osci.example/"',
            f'intermediary_cipher_cert_file = "{intermediary["postfach-chiffrat"].zertifikat}"',
            f'intermediary_signature_cert_file = "{intermediary["postfach-signatur"].zertifikat}"',
            f"signature_key = {table(pki, AMT, 'postfach-signatur')}",
            f"cipher_key = {table(pki, AMT, 'postfach-chiffrat')}",
            f"vhn_key = {table(pki, AMT, 'vhn')}",
            more,
            "[[verzeichnis]]",
            'gericht_code = "G1"',
            f'safe_id = "{court.safe_id}"',
            'name = "Gericht"',
            f'cipher_cert_file = "{court.schluessel["postfach-chiffrat"].zertifikat}"',
        ]
        path = tmp_path / "erv-gateway.toml"
        path.write_text("\n".join(lines))
        return path

    return make


def test_all_certificates_are_listed(write: Write) -> None:
    result = run("certs", "list", "--config", write(), "--json")
    assert result.exit_code == 0, result.output
    listed = {one["place"]: one for one in json.loads(result.stdout)}
    assert {"postfach.stadt.signatur", "postfach.stadt.chiffrat", "postfach.stadt.vhn"} <= listed.keys()
    assert {"postfach.stadt.vermittler-chiffrat", "verzeichnis.G1", "anker.tsa"} <= listed.keys()
    assert listed["postfach.stadt.vhn"]["state"] == "aktiv"
    assert listed["postfach.stadt.vhn"]["stage"] == "fern"
    assert run("certs", "list", "--config", write()).exit_code == 0


@pytest.mark.parametrize(
    ("at", "code", "told"),
    [
        ("2026-12-01", 0, "0 Mängel"),
        ("2029-11-10", 1, "läuft in"),
        ("2040-01-01", 1, "abgelaufen"),
    ],
)
def test_the_check_says_what_runs_out(write: Write, at: str, code: int, told: str) -> None:
    result = run("certs", "check", "--config", write(), "--at", at)
    assert result.exit_code == code, result.output
    assert told in result.stdout


def test_a_retired_key_may_run_out_and_two_active_ones_are_not_possible(write: Write, pki: Pki) -> None:
    entry = table(pki, KREIS, "postfach-chiffrat").strip("{} ")
    config = write(f'schluessel = [ {{ {entry}, art = "chiffrat", zustand = "abgeloest" }} ]')
    listed = {
        (one["place"], one["state"]) for one in json.loads(run("certs", "list", "--config", config, "--json").stdout)
    }
    assert ("postfach.stadt.chiffrat", "abgeloest") in listed
    result = run("certs", "check", "--config", config, "--at", "2026-12-01", "--json")
    assert (result.exit_code, json.loads(result.stdout)["faults"]) == (0, [])
    own = table(pki, AMT, "postfach-chiffrat").strip("{} ")
    twice = write(f"schluessel = [ {{ {own} }} ]")
    result = run("certs", "check", "--config", twice, "--at", "2026-12-01")
    assert result.exit_code == 1
    assert "mehrfach" in result.stdout


def test_a_key_at_a_signing_service_is_listed_without_asking_it(write: Write, pki: Pki) -> None:
    pem = pki.teilnehmer[AMT].schluessel["signatur"].zertifikat
    csc = (
        f'document_key = {{ csc = {{ url = "https://csc.example", credential = "amt", certificate_file = "{pem}" }} }}'
    )
    result = run("certs", "list", "--config", write(csc), "--json")
    assert result.exit_code == 0, result.output
    assert "postfach.stadt.dokument" in result.stdout


@pytest.mark.parametrize(
    "more",
    [
        'document_key = { file = "a.p12" }',
        "document_key = {}",
        'document_key = { csc = { url = "http://csc.example", credential = "a", certificate_file = "a.pem" } }',
        'document_key = { csc = { url = "https://a", credential = "a", certificate_file = "a", client_id = "b" } }',
        'document_key = { pkcs11 = { module_file = "a.so", pin_file = "pin" } }',
        'document_key = { pkcs11 = { module_file = "/nix.so", token = "t", pin_file = "/nix" } }',
        'schluessel = [ { csc = { url = "https://a", credential = "a", certificate_file = "a" } } ]',
    ],
)
def test_settings_that_name_no_usable_key_are_misuse(write: Write, more: str) -> None:
    for command in ("list", "check"):
        result = run("certs", command, "--config", write(more), "--json")
        assert result.exit_code == 2
        assert json.loads(result.stdout)["error"]


def test_the_table_of_algorithms_is_printed() -> None:
    result = run("certs", "algorithms")
    assert result.exit_code == 0
    assert "| rsa | ab 3000 | alle |" in result.stdout
