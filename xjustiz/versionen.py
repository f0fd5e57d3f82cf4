"""The XJustiz calendar: one version is valid at a time, from 30 April to 29 April (Leitfaden ERV ch. 7; sheet §1.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from xjustiz.fehler import XJustizError


@dataclass(frozen=True, slots=True)
class Version:
    """A published version. `gueltig_ab` None: never valid (a release candidate)."""

    nummer: str
    gueltig_ab: date | None
    gueltig_bis: date | None

    def lage(self, am: date) -> "Lage":
        """Where this version stands on a day."""
        if self.gueltig_ab is None:
            return Lage.NIE_GUELTIG
        if am < self.gueltig_ab:
            return Lage.ZUKUENFTIG
        if self.gueltig_bis is not None and am > self.gueltig_bis:
            return Lage.ABGELAUFEN
        return Lage.GUELTIG


class Lage(StrEnum):
    GUELTIG = "gueltig"
    ABGELAUFEN = "abgelaufen"
    ZUKUENFTIG = "zukuenftig"
    NIE_GUELTIG = "nie-gueltig"
    UNBEKANNT = "unbekannt"


KALENDER: tuple[Version, ...] = (
    Version("2.4", date(2019, 9, 1), date(2021, 10, 30)),
    Version("3.2.1", date(2021, 10, 31), date(2022, 10, 30)),
    Version("3.3.1", date(2022, 10, 31), date(2023, 10, 30)),
    Version("3.4.1", date(2023, 10, 31), date(2025, 4, 29)),
    Version("3.5.1", date(2025, 4, 30), date(2026, 4, 29)),
    Version("3.6.2", date(2026, 4, 30), date(2027, 4, 29)),
    Version("3.7.0", None, None),
    Version("4.0.0", date(2027, 4, 30), date(2028, 4, 29)),
)
_SOMMERZEIT = timezone(timedelta(hours=2))
LESBAR = ("3.5.1", "3.6.2", "4.0.0")
"""Versions this package reads."""
SCHREIBBAR = ("3.6.2", "4.0.0")
"""Versions this package writes."""


def latest_day(moment: datetime) -> date:
    """The latest day it can be in Germany at this moment: the one of summer time, UTC+2 (no time zone data needed).

    A naive moment is taken as German local time.
    """
    return (moment if moment.tzinfo is None else moment.astimezone(_SOMMERZEIT)).date()


def version_for(am: date, kalender: Iterable[Version] = KALENDER) -> Version:
    """The version valid on a day (in Berlin). Raises XJustizError for a day outside the calendar."""
    for version in kalender:
        if version.lage(am) is Lage.GUELTIG:
            return version
    raise XJustizError(f"the calendar knows no XJustiz version for {am.isoformat()}")


def find_version(nummer: str, kalender: Iterable[Version] = KALENDER) -> Version | None:
    return next((version for version in kalender if version.nummer == nummer), None)


def lage_of(nummer: str, am: date, kalender: Iterable[Version] = KALENDER) -> Lage:
    """Where the version with this number stands on a day; UNBEKANNT for a number the calendar does not have."""
    version = find_version(nummer, kalender)
    return Lage.UNBEKANNT if version is None else version.lage(am)
