"""Why a check does not pass. The texts are German: they stand in the report."""

from collections.abc import Sequence
from typing import TypeVar

from erv_gateway.kern.fehler import ErvError

T = TypeVar("T")


class Mangel(ErvError):
    """The check failed."""

    code = "nachweis-mangel"


class Unklar(ErvError):
    """The check cannot be decided."""

    code = "nachweis-unklar"


def only(items: Sequence[T], what: str) -> T:
    """The one item of the list. Raises Mangel."""
    if len(items) != 1:
        raise Mangel(f"{what}: {'mehrfach vorhanden' if items else 'fehlt'}")
    return items[0]
