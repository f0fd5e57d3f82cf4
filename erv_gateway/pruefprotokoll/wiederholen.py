"""Repeating the checks of a stored Prüfprotokoll off-line, on the grounds they rested on: the same result years later.

What is needed lies together: the Prüfprotokoll, the files, and for each check its Pruefgrundlage, all found by digest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from erv_gateway.pruefprotokoll.grundlagen import MAX_GRUNDLAGE_BYTES, from_bytes
from erv_gateway.pruefprotokoll.modell import Bestandteil, Dateipruefung, Pruefprotokoll
from erv_gateway.pruefprotokoll.plan import Einzelpruefung
from erv_gateway.pruefprotokoll.signaturen import dateipruefung
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.isoliert import Pruefdienst

Fundort = Callable[[str], Path | None]
"""From the SHA-256 of a file to where it lies; None when it is not there."""
OHNE_GRUNDLAGE: Final = "Zu dieser Prüfung ist keine Prüfgrundlage aufbewahrt."
FEHLT: Final = "Eine Datei oder ihre Prüfgrundlage liegt nicht vor."
UNLESBAR: Final = "Die Prüfgrundlage ist nicht lesbar."
GLEICH: Final = "Ergebnis und Gründe stimmen überein."
ANDERS: Final = "Ergebnis oder Gründe weichen ab."


@dataclass(frozen=True, slots=True)
class Wiederholung:
    """`heute` is None when the check could not be made again; `text` says why, or how both compare."""

    damals: Dateipruefung
    heute: Dateipruefung | None
    text: str

    @property
    def gleich(self) -> bool:
        return self.heute == self.damals


async def repeat_pruefungen(
    protokoll: Pruefprotokoll, fundort: Fundort, dienst: Pruefdienst
) -> tuple[Wiederholung, ...]:
    """Every check that found a signature. `fundort` must give files of exactly that digest."""
    return tuple([await _repeat(one, fundort, dienst) for one in protokoll.signaturen if one.signaturen])


async def _repeat(damals: Dateipruefung, fundort: Fundort, dienst: Pruefdienst) -> Wiederholung:
    if damals.grundlage_sha256 is None:
        return Wiederholung(damals, None, OHNE_GRUNDLAGE)
    datei, grundlage = fundort(damals.sha256), fundort(damals.grundlage_sha256)
    signatur = None if damals.signatur_sha256 is None else fundort(damals.signatur_sha256)
    if datei is None or grundlage is None or (damals.signatur_sha256 is not None and signatur is None):
        return Wiederholung(damals, None, FEHLT)
    einzel = _einzelpruefung(damals)
    try:
        pruefung = await dienst.repeat(einzel.auftrag(datei, signatur), from_bytes(_limited(grundlage)))
    except GrundlageInvalid:
        return Wiederholung(damals, None, UNLESBAR)
    heute = dateipruefung(einzel, pruefung, damals.grundlage_sha256)
    return Wiederholung(damals, heute, GLEICH if heute == damals else ANDERS)


def _einzelpruefung(damals: Dateipruefung) -> Einzelpruefung:
    datei = Bestandteil(damals.position, damals.name, damals.bytes, damals.sha256)
    if damals.signatur_sha256 is None:
        return Einzelpruefung(damals.art, datei)
    return Einzelpruefung(damals.art, datei, Bestandteil(0, damals.signaturdatei or "", 0, damals.signatur_sha256))


def _limited(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_GRUNDLAGE_BYTES + 1)
