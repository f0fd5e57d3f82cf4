"""Wrong keys per address are counted; too many, and the address waits. A key has 256 bits: this keeps noise away."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from erv_gateway.web.fehler import AnmeldungBlocked

MAX_FEHLVERSUCHE: Final = 10  # own limit, per address within FENSTER
FENSTER: Final = timedelta(minutes=5)
MAX_ADRESSEN: Final = 10_000  # own limit: memory; the address that was quiet longest is forgotten first


@dataclass(slots=True)
class _Zaehler:
    seit: datetime
    anzahl: int = 0


class Drossel:
    """One per process. Right keys are not counted and do not reset the count."""

    def __init__(self) -> None:
        self._zaehler: OrderedDict[str, _Zaehler] = OrderedDict()

    def check(self, adresse: str, jetzt: datetime) -> None:
        """Raises AnmeldungBlocked while the address has to wait."""
        zaehler = self._current(adresse, jetzt)
        if zaehler is not None and zaehler.anzahl >= MAX_FEHLVERSUCHE:
            sekunden = ceil((zaehler.seit + FENSTER - jetzt).total_seconds())
            raise AnmeldungBlocked("too many wrong keys", sekunden=sekunden, minuten=(sekunden + 59) // 60)

    def count(self, adresse: str, jetzt: datetime) -> int:
        """A wrong key came from there. Returns how many there were in this window."""
        zaehler = self._current(adresse, jetzt) or _Zaehler(jetzt)
        zaehler.anzahl += 1
        self._zaehler[adresse] = zaehler
        self._zaehler.move_to_end(adresse)
        if len(self._zaehler) > MAX_ADRESSEN:
            self._zaehler.popitem(last=False)
        return zaehler.anzahl

    def _current(self, adresse: str, jetzt: datetime) -> _Zaehler | None:
        zaehler = self._zaehler.get(adresse)
        if zaehler is not None and jetzt - zaehler.seit >= FENSTER:
            del self._zaehler[adresse]
            return None
        return zaehler
