"""Rules of the tree that hold whichever way an Akte came: numbers, identities, one document per file."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.dateien import nfc
from erv_gateway.akte.modell import Akte, Dokument, Teilakte

MAX_EBENEN = 10  # own limit: xdomea practice has Akte, Teilakte, Vorgang, Teilvorgang

Kind = Teilakte | Dokument
Gruppe = tuple[int | None, Sequence[Kind]]
"""A number as delivered, if any, and what stands there: a Teilakte, or a Dokument followed by its Anlagen."""


def number_gruppen(gruppen: Sequence[Gruppe]) -> tuple[tuple[Teilakte, ...], tuple[Dokument, ...], bool]:
    """Teilakten and Dokumente numbered 1..n in the delivered order, and whether the delivered numbers were complete.

    XJustiz wants the numbers of a container gapless and unique across Teilakten and Dokumente; entries without a number
    follow those with one.
    """
    numbers = [nummer for nummer, _ in gruppen]
    complete = sorted(n for n in numbers if n is not None) == list(range(1, len(gruppen) + 1))
    order = sorted(range(len(gruppen)), key=lambda i: (numbers[i] is None, numbers[i] or 0, i))
    kinder = [kind for i in order for kind in gruppen[i][1]]
    numbered = [replace(kind, nummer=nummer) for nummer, kind in enumerate(kinder, start=1)]
    teilakten = tuple(kind for kind in numbered if isinstance(kind, Teilakte))
    dokumente = tuple(kind for kind in numbered if isinstance(kind, Dokument))
    return teilakten, dokumente, complete


def check_akte(akte: Akte, befund: Befund) -> None:
    """Adds a Mangel for every id that occurs twice and every file that two documents claim."""
    ids = Counter(_ids_of(akte))
    for kennung in (kennung for kennung, anzahl in ids.items() if anzahl > 1):
        befund.mangel("id-doppelt", akte.aktenzeichen, id=str(kennung))
    names = Counter(nfc(datei.name) for datei in akte.alle_dateien())
    for name in (name for name, anzahl in names.items() if anzahl > 1):
        befund.mangel("datei-mehrfach", name)


def _ids_of(akte: Akte) -> Iterator[UUID]:
    yield akte.id
    for teilakte in akte.teilakten:
        yield from _ids_below(teilakte)
    yield from (dokument.id for dokument in akte.alle_dokumente())


def _ids_below(teilakte: Teilakte) -> Iterator[UUID]:
    yield teilakte.id
    for innere in teilakte.teilakten:
        yield from _ids_below(innere)
