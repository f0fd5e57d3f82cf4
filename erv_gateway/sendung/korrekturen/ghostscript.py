"""PDF/A copies by Ghostscript as a process of its own, with limits, in a folder of its own.

Ghostscript ends with 0 also when it failed, so the result is judged: silence, the claim, the pages, the text.
"""

import asyncio
import os
import signal
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PIL import ImageCms

from erv_gateway.dateien.pruefdienst import Datei, Dateipruefer
from erv_gateway.kern.fehler import ErvError
from erv_gateway.storage.blobs import Blob, Blobs
from xjustiz.merkmale import PdfMerkmale

MIB: Final = 2**20
MAX_WORDS: Final = 300  # of what Ghostscript says: enough to know why
MAX_OUTPUT_FACTOR: Final = 20  # own limit: a copy grows by embedded fonts and a colour profile, not by orders
CLAIM: Final = "2b"
_LIMITED: Final = 'ulimit -v "$1" && ulimit -t "$2" && ulimit -f "$3" && shift 3 && exec "$@"'
"""POSIX shell: kilobytes of address space, seconds of processor time, blocks of 512 bytes per file."""
_OPTIONS: Final = (
    "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFA=2", "-dPDFACompatibilityPolicy=2", "-sDEVICE=pdfwrite",
    "-sColorConversionStrategy=RGB", "--permit-file-read=srgb.icc", "-sOutputFile=kopie.pdf", "pdfa.ps", "original.pdf",
)  # fmt: skip
"""Policy 2: what PDF/A does not allow stops the conversion instead of being left out in silence."""
_PDFA_PS: Final = b"""%!
[/_objdef {icc} /type /stream /OBJ pdfmark
[{icc} << /N 3 >> /PUT pdfmark
[{icc} (srgb.icc) (r) file /PUT pdfmark
[/_objdef {intent} /type /dict /OBJ pdfmark
[{intent} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {icc} /OutputConditionIdentifier (sRGB) >>
/PUT pdfmark
[{Catalog} << /OutputIntents [ {intent} ] >> /PUT pdfmark
"""
"""ISO 19005-2 6.2.3: the output intent that makes device colours unambiguous."""


class UmwandlungFailed(ErvError):
    """No copy that says the same. `satz`: the reason in German, for the person who asked."""

    code = "umwandlung"

    def __init__(self, message: str, satz: str) -> None:
        super().__init__(message, satz=satz)
        self.satz = satz


@dataclass(frozen=True, slots=True)
class Ghostscript:
    """`programm`: path of the executable. The limits hold for one file: seconds of both kinds, bytes of memory."""

    programm: Path
    sekunden: float = 120.0
    speicher: int = 1024 * MIB

    async def convert(self, blobs: Blobs, pruefer: Dateipruefer, sha256: str) -> Blob:
        """A PDF/A-2b copy of the PDF, in the store. Raises UmwandlungFailed, BlobNotFound, BlobDamaged."""
        original = Blob(sha256, await blobs.size(sha256))
        vorher = await _examine(blobs, pruefer, original, "Die Datei ist kein lesbares PDF.")
        with tempfile.TemporaryDirectory(prefix="erv-pdfa-") as name:
            folder = Path(name)
            await _lay_out(blobs, sha256, folder)
            await self._run(folder, original.bytes)
            _check_silent(folder / "meldungen.txt")
            kopie = await _keep(blobs, folder / "kopie.pdf")
        _check_same(vorher, await _examine(blobs, pruefer, kopie, "Die Umwandlung ergab keine lesbare Datei."))
        return kopie

    async def _run(self, folder: Path, size: int) -> None:
        blocks = max(size * MAX_OUTPUT_FACTOR, 16 * MIB) // 512
        limits = (str(self.speicher // 1024), str(int(self.sekunden)), str(blocks))
        with (folder / "meldungen.txt").open("wb") as words:
            starting = asyncio.create_task(asyncio.create_subprocess_exec(
                "/bin/sh", "-c", _LIMITED, "sh", *limits, str(self.programm), *_OPTIONS,
                cwd=folder, env={**_ENVIRONMENT, "TMPDIR": str(folder)}, start_new_session=True,
                stdin=asyncio.subprocess.DEVNULL, stdout=words, stderr=words,
            ))  # fmt: skip
            process = await _started(starting)
            await _wait(process, self.sekunden)
        if process.returncode != 0:
            raise UmwandlungFailed(
                f"ghostscript ended with {process.returncode}", "Ghostscript brach ab oder überschritt seine Grenzen."
            )


_ENVIRONMENT: Final[Mapping[str, str]] = MappingProxyType({"PATH": "/usr/bin:/bin", "LC_ALL": "C"})


async def _examine(blobs: Blobs, pruefer: Dateipruefer, blob: Blob, satz: str) -> PdfMerkmale:
    datei = Datei(blob.sha256, blob.bytes, lambda: blobs.open_file(blob.sha256))
    pdf = (await pruefer.examine((datei,)))[blob.sha256].pdf
    if pdf is None or pdf.kennwort or not pdf.seiten:
        raise UmwandlungFailed(f"{blob.sha256} is no readable PDF", satz)
    return pdf


async def _lay_out(blobs: Blobs, sha256: str, folder: Path) -> None:
    """Everything Ghostscript may read."""
    with (folder / "original.pdf").open("wb") as file:
        async for piece in blobs.chunks(sha256):
            await asyncio.to_thread(file.write, piece)
    (folder / "pdfa.ps").write_bytes(_PDFA_PS)
    (folder / "srgb.icc").write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


async def _keep(blobs: Blobs, path: Path) -> Blob:
    """In the store before it is judged; what fails lies there and nothing refers to it."""
    try:
        with path.open("rb") as copy:
            return await blobs.put_file(copy)
    except FileNotFoundError as error:
        raise UmwandlungFailed("ghostscript wrote nothing", "Die Umwandlung ergab keine Datei.") from error


async def _started(starting: asyncio.Task[asyncio.subprocess.Process]) -> asyncio.subprocess.Process:
    """Whoever gives up while it starts: asyncio alone would end the process, but not what that has started."""
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _end(await starting)
        raise


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def _wait(process: asyncio.subprocess.Process, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError as error:
        raise UmwandlungFailed("ghostscript took too long", "Die Umwandlung dauerte zu lange.") from error
    finally:
        if process.returncode is None:
            await _end(process)


def _check_silent(words: Path) -> None:
    """It speaks only when something was wrong, missing or replaced: then the copy may not say the same."""
    with words.open("rb") as file:
        said = " ".join(file.read(MAX_WORDS).decode("ascii", "replace").replace("*", "").split())
    if said:
        raise UmwandlungFailed(f"ghostscript says: {said}", f"Ghostscript meldet: {said}")


def _check_same(vorher: PdfMerkmale, nachher: PdfMerkmale) -> None:
    if nachher.pdfa != CLAIM or nachher.pdfa_maengel:
        wrong = ", ".join(nachher.pdfa_maengel) or "no claim"
        raise UmwandlungFailed(f"claims {nachher.pdfa!r}: {wrong}", "Das Ergebnis ist kein PDF/A-2b.")
    if nachher.seiten != vorher.seiten:
        raise UmwandlungFailed(
            f"{vorher.seiten} pages became {nachher.seiten}", "Die Kopie hat eine andere Zahl von Seiten."
        )
    if vorher.text is not None and (nachher.text is None or nachher.text.mit_text < vorher.text.mit_text):
        raise UmwandlungFailed("text was lost", "Die Kopie ist weniger durchsuchbar als das Original.")
