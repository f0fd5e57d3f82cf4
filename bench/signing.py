"""Signatures per second: PAdES-B into a small PDF/A, CAdES-B beside it, with an RSA-3072 key in memory."""

import asyncio
import io
from collections.abc import Awaitable, Callable

from bench.context import Context
from bench.floors import sign_floor
from bench.keys import load_keys
from bench.measure import Cost, compared, cpu_note
from bench.result import RATE, Row, row
from bench.xjustiz_case import WHEN
from certs.keys import SoftKey
from erv_gateway.druck import render_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf


def signatures(context: Context) -> list[Row]:
    keys = load_keys(context.folder)
    signer = Signer(SoftKey(keys.sender.private, keys.sender.der, (keys.ca.der,)))
    pdf = _letter()
    count, runs = context.count(25, 8), context.runs(5)

    def one_by_one(sign: Callable[[], Awaitable[object]]) -> tuple[Cost, Cost]:
        return _compared(sign, lambda: sign_floor(keys), count, runs)

    pades = one_by_one(lambda: sign_pdf(pdf, io.BytesIO(), signer))
    cades = one_by_one(lambda: sign_detached(pdf, signer, zeitpunkt=WHEN))
    return [_row("PAdES-B", *pades, len(pdf)), _row("CAdES-B", *cades, len(pdf))]


def _compared(
    sign: Callable[[], Awaitable[object]], least: Callable[[], object], count: int, runs: int
) -> tuple[Cost, Cost]:
    """One after the other, as the worker does with the documents of one Sendung."""

    async def batch() -> None:
        for _ in range(count):
            await sign()

    value, floor = compared(lambda: asyncio.run(batch()), lambda: [least() for _ in range(count)], runs)
    return value.each(count), floor.each(count)


def _letter() -> bytes:
    texts = dict.fromkeys(("absender", "absenderzeile", "datum", "zeichen", "betreff", "unterzeichner"), "Bauakte")
    return render_pdf("schreiben", {**texts, "empfaenger": ["Gericht"], "absaetze": ["Anbei."]}, erstellt=WHEN)


def _row(name: str, value: Cost, floor: Cost, size: int) -> Row:
    note = f"each: {cpu_note(value, floor, 'ms')}; file of {size / 1000:.0f} KB; floor: one RSA-3072 PSS signature"
    return row(name, 1 / value.wall, RATE, 1 / floor.wall, note)
