"""The bench runs and writes rows of the documented shape. How fast anything is, no test asks."""

import json
import subprocess
import sys
from pathlib import Path

SHAPE = {"name": str, "value": float, "unit": str, "floor": float, "ratio": float, "note": str}


def run_bench(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120, check=False)


def test_a_run_writes_rows_and_prints_them(checkout: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    done = run_bench(checkout, "--quick", "--only", "blobs", "--results", str(results))
    assert done.returncode == 0, done.stderr
    rows = json.loads(results.read_text("utf-8"))
    assert [{key: type(value) for key, value in row.items()} for row in rows] == [SHAPE]
    assert rows[0]["unit"] in {"s", "1/s", "MiB"}
    assert rows[0]["name"] in done.stdout


def test_what_does_not_work_is_named_and_the_rows_of_the_others_stay(checkout: Path, tmp_path: Path) -> None:
    """An empty data folder has no XJustiz schemata."""
    results = tmp_path / "results.json"
    program = "import sys; from bench.__main__ import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "--quick", "--only", "xjustiz", "--only", "blobs"]
    environment = {"XDG_DATA_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [*command, "--results", str(results)],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "xjustiz: " in done.stdout
    assert [row["name"].split()[0] for row in json.loads(results.read_text("utf-8"))] == ["Blob"]
