"""One measured figure, and the file that holds them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

RATE: Final = "1/s"
"""The only unit of which more is better."""


@dataclass(frozen=True, slots=True)
class Row:
    """`floor` has the unit of `value` and comes from the same process of the same run.

    `ratio` says how many times the floor's time, or memory, is needed: 1.0 is the floor itself, in every unit.
    """

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    note: str

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Raises KeyError or TypeError for anything that is not the dictionary of a row."""
        return cls(**{field.name: field.type(data[field.name]) for field in fields(cls)})  # type: ignore[operator]


def row(name: str, value: float, unit: str, floor: float, note: str) -> Row:
    """A row with its ratio: value / floor, for a rate floor / value."""
    ratio = floor / value if unit == RATE else value / floor
    return Row(name, round(value, 6), unit, round(floor, 6), round(ratio, 2), note)


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    path.write_text(json.dumps([asdict(one) for one in rows], ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_rows(path: Path) -> tuple[Row, ...]:
    return tuple(Row.of(data) for data in json.loads(path.read_text("utf-8")))
