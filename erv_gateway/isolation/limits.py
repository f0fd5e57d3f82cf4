"""What one task may use."""

from dataclasses import dataclass
from typing import Final

MIB: Final = 1024 * 1024
MAX_PAYLOAD: Final = 512 * MIB  # own limit: an order with anchors and names; files go by path
MAX_ANSWER: Final = 64 * MIB  # own limit: facts and reports, never file content
MAX_OPEN_FILES: Final = 64
RECURSION: Final = 2000  # frames; a page tree or a CMS needs below 200


@dataclass(frozen=True, slots=True)
class Limits:
    """`memory` is address space in bytes, the warm modules included (about 250 MiB)."""

    seconds: float
    cpu_seconds: int
    memory: int
    weight: int = 0
    """Bytes of the file in work; the sum over all running tasks is capped."""
    max_answer: int = MAX_ANSWER
