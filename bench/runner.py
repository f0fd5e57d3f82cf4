"""Runs one entry in a process of its own and takes its rows from there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.registry import Entry
from bench.result import Row

ROOT: Final = Path(__file__).resolve().parents[1]
MAX_SECONDS: Final = 900
"""Only against hanging for ever: a busy machine makes figures worse, it does not make a run fail."""


class BenchFailed(Exception):
    """A measured thing did not work. Slowness never raises this."""


def run(entry: Entry, folder: Path, *, quick: bool) -> list[Row]:
    """Raises BenchFailed with the end of what the process said."""
    command = [sys.executable, "-m", "bench.child", entry.name, str(folder), *(["--quick"] if quick else [])]
    try:
        done = subprocess.run(  # noqa: S603
            command, cwd=ROOT, capture_output=True, text=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BenchFailed(f"{entry.name}: no end after {MAX_SECONDS} s") from error
    if done.returncode != 0:
        raise BenchFailed(f"{entry.name}: {done.stderr.strip()[-2000:]}")
    return [Row.of(data) for data in json.loads(done.stdout.splitlines()[-1])]
