"""Values that every description shares."""

from datetime import date
from typing import TypeVar

MIN_JAHR = 1800  # own limit: older papers are not in a case file; keeps time zone arithmetic away from year 1
MAX_JAHR = 2200  # own limit
Tag = TypeVar("Tag", bound=date)


def checked_date(value: Tag) -> Tag:
    """The same date or datetime; ValueError when its year cannot be meant."""
    if not MIN_JAHR <= value.year <= MAX_JAHR:
        raise ValueError(f"year {value.year} is out of range")
    return value
