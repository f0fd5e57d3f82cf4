"""Looking at and rebuilding the frozen tree of an Akte."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from erv_gateway.akte.modell import Akte, Dokument, Teilakte

Container = Akte | Teilakte
Kind = Teilakte | Dokument


@dataclass(frozen=True, slots=True)
class Stelle:
    """A container with the German path to it."""

    container: Container
    pfad: str


def containers_of(akte: Akte) -> Iterator[Stelle]:
    """The Akte and every Teilakte below it, each before what it holds."""
    yield Stelle(akte, "Akte")
    yield from _below(akte, "")


def kinder_of(container: Container) -> tuple[Kind, ...]:
    """Teilakten and Dokumente in the order of their numbers; equal numbers in the order of the file."""
    return tuple(sorted((*container.teilakten, *container.dokumente), key=lambda kind: kind.nummer))


def map_containers(akte: Akte, change: Callable[[Container], Container]) -> Akte:
    """The same tree with `change` made to every container, the innermost first."""
    changed = change(replace(akte, teilakten=tuple(_map(teilakte, change) for teilakte in akte.teilakten)))
    if not isinstance(changed, Akte):
        raise TypeError("an Akte stays an Akte")
    return changed


def map_dokumente(akte: Akte, change: Callable[[Dokument], Dokument]) -> Akte:
    return map_containers(akte, lambda c: replace(c, dokumente=tuple(change(dokument) for dokument in c.dokumente)))


def ids_of(akte: Akte) -> frozenset[UUID]:
    """Every Akte, Teilakte and Dokument."""
    return frozenset(
        kennung
        for stelle in containers_of(akte)
        for kennung in (stelle.container.id, *(dokument.id for dokument in stelle.container.dokumente))
    )


def _map(teilakte: Teilakte, change: Callable[[Container], Container]) -> Teilakte:
    changed = change(replace(teilakte, teilakten=tuple(_map(innere, change) for innere in teilakte.teilakten)))
    if not isinstance(changed, Teilakte):
        raise TypeError("a Teilakte stays a Teilakte")
    return changed


def _below(container: Container, pfad: str) -> Iterator[Stelle]:
    for teilakte in container.teilakten:
        weiter = f"{pfad}Teilakte „{teilakte.titel}“"
        yield Stelle(teilakte, weiter)
        yield from _below(teilakte, f"{weiter} › ")
