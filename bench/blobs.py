"""The blob store: 200 MB, the largest message, taken in durably."""

import asyncio
import os
from itertools import repeat
from typing import Final

from bench.context import Context
from bench.floors import stored_floor
from bench.measure import compared, cpu_note
from bench.result import Row, row
from erv_gateway.storage.blobs_local import LocalBlobs

BLOCK: Final = 10**6
BLOCKS: Final = 200  # xjustiz.MAX_NACHRICHT_BYTES is 200 MB


def put(context: Context) -> list[Row]:
    block, runs, blocks = os.urandom(BLOCK), context.runs(3), context.count(BLOCKS, 20)
    blobs = LocalBlobs(context.folder / "blobs")
    value, floor = compared(
        lambda: asyncio.run(blobs.put(repeat(block, blocks))),
        lambda: stored_floor(context.folder / "blob-floor", block, blocks),
        runs,
    )
    note = f"{blocks / value.wall:.0f} MB/s; {cpu_note(value, floor)}; floor: SHA-256, write, fsync of one file"
    return [row(f"Blob put {blocks} MB", value.wall, "s", floor.wall, note)]
