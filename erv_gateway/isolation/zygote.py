"""The warm parent: one thread, modules imported once, one forked child for every task.

Started by `zygote_process`. On descriptor 3 arrive a header, two sockets and the files of each task: the status socket
stays here, the others go to the child. A status socket closed by the other side means that nobody waits any more. The
end of descriptor 3 is the end of all.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import selectors
import signal
import socket
import sys
import time
from typing import Final

from erv_gateway.isolation import child, seccomp
from erv_gateway.isolation.fehler import Reason
from erv_gateway.isolation.verdict import verdict
from erv_gateway.isolation.wire import CONTROL_FD, MAX_FILES, MAX_HEADER, Header, Status, decode_header, encode_status

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
PR_SET_CHILD_SUBREAPER: Final = 36  # prctl(2)


def main() -> int:
    os.closerange(CONTROL_FD + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the service decides when its children end
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for module in sys.argv[1:]:
        importlib.import_module(module)
    _leave_network()
    gc.collect()
    gc.freeze()  # what is warm stays shared
    with Zygote(socket.socket(fileno=CONTROL_FD)) as zygote:
        zygote.serve()
    return 0


def _leave_network() -> None:
    """A network name space without interfaces, where the kernel permits it."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


class _Child:
    def __init__(self, pid: int, header: Header, status: socket.socket, started: float) -> None:
        self.pid = pid
        self.header = header
        self.status = status
        self.deadline = started + header.seconds
        self.killed: Reason | None = None


class Zygote:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = socket.socketpair()
        self._filter = seccomp.here()
        self._pid = os.getpid()

    def __enter__(self) -> "Zygote":
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._children.values():
            _kill(one.pid)
        while self._children:
            self._reap(os.WEXITED)

    def serve(self) -> None:
        while True:
            for key, _events in self._selector.select(self._patience()):
                if key.fileobj is self._control:
                    if not self._accept():
                        return
                elif key.fileobj is self._woken:
                    self._drain()
                else:
                    self._end(key.data, Reason.CRASH)
            self._end_overdue()
            while self._reap(os.WEXITED | os.WNOHANG):
                pass

    def _patience(self) -> float | None:
        deadlines = [one.deadline for one in self._children.values() if one.killed is None]
        return max(0.0, min(deadlines) - time.monotonic()) if deadlines else None

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)

    def _accept(self) -> bool:
        message, descriptors, _flags, _address = socket.recv_fds(
            self._control, MAX_HEADER, 2 + MAX_FILES, socket.MSG_CMSG_CLOEXEC
        )
        if not message:
            return False
        status, *others = descriptors
        self._start(decode_header(message), socket.socket(fileno=status), others)
        for descriptor in others:
            os.close(descriptor)
        return True

    def _start(self, header: Header, status: socket.socket, descriptors: list[int]) -> None:
        started = time.monotonic()
        try:
            pid = os.fork()
        except OSError as error:
            _report(status, Status(Reason.CRASH, f"fork: {error.strerror}"))
            return
        if pid == 0:
            child.work(header, descriptors, self._filter, self._pid)
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        one = _Child(pid, header, status, started)
        self._children[pid] = one
        self._selector.register(status, selectors.EVENT_READ, one)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for one in self._children.values():
            if one.killed is None and one.deadline <= now:
                _kill(one.pid)
                one.killed = Reason.TIME

    def _end(self, one: _Child, reason: Reason) -> None:
        self._selector.unregister(one.status)
        _kill(one.pid)
        one.killed = reason

    def _reap(self, options: int) -> bool:
        """One ended child. Its group is killed while its number cannot yet be used again."""
        try:
            found = os.waitid(os.P_ALL, 0, options | os.WNOWAIT)
        except ChildProcessError:
            self._children.clear()
            return False
        if found is None:
            return False
        _kill(found.si_pid)
        _pid, wait_status, usage = os.wait4(found.si_pid, 0)
        one = self._children.pop(found.si_pid, None)
        if one is not None:
            with contextlib.suppress(KeyError):
                self._selector.unregister(one.status)
            _report(one.status, verdict(wait_status, usage, one.killed, one.header))
        return True


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def _report(status: socket.socket, report: Status) -> None:
    with status, contextlib.suppress(OSError):
        status.send(encode_status(report), socket.MSG_DONTWAIT)


if __name__ == "__main__":
    sys.exit(main())
