"""Which files of a Nachricht are checked for signatures, and how."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from certs.anchors import Anchors
from erv_gateway.pruefprotokoll.modell import Bestandteil
from erv_gateway.signatur.auftrag import Auftrag
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pruefen import Pruefung
from erv_gateway.signatur.vhn import VHN_NAME, VHN_SIGNATUR_NAME

PDF: Final = "pdf"
ABGESETZT: Final = "detached"
UMSCHLIESSEND: Final = "enclosed"
_ABGESETZT_ENDUNGEN: Final = (".p7s", ".pkcs7")
"""beA writes .p7s, the example in the XJustiz schema has .pkcs7."""
_UMSCHLIESSEND_ENDUNGEN: Final = (".p7m",)


@dataclass(frozen=True, slots=True)
class Einzelpruefung:
    """One check of `datei`, with the signature file when it lies beside. `art` as in `signatur.auftrag.Auftrag`."""

    art: str
    datei: Bestandteil
    signatur: Bestandteil | None = None

    def auftrag(self, datei: Path, signatur: Path | None) -> Auftrag:
        return Auftrag(self.art, datei, signatur)


def einzelpruefungen(dateien: Iterable[Bestandteil], pdfs: frozenset[str]) -> Iterator[Einzelpruefung]:
    """`pdfs`: digests of the files that are PDFs by their content; a name proves nothing.

    The proof of origin is left out: it is checked as what it is.
    """
    alle = tuple(dateien)
    for datei in alle:
        name = datei.name.lower()
        if datei.sha256 in pdfs:
            yield Einzelpruefung(PDF, datei)
        elif name.endswith(_UMSCHLIESSEND_ENDUNGEN):
            yield Einzelpruefung(UMSCHLIESSEND, datei)
        elif name.endswith(_ABGESETZT_ENDUNGEN) and datei.name != VHN_SIGNATUR_NAME:
            yield from _abgesetzt(datei, alle)


def _abgesetzt(signatur: Bestandteil, alle: tuple[Bestandteil, ...]) -> Iterator[Einzelpruefung]:
    """Over every file of the name; without one the signature is judged alone, which never ends green."""
    signiert = [one for one in alle if one.name == signatur.name.rpartition(".")[0] and one.name != VHN_NAME]
    yield from (Einzelpruefung(ABGESETZT, one, signatur) for one in signiert)
    if not signiert:
        yield Einzelpruefung(UMSCHLIESSEND, signatur)


async def run_check(dienst: Pruefdienst, auftrag: Auftrag, anchors: Anchors | None, am: datetime) -> Pruefung:
    """`am` (aware): when the file is known to have been there."""
    if auftrag.art == PDF:
        return await dienst.check_pdf(auftrag.path, anchors, am)
    if auftrag.p7s is not None:
        return await dienst.check_detached(auftrag.path, auftrag.p7s, anchors, am)
    return await dienst.check_enclosed(auftrag.path, anchors, am)
