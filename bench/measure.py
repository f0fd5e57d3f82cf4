"""Clocks: wall and CPU seconds of a call beside its floor, medians of several, and the peak of resident memory."""

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

KIB_PER_MIB: Final = 1024
_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds; `cpu` counts all threads of this process, user and system, but no child."""

    wall: float
    cpu: float

    def each(self, count: int) -> "Cost":
        return Cost(self.wall / count, self.cpu / count)


def timed(call: Callable[[], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def compared(call: Callable[[], object], least: Callable[[], object], runs: int, count: int = 1) -> tuple[Cost, Cost]:
    """The cost of one `call` and of its floor `least`: medians of `runs` batches of `count` calls, after one warm-up.

    The two take turns, so that what else the machine does weighs on both alike.
    """
    call(), least()
    value, floor = alternating(partial(timed, _batch(call, count)), partial(timed, _batch(least, count)), runs)
    return value.each(count), floor.each(count)


def alternating(value: Callable[[], Cost], floor: Callable[[], Cost], runs: int) -> tuple[Cost, Cost]:
    pairs = [(value(), floor()) for _ in range(runs)]
    return _middle([pair[0] for pair in pairs]), _middle([pair[1] for pair in pairs])


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))


def _batch(call: Callable[[], object], count: int) -> Callable[[], None]:
    def batch() -> None:
        for _ in range(count):
            call()

    return batch


def peak_mib() -> float:
    """Peak resident memory of this process in MiB.

    Linux hands `ru_maxrss` on through fork and exec, so that it would name the parent's peak; VmHWM starts afresh.
    """
    if _STATUS.is_file():
        lines = (line.split() for line in _STATUS.read_text("ascii", "replace").splitlines())
        return next(int(line[1]) for line in lines if line and line[0] == "VmHWM:") / KIB_PER_MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB


def cpu_note(value: Cost, floor: Cost, unit: str = "s") -> str:
    """CPU beside wall; `unit` is s or ms."""
    scale = 1000 if unit == "ms" else 1
    times = value.cpu / floor.cpu if floor.cpu else float("nan")
    return f"CPU {value.cpu * scale:.3g} {unit}, floor {floor.cpu * scale:.3g} {unit} ({times:.1f}x)"
