"""A part of a case file: some of its documents, in their places and order, numbered anew without gaps."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from uuid import UUID

from erv_gateway.akte.modell import Akte, Dokument, Teilakte


def ausschnitt(akte: Akte, dokumente: Collection[UUID], *, mit_leeren: bool) -> Akte:
    """The Akte with only these documents. Teilakten whose documents all lie elsewhere are left out; those that were
    empty before are kept `mit_leeren`. A reference to a document that is left out is left out, too."""
    teilakten = _teilakten(akte.teilakten, dokumente, mit_leeren)
    teilakten, eigene = _numbered(teilakten, _kept(akte.dokumente, dokumente))
    return replace(akte, teilakten=teilakten, dokumente=eigene)


def _teilakten(teilakten: Iterable[Teilakte], dokumente: Collection[UUID], mit_leeren: bool) -> tuple[Teilakte, ...]:
    gebaut = (_teilakte(teilakte, dokumente, mit_leeren) for teilakte in teilakten)
    return tuple(teilakte for teilakte in gebaut if teilakte is not None)


def _teilakte(teilakte: Teilakte, dokumente: Collection[UUID], mit_leeren: bool) -> Teilakte | None:
    innere = _teilakten(teilakte.teilakten, dokumente, mit_leeren)
    eigene = _kept(teilakte.dokumente, dokumente)
    war_leer = not teilakte.teilakten and not teilakte.dokumente
    if not innere and not eigene and not (war_leer and mit_leeren):
        return None
    innere, eigene = _numbered(innere, eigene)
    return replace(teilakte, teilakten=innere, dokumente=eigene)


def _kept(dokumente: Iterable[Dokument], gewollt: Collection[UUID]) -> tuple[Dokument, ...]:
    return tuple(_without_dangling(dokument, gewollt) for dokument in dokumente if dokument.id in gewollt)


def _without_dangling(dokument: Dokument, gewollt: Collection[UUID]) -> Dokument:
    return dokument if dokument.anlage_zu in gewollt else replace(dokument, anlage_zu=None)


def _numbered(
    teilakten: tuple[Teilakte, ...], dokumente: tuple[Dokument, ...]
) -> tuple[tuple[Teilakte, ...], tuple[Dokument, ...]]:
    """Numbers count Teilakten and documents of a container together (sheet §2.4)."""
    alte = sorted([*(teilakte.nummer for teilakte in teilakten), *(dokument.nummer for dokument in dokumente)])
    neu = {alt: nummer for nummer, alt in enumerate(alte, 1)}
    return (
        tuple(replace(teilakte, nummer=neu[teilakte.nummer]) for teilakte in teilakten),
        tuple(replace(dokument, nummer=neu[dokument.nummer]) for dokument in dokumente),
    )
