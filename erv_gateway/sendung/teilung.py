"""A plan to send a case file that is too big for one message in several: pure, the same for the same file.

ERVB 2025 allows 200 MB and 1,000 files in a message (N3). Documents stay in order, a document keeps all its files, and
annexes stay with what they are annexed to as long as that fits into a message.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from erv_gateway.akte.modell import Akte, Dokument
from xjustiz import MAX_DATEIEN, MAX_NACHRICHT_BYTES

RESERVE_DATEIEN: Final = 5
"""What we add to each message: xjustiz_nachricht.xml, Anschreiben, Aktenprotokoll, VHN and its signature."""
RESERVE_BYTES: Final = 2 * 10**6
BYTES_JE_DOKUMENT: Final = 4096  # its entries in message, protocol and VHN; own measurement, rounded up
BYTES_JE_EINTRAG: Final = 2048  # an entry of the history in the protocol


@dataclass(frozen=True, slots=True)
class Grenzen:
    bytes: int = MAX_NACHRICHT_BYTES
    dateien: int = MAX_DATEIEN


@dataclass(frozen=True, slots=True)
class Teil:
    """One message: its documents, and the size of their files (what we add is not counted, but left room for)."""

    nummer: int
    dokumente: tuple[UUID, ...]
    dateien: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Teilungsplan:
    """`teile` is empty when a document alone is too big: then `zu_gross` names it and nothing can be split."""

    teile: tuple[Teil, ...]
    zu_gross: tuple[Dokument, ...] = ()
    getrennte_anlagen: tuple[Dokument, ...] = ()
    """Annexes that travel in another message than what they belong to."""


@dataclass(frozen=True, slots=True)
class _Gruppe:
    """What is kept together."""

    dokumente: tuple[Dokument, ...]

    @property
    def dateien(self) -> int:
        return sum(len(dokument.dateien) for dokument in self.dokumente)

    @property
    def bytes(self) -> int:
        return sum(_weight(dokument) for dokument in self.dokumente)


def plan_of(akte: Akte, grenzen: Grenzen | None = None) -> Teilungsplan:
    """One part when the file fits into a message."""
    frei = _room(akte, grenzen or Grenzen())
    zu_gross = tuple(d for d in akte.alle_dokumente() if not _fits(_Gruppe((d,)), frei))
    if zu_gross:
        return Teilungsplan((), zu_gross)
    teile = tuple(_filled(_units(akte, frei), frei))
    ort = {kennung: teil.nummer for teil in teile for kennung in teil.dokumente}
    getrennt = tuple(d for d in akte.alle_dokumente() if d.anlage_zu in ort and ort[d.anlage_zu] != ort[d.id])
    return Teilungsplan(teile, getrennte_anlagen=getrennt)


def _room(akte: Akte, grenzen: Grenzen) -> Grenzen:
    """What is left for documents: Akte and Teilakten are described in every part."""
    eintraege = len(akte.historie) + sum(len(teilakte.historie) for teilakte in akte.alle_teilakten())
    return Grenzen(grenzen.bytes - RESERVE_BYTES - eintraege * BYTES_JE_EINTRAG, grenzen.dateien - RESERVE_DATEIEN)


def _weight(dokument: Dokument) -> int:
    inhalt = sum(datei.bytes for datei in dokument.dateien)
    return inhalt + BYTES_JE_DOKUMENT + BYTES_JE_EINTRAG * len(dokument.historie)


def _fits(gruppe: _Gruppe, frei: Grenzen) -> bool:
    return gruppe.bytes <= frei.bytes and gruppe.dateien <= frei.dateien


def _units(akte: Akte, frei: Grenzen) -> Iterator[_Gruppe]:
    """Runs of a document and the annexes that follow it; one by one where a run is too big."""
    lauf: list[Dokument] = []
    for dokument in akte.alle_dokumente():
        if lauf and dokument.anlage_zu in {vorher.id for vorher in lauf}:
            lauf.append(dokument)
            continue
        yield from _split(lauf, frei)
        lauf = [dokument]
    yield from _split(lauf, frei)


def _split(lauf: list[Dokument], frei: Grenzen) -> Iterator[_Gruppe]:
    ganz = _Gruppe(tuple(lauf))
    if not lauf or _fits(ganz, frei):
        yield ganz
    else:
        yield from (_Gruppe((dokument,)) for dokument in lauf)


def _filled(gruppen: Iterator[_Gruppe], frei: Grenzen) -> Iterator[Teil]:
    nummer, offen = 1, _Gruppe(())
    for gruppe in gruppen:
        zusammen = _Gruppe((*offen.dokumente, *gruppe.dokumente))
        if _fits(zusammen, frei):
            offen = zusammen
            continue
        yield _teil(nummer, offen)
        nummer, offen = nummer + 1, gruppe
    yield _teil(nummer, offen)


def _teil(nummer: int, gruppe: _Gruppe) -> Teil:
    inhalt = sum(datei.bytes for dokument in gruppe.dokumente for datei in dokument.dateien)
    return Teil(nummer, tuple(dokument.id for dokument in gruppe.dokumente), gruppe.dateien, inhalt)
