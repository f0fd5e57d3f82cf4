"""Signatures per second: PAdES-B into a small PDF/A, CAdES-B and CAdES-T beside it, with an RSA-3072 key in memory."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from bench.context import Context
from bench.floors import sign_floor
from bench.keys import Key, Keys, load_keys
from bench.measure import Cost, compared, cpu_note, peak_mib
from bench.result import RATE, Row, row
from certs.keys import KeyHandle, SoftKey
from erv_gateway.druck import render_pdf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_detached, sign_pdf
from erv_gateway.signatur.stapel import PdfAuftrag, sign_batch
from erv_gateway.signatur.tsa import timestamp_response

BATCH = 10
Sign = Callable[[], Awaitable[object]]

WHEN: Final = datetime.now(UTC)


class StampsHere(TimeStamper):
    """A time stamp authority without a network: its own signature is part of the figure, and of the floor."""

    def __init__(self, key: KeyHandle) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._key = key

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(timestamp_response(req.dump(), self._key, WHEN))


def signatures(context: Context) -> list[Row]:
    keys = load_keys(context.folder)
    signer, tsa = Signer(soft(keys.sender, keys)), StampsHere(soft(keys.hub, keys))
    pdf = letter()
    measure = partial(rate, context, keys, f"file of {len(pdf) / 1000:.0f} KB")
    return [
        measure("PAdES-B", lambda: sign_pdf(pdf, io.BytesIO(), signer)),
        measure("PAdES-B, batch of 10", lambda: _batch(pdf, signer), each=BATCH),
        measure("CAdES-B", lambda: sign_detached(pdf, signer, zeitpunkt=WHEN)),
        measure("CAdES-T", lambda: sign_detached(pdf, signer, tsa, zeitpunkt=WHEN), floor=2),
    ]


async def _batch(pdf: bytes, signer: Signer) -> None:
    await sign_batch([PdfAuftrag(io.BytesIO(pdf), io.BytesIO()) for _ in range(BATCH)], signer)


def soft(key: Key, keys: Keys) -> SoftKey:
    return SoftKey(key.private, key.der, (keys.ca.der,))


def rate(context: Context, keys: Keys, what: str, name: str, sign: Sign, *, each: int = 1, floor: int = 1) -> Row:
    """Signatures per second; `floor` RSA signatures cannot be avoided for one, `each` of them are made by one call."""
    count = context.count(25, 8) // each or 1
    value, least = _compared(sign, lambda: [sign_floor(keys) for _ in range(each * floor)], count, context.runs(5))
    value, least = value.each(each), least.each(each)
    plural = f"{floor} RSA-3072 PSS signatures" if floor > 1 else "one RSA-3072 PSS signature"
    note = f"each: {cpu_note(value, least, 'ms')}; {what}; peak RSS {peak_mib():.0f} MiB; floor: {plural}"
    return row(name, 1 / value.wall, RATE, 1 / least.wall, note)


def _compared(sign: Sign, least: Callable[[], object], count: int, runs: int) -> tuple[Cost, Cost]:
    """One after the other, as the worker does with the documents of one Sendung."""

    async def work() -> None:
        for _ in range(count):
            await sign()

    value, floor = compared(lambda: asyncio.run(work()), lambda: [least() for _ in range(count)], runs)
    return value.each(count), floor.each(count)


def letter() -> bytes:
    texts = dict.fromkeys(("absender", "absenderzeile", "datum", "zeichen", "betreff", "unterzeichner"), "Bauakte")
    return render_pdf("schreiben", {**texts, "empfaenger": ["Gericht"], "absaetze": ["Anbei."]}, erstellt=WHEN)
