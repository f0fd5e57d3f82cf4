"""The content of the files of a package on disk, examined in child processes. Nothing is kept."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from erv_gateway.cli.xjustiz_paket import Quelle, open_paket
from erv_gateway.dateien.pruefdienst import WORKER, Datei, Dateipruefer
from erv_gateway.isolation.werkstatt import Werkstatt
from xjustiz import Anlage, Paket
from xjustiz.merkmale import Abbruch, Dateimerkmale

MAX_PAKET_BYTES: Final = 10**9
"""Own limit on what is read of one package; a lawful message has 200 MB."""
CHUNK_BYTES: Final = 2**20


def read_examined(pfad: Path) -> Paket:
    """As `read_paket`, with what is known of the content of every attachment."""
    with open_paket(pfad) as (paket, quellen):
        return replace(paket, anlagen=tuple(_examined(quellen))) if quellen else paket


def _examined(quellen: Sequence[Quelle]) -> Iterable[Anlage]:
    if sum(quelle.anlage.groesse for quelle in quellen) > MAX_PAKET_BYTES:
        return [replace(quelle.anlage, merkmale=Dateimerkmale(abbruch=Abbruch.ZU_GROSS)) for quelle in quellen]
    return asyncio.run(_examine(quellen))


async def _examine(quellen: Sequence[Quelle]) -> Iterable[Anlage]:
    dateien = [Datei(_sha256(quelle), quelle.anlage.groesse, quelle.open) for quelle in quellen]
    async with Werkstatt((WORKER,)) as werkstatt:
        merkmale = await Dateipruefer(werkstatt).examine(dateien)
    return [
        replace(quelle.anlage, merkmale=merkmale[datei.sha256]) for quelle, datei in zip(quellen, dateien, strict=True)
    ]


def _sha256(quelle: Quelle) -> str:
    digest = hashlib.sha256()
    with quelle.open() as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
