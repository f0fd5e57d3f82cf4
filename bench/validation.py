"""Validating signed PDF files of three sizes: here, and in a child as the gateway does it, with its peak memory."""

import asyncio
import hashlib
import io
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pikepdf

from bench.context import Context
from bench.keys import load_keys
from bench.measure import Cost, alternating, cpu_note, peak_mib, timed
from bench.result import Row, row
from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint
from certs.keys import SoftKey
from certs.urteil import Urteil
from erv_gateway.druck import render_pdf
from erv_gateway.isolation.limits import MIB, Limits
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.auftrag import Auftrag, grounds
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.isoliert import WORKER, Pruefdienst
from erv_gateway.signatur.pruefen import check_pdf
from erv_gateway.signatur.pruefworker import answer
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf

WHEN: Final = datetime.now(UTC)
SIZES: Final = (100_000, 10_000_000, 100_000_000)
BOUNDS: Final = Limits(seconds=120, cpu_seconds=60, memory=2048 * MIB)


def validation(context: Context) -> list[Row]:
    rows: list[Row] = []
    for size in SIZES[:2] if context.quick else SIZES:
        path, anchors = _signed(context, size)
        rows += [_here(path, anchors, size, context.runs(5)), _isolated(path, anchors, size, context.runs(5))]
    return rows


def _signed(context: Context, size: int) -> tuple[Path, Anchors]:
    keys = load_keys(context.folder)
    path = context.folder / f"validation-{size}.pdf"
    signer = Signer(SoftKey(keys.sender.private, keys.sender.der, (keys.ca.der,)))
    with path.open("w+b") as target:
        asyncio.run(sign_pdf(_pdf(size), target, signer))
    start, ca = datetime(2000, 1, 1, tzinfo=UTC), keys.ca.der
    return path, Anchors((Anchor(Zweck.SIGNATUR, ca, frozenset(), start, None, "bench", fingerprint(ca)),))


def _pdf(size: int) -> bytes:
    texts = dict.fromkeys(("absender", "absenderzeile", "datum", "zeichen", "betreff", "unterzeichner"), "Bauakte")
    letter = render_pdf("schreiben", {**texts, "empfaenger": ["Gericht"], "absaetze": ["Anbei."]}, erstellt=WHEN)
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter)) as opened:
        opened.Root["/Ballast"] = opened.make_stream(os.urandom(size))
        opened.save(target, compress_streams=False)
    return target.getvalue()


def _here(path: Path, anchors: Anchors, size: int, runs: int) -> Row:
    def check() -> None:
        with path.open("rb") as file:
            if check_pdf(file, anchors, WHEN).urteil is not Urteil.GUELTIG:
                raise RuntimeError("the signature that is measured is not good")

    value, floor = _compared(check, path, runs)
    note = f"{cpu_note(value, floor, 'ms')}; floor: read and SHA-256"
    return row(f"validate PDF of {_mb(size)}", value.wall * 1000, "ms", floor.wall * 1000, note)


def _isolated(path: Path, anchors: Anchors, size: int, runs: int) -> Row:
    async def measure() -> tuple[Cost, Cost, float]:
        async with Werkstatt((WORKER, __name__)) as werkstatt:
            dienst, loop = Pruefdienst(werkstatt=werkstatt), asyncio.get_running_loop()

            def check() -> None:
                asyncio.run_coroutine_threadsafe(dienst.check_pdf(path, anchors, WHEN), loop).result()

            costs = await asyncio.to_thread(_compared, check, path, runs)
            order = {**Auftrag("pdf", path).order((Zweck.SIGNATUR,)), **grounds(Pruefgrundlage(WHEN, WHEN, anchors))}
            peak = await werkstatt.run(f"{__name__}:peak_of", json.dumps(order).encode(), BOUNDS)
            return *costs, float(peak)

    value, floor, peak = asyncio.run(measure())
    note = f"in a child with limits, peak RSS {peak:.0f} MiB; floor: read and SHA-256 here"
    return row(f"validate PDF of {_mb(size)}, isolated", value.wall * 1000, "ms", floor.wall * 1000, note)


def peak_of(order: bytes) -> bytes:
    """Run in a child: the memory that one check needed at most, the warm modules included."""
    answer(order)
    return str(peak_mib()).encode()


def _compared(check: Callable[[], None], path: Path, runs: int) -> tuple[Cost, Cost]:
    check()
    return alternating(lambda: timed(check), lambda: timed(lambda: _read_hashed(path)), runs)


def _read_hashed(path: Path) -> None:
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")


def _mb(size: int) -> str:
    return f"{size / 10**6:g} MB"
