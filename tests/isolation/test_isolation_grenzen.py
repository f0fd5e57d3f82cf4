"""No task takes the service down, and each says why it did not come to an end."""

import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import erv_gateway
from erv_gateway.isolation import seccomp
from erv_gateway.isolation.fehler import AufgabeFailed, Reason
from erv_gateway.isolation.limits import MIB, Limits
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.kern.texte import german_text

LIMITS = Limits(seconds=20, cpu_seconds=10, memory=512 * MIB)


@pytest.mark.parametrize("payload", [b"", b"a", os.urandom(5 * MIB)], ids=["nothing", "one", "large"])
async def test_the_answer_comes_back_unchanged(werkstatt: Werkstatt, payload: bytes) -> None:
    assert await werkstatt.run("isolation_bomben:echo", payload, LIMITS) == payload


async def test_files_go_by_descriptor_and_nothing_else_goes(werkstatt: Werkstatt, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name * 3)
    with (tmp_path / "a").open("rb") as first, (tmp_path / "b").open("rb") as second:
        given = (first.fileno(), second.fileno())
        assert await werkstatt.run("isolation_bomben:contents", b">", LIMITS, given) == b">aaa|bbb"
        listed = await werkstatt.run("isolation_bomben:descriptors", b"", LIMITS, given)
    assert listed == b"0,1,2,3,4,5,6"  # 6 lists the folder


@pytest.mark.parametrize(
    ("function", "payload", "limits", "reason", "detail"),
    [
        ("memory", b"%d" % (600 * MIB), LIMITS, Reason.MEMORY, ""),
        ("small_pieces", b"", LIMITS, Reason.MEMORY, ""),
        ("echo", b"", Limits(20, 10, 8 * MIB), Reason.MEMORY, ""),
        ("echo", bytes(2000), Limits(20, 10, 512 * MIB, max_answer=1999), Reason.MEMORY, "the answer is too large"),
        ("cpu", b"", Limits(20, 1, 512 * MIB), Reason.CPU, "1 s"),
        ("slow", b"1000", Limits(0.2, 10, 512 * MIB), Reason.TIME, "killed"),
        ("segfault", b"", LIMITS, Reason.CRASH, f"signal {int(signal.SIGSEGV)}"),
        ("leave", b"3", LIMITS, Reason.CRASH, "exit 3"),
        ("deep", b"", LIMITS, Reason.CRASH, "RecursionError"),
        ("slow", b"no number", LIMITS, Reason.CRASH, "ValueError"),
        ("no_such_function", b"", LIMITS, Reason.CRASH, "AttributeError"),
    ],
)
async def test_a_bomb_ends_with_its_reason(
    werkstatt: Werkstatt, function: str, payload: bytes, limits: Limits, reason: Reason, detail: str
) -> None:
    started = time.monotonic()
    with pytest.raises(AufgabeFailed) as failed:
        await werkstatt.run(f"isolation_bomben:{function}", payload, limits)
    assert (failed.value.reason, failed.value.detail) == (reason, detail)
    assert german_text(failed.value).endswith(("abgebrochen.", "brach an dieser Datei ab."))
    assert time.monotonic() - started < 15
    assert await werkstatt.run("isolation_bomben:echo", b"still there", LIMITS) == b"still there"


async def test_an_abort_is_a_crash(werkstatt: Werkstatt) -> None:
    with pytest.raises(AufgabeFailed) as failed:
        await werkstatt.run("isolation_bomben:abort", b"", LIMITS)
    assert failed.value.reason is Reason.CRASH


@pytest.mark.skipif(not seccomp.here(), reason="no filter for this machine")
@pytest.mark.parametrize("act", ["fork", "exec", "subprocess", "thread", "socket", "kill", "write", "unlink"])
async def test_a_child_can_only_compute(werkstatt: Werkstatt, act: str) -> None:
    answer = await werkstatt.run("isolation_bomben:attempt", act.encode(), LIMITS)
    assert answer in {b"PermissionError", b"BlockingIOError", b"RuntimeError"}
    assert await werkstatt.run("isolation_bomben:attempt", b"read", LIMITS) == b"done"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_whole_instructions(machine: str) -> None:
    assert len(seccomp.program(machine)) % 8 == 0
    assert len(seccomp.program(machine)) // 8 < 4096  # BPF_MAXINSNS
    assert seccomp.program("s390x") == b""
    assert (platform.machine() != machine) or seccomp.here() == seccomp.program(machine)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_it_works_without_rights(tmp_path: Path) -> None:
    script = """
import asyncio, os, sys
os.setgid(65534); os.setuid(65534)
from erv_gateway.isolation.limits import Limits
from erv_gateway.isolation.werkstatt import Werkstatt
async def main():
    async with Werkstatt(("isolation_bomben",)) as one:
        for act in (b"fork", b"socket", b"read"):
            print((await one.run("isolation_bomben:attempt", act, Limits(20, 5, 1 << 29))).decode())
asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": f"{Path(__file__).parent}:{Path(erv_gateway.__file__).parents[1]}"}
    done = subprocess.run(
        [_python_for_all(environment), "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["PermissionError", "PermissionError", "done"], done.stderr


def _python_for_all(environment: dict[str, str]) -> str:
    """An interpreter that anybody may run: the one in use may lie in root's home."""
    probe = "import os, sys; os.setuid(65534); import erv_gateway; sys.exit(sys.version_info < (3, 11))"
    for python in (sys.executable, "/usr/bin/python3"):
        done = subprocess.run([python, "-c", probe], env=environment, capture_output=True, check=False)
        if done.returncode == 0 and os.access(python, os.X_OK):
            return python
    pytest.skip("no interpreter that others than root may run")
