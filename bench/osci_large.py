"""Large deliveries: seconds and peak memory, each size and direction in a process of its own."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from bench.context import MIB, Context
from bench.floors import build_floor, read_floor_call
from bench.keys import load_keys
from bench.measure import compared, cpu_note, peak_mib
from bench.osci_case import delivery, read_wire, write_wire
from bench.result import Row, row

ATTACHMENTS: Final = 4


def build(context: Context, mib: int) -> list[Row]:
    """Attachments in, message file out, as in chapter 11; leaves the file for `read`."""
    keys, runs = load_keys(context.folder), context.runs(5 if mib < 100 else 3)
    message = delivery(keys, mib * MIB, ATTACHMENTS)

    def work() -> None:
        with _wire(context, mib).open("wb") as file:
            write_wire(keys, message, file)

    return _rows(f"OSCI build {mib} MiB", work, partial(build_floor, keys, mib * MIB), runs)


def read(context: Context, mib: int) -> list[Row]:
    keys, runs = load_keys(context.folder), context.runs(5 if mib < 100 else 3)

    def work() -> None:
        with _wire(context, mib).open("rb") as file:
            if read_wire(keys, file) < mib * MIB:
                raise AssertionError("content is missing")

    return _rows(f"OSCI read {mib} MiB", work, read_floor_call(keys, mib * MIB), runs)


def _wire(context: Context, mib: int) -> Path:
    return context.folder / f"wire-{mib}.osci"


def _rows(name: str, work: Callable[[], None], least: Callable[[], None], runs: int) -> list[Row]:
    before = peak_mib()
    work()
    peak = peak_mib()  # before the floor, whose own buffers are not ours
    value, floor = compared(work, least, runs)
    note = f"{cpu_note(value, floor)}; floor: GCM, SHA-256 and RSA only, no file"
    return [
        row(name, value.wall, "s", floor.wall, note),
        row(f"{name}, peak RSS", peak, "MiB", before, "floor: the same process before the first message"),
    ]
