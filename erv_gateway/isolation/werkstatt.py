"""The pool: tasks on foreign bytes run in children of a warm parent, each within its limits.

One `Werkstatt` serves any number of event loops and threads of a process; another process starts its own zygote. It
starts with the first task and is started again when it died. A task that lost its parent is run once more: tasks only
compute, so twice does no harm.
"""

import asyncio
import os
import socket
import threading
import weakref
from collections.abc import Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from erv_gateway.isolation.admission import Admission
from erv_gateway.isolation.fehler import AufgabeFailed, Reason
from erv_gateway.isolation.limits import Limits
from erv_gateway.isolation.wire import MAX_STATUS, Status, decode_status, encode_header
from erv_gateway.isolation.zygote_process import ZygoteProcess

MAX_BYTES: Final = 400 * 10**6  # two messages of the largest size (ERVB 2025) at once
START_SECONDS: Final = 60.0  # importing the modules on a busy machine
CHUNK: Final = 256 * 1024


class Werkstatt:
    """`preload` names the modules that every child finds imported."""

    def __init__(
        self, preload: Iterable[str] = (), *, max_tasks: int | None = None, max_bytes: int = MAX_BYTES
    ) -> None:
        self._preload = tuple(preload)
        self._admission = Admission(max_tasks or os.cpu_count() or 1, max_bytes)
        self._slot = _Slot()
        self._lock = threading.Lock()
        weakref.finalize(self, self._slot.stop)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Ends the zygote and what it is still working on."""
        with self._lock:
            zygote, self._slot.zygote = self._slot.zygote, None
        if zygote is not None:
            await asyncio.to_thread(zygote.stop)

    async def run(self, function: str, payload: bytes, limits: Limits, files: Sequence[int] = ()) -> bytes:
        """What `package.module:function` answers to `payload` and `files`. Raises AufgabeFailed.

        `files` are descriptors, at most MAX_FILES; the function gets them as open binary files, read from where they
        stand. The function's form is `(payload: bytes, *files: BinaryIO) -> bytes`.
        """
        async with self._admission.place(limits.weight):
            try:
                return await self._attempt(function, payload, limits, files)
            except _ParentGone:
                pass
            try:
                return await self._attempt(function, payload, limits, files)
            except _ParentGone as error:
                raise AufgabeFailed(Reason.CRASH, "the parent process ended twice") from error

    async def _attempt(self, function: str, payload: bytes, limits: Limits, files: Sequence[int]) -> bytes:
        zygote = self._zygote()
        data, child_data = socket.socketpair()
        status, zygote_status = socket.socketpair()
        with data, status:
            with child_data, zygote_status:
                descriptors = (zygote_status.fileno(), child_data.fileno(), *files)
                _submit(zygote, encode_header(function, limits), descriptors)
            data.setblocking(False)
            status.setblocking(False)
            try:
                async with asyncio.timeout(limits.seconds + START_SECONDS):
                    answer = await _exchange(data, payload, limits.max_answer)
                    report = await _receive_status(status)
            except TimeoutError as error:
                zygote.kill()
                raise AufgabeFailed(Reason.TIME, "the parent process does not answer") from error
        return _judged(answer, report)

    def _zygote(self) -> ZygoteProcess:
        with self._lock:
            if self._slot.zygote is None or not self._slot.zygote.alive():
                self._slot.stop()
                self._slot.zygote = ZygoteProcess(self._preload)
            return self._slot.zygote


class _ParentGone(Exception):
    """The zygote ended before it reported."""


class _Slot:
    """Holds the zygote apart from the Werkstatt, so that it can be ended when the Werkstatt is forgotten."""

    def __init__(self) -> None:
        self.zygote: ZygoteProcess | None = None

    def stop(self) -> None:
        zygote, self.zygote = self.zygote, None
        if zygote is not None:
            zygote.stop()


def _submit(zygote: ZygoteProcess, header: bytes, descriptors: Sequence[int]) -> None:
    try:
        zygote.submit(header, descriptors)
    except OSError as error:
        raise _ParentGone from error


async def _exchange(data: socket.socket, payload: bytes, max_answer: int) -> bytes:
    loop = asyncio.get_running_loop()
    with suppress(OSError):  # a child that ended early is told by its status
        await loop.sock_sendall(data, payload)
        data.shutdown(socket.SHUT_WR)
    answer = bytearray()
    with suppress(OSError):
        while chunk := await loop.sock_recv(data, CHUNK):
            answer += chunk
            if len(answer) > max_answer:
                raise AufgabeFailed(Reason.MEMORY, "the answer is too large")
    return bytes(answer)


async def _receive_status(status: socket.socket) -> Status:
    with suppress(OSError):
        message = await asyncio.get_running_loop().sock_recv(status, MAX_STATUS)
        if message:
            return decode_status(message)
    raise _ParentGone


def _judged(answer: bytes, report: Status) -> bytes:
    if report.reason is None:
        return answer
    name = answer.decode("ascii", "replace") if len(answer) < MAX_STATUS and answer.isascii() else ""
    raise AufgabeFailed(report.reason, name or report.detail)
