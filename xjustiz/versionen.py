"""The XJustiz calendar: one version is valid at a time, from 30 April to 29 April (Leitfaden ERV ch. 7; sheet §1.1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from xjustiz.fehler import WertInvalid, XJustizError


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


class Umgang(StrEnum):
    """What becomes of a message that names a version."""

    GELESEN = "gelesen"
    """Read; an eEB it demands is given in the version valid today, whatever version the demand had."""
    ZU_ALT = "zu-alt"
    NIE_GUELTIG = "nie-gueltig"
    ZU_NEU = "zu-neu"
    UNBEKANNT = "unbekannt"
    """These four are not read: there is no data set to answer from."""


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
MAX_VERSCHIEBUNG = timedelta(days=62)
"""Own limit: mailboxes switch some days before the day of the calendar, never in another season."""
_NUMMER = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){1,2}")
_SOMMERZEIT = timezone(timedelta(hours=2))
LESBAR = ("3.5.1", "3.6.2", "4.0.0")
"""Versions this package reads."""
SCHREIBBAR = ("3.6.2", "4.0.0")
"""Versions this package writes."""


def umgang_with(nummer: str, kalender: Iterable[Version] = KALENDER) -> Umgang:
    """By the number alone: 2.4 and 3.4.1 are too old, 3.7.0 was never valid, 4.1.0 is too new."""
    if nummer in LESBAR:
        return Umgang.GELESEN
    version = find_version(nummer, kalender)
    if version is not None and version.gueltig_ab is None:
        return Umgang.NIE_GUELTIG
    if _NUMMER.fullmatch(nummer) is None:
        return Umgang.UNBEKANNT
    if _teile(nummer) < _teile(LESBAR[0]):
        return Umgang.ZU_ALT
    return Umgang.ZU_NEU if _teile(nummer) > _teile(LESBAR[-1]) else Umgang.UNBEKANNT


def _teile(nummer: str) -> tuple[int, ...]:
    return tuple(int(teil) for teil in nummer.split("."))


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


def moved_kalender(umstellung: Mapping[str, date], kalender: tuple[Version, ...] = KALENDER) -> tuple[Version, ...]:
    """The calendar of a mailbox whose partners switch on another day: `umstellung` names first days by version.

    The version before ends the day before. Raises WertInvalid for a version that is not in the calendar or has no
    predecessor there, and for a day further than MAX_VERSCHIEBUNG from the official one.
    """
    for nummer, ab in umstellung.items():
        kalender = _moved(kalender, nummer, ab)
    return kalender


def _moved(kalender: tuple[Version, ...], nummer: str, ab: date) -> tuple[Version, ...]:
    version = find_version(nummer, kalender)
    if version is None or version.gueltig_ab is None:
        raise WertInvalid(f"the calendar has no XJustiz {nummer[:20]}")
    if abs(ab - version.gueltig_ab) > MAX_VERSCHIEBUNG:
        raise WertInvalid(f"XJustiz {nummer} is valid from {version.gueltig_ab}, not from {ab}")
    vortag, neuer_vortag = version.gueltig_ab - timedelta(days=1), ab - timedelta(days=1)
    if all(andere.gueltig_bis != vortag for andere in kalender):
        raise WertInvalid(f"nothing comes before XJustiz {nummer}")
    return tuple(
        replace(andere, gueltig_ab=ab)
        if andere is version
        else replace(andere, gueltig_bis=neuer_vortag)
        if andere.gueltig_bis == vortag
        else andere
        for andere in kalender
    )
