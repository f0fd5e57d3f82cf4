"""What every bench function gets."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Context:
    """`folder` is shared by the processes of one run and vanishes after it; `quick` wants a look, not a figure."""

    folder: Path
    quick: bool

    def runs(self, full: int) -> int:
        """How often to repeat what a full run does `full` times."""
        return 1 if self.quick else full

    def count(self, full: int, quick: int) -> int:
        return quick if self.quick else full
