"""Checking files in a folder, outside of any Nachricht: the Prüfprotokoll of `erv-gateway signatur bericht`."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from certs.anchors import Anchors
from certs.urteil import schlechtestes
from erv_gateway.pruefprotokoll.grundlagen import grundlage_bytes
from erv_gateway.pruefprotokoll.modell import Bestandteil, Dateipruefung, Pruefprotokoll, Technik
from erv_gateway.pruefprotokoll.plan import Einzelpruefung, einzelpruefungen, run_check
from erv_gateway.pruefprotokoll.signaturen import dateipruefung, ders_of, signatur_schritt
from erv_gateway.signatur.isoliert import Pruefdienst
from erv_gateway.signatur.pruefen import Pruefung, is_pdf


@dataclass(frozen=True, slots=True)
class Dateibericht:
    """`zertifikate`: DER by SHA-256; `grundlagen`: bytes of each Pruefgrundlage by SHA-256."""

    protokoll: Pruefprotokoll
    zertifikate: Mapping[str, bytes]
    grundlagen: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Pruefauftrag:
    """`am`: when the files are known to have been there; `jetzt`: the time of the report."""

    anchors: Anchors | None
    am: datetime
    jetzt: datetime
    software: str


async def check_files(paths: Iterable[Path], dienst: Pruefdienst, auftrag: Pruefauftrag) -> Dateibericht:
    """A detached signature is checked over the file of its name among `paths`. Raises OSError."""
    orte = list(paths)
    dateien = tuple(_bestandteil(at, path) for at, path in enumerate(orte, 1))
    pdfs = frozenset(datei.sha256 for datei, path in zip(dateien, orte, strict=True) if _is_pdf(path))
    results = [await _check(einzel, orte, dienst, auftrag) for einzel in einzelpruefungen(dateien, pdfs)]
    gepruefte = tuple(datei for datei, _, _ in results)
    return Dateibericht(
        _protokoll(dateien, gepruefte, auftrag),
        ders_of(pruefung for _, pruefung, _ in results),
        {digest(data): data for _, _, data in results if data is not None},
    )


async def _check(
    einzel: Einzelpruefung, orte: list[Path], dienst: Pruefdienst, auftrag: Pruefauftrag
) -> tuple[Dateipruefung, Pruefung, bytes | None]:
    signatur = None if einzel.signatur is None else orte[einzel.signatur.position - 1]
    order = einzel.auftrag(orte[einzel.datei.position - 1], signatur)
    pruefung = await run_check(dienst, order, auftrag.anchors, auftrag.am)
    data = grundlage_bytes(pruefung)
    return dateipruefung(einzel, pruefung, None if data is None else digest(data)), pruefung, data


def _protokoll(
    dateien: tuple[Bestandteil, ...], gepruefte: tuple[Dateipruefung, ...], auftrag: Pruefauftrag
) -> Pruefprotokoll:
    schritte = tuple(schritt for datei in gepruefte if (schritt := signatur_schritt(datei)) is not None)
    return Pruefprotokoll(
        erstellt=auftrag.jetzt,
        ergebnis=schlechtestes(schritt.ergebnis for schritt in schritte),
        uebermittlungsweg=None,
        struktur=dateien,
        pruefungen=schritte,
        xjustiz=(),
        signaturen=gepruefte,
        zertifikate=(),
        technik=Technik(auftrag.software),
    )


def _bestandteil(at: int, path: Path) -> Bestandteil:
    return Bestandteil(at, path.name, path.stat().st_size, file_digest(path))


def _is_pdf(path: Path) -> bool:
    with path.open("rb") as file:
        return is_pdf(file)


def file_digest(path: Path) -> str:
    """SHA-256 (hex). Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
