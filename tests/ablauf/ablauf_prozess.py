"""Processes of the product, forked from one that has loaded everything: real processes, without two seconds of imports.

`erv-gateway run` is started as people start it; it is one of the things that are killed.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

PRELOAD = ["erv_gateway.cli.dienst", "erv_gateway.cli.sandbox", "absturz_worker"]
WAIT_SECONDS = 60.0
"""Generous: a test must not fail because the machine is busy."""


class Prozess:
    """As subprocess.Popen, as far as it is needed here."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float = WAIT_SECONDS) -> int:
        self._process.join(seconds)
        assert self._process.exitcode is not None, "the process does not end"
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def fork(*arguments: str, log: Path) -> Prozess:
    """`erv-gateway ARGUMENT...` with its output in `log`."""
    return _start(_command, arguments, log)


def fork_mortal(config: Path, punkt: str, *, log: Path) -> Prozess:
    """A worker that kills itself with SIGKILL when it reaches `punkt` (see absturz_worker.py)."""
    return _start(_mortal, (str(config), punkt), log)


def spawn(*arguments: str, log: Path) -> "subprocess.Popen[bytes]":
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "erv_gateway", *arguments], stdin=subprocess.DEVNULL, stdout=stream, stderr=stream
        )


def end(process: "Prozess | subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        process.wait(WAIT_SECONDS)


def _start(target: object, arguments: tuple[str, ...], log: Path) -> Prozess:
    process = _context().Process(target=_redirected, args=(target, arguments, str(log)))  # type: ignore[attr-defined]
    process.start()
    return Prozess(process)


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    return context


def _redirected(target: object, arguments: tuple[str, ...], log: str) -> None:
    stream = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number in (1, 2):
        os.dup2(stream, number)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    target(*arguments)  # type: ignore[operator]


def _command(*arguments: str) -> None:
    from erv_gateway.cli import main

    sys.argv = ["erv-gateway", *arguments]
    main()


def _mortal(config: str, punkt: str) -> None:
    import asyncio

    import absturz_worker

    asyncio.run(absturz_worker.main(Path(config), punkt))
