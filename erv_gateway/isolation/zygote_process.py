"""Starting, addressing and ending the zygote from the service's side. Blocking calls here last milliseconds."""

import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import Final

from erv_gateway.isolation.wire import CONTROL_FD

MODULE: Final = "erv_gateway.isolation.zygote"
PASSED_ON: Final = ("PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "LANG", "LC_ALL", "LC_CTYPE", "TZ")
END_SECONDS: Final = 5.0
STEP_SECONDS: Final = 0.002


class ZygoteProcess:
    """A running zygote. Belongs to the process that started it."""

    def __init__(self, preload: Sequence[str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.pid = _spawn(theirs, preload)
        self._control = ours
        self._owner = os.getpid()
        self._reaped = False

    def alive(self) -> bool:
        return os.getpid() == self._owner and not self._wait()

    def submit(self, header: bytes, descriptors: Sequence[int]) -> None:
        """Raises OSError if the zygote is gone."""
        socket.send_fds(self._control, [header], descriptors)

    def kill(self) -> None:
        if not self._wait():
            os.kill(self.pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ends it and every child of it, and leaves no zombie."""
        self._control.close()
        if os.getpid() != self._owner:
            return
        patience = time.monotonic() + END_SECONDS
        while not self._wait():
            if time.monotonic() > patience:
                self.kill()
            time.sleep(STEP_SECONDS)

    def _wait(self) -> bool:
        if not self._reaped:
            try:
                self._reaped = os.waitpid(self.pid, os.WNOHANG)[0] != 0
            except ChildProcessError:
                self._reaped = True
        return self._reaped


def _spawn(control: socket.socket, preload: Sequence[str]) -> int:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-P", "-m", MODULE, *preload],
        environment,
        file_actions=(
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, 0, 1),
            (os.POSIX_SPAWN_DUP2, control.fileno(), CONTROL_FD),
        ),
        setpgroup=0,
        setsigmask=(),
    )
