"""Why a task did not come to an end."""

from enum import StrEnum

from erv_gateway.kern.fehler import ErvError


class Reason(StrEnum):
    TIME = "time"
    CPU = "cpu"
    MEMORY = "memory"
    CRASH = "crash"
    """Ended by a signal, by an exception (its type is the detail), or its parent went away twice."""


class AufgabeFailed(ErvError):
    """The child exceeded a limit or broke. The file it worked on is the likely cause, never the service."""

    code = "isolation"

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason), grund=str(reason))
        self.reason = reason
        self.detail = detail
