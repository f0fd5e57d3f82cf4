"""The sandbox over TLS: options that belong together, files that do not serve, and the address it tells."""

import json
from pathlib import Path

import pytest
from sandbox_prozess import make_app
from typer.testing import CliRunner

from erv_gateway import protokollierung
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.app import Adressen
from erv_gateway.sandbox.tls import TlsDienst


def test_one_file_without_the_other_is_misuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protokollierung, "configure", lambda: None)
    arguments = ["sandbox", "run", "--detached", "--dir", str(tmp_path), "--pki", str(tmp_path)]
    for option in ("--tls-cert-file", "--tls-key-file"):
        result = CliRunner().invoke(make_app(), [*arguments, option, "x.pem"])
        assert result.exit_code == 2
        assert "belong together" in result.stderr


def test_files_that_do_not_serve(tmp_path: Path) -> None:
    empty = tmp_path / "leer.pem"
    empty.write_bytes(b"")
    for cert in (empty, tmp_path / "fehlt.pem"):
        with pytest.raises(KonfigurationInvalid):
            TlsDienst(cert, cert).context()


def test_the_ready_file_names_the_second_address_only_if_there_is_one() -> None:
    plain, both = Adressen("http://o", "http://t"), Adressen("http://o", "http://t", "https://o")
    assert set(json.loads(plain.to_json())) == {"osci", "tsa", "pid"}
    assert json.loads(both.to_json())["osci_tls"] == "https://o"
