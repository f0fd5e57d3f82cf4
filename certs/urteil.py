"""The three-valued result of every check: green, yellow, red."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Urteil(StrEnum):
    GUELTIG = "gueltig"
    UNBESTIMMT = "unbestimmt"
    UNGUELTIG = "ungueltig"


_SCHWERE: Final = {Urteil.GUELTIG: 0, Urteil.UNBESTIMMT: 1, Urteil.UNGUELTIG: 2}


def schlechtestes(urteile: Iterable[Urteil]) -> Urteil:
    """The worst of them. Nothing checked is nothing proven: no result at all is `UNBESTIMMT`."""
    return max(urteile, key=_SCHWERE.__getitem__, default=Urteil.UNBESTIMMT)
