"""`erv-gateway demo` as a person runs it: to its end, and interrupted in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.storage.schemata import load_schemas

LIMIT_SECONDS = 280


@pytest.fixture(autouse=True)
def _schemata() -> None:
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")


def start(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "erv_gateway", "demo", "--dir", str(folder)]
    env = {**os.environ, "COLUMNS": "120"}
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=env,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509  # a shell may have it ignored
    )


def children_of(folder: Path) -> list[str]:
    """Command lines of processes that belong to this demo folder, PostgreSQL included."""
    return [line for line in _command_lines() if str(folder) in line]


def _command_lines() -> Iterator[str]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue


def test_the_demo_ends_well_can_be_repeated_and_leaves_no_process(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    process = start(folder)
    out, _ = process.communicate(timeout=LIMIT_SECONDS)
    assert process.returncode == 0, out[-3000:]
    assert out.count("GÜLTIG") == 2
    for schritt in range(1, 7):
        assert f"Schritt {schritt}" in out
    assert (folder / "ergebnis" / "nachweis.zip").stat().st_size > 0
    assert (folder / "ergebnis" / "verify.py").exists()
    assert children_of(folder) == []


def test_ctrl_c_in_the_middle_leaves_no_process_and_the_next_run_starts_fresh(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    process = start(folder)
    assert process.stdout is not None
    for line in process.stdout:
        if "Schritt 2" in line:
            break
    process.send_signal(signal.SIGINT)
    rest = process.stdout.read()
    assert process.wait(timeout=60) == 130, rest[-2000:]
    deadline = time.monotonic() + 10
    while children_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children_of(folder) == []
    assert "beendet" in rest


def test_a_folder_that_is_no_demo_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "wichtig.txt").write_text("nicht löschen")
    process = start(tmp_path)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert (tmp_path / "wichtig.txt").exists()
    assert "Traceback" not in out
