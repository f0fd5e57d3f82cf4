"""The facts of files: known ones from the store, the others examined in child processes with limits."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from io import UnsupportedOperation
from types import MappingProxyType
from typing import BinaryIO, Final, cast

from erv_gateway.dateien import grenzen
from erv_gateway.dateien.art import KOPF_BYTES, examinable
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.dateien.uebergabe import merkmale_from_json
from erv_gateway.dateien.verapdf import FLAVOURS, VeraPdf
from erv_gateway.isolation.fehler import AufgabeFailed, Reason
from erv_gateway.isolation.limits import Limits
from erv_gateway.isolation.werkstatt import Werkstatt
from xjustiz.merkmale import Abbruch, Dateimerkmale

WORKER: Final = "erv_gateway.dateien.pruefworker"
FASSUNG: Final = "1"
"""Of our own code: a change in what is found out makes everything be examined again."""
GRUPPE: Final = 25
"""So many are examined before what was found is kept: a crash loses no more, and progress is seen in these steps."""
ABBRUECHE: Mapping[Reason, Abbruch] = MappingProxyType(
    {
        Reason.TIME: Abbruch.ZEIT,
        Reason.CPU: Abbruch.RECHENZEIT,
        Reason.MEMORY: Abbruch.SPEICHER,
        Reason.CRASH: Abbruch.ABSTURZ,
    }
)


@dataclass(frozen=True, slots=True)
class Datei:
    """`open` gives the bytes for reading; the one who asks closes them."""

    sha256: str
    bytes: int
    open: Callable[[], BinaryIO]


class Dateipruefer:
    """Never raises on a bad file: what could not be examined says so in its facts.

    Without a `speicher` nothing is kept; without `verapdf` a claim of PDF/A is only held against the structure.
    """

    def __init__(
        self, werkstatt: Werkstatt, speicher: Merkmalspeicher | None = None, verapdf: VeraPdf | None = None
    ) -> None:
        self._werkstatt = werkstatt
        self._speicher = speicher
        self._verapdf = verapdf
        self._pruefstand = pruefstand() if verapdf is None else f"{pruefstand()} verapdf"

    async def examine(self, dateien: Iterable[Datei]) -> Mapping[str, Dateimerkmale]:
        """Facts by SHA-256, for every one of `dateien`."""
        alle = {datei.sha256: datei for datei in dateien}
        bekannt = {} if self._speicher is None else dict(await self._speicher.known(self._pruefstand, alle))
        offen = [datei for sha256, datei in alle.items() if sha256 not in bekannt]
        for anfang in range(0, len(offen), GRUPPE):
            bekannt.update(await self._examine_group(offen[anfang : anfang + GRUPPE]))
        return bekannt

    async def known(self, hashes: Iterable[str]) -> frozenset[str]:
        """Those of `hashes` (SHA-256) whose files need not be examined any more."""
        return frozenset() if self._speicher is None else await self._speicher.known_hashes(self._pruefstand, hashes)

    async def _examine_group(self, gruppe: Sequence[Datei]) -> dict[str, Dateimerkmale]:
        ergebnisse = await asyncio.gather(*(self._one(datei) for datei in gruppe))
        gefunden = {datei.sha256: ergebnis for datei, ergebnis in zip(gruppe, ergebnisse, strict=True)}
        bleibend = {sha256: merkmale for sha256, merkmale in gefunden.items() if self._lasting(merkmale)}
        if self._speicher is not None and bleibend:
            await self._speicher.keep(self._pruefstand, bleibend)
        return gefunden

    async def _one(self, datei: Datei) -> Dateimerkmale:
        with await asyncio.to_thread(datei.open) as file:
            kopf = await asyncio.to_thread(file.read, KOPF_BYTES)
            if not examinable(kopf):
                return Dateimerkmale()
            if datei.bytes > grenzen.MAX_DATEI_BYTES:
                return Dateimerkmale(abbruch=Abbruch.ZU_GROSS)
            async with _with_descriptor(kopf, file) as seekable:
                return await self._with_verdict(await self._in_child(datei, seekable), seekable)

    async def _with_verdict(self, merkmale: Dateimerkmale, file: BinaryIO) -> Dateimerkmale:
        anspruch = None if merkmale.pdf is None else merkmale.pdf.pdfa
        if self._verapdf is None or anspruch is None:
            return merkmale
        return replace(merkmale, pdfa_pruefung=await self._verapdf.check(file, anspruch))

    def _lasting(self, merkmale: Dateimerkmale) -> bool:
        """A verdict that is missing is asked for again."""
        anspruch = None if merkmale.pdf is None else merkmale.pdf.pdfa
        gefragt = self._verapdf is not None and anspruch in FLAVOURS
        return _lasting(merkmale) and not (gefragt and merkmale.pdfa_pruefung is None)

    async def _in_child(self, datei: Datei, file: BinaryIO) -> Dateimerkmale:
        try:
            return await self._run(b"alles", datei, file)
        except AufgabeFailed as error:
            grund = ABBRUECHE[error.reason]
        try:
            merkmale = await self._run(b"aufbau", datei, file)
        except AufgabeFailed:
            return Dateimerkmale(abbruch=grund)
        if merkmale.pdf is None:
            return replace(merkmale, abbruch=grund)
        return replace(merkmale, pdf=replace(merkmale.pdf, text_abbruch=grund))

    async def _run(self, umfang: bytes, datei: Datei, file: BinaryIO) -> Dateimerkmale:
        limits = Limits(
            seconds=grenzen.SEKUNDEN,
            cpu_seconds=grenzen.CPU_SEKUNDEN,
            memory=grenzen.SPEICHER_BASIS + grenzen.SPEICHER_FAKTOR * datei.bytes,
            weight=datei.bytes,
        )
        answer = await self._werkstatt.run(f"{WORKER}:answer", umfang, limits, (file.fileno(),))
        try:
            return merkmale_from_json(json.loads(answer))
        except (ValueError, KeyError, TypeError) as error:
            raise AufgabeFailed(Reason.CRASH, "no readable answer") from error


@cache
def pruefstand() -> str:
    """Who examines: our version and that of the libraries."""
    return f"{FASSUNG} pikepdf {version('pikepdf')} pypdfium2 {version('pypdfium2')}"


def _lasting(merkmale: Dateimerkmale) -> bool:
    """Time may have run out because the machine was busy; size is asked again at no cost."""
    text_abbruch = None if merkmale.pdf is None else merkmale.pdf.text_abbruch
    return merkmale.abbruch not in {Abbruch.ZEIT, Abbruch.ZU_GROSS} and text_abbruch is not Abbruch.ZEIT


@asynccontextmanager
async def _with_descriptor(kopf: bytes, rest: BinaryIO) -> AsyncIterator[BinaryIO]:
    """What has no descriptor (a member of an archive, a store in memory) is copied to a file without a name."""
    if _has_descriptor(rest):
        yield rest
        return
    with tempfile.TemporaryFile() as copy:
        copy.write(kopf)
        await asyncio.to_thread(shutil.copyfileobj, rest, copy)
        copy.flush()
        yield cast("BinaryIO", copy)


def _has_descriptor(file: BinaryIO) -> bool:
    try:
        return file.fileno() >= 0
    except (UnsupportedOperation, AttributeError):
        return False
