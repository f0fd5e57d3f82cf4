"""PDF/A copies are off until the administrator names the program."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.settings import load
from erv_gateway.settings.check import describe_faults

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def written(folder: Path, text: str) -> Path:
    path = folder / "erv-gateway.toml"
    path.write_text(text)
    return path


def test_off_by_default(tmp_path: Path) -> None:
    assert load(written(tmp_path, "")).pdfa.ghostscript_file is None


def test_the_program_is_found_beside_the_file_and_must_be_one(tmp_path: Path) -> None:
    config = written(tmp_path, '[pdfa]\nghostscript_file = "gs"\nseconds = 30\n')
    settings = load(config)
    assert settings.pdfa.ghostscript_file == tmp_path / "gs"
    assert [fault for fault in describe_faults(settings, NOW) if fault.startswith("pdfa.")] == [
        f"pdfa.ghostscript_file: {tmp_path / 'gs'} ist kein ausführbares Programm"
    ]
    (tmp_path / "gs").write_text("#!/bin/sh\n")
    (tmp_path / "gs").chmod(0o700)
    assert not [fault for fault in describe_faults(settings, NOW) if fault.startswith("pdfa.")]


@pytest.mark.parametrize("line", ["memory_mib = 1", "seconds = 0", 'ghostscript = "gs"'])
def test_senseless_limits_and_unknown_keys_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(KonfigurationInvalid):
        load(written(tmp_path, f"[pdfa]\n{line}\n"))
