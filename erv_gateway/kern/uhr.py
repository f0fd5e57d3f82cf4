"""The one clock. Everything that needs the time is given a `Uhr`; tests give a clock they can set."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


class Uhr(Protocol):
    def jetzt(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


def berlin(moment: datetime) -> datetime:
    """The same moment as people in Germany read it; deadlines are calculated here, stored in UTC."""
    return moment.astimezone(BERLIN)
