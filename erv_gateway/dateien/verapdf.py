"""veraPDF as a program of its own, where one is configured: does a file that claims PDF/A keep it?

Read is its machine-readable report (`--format xml`, 1.24 and later). It is asked only about files that claim PDF/A and
could be opened. A program that fails or gives no such report has no opinion.
"""

import asyncio
import os
import shutil
import signal
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from erv_gateway.dateien.grenzen import MAX_DATEI_BYTES, MAX_NAMEN, MAX_TEXT, MIB
from erv_gateway.isolation.admission import Admission
from xjustiz import NachrichtUnreadable
from xjustiz.merkmale import PdfaPruefung
from xjustiz.xmlsicher import local, parse_xml

MAX_BERICHT: Final = 16 * MIB  # own limit; with one failure for each rule a report has about 100 KB
FLAVOURS: Final = frozenset({"1a", "1b", "2a", "2b", "2u", "3a", "3b", "3u", "4", "4e", "4f"})
NICHT_KONFORM: Final = 1
"""Exit codes: 0 all files are compliant, 1 one is not; others are faults of the run."""
GLEICHZEITIG: Final = 2  # own choice: each is a Java virtual machine


@dataclass(frozen=True, slots=True)
class VeraPdf:
    """`programm`: path of the executable; `sekunden`: wall time for one file."""

    programm: Path
    sekunden: float = 120.0
    _reihe: Admission = field(default_factory=lambda: Admission(GLEICHZEITIG, MAX_DATEI_BYTES), init=False, repr=False)

    async def check(self, file: BinaryIO, anspruch: str) -> PdfaPruefung | None:
        """The verdict on a file that claims `anspruch` ("2b"); None where there is none."""
        if anspruch not in FLAVOURS:
            return None
        async with self._reihe.place(0):
            with tempfile.TemporaryDirectory(prefix="erv-verapdf-") as name:
                kopie, bericht = Path(name, "datei.pdf"), Path(name, "bericht.xml")
                await asyncio.to_thread(_copy, file, kopie)
                if not await self._run(anspruch, kopie, bericht):
                    return None
                return read_bericht(await asyncio.to_thread(_limited, bericht))

    async def _run(self, anspruch: str, kopie: Path, bericht: Path) -> bool:
        arguments = ("--format", "xml", "--flavour", anspruch, "--maxfailuresdisplayed", "1", str(kopie))
        with bericht.open("wb") as target:
            try:
                process = await asyncio.create_subprocess_exec(
                    self.programm,
                    *arguments,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=target,
                    stderr=asyncio.subprocess.DEVNULL,
                    cwd=kopie.parent,
                    start_new_session=True,
                )
            except OSError:
                return False
        try:
            async with asyncio.timeout(self.sekunden):
                return await process.wait() in {0, NICHT_KONFORM}
        except TimeoutError:
            return False
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def read_bericht(xml: bytes) -> PdfaPruefung | None:
    """The one validation report in it; None for anything else, such as a task that ended with an exception."""
    try:
        wurzel = parse_xml(xml)
    except NachrichtUnreadable:
        return None
    berichte = [element for element in wurzel.iter(etree.Element) if local(element) == "validationReport"]
    if len(berichte) != 1 or berichte[0].get("jobEndStatus") != "normal":
        return None
    konform = {"true": True, "false": False}.get(berichte[0].get("isCompliant", ""))
    if konform is None:
        return None
    profil = berichte[0].get("profileName", "").removesuffix(" validation profile")[:MAX_TEXT]
    return PdfaPruefung(profil, konform, tuple(_verstoesse(berichte[0]))[:MAX_NAMEN])


def _verstoesse(bericht: etree._Element) -> list[str]:
    return [
        f"{regel.get('specification', '')} {regel.get('clause', '')}".strip()[:MAX_TEXT]
        for regel in bericht.iter(etree.Element)
        if local(regel) == "rule" and regel.get("status") == "failed"
    ]


def _copy(file: BinaryIO, ziel: Path) -> None:
    file.seek(0)
    with ziel.open("wb") as target:
        shutil.copyfileobj(file, target)


def _limited(bericht: Path) -> bytes:
    with bericht.open("rb") as file:
        return file.read() if bericht.stat().st_size <= MAX_BERICHT else b""
