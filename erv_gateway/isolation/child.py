"""What a forked child does: put the limits on itself, read the payload, run the function, answer, end."""

import ctypes
import fcntl
import importlib
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from erv_gateway.isolation import seccomp
from erv_gateway.isolation.limits import MAX_OPEN_FILES, MAX_PAYLOAD, RECURSION
from erv_gateway.isolation.wire import EXIT_MEMORY, EXIT_RAISED, Header

DATA_FD: Final = 3
PARK_FD: Final = 32  # above every number that a task is given
CHUNK: Final = 256 * 1024
PR_SET_PDEATHSIG: Final = 1  # prctl(2)


def work(header: Header, descriptors: Sequence[int], filter_program: bytes, zygote_pid: int) -> NoReturn:
    """Never returns: what the task does must not run on into the parent's code."""
    try:
        data, files = _alone(descriptors, zygote_pid)
        _restrict(header)
        seccomp.install(filter_program)
        os._exit(_run(header.function, data, files))
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except BaseException:  # noqa: BLE001  # the last line of this process
        os._exit(EXIT_RAISED)


def _alone(descriptors: Sequence[int], zygote_pid: int) -> tuple[socket.socket, list[BinaryIO]]:
    """Nothing of the parent's but its memory, the data socket and the files of the task; ends with the parent."""
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != zygote_pid:
        os._exit(EXIT_RAISED)
    signal.set_wakeup_fd(-1)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(signum, signal.SIG_DFL)
    os.dup2(0, 2)
    _renumber(descriptors)
    files: list[BinaryIO] = [os.fdopen(DATA_FD + number, "rb") for number in range(1, len(descriptors))]
    return socket.socket(fileno=DATA_FD), files


def _renumber(descriptors: Sequence[int]) -> None:
    """The data socket becomes DATA_FD, the files the numbers after it; everything else is closed."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, PARK_FD) for descriptor in descriptors]
    for number, descriptor in enumerate(high, DATA_FD):
        os.dup2(descriptor, number, inheritable=False)
    os.closerange(DATA_FD + len(high), most)


def _restrict(header: Header) -> None:
    if _address_space() >= header.memory:
        raise MemoryError
    logging.disable(logging.CRITICAL)  # libraries log names from certificates and content of files
    sys.setrecursionlimit(RECURSION)
    _lower(resource.RLIMIT_AS, header.memory)
    _lower(resource.RLIMIT_CPU, header.cpu_seconds, 1)  # at the soft limit SIGXCPU, which names the reason
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, MAX_OPEN_FILES)
    _lower(resource.RLIMIT_NPROC, 0)


def _lower(kind: int, wanted: int, headroom: int = 0) -> None:
    _soft, hard = resource.getrlimit(kind)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    ceiling = limit + headroom if hard == resource.RLIM_INFINITY else min(limit + headroom, hard)
    resource.setrlimit(kind, (limit, ceiling))


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _run(name: str, data: socket.socket, files: Sequence[BinaryIO]) -> int:
    try:
        answer = _function(name)(_read(data), *files)
    except MemoryError:
        return EXIT_MEMORY
    except Exception as error:  # noqa: BLE001  # a foreign file may raise anything; its type goes into the report
        data.sendall(type(error).__name__.encode("ascii", "replace"))
        return EXIT_RAISED
    data.sendall(answer)
    return 0


def _function(name: str) -> Callable[..., bytes]:
    module, _, function = name.partition(":")
    found: Callable[..., bytes] = getattr(importlib.import_module(module), function)
    return found


def _read(data: socket.socket) -> bytes:
    payload = bytearray()
    while chunk := data.recv(CHUNK):
        payload += chunk
        if len(payload) > MAX_PAYLOAD:
            raise MemoryError
    return bytes(payload)
