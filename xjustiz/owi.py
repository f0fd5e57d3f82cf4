"""Fachdaten of 0500010: what an administrative authority tells the court after an objection, or when it applies for
Erzwingungshaft (sheet §2.8; module xjustiz_0500_straf).

Amounts are Euro. A `datum` typed `str` is a Datumsangabe (YYYY, YYYY-MM or YYYY-MM-DD), an `uhrzeit` a Zeitangabe
(H, HH:MM or HH:MM:SS): both as they stand, checked when written.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from xjustiz.codes import Code
from xjustiz.grunddaten import Anschrift


@dataclass(frozen=True, slots=True)
class Rechtskraft:
    """`betroffene` are role numbers of the Grunddaten."""

    datum: date
    betroffene: tuple[str, ...] = ()
    gegenstaende: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kasse:
    """Where the fine is paid: a party of the Grunddaten by its number."""

    beteiligtennummer: str
    kassenzeichen: str | None = None


@dataclass(frozen=True, slots=True)
class Tatanschrift:
    anschrift: Anschrift
    gemeinde: str | None = None
    strassenkilometer: str | None = None


class Oertlichkeit(StrEnum):
    """Verbatim element names."""

    INNERORTS = "innerorts"
    AUSSERORTS = "ausserorts"


class Strassenzustand(StrEnum):
    """Verbatim element names."""

    GLAETTE = "glaette"
    NAESSE = "naesse"


@dataclass(frozen=True, slots=True)
class Tatort:
    anschriften: tuple[Tatanschrift, ...] = ()
    ortsbeschreibung: str | None = None
    oertlichkeit: Oertlichkeit | None = None
    strassenzustand: Strassenzustand | None = None


@dataclass(frozen=True, slots=True)
class Tat:
    anfangsdatum: str | None = None
    anfangsuhrzeit: str | None = None
    endedatum: str | None = None
    endeuhrzeit: str | None = None
    tatorte: tuple[Tatort, ...] = ()


@dataclass(frozen=True, slots=True)
class Vollzugsbehoerde:
    """`polizei` Typ 3 gds.polizeibehoerden, `jva` Typ 3 gds.gerichte."""

    polizei: Code | None = None
    jva: Code | None = None


@dataclass(frozen=True, slots=True)
class Tatbestandsnummer:
    katalog: str
    version: str
    wert: str
    zusatz: str | None = None


@dataclass(frozen=True, slots=True)
class Messung:
    messwert: str
    einheit: str
    gegenstand: str | None = None


@dataclass(frozen=True, slots=True)
class Dauer:
    """Type.GDS.Dauer; numbers from 1."""

    jahr: int | None = None
    monate: int | None = None
    wochen: int | None = None
    tage: int | None = None
    stunden: int | None = None
    minuten: int | None = None
    sekunden: int | None = None
    sonstige: str | None = None


class Konkurrenzart(StrEnum):
    """Verbatim element names."""

    TATEINHEIT = "tateinheit"
    TATMEHRHEIT = "tatmehrheit"


@dataclass(frozen=True, slots=True)
class Konkurrenz:
    art: Konkurrenzart
    delikt: str | None = None
    beschreibung: str | None = None


@dataclass(frozen=True, slots=True)
class Bussgeldkatalog:
    """`tatbestand`: the number in a catalogue, or a text."""

    tatbestand: Tatbestandsnummer | str
    textalternative: str | None = None
    konkretisierung: str | None = None
    gemessener_wert: Messung | None = None
    zulaessiger_wert: Messung | None = None
    differenz: str | None = None
    vorsatz: bool | None = None
    fahrverbot: Dauer | None = None
    punkte: str | None = None
    geldbusse: str | None = None
    konkurrenz: Konkurrenz | None = None


@dataclass(frozen=True, slots=True)
class Bussgeldbescheid:
    """Type.STRAF.OWI.Bussgeldbescheid. `verjaehrung` is a Datumsangabe (element bussgeldverjaehrung)."""

    erlassdatum: str | None = None
    rechtskraft: Rechtskraft | None = None
    verjaehrung: str | None = None
    geldbusse: Decimal | None = None
    teilzahlung_gesamt: Decimal | None = None
    teilzahlungen: tuple[Decimal, ...] = ()
    auslagen: Decimal | None = None
    teilzahlungen_auslagen: tuple[Decimal, ...] = ()
    kasse: Kasse | None = None
    tat: Tat | None = None
    vollzugsbehoerde: Vollzugsbehoerde | None = None
    bussgeldkatalog: Bussgeldkatalog | None = None


@dataclass(frozen=True, slots=True)
class Zahlung:
    betrag: Decimal | None = None
    datum: str | None = None


@dataclass(frozen=True, slots=True)
class Nachmeldung:
    """nachtraeglicheMitteilungen.bussgeldbescheid: payments, their cancellation, withdrawal of an E-Haft demand."""

    zahlungen: tuple[Zahlung, ...] = ()
    zahlungen_auslagen: tuple[Zahlung, ...] = ()
    storno: Zahlung | None = None
    storno_auslagen: Zahlung | None = None
    """Needs its amount when written."""
    ruecknahme_ehaft: bool | None = None


@dataclass(frozen=True, slots=True)
class OwiFachdaten:
    """All optional by the schema. A message after an objection has `bussgeldbescheid` and `datum_des_einspruchs`."""

    bussgeldbescheid: Bussgeldbescheid | None = None
    datum_des_einspruchs: date | None = None
    nachmeldung: Nachmeldung | None = None
