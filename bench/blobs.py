"""The blob store: 200 MB taken in durably."""

import asyncio
import os
from itertools import repeat
from typing import Final

from bench.context import Context
from bench.floors import stored_floor
from bench.measure import cpu_note, repeated
from bench.result import Row, row
from erv_gateway.storage.blobs_local import LocalBlobs

BLOCK: Final = 10**6
BLOCKS: Final = 200


def put(context: Context) -> list[Row]:
    block, runs = os.urandom(BLOCK), context.runs(3)
    blobs = LocalBlobs(context.folder / "blobs")
    value = repeated(lambda: asyncio.run(blobs.put(repeat(block, BLOCKS))), runs)
    floor = repeated(lambda: stored_floor(context.folder / "blob-floor", block, BLOCKS), runs)
    note = f"{BLOCKS / value.wall:.0f} MB/s; {cpu_note(value, floor)}; floor: SHA-256, write, fsync of one file"
    return [row("Blob put 200 MB", value.wall, "s", floor.wall, note)]
