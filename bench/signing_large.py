"""One signature into a PDF of 100 MiB, from file to file: seconds, and how much memory that takes."""

import asyncio
import hashlib
from pathlib import Path
from typing import BinaryIO, Final

from bench.context import MIB, Context
from bench.floors import sign_floor
from bench.keys import Keys, load_keys
from bench.measure import compared, cpu_note, peak_mib
from bench.result import Row, row
from bench.signing import soft
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf

_OBJECTS: Final = (
    b"<</Type/Catalog/Pages 2 0 R>>",
    b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>",
)


def pades(context: Context, mib: int) -> list[Row]:
    keys = load_keys(context.folder)
    source, target = context.folder / "large.pdf", context.folder / "large-signed.pdf"
    with source.open("wb") as file:
        _write_pdf(file, mib * MIB)
    before = peak_mib()
    value, floor = compared(lambda: _sign(source, target, keys), lambda: _floor(source, target, keys), context.runs(3))
    note = f"{cpu_note(value, floor)}; floor: copied, hashed, one RSA-3072 PSS signature"
    memory = f"before {before:.0f} MiB; floor: the same process before it"
    return [
        row(f"PAdES-B, {mib} MiB", value.wall, "s", floor.wall, note),
        row(f"PAdES-B, {mib} MiB: peak RSS", peak_mib(), "MiB", before, memory),
    ]


def _sign(source: Path, target: Path, keys: Keys) -> None:
    with source.open("rb") as read, target.open("w+b") as write:
        asyncio.run(sign_pdf(read, write, Signer(soft(keys.sender, keys))))


def _floor(source: Path, target: Path, keys: Keys) -> None:
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as write:
        while block := read.read(MIB):
            digest.update(block)
            write.write(block)
    sign_floor(keys)


def _write_pdf(file: BinaryIO, size: int) -> None:
    """A page whose content is `size` blanks."""
    file.write(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(_OBJECTS, 1):
        places.append(file.tell())
        file.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    places.append(file.tell())
    file.write(b"4 0 obj\n<</Length %d>>\nstream\n" % size)
    for _ in range(size // MIB):
        file.write(b" " * MIB)
    file.write(b"\nendstream\nendobj\n")
    table = file.tell()
    file.write(b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    file.write(b"trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table)
