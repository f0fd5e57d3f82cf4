"""The decision on an Empfangsbekenntnis as it comes in: as JSON, or from the form."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, RootModel

from erv_gateway.eingang.eeb import Bekenntnis, Entscheidung, Stoerung
from erv_gateway.web.anfrage import Anfrage, Text

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _iso_day(value: object) -> object:
    """Only a plain day: pydantic alone would also read seconds since 1970."""
    if not (isinstance(value, str) and _ISO_DAY.fullmatch(value)):
        raise ValueError("date_type")
    return value


class BekenntnisAnfrage(Anfrage):
    art: Literal["bekenntnis"]
    datum: Annotated[date, BeforeValidator(_iso_day)]


class StoerungAnfrage(Anfrage):
    art: Literal["stoerung"]
    kennung: Literal["1", "2", "3"]
    grund: Text


class EebAnfrage(RootModel[Annotated[BekenntnisAnfrage | StoerungAnfrage, Discriminator("art")]]):
    def entscheidung(self) -> Entscheidung:
        if isinstance(self.root, BekenntnisAnfrage):
            return Bekenntnis(self.root.datum)
        return Stoerung(self.root.kennung, self.root.grund)
