"""The stand-alone verifier on a proof of 1,000 files, as a court or an auditor runs it: a process of its own."""

import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from bench.context import Context
from bench.keys import load_keys
from bench.measure import Cost, alternating, cpu_note
from bench.proof_case import FILE_BYTES, write_bundle
from bench.result import Row, row

FILES: Final = 1000
PROGRAM: Final = Path(__file__).resolve().parents[1] / "ops" / "verifier" / "verify.py"
FLOOR: Final = """
import argparse, hashlib, json, sys, zipfile
from pathlib import Path
from xml.parsers import expat
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
with zipfile.ZipFile(sys.argv[1]) as archive:
    for name in archive.namelist():
        data = archive.read(name)
        hashlib.sha256(data).digest()
        if name.endswith(".xml"):
            expat.ParserCreate().Parse(data, True)
for path in Path(sys.argv[2]).iterdir():
    hashlib.sha256(path.read_bytes()).digest()
"""


def verify(context: Context) -> list[Row]:
    bundle, folder = context.folder / "nachweis.zip", context.folder / "dateien"
    write_bundle(load_keys(context.folder), bundle, folder, FILES)
    program = partial(_process, [str(PROGRAM), str(bundle), "--json", "--dateien", str(folder)])
    least = partial(_process, ["-c", FLOOR, str(bundle), str(folder)])
    value, floor = alternating(program, least, context.runs(5))
    size = f"bundle {bundle.stat().st_size / 1e6:.1f} MB, files of {FILE_BYTES // 1000} KB"
    what = "floor: start, imports, SHA-256 of all, expat over the XML"
    return [row(f"verify.py, {FILES} files", value.wall, "s", floor.wall, f"{cpu_note(value, floor)}; {size}; {what}")]


def _process(arguments: Sequence[str]) -> Cost:
    """A whole process; one that does not end well is an error (verify.py: anything but "gueltig")."""
    wall, cpu = time.perf_counter(), _children()
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise AssertionError(f"verify.py ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return Cost(time.perf_counter() - wall, _children() - cpu)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
