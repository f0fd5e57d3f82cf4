"""A system call filter for children: no new processes, no network, no signals, nothing changed in the file system.

What is refused fails with EPERM. The filter is a second wall; where the machine has none, the limits still hold.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable
from typing import Final

from erv_gateway.isolation.syscalls import OPENING, REFUSED

PR_SET_NO_NEW_PRIVS: Final = 38  # prctl(2)
PR_SET_SECCOMP: Final = 22
SECCOMP_MODE_FILTER: Final = 2
RET_ALLOW: Final = 0x7FFF0000  # linux/seccomp.h
RET_EPERM: Final = 0x00050000 | errno.EPERM
RET_KILL: Final = 0x80000000
LD_WORD, JEQ, JGE, JSET, RET = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
OFFSET_NR, OFFSET_ARCH, OFFSET_ARGS = 0, 4, 16  # struct seccomp_data
X32_BIT: Final = 0x40000000
WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MACHINES: Final = (("x86_64", 0xC000003E), ("aarch64", 0xC00000B7))  # linux/audit.h


def here() -> bytes:
    return program(platform.machine())


def program(machine: str) -> bytes:
    """The filter for `platform.machine()`; empty where its numbers are not known."""
    for column, (name, audit_arch) in enumerate(MACHINES):
        if name == machine:
            return b"".join(_steps(column, audit_arch))
    return b""


def install(filter_program: bytes) -> bool:
    """Put the filter on this process for good. False where the kernel has none or refuses."""
    if not filter_program:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(filter_program, len(filter_program))
    fprog = _Fprog(len(filter_program) // 8, ctypes.addressof(buffer))
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(fprog)) == 0)


class _Fprog(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _steps(column: int, audit_arch: int) -> Iterable[bytes]:
    yield _step(LD_WORD, OFFSET_ARCH)
    yield _step(JEQ, audit_arch, 1, 0)
    yield _step(RET, RET_KILL)
    yield _step(LD_WORD, OFFSET_NR)
    yield _step(JGE, X32_BIT, 0, 1)
    yield _step(RET, RET_KILL)
    for numbers in REFUSED.values():
        yield from _refuse(numbers[column])
    for numbers, argument in OPENING.values():
        yield from _read_only(numbers[column], argument)
    yield _step(RET, RET_ALLOW)


def _refuse(number: int | None) -> Iterable[bytes]:
    if number is not None:
        yield _step(JEQ, number, 0, 1)
        yield _step(RET, RET_EPERM)


def _read_only(number: int | None, argument: int) -> Iterable[bytes]:
    if number is not None:
        yield _step(JEQ, number, 0, 4)
        yield _step(LD_WORD, OFFSET_ARGS + 8 * argument)
        yield _step(JSET, WRITING, 0, 1)
        yield _step(RET, RET_EPERM)
        yield _step(RET, RET_ALLOW)


def _step(code: int, k: int, jt: int = 0, jf: int = 0) -> bytes:
    return struct.pack("=HBBI", code, jt, jf, k)
