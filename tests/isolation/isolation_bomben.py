"""What runs in the children of the isolation tests."""

import ctypes
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import BinaryIO


def echo(payload: bytes) -> bytes:
    return payload


def contents(payload: bytes, *files: BinaryIO) -> bytes:
    return payload + b"|".join(file.read() for file in files)


def descriptors(_payload: bytes, *_files: BinaryIO) -> bytes:
    return ",".join(sorted(one.name for one in Path("/proc/self/fd").iterdir())).encode()


def slow(payload: bytes) -> bytes:
    time.sleep(float(payload))
    return str(os.getpid()).encode()


def memory(payload: bytes) -> bytes:
    return bytes(int(payload))


def small_pieces(_payload: bytes) -> bytes:
    kept = []
    while True:
        kept.append(bytearray(4096))


def cpu(_payload: bytes) -> bytes:
    while True:
        pass


def deep(payload: bytes) -> bytes:
    return deep(payload)


def segfault(_payload: bytes) -> bytes:
    return ctypes.string_at(0)


def abort(_payload: bytes) -> bytes:
    os.abort()


def leave(payload: bytes) -> bytes:
    os._exit(int(payload))


def parent(_payload: bytes) -> bytes:
    return str(os.getppid()).encode()


def attempt(payload: bytes) -> bytes:
    """The name of the error that the named act ends with."""
    try:
        ACTS[payload.decode()]()
    except (OSError, RuntimeError) as error:
        return type(error).__name__.encode()
    return b"done"


def _thread() -> None:
    threading.Thread(target=time.sleep, args=(0,)).start()


ACTS = {
    "fork": os.fork,
    "thread": _thread,
    "exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
    "subprocess": lambda: subprocess.run(["/bin/true"], check=True),
    "socket": socket.socket,
    "kill": lambda: os.kill(os.getppid(), signal.SIGTERM),
    "write": lambda: Path("erv-isolation").write_bytes(b"x"),
    "unlink": lambda: Path("erv-isolation").unlink(),
    "read": lambda: Path("/proc/self/status").read_bytes(),
}
