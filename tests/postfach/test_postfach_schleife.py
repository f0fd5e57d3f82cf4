"""While a large delivery is built or read, the event loop goes on serving others: crypto and files are in threads.

Shares, not seconds, so that a busy machine changes nothing: how much of the CPU time the loop's thread used itself, and
the longest time that it did not turn beside the whole.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from postfach_hilfe import LANDKREIS, Ort, nothing_kept

from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Auftrag, Zustellung
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.storage.blobs_local import LocalBlobs

ANLAGE = bytes(range(256)) * (20_000_000 // 256)
BEAT = 0.001
MOST_CPU = 0.4
"""Seen: 0.1 to 0.15; on the loop it would be nearly all."""
LONGEST_PAUSE = 0.75
"""Of the whole time. Seen: 0.05 to 0.15; on the loop it is all of it."""


@dataclass(frozen=True)
class Last:
    """`cpu`: the loop's share of all CPU seconds; `pause`: the longest pause of the loop, as a share of the time."""

    cpu: float
    pause: float


async def measured(work: Callable[[], Awaitable[object]]) -> Last:
    turns = [time.perf_counter()]
    beat = asyncio.create_task(_beat(turns))
    begin, own, whole = turns[0], time.thread_time(), time.process_time()
    try:
        await work()
    finally:
        beat.cancel()
    turns.append(time.perf_counter())
    pauses = [after - before for before, after in pairwise(turns)]
    cpu = (time.thread_time() - own) / (time.process_time() - whole)
    return Last(cpu, max(pauses) / (turns[-1] - begin))


async def _beat(turns: list[float]) -> None:
    while True:
        await asyncio.sleep(BEAT)
        turns.append(time.perf_counter())


async def inline(function: Callable[..., object], *args: object, **named: object) -> object:
    return function(*args, **named)


async def auftrag(ort: Ort, folder: Path) -> tuple[OsciPostfach, Auftrag]:
    blobs = LocalBlobs(folder)
    return OsciPostfach(ort.zugang(), blobs), await ort.auftrag(blobs, MessageId("m-1"), {"Akte_1.pdf": ANLAGE})


async def received(ort: Ort, folder: Path) -> tuple[OsciPostfach, str]:
    """A mailbox and the delivery of 20 MB that it fetched."""
    postfach = OsciPostfach(ort.zugang(LANDKREIS), LocalBlobs(folder))
    message_id = await ort.deliver({"Akte_1.pdf": ANLAGE})
    found = [
        event.original.sha256
        async for event in postfach.collect(nothing_kept)
        if isinstance(event, Zustellung) and event.message_id == message_id
    ]
    return postfach, found[0]


async def test_building_leaves_the_loop_free(ort: Ort, tmp_path: Path) -> None:
    postfach, wanted = await auftrag(ort, tmp_path)
    last = await measured(lambda: postfach.prepare(wanted))
    assert last.cpu < MOST_CPU
    assert last.pause < LONGEST_PAUSE


async def test_reading_leaves_the_loop_free(ort: Ort, tmp_path: Path) -> None:
    postfach, original = await received(ort, tmp_path)
    last = await measured(lambda: postfach.open_delivery(original))
    assert last.cpu < MOST_CPU
    assert last.pause < LONGEST_PAUSE


async def test_the_measure_sees_work_on_the_loop(ort: Ort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same two, with threads that are none."""
    writing, wanted = await auftrag(ort, tmp_path / "aus")
    reading, original = await received(ort, tmp_path / "ein")
    monkeypatch.setattr(asyncio, "to_thread", inline)
    for last in (
        await measured(lambda: writing.prepare(wanted)),
        await measured(lambda: reading.open_delivery(original)),
    ):
        assert last.pause > LONGEST_PAUSE
