"""The signatures of the attached files: inside PDFs, in CMS that enclose their content, in signature files beside."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from erv_gateway.eingang.pruefprotokoll import bestandteile
from erv_gateway.postfach.base import Anhang
from erv_gateway.pruefprotokoll.grundlagen import grundlage_bytes
from erv_gateway.pruefprotokoll.modell import Bestandteil, Dateipruefung
from erv_gateway.pruefprotokoll.plan import Einzelpruefung, einzelpruefungen, run_check
from erv_gateway.pruefprotokoll.signaturen import dateipruefung
from erv_gateway.sendung.ablageordner import export_blob
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.signatur.pruefen import Pruefung, is_pdf
from erv_gateway.storage.blobs import Blobs


@dataclass(frozen=True, slots=True)
class GepruefteDateien:
    dateien: tuple[Dateipruefung, ...]
    pruefungen: tuple[Pruefung, ...]


async def check_dateien(betrieb: Betrieb, anhaenge: tuple[Anhang, ...], am: datetime) -> GepruefteDateien:
    """Every file by its position: two of the same name are two files."""
    geprueft = [one async for one in _results(betrieb, anhaenge, am)]
    return GepruefteDateien(tuple(datei for datei, _ in geprueft), tuple(pruefung for _, pruefung in geprueft))


async def _results(
    betrieb: Betrieb, anhaenge: tuple[Anhang, ...], am: datetime
) -> AsyncIterator[tuple[Dateipruefung, Pruefung]]:
    pdfs = await asyncio.to_thread(_pdfs, betrieb.blobs, anhaenge)
    for einzel in einzelpruefungen(bestandteile(anhaenge), pdfs):
        pruefung = await _check(betrieb, einzel, am)
        data = grundlage_bytes(pruefung)
        grundlage = None if data is None else (await betrieb.blobs.put_bytes(data)).sha256
        yield dateipruefung(einzel, pruefung, grundlage), pruefung


def _pdfs(blobs: Blobs, anhaenge: tuple[Anhang, ...]) -> frozenset[str]:
    return frozenset(anhang.sha256 for anhang in anhaenge if _is_pdf(blobs, anhang))


def _is_pdf(blobs: Blobs, anhang: Anhang) -> bool:
    with blobs.open_file(anhang.sha256) as file:
        return is_pdf(file)


async def _check(betrieb: Betrieb, einzel: Einzelpruefung, am: datetime) -> Pruefung:
    with TemporaryDirectory(prefix="erv-") as folder:
        path = await _export(betrieb, einzel.datei, folder, "datei")
        signatur = None if einzel.signatur is None else await _export(betrieb, einzel.signatur, folder, "signatur")
        return await run_check(betrieb.pruefdienst, einzel.auftrag(path, signatur), betrieb.anchors, am)


async def _export(betrieb: Betrieb, datei: Bestandteil, folder: str, name: str) -> Path:
    return await asyncio.to_thread(export_blob, betrieb.blobs, datei.sha256, Path(folder), name)
