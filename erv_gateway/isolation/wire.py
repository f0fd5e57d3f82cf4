"""What goes over the control and the status socket: one JSON object each, written by our own processes only."""

import json
from dataclasses import dataclass
from typing import Final

from erv_gateway.isolation.fehler import Reason
from erv_gateway.isolation.limits import Limits

CONTROL_FD: Final = 3  # where the zygote finds its control socket
MAX_HEADER: Final = 4096
MAX_FILES: Final = 8
MAX_STATUS: Final = 1024
EXIT_RAISED: Final = 70  # the answer is the name of the exception's type
EXIT_MEMORY: Final = 71


@dataclass(frozen=True, slots=True)
class Header:
    function: str
    """`package.module:function`, of the form `(payload: bytes, *files: BinaryIO) -> bytes`."""
    seconds: float
    cpu_seconds: int
    memory: int


@dataclass(frozen=True, slots=True)
class Status:
    reason: Reason | None
    detail: str = ""


def encode_header(function: str, limits: Limits) -> bytes:
    return json.dumps([function, limits.seconds, limits.cpu_seconds, limits.memory]).encode()


def decode_header(data: bytes) -> Header:
    function, seconds, cpu_seconds, memory = json.loads(data)
    return Header(function, seconds, cpu_seconds, memory)


def encode_status(status: Status) -> bytes:
    return json.dumps([status.reason, status.detail]).encode()


def decode_status(data: bytes) -> Status:
    reason, detail = json.loads(data)
    return Status(None if reason is None else Reason(reason), detail)
