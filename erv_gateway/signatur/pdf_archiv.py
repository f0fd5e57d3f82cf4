"""Document time stamps as proof of existence (EN 319 102-1 §5.6): the last is judged first.

A good stamp proves that everything under it was there at its time, older stamps and their values included. So the
chain of stamps carries a signature past the end of its certificate, as long as each was renewed in time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from certs.urteil import Urteil
from erv_gateway.signatur.cms_pruefen import Massstab
from erv_gateway.signatur.ergebnis import Signaturpruefung, Zeitgrundlage
from erv_gateway.signatur.pdf_lesen import DefekteSignatur, PdfSignatur

DOC_TIMESTAMP: Final = "/ETSI.RFC3161"

Signatur = PdfSignatur | DefekteSignatur
Results = tuple[Signaturpruefung, ...]


@dataclass(frozen=True, slots=True)
class _Nachweis:
    """A document time stamp that holds, and the time it proves."""

    stempel: PdfSignatur
    zeitpunkt: datetime


def in_order_of_proof(
    signaturen: Sequence[Signatur], massstab: Massstab, judge: Callable[[Signatur, Massstab], Results]
) -> list[tuple[Signatur, Results]]:
    """Each with its results, in the order given, judged by the earliest moment for which it is proven to exist."""
    nachweise: list[_Nachweis] = []
    found: dict[int, Results] = {}
    for place in sorted(range(len(signaturen)), key=lambda place: _end(signaturen[place]), reverse=True):
        signatur = signaturen[place]
        found[place] = judge(signatur, _moved(signatur, massstab, nachweise))
        nachweise += _proven(signatur, found[place])
    return [(signatur, found[place]) for place, signatur in enumerate(signaturen)]


def _end(signatur: Signatur) -> int:
    return signatur.ende if isinstance(signatur, PdfSignatur) and signatur.ranges else 0


def _moved(signatur: Signatur, massstab: Massstab, nachweise: Sequence[_Nachweis]) -> Massstab:
    if not isinstance(signatur, PdfSignatur) or not signatur.ranges:
        return massstab
    times = [one.zeitpunkt for one in nachweise if one.stempel.holds(signatur) and one.zeitpunkt < massstab.at]
    return replace(massstab, at=min(times), grundlage=Zeitgrundlage.ARCHIV) if times else massstab


def _proven(signatur: Signatur, results: Results) -> list[_Nachweis]:
    if not isinstance(signatur, PdfSignatur) or signatur.art != DOC_TIMESTAMP:
        return []
    good = [one for one in results if one.urteil is Urteil.GUELTIG and one.zeitpunkt is not None]
    return [_Nachweis(signatur, one.zeitpunkt) for one in good if one.zeitpunkt is not None]
