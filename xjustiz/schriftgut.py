"""schriftgutobjekte: Akte › Teilakte › Dokument › Datei, with every place metadata may stand (sheet §2.4, §2.5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from xjustiz.codes import Bestandteiltyp, Code
from xjustiz.grunddaten import AktenzeichenAngabe, Zeitraum
from xjustiz.werte import Uuid

ORIGINAL = Code(Bestandteiltyp.ORIGINAL.value)


@dataclass(frozen=True, slots=True)
class Datei:
    """A file of the package. Writing demands a lawful `Dateiname`; reading keeps the name as it came."""

    name: str
    bestandteil: Code = ORIGINAL
    versionsnummer: int | None = None
    bezugsdateien: tuple[str, ...] = ()
    """For a Signaturdatei, and only there: the files it signs."""


class Verweistyp(StrEnum):
    """Typ 2, GDS.Verweistyp."""

    UNTRENNBAR = "001"
    ANLAGE = "002"
    EINFACH = "003"


@dataclass(frozen=True, slots=True)
class Verweis:
    """From the lower object to the higher one (an annex points to its letter)."""

    typ: Code
    ziel: Uuid


@dataclass(frozen=True, slots=True)
class Posteingang:
    """When the document came in; `uhrzeit` is local time."""

    datum: date
    uhrzeit: time | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    datum: date
    ersetzend: bool = True


@dataclass(frozen=True, slots=True)
class Feld:
    """xdomea field: any text; `datentyp` Typ 3 of xdomea datentyp (038 string, 005 date, 006 dateTime)."""

    name: str
    wert: str | None = None
    datentyp: Code | None = None
    beschreibung: str | None = None


@dataclass(frozen=True, slots=True)
class Feldgruppe:
    name: str
    beschreibung: str
    felder: tuple[Feld, ...] = ()
    untergruppen: tuple["Feldgruppe", ...] = ()


@dataclass(frozen=True, slots=True)
class Erweiterung:
    """anwendungsspezifischeErweiterung: only for partners that agreed; others do not read it."""

    kennung: str
    name: str
    beschreibung: str | None = None
    versionsnummer: str | None = None
    versionsdatum: date | None = None
    feldgruppen: tuple[Feldgruppe, ...] = ()
    felder: tuple[Feld, ...] = ()


@dataclass(frozen=True, slots=True)
class Vertraulichkeit:
    """auswahl_vertraulichkeit of an object; one of both. Off limits for authorities at present."""

    vertraulich_zu_behandeln: bool | None = None
    stufe: Code | None = None
    """3.5.1 vertraulichkeitsstufe; never written."""


@dataclass(frozen=True, slots=True)
class Dokument:
    """`nummer`: place in its container, from 1, shared with Teilakten (and Akten) beside it.

    `klasse` Typ 3 gds.dokumentklasse, `typ` Typ 3 gds.dokumenttyp. `akteneinsicht_ausgenommen` is a hint to the
    court, no right. `eeb_erforderlich` asks for an Empfangsbekenntnis. `personen` are Beteiligtennummern.
    """

    id: Uuid
    nummer: int
    klasse: Code
    dateien: tuple[Datei, ...]
    anzeigename: str | None = None
    typ: Code | None = None
    fremdes_geschaeftszeichen: str | None = None
    posteingang: Posteingang | None = None
    datum_des_schreibens: date | None = None
    veraktungsdatum: date | None = None
    scan: Scan | None = None
    absender: str | None = None
    adressat: str | None = None
    personen: tuple[str, ...] = ()
    akteneinsicht_ausgenommen: bool = False
    verweise: tuple[Verweis, ...] = ()
    eeb_erforderlich: bool = False
    erstellt_am: datetime | None = None
    erweiterungen: tuple[Erweiterung, ...] = ()
    vertraulichkeit: Vertraulichkeit | None = None


@dataclass(frozen=True, slots=True)
class Teilakte:
    """`typ` Typ 2 GDS.Teilaktentyp (001 Andere)."""

    id: Uuid
    nummer: int
    typ: Code
    anzeigename: str | None = None
    aktenzeichen: AktenzeichenAngabe | None = None
    laufzeit: Zeitraum | None = None
    personen: tuple[str, ...] = ()
    akteneinsicht_ausgenommen: bool = False
    erweiterung: Erweiterung | None = None
    teilakten: tuple["Teilakte", ...] = ()
    dokumente: tuple[Dokument, ...] = ()
    vertraulichkeit: Vertraulichkeit | None = None
    eeb_erforderlich: bool = False
    """3.5.1 only; never written."""


@dataclass(frozen=True, slots=True)
class Aktenreferenz:
    art: Code
    ziel: Uuid


@dataclass(frozen=True, slots=True)
class Akte:
    """`typ` Typ 2 GDS.Aktentyp (018 Behördenakte); at least one `aktenzeichen`. `exportiert_am`: the export."""

    id: Uuid
    nummer: int
    typ: Code
    aktenzeichen: tuple[AktenzeichenAngabe, ...]
    anzeigename: str | None = None
    hybrid: bool = False
    laufzeit: Zeitraum | None = None
    weiteres_ordnungskriterium: str | None = None
    personen: tuple[str, ...] = ()
    exportiert_am: datetime | None = None
    referenzen: tuple[Aktenreferenz, ...] = ()
    abgebende_stelle: Code | None = None
    erweiterung: Erweiterung | None = None
    teilakten: tuple[Teilakte, ...] = ()
    dokumente: tuple[Dokument, ...] = ()
    vertraulichkeit: Vertraulichkeit | None = None
    eeb_erforderlich: bool = False
    """3.5.1 only; never written."""


@dataclass(frozen=True, slots=True)
class Schriftgut:
    """`anschreiben` is the id of a Dokument listed here. `ansichts_pdf` exists from 4.0.0 on."""

    akten: tuple[Akte, ...] = ()
    dokumente: tuple[Dokument, ...] = ()
    anschreiben: Uuid | None = None
    ansichts_pdf: Dokument | None = None

    def alle_dokumente(self) -> Iterator[Dokument]:
        """Every document: those of the Akten (Teilakten first), then those beside them, then the ansichtsPDF."""
        for akte in self.akten:
            yield from _within(akte)
        yield from self.dokumente
        if self.ansichts_pdf is not None:
            yield self.ansichts_pdf

    def alle_dateien(self) -> Iterator[Datei]:
        for dokument in self.alle_dokumente():
            yield from dokument.dateien

    def dateinamen(self) -> tuple[str, ...]:
        """The names of the attachments this message lists, in its order."""
        return tuple(datei.name for datei in self.alle_dateien())


def _within(container: Akte | Teilakte) -> Iterator[Dokument]:
    for teilakte in container.teilakten:
        yield from _within(teilakte)
    yield from container.dokumente
