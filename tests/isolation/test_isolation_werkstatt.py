"""The pool: many at once, several loops, the death of its parent, and nothing left behind."""

import asyncio
import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from erv_gateway.isolation.admission import Admission
from erv_gateway.isolation.fehler import AufgabeFailed, Reason
from erv_gateway.isolation.limits import MIB, Limits
from erv_gateway.isolation.werkstatt import Werkstatt

LIMITS = Limits(seconds=30, cpu_seconds=10, memory=512 * MIB)


async def zygote_of(werkstatt: Werkstatt) -> int:
    return int(await werkstatt.run("isolation_bomben:parent", b"", LIMITS))


def running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def zombies() -> list[int]:
    return [pid for pid in children(os.getpid()) if not running(pid)]


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    patience = time.monotonic() + seconds
    while not condition() and time.monotonic() < patience:  # noqa: ASYNC110  # other processes give no event
        await asyncio.sleep(0.01)
    return condition()


async def gone(*pids: int) -> bool:
    return await until(lambda: not any(running(pid) for pid in pids))


async def test_two_hundred_at_once(werkstatt: Werkstatt) -> None:
    answers = await asyncio.gather(
        *(werkstatt.run("isolation_bomben:echo", str(n).encode(), LIMITS) for n in range(200))
    )
    assert answers == [str(n).encode() for n in range(200)]


async def test_a_warm_task_costs_little(werkstatt: Werkstatt) -> None:
    await zygote_of(werkstatt)
    took = []
    for _ in range(20):
        started = time.monotonic()
        await werkstatt.run("isolation_bomben:echo", b"x", LIMITS)
        took.append(time.monotonic() - started)
    assert sorted(took)[len(took) // 2] < 0.04


async def test_a_killed_parent_is_replaced_and_its_work_done(werkstatt: Werkstatt) -> None:
    first = await zygote_of(werkstatt)
    waiting = [asyncio.create_task(werkstatt.run("isolation_bomben:slow", b"0.3", LIMITS)) for _ in range(3)]
    await asyncio.sleep(0.1)
    os.kill(first, signal.SIGKILL)
    pids = [int(answer) for answer in await asyncio.gather(*waiting)]
    second = await zygote_of(werkstatt)
    assert second != first
    assert zombies() == []
    assert len(set(pids)) == 3


async def test_a_parent_that_cannot_start_is_an_error_and_no_loop(preload: tuple[str, ...]) -> None:
    async with Werkstatt(("no_such_module_at_all",)) as broken:
        with pytest.raises(AufgabeFailed) as failed:
            await broken.run("isolation_bomben:echo", b"", LIMITS)
    assert failed.value.reason is Reason.CRASH


async def test_closing_ends_everything(preload: tuple[str, ...]) -> None:
    async with Werkstatt(preload, max_tasks=4) as one:
        zygote = await zygote_of(one)
        stuck = asyncio.create_task(one.run("isolation_bomben:slow", b"100", LIMITS))
        await asyncio.sleep(0.2)
        workers = children(zygote)
        stuck.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await stuck
    assert len(workers) == 1
    assert await gone(zygote, *workers)
    assert zombies() == []


async def test_a_cancelled_task_is_killed(werkstatt: Werkstatt) -> None:
    zygote = await zygote_of(werkstatt)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await werkstatt.run("isolation_bomben:slow", b"100", LIMITS)
    assert await until(lambda: children(zygote) == [])
    assert await zygote_of(werkstatt) == zygote


async def test_a_forgotten_pool_ends(preload: tuple[str, ...]) -> None:
    forgotten = Werkstatt(preload)
    zygote = await zygote_of(forgotten)
    del forgotten
    gc.collect()
    assert await gone(zygote)
    assert zombies() == []


async def test_a_killed_service_leaves_nothing(preload: tuple[str, ...]) -> None:
    script = """
import asyncio
from erv_gateway.isolation.limits import Limits
from erv_gateway.isolation.werkstatt import Werkstatt
async def main():
    one = Werkstatt(("isolation_bomben",))
    limits = Limits(100, 100, 1 << 29)
    print((await one.run("isolation_bomben:parent", b"", limits)).decode(), flush=True)
    await one.run("isolation_bomben:slow", b"100", limits)
asyncio.run(main())
"""
    service = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)  # noqa: ASYNC220
    assert service.stdout is not None
    with service.stdout:
        zygote = int(service.stdout.readline())
    await asyncio.sleep(0.3)
    workers = children(zygote)
    service.kill()
    service.wait()
    assert len(workers) == 1
    assert await gone(zygote, *workers)


def test_several_loops_share_one_pool(preload: tuple[str, ...]) -> None:
    one = Werkstatt(preload, max_tasks=2)
    answers: list[bytes] = []

    async def many() -> None:
        answers.extend(await asyncio.gather(*(one.run("isolation_bomben:echo", b"%d" % n, LIMITS) for n in range(20))))

    threads = [threading.Thread(target=asyncio.run, args=(many(),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted([b"%d" % n for n in range(20)] * 3)
    asyncio.run(one.aclose())
    assert asyncio.run(one.run("isolation_bomben:echo", b"again", LIMITS)) == b"again"
    asyncio.run(one.aclose())


async def test_bytes_in_work_are_capped() -> None:
    admission = Admission(max_tasks=8, max_bytes=100)
    in_work, most = 0, 0

    async def task(weight: int) -> None:
        nonlocal in_work, most
        async with admission.place(weight):
            in_work += weight
            most = max(most, in_work)
            await asyncio.sleep(0.001)
            in_work -= weight

    await asyncio.gather(*(task(weight) for weight in (60, 30, 60, 10, 90, 40, 100) * 5))
    assert most == 100
    await asyncio.wait_for(task(500), 1)
    assert most == 500


async def test_who_gives_up_waiting_holds_no_place() -> None:
    admission = Admission(max_tasks=1, max_bytes=100)
    async with admission.place(1):
        impatient = asyncio.create_task(_hold(admission))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
    await asyncio.wait_for(_hold(admission), 1)


async def _hold(admission: Admission) -> None:
    async with admission.place(1):
        pass
