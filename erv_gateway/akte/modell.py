"""What the gateway knows of a case file, whichever way it came: Akte › Teilakte › Dokument › Datei, with the history.

Values are frozen and complete: intake builds them only after every file was hashed and every number checked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class HistorienArt(StrEnum):
    """What the DMS says happened, as far as its words can be understood; `SONSTIGES` keeps the rest."""

    ANGELEGT = "angelegt"
    GESCANNT = "gescannt"
    GEAENDERT = "geaendert"
    FREIGEGEBEN = "freigegeben"
    GELESEN = "gelesen"
    GELOESCHT = "geloescht"
    SONSTIGES = "sonstiges"


@dataclass(frozen=True, slots=True)
class HistorienEintrag:
    """One entry of the DMS history, unchanged: `aktion` is the DMS's own word, `art` is our reading of it."""

    zeitpunkt: datetime
    akteur: str
    aktion: str
    art: HistorienArt
    metadatum: str | None = None
    alter_wert: str | None = None
    neuer_wert: str | None = None
    bemerkung: str | None = None


class Rolle(StrEnum):
    """What a file is for its document (XJustiz GDS.Bestandteiltyp)."""

    ORIGINAL = "001"
    REPRAESENTAT = "002"
    SIGNATURDATEI = "003"
    TRANSFERVERMERK = "006"


@dataclass(frozen=True, slots=True)
class Datei:
    """A file as it came. `name` is the name in the delivery, kept as it was; legal names are given at packing."""

    name: str
    sha256: str
    bytes: int
    medientyp: str
    rolle: Rolle = Rolle.ORIGINAL
    bezug: str | None = None
    """For a signature: the `name` of the file it signs."""


@dataclass(frozen=True, slots=True)
class Scan:
    datum: date
    ersetzend: bool
    """True when the paper may be destroyed (TR-RESISCAN)."""


@dataclass(frozen=True, slots=True)
class Dokument:
    id: UUID
    nummer: int
    """Place in its container, from 1, shared with the Teilakten beside it."""
    titel: str
    dateien: tuple[Datei, ...]
    klasse: str = "001"
    """Code of GDS.Dokumentklasse; 001 is "Andere"."""
    fremdes_geschaeftszeichen: str | None = None
    posteingang: date | None = None
    datum_des_schreibens: date | None = None
    erstellt_am: datetime | None = None
    veraktet_am: date | None = None
    scan: Scan | None = None
    absender: str | None = None
    adressat: str | None = None
    historie: tuple[HistorienEintrag, ...] = ()
    anlage_zu: UUID | None = None
    """The document of the same container that this one is an annex to."""


@dataclass(frozen=True, slots=True)
class Teilakte:
    id: UUID
    nummer: int
    titel: str
    typ: str = "001"
    """Code of GDS.Teilaktentyp; 001 is "Andere"."""
    aktenzeichen: str | None = None
    laufzeit_beginn: date | None = None
    laufzeit_ende: date | None = None
    teilakten: tuple["Teilakte", ...] = ()
    dokumente: tuple[Dokument, ...] = ()
    historie: tuple[HistorienEintrag, ...] = ()


@dataclass(frozen=True, slots=True)
class Akte:
    id: UUID
    aktenzeichen: str
    titel: str
    abgebende_stelle: str
    laufzeit_beginn: date | None = None
    laufzeit_ende: date | None = None
    exportiert_am: datetime | None = None
    teilakten: tuple[Teilakte, ...] = ()
    dokumente: tuple[Dokument, ...] = ()
    historie: tuple[HistorienEintrag, ...] = ()

    def alle_dokumente(self) -> Iterator[Dokument]:
        """Every document, in the order of the file: Teilakten by number first, then the documents beside them."""
        for teilakte in self.teilakten:
            yield from _dokumente_of(teilakte)
        yield from self.dokumente

    def alle_teilakten(self) -> Iterator[Teilakte]:
        """Every Teilakte, the outer before the inner."""
        offen = list(reversed(self.teilakten))
        while offen:
            teilakte = offen.pop()
            yield teilakte
            offen.extend(reversed(teilakte.teilakten))

    def alle_dateien(self) -> Iterator[Datei]:
        for dokument in self.alle_dokumente():
            yield from dokument.dateien


def _dokumente_of(teilakte: Teilakte) -> Iterator[Dokument]:
    for innere in teilakte.teilakten:
        yield from _dokumente_of(innere)
    yield from teilakte.dokumente


@dataclass(frozen=True, slots=True)
class Abdeckung:
    """How much of a file has a history: reported, never assumed."""

    dokumente: int
    mit_historie: int
    eintraege: int
    ohne_historie: tuple[UUID, ...]


def abdeckung(akte: Akte) -> Abdeckung:
    dokumente = list(akte.alle_dokumente())
    ohne = tuple(dokument.id for dokument in dokumente if not dokument.historie)
    eintraege = sum(len(dokument.historie) for dokument in dokumente)
    return Abdeckung(len(dokumente), len(dokumente) - len(ohne), eintraege, ohne)
