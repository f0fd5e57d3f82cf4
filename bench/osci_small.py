"""Messages of 20 KB on one core: 2 KB of data and one file of 18 KB."""

import io

from bench.context import Context
from bench.floors import build_floor, read_floor_call
from bench.keys import load_keys
from bench.measure import Cost, compared, cpu_note
from bench.osci_case import delivery, read_wire, write_wire
from bench.result import RATE, Row, row

FILE_BYTES = 18_000


def small(context: Context) -> list[Row]:
    keys = load_keys(context.folder)
    message = delivery(keys, FILE_BYTES, 1)
    wire = io.BytesIO()
    write_wire(keys, message, wire)
    count, runs = context.count(100, 25), context.runs(5)
    built = compared(
        lambda: write_wire(keys, message, io.BytesIO()), lambda: build_floor(keys, FILE_BYTES), runs, count
    )
    read = compared(
        lambda: read_wire(keys, io.BytesIO(wire.getvalue())), read_floor_call(keys, FILE_BYTES), runs, count
    )
    return [_row("OSCI build 20 KB", *built), _row("OSCI read 20 KB", *read)]


def _row(name: str, value: Cost, floor: Cost) -> Row:
    note = f"each: {cpu_note(value, floor, 'ms')}; floor: RSA, GCM and SHA-256 of one message"
    return row(name, 1 / value.wall, RATE, 1 / floor.wall, note)
