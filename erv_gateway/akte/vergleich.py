"""Two states of a case file side by side: what is new, changed, gone; and which UUID a document travels under.

XJustiz keeps the UUID of an unchanged document for its whole life; a changed Original is a new document (sheet §1.3,
§2.4). A DMS keeps its own id through every change, so the id alone does not do.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from erv_gateway.akte.modell import Akte, Dokument, Rolle, Teilakte

MONATE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vergleich:
    """Documents of the later state; `entfernt` those of the earlier one that are not in the later."""

    neu: tuple[Dokument, ...]
    geaendert: tuple[Dokument, ...]
    unveraendert: tuple[Dokument, ...]
    entfernt: tuple[Dokument, ...]

    def satz(self, seit: date) -> str:
        """ "12 neue Dokumente seit dem 3. März 2026, 1 geändert, 2 entfernt"."""
        anfang = f"{_zahl(len(self.neu))} seit dem {seit.day}. {MONATE[seit.month - 1]} {seit.year}"
        zusatz = [f"{len(self.geaendert)} geändert"] if self.geaendert else []
        zusatz += [f"{len(self.entfernt)} entfernt"] if self.entfernt else []
        return ", ".join((anfang, *zusatz))


def vergleiche(frueher: Akte, jetzt: Akte) -> Vergleich:
    """By the DMS's ids and the hashes of the Originale."""
    alt = {dokument.id: inhalt_of(dokument) for dokument in frueher.alle_dokumente()}
    dokumente = tuple(jetzt.alle_dokumente())
    bekannt = [dokument for dokument in dokumente if dokument.id in alt]
    noch_da = {dokument.id for dokument in dokumente}
    return Vergleich(
        neu=tuple(dokument for dokument in dokumente if dokument.id not in alt),
        geaendert=tuple(dokument for dokument in bekannt if inhalt_of(dokument) != alt[dokument.id]),
        unveraendert=tuple(dokument for dokument in bekannt if inhalt_of(dokument) == alt[dokument.id]),
        entfernt=tuple(dokument for dokument in frueher.alle_dokumente() if dokument.id not in noch_da),
    )


def inhalt_of(dokument: Dokument) -> str:
    """What makes a document the same: the SHA-256 of its Originale (of all its files where it has none)."""
    originale = [datei.sha256 for datei in dokument.dateien if datei.rolle is Rolle.ORIGINAL]
    return " ".join(sorted(originale or [datei.sha256 for datei in dokument.dateien]))


def with_stable_ids(akte: Akte, uebermittelt: Iterable[Akte]) -> Akte:
    """The Akte under the UUIDs it travels with, after `uebermittelt` (earliest first, as the DMS delivered them).

    A content that travelled under a document's own id keeps it; every other content of that document gets an id made of
    both, so that the same content always has the same.
    """
    erster: dict[UUID, str] = {}
    for frueher in (*uebermittelt, akte):
        for dokument in frueher.alle_dokumente():
            erster.setdefault(dokument.id, inhalt_of(dokument))
    neu = {
        dokument.id: uuid5(dokument.id, inhalt_of(dokument))
        for dokument in akte.alle_dokumente()
        if inhalt_of(dokument) != erster[dokument.id]
    }
    return (
        akte
        if not neu
        else replace(
            akte,
            teilakten=tuple(_renamed_teilakte(teilakte, neu) for teilakte in akte.teilakten),
            dokumente=tuple(_renamed(akte.dokumente, neu)),
        )
    )


def _renamed_teilakte(teilakte: Teilakte, neu: Mapping[UUID, UUID]) -> Teilakte:
    innere = tuple(_renamed_teilakte(innere, neu) for innere in teilakte.teilakten)
    return replace(teilakte, teilakten=innere, dokumente=tuple(_renamed(teilakte.dokumente, neu)))


def _renamed(dokumente: Iterable[Dokument], neu: Mapping[UUID, UUID]) -> Iterator[Dokument]:
    for dokument in dokumente:
        bezug = dokument.anlage_zu
        yield replace(
            dokument, id=neu.get(dokument.id, dokument.id), anlage_zu=None if bezug is None else neu.get(bezug, bezug)
        )


def _zahl(anzahl: int) -> str:
    return {0: "Keine neuen Dokumente", 1: "1 neues Dokument"}.get(anzahl, f"{anzahl} neue Dokumente")
