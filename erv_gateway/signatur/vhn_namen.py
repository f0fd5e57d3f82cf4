"""The names of proofs of origin among the attachments: the message's own, and those that were forwarded with it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

FORWARDED: Final = re.compile(r"vhn_[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\.xml")
"""`vhn_<UUID>.xml` with `vhn_<UUID>.xml.p7s` (handbook of the Justiz on forwarding)."""


@dataclass(frozen=True, slots=True)
class VhnPaar:
    """Statement and signature by name; `p7s` is None where it did not come along."""

    xml: str
    p7s: str | None


def forwarded_pairs(names: Iterable[str]) -> tuple[VhnPaar, ...]:
    """The forwarded proofs, in the order of the attachments."""
    all_names = tuple(names)
    present = frozenset(all_names)
    found = [name for name in dict.fromkeys(all_names) if FORWARDED.fullmatch(name)]
    return tuple(VhnPaar(name, f"{name}.p7s" if f"{name}.p7s" in present else None) for name in found)
