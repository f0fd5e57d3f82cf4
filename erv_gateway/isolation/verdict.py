"""From the way a child ended to the reason that is reported."""

import os
import resource
import signal
from typing import Final

from erv_gateway.isolation.fehler import Reason
from erv_gateway.isolation.wire import EXIT_MEMORY, Header, Status

TICK: Final = 0.5  # seconds; the kernel counts a limit a little earlier than it reports usage


def verdict(wait_status: int, usage: resource.struct_rusage, killed: Reason | None, header: Header) -> Status:
    """`killed` is why the zygote ended the child, if it did."""
    code = os.waitstatus_to_exitcode(wait_status)
    if code == 0:
        return Status(None)
    if killed is not None:
        return Status(killed, "killed")
    if code == EXIT_MEMORY:
        return Status(Reason.MEMORY)
    if code > 0:
        return Status(Reason.CRASH, f"exit {code}")
    spent = usage.ru_utime + usage.ru_stime
    if -code == signal.SIGXCPU or (-code == signal.SIGKILL and spent >= header.cpu_seconds - TICK):
        return Status(Reason.CPU, f"{header.cpu_seconds} s")
    return Status(Reason.CRASH, f"signal {-code}")
