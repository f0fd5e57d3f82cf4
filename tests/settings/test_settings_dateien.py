"""veraPDF is off unless its program is named, and a program that is none is said at the start."""

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
    assert load(written(tmp_path, "")).dateien.verapdf_file is None


def test_the_program_is_found_beside_the_file_and_must_be_one(tmp_path: Path) -> None:
    settings = load(written(tmp_path, '[dateien]\nverapdf_file = "verapdf"\n'))
    assert settings.dateien.verapdf_file == tmp_path / "verapdf"
    assert [fault for fault in describe_faults(settings, NOW) if fault.startswith("dateien.")] == [
        f"dateien.verapdf_file: {tmp_path / 'verapdf'} ist kein ausführbares Programm"
    ]


@pytest.mark.parametrize("line", ["verapdf_seconds = 0", 'verapdf = "x"'])
def test_senseless_limits_and_unknown_keys_are_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(KonfigurationInvalid):
        load(written(tmp_path, f"[dateien]\n{line}\n"))
