"""Signing all documents of one job with one authorisation: nothing is signed before everything is ready to be."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, BinaryIO, Final

from pyhanko.sign.timestamps import TimeStamper

from erv_gateway.kern.fehler import EingabeRefused, ErvError
from erv_gateway.signatur.cades import make_detached
from erv_gateway.signatur.langzeit import Beschaffung, Langzeit
from erv_gateway.signatur.pades import write_signed_pdf
from erv_gateway.signatur.rohsigner import RawSigner
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import FELD, check_langzeit

MAX_STAPEL: Final = 1000  # files of one Nachricht (ERVB 2025)


@dataclass(frozen=True, slots=True)
class PdfAuftrag:
    """One PDF; the signed file goes to `target` (open for reading and writing, empty)."""

    source: BinaryIO
    target: IO[Any]
    feld: str = FELD
    grund: str | None = None


@dataclass(frozen=True, slots=True)
class DateiAuftrag:
    """Any file; its detached signature (`<file>.p7s`) goes to `target`."""

    source: BinaryIO
    target: IO[Any]


Auftrag = PdfAuftrag | DateiAuftrag


async def sign_batch(
    auftraege: Sequence[Auftrag],
    signer: Signer,
    tsa: TimeStamper | None = None,
    *,
    langzeit: Langzeit | None = None,
    zeitpunkt: datetime | None = None,
) -> None:
    """Sign all or nothing: when one fails, every target is empty again and its error is raised as `sign_pdf` does.

    The key's guardian is asked once, for the digests of all documents together. `langzeit` counts for the PDF files.
    """
    if not auftraege:
        return
    if len(auftraege) > MAX_STAPEL:
        raise EingabeRefused(f"more than {MAX_STAPEL} documents in one batch", feld="dateien")
    signer.check_fit(zeitpunkt or datetime.now(UTC))
    check_langzeit(langzeit, tsa)
    try:
        await asyncio.to_thread(lambda: asyncio.run(_sign_all(auftraege, signer, tsa, langzeit, zeitpunkt)))
    except BaseException:
        for auftrag in auftraege:
            auftrag.target.seek(0)
            auftrag.target.truncate()
        raise


async def _sign_all(
    auftraege: Sequence[Auftrag],
    signer: Signer,
    tsa: TimeStamper | None,
    langzeit: Langzeit | None,
    zeitpunkt: datetime | None,
) -> None:
    together = signer.over(_Sammler(signer.raw, len(auftraege)))
    beschaffung = None if langzeit is None else Beschaffung(langzeit)
    archiv = langzeit is not None and langzeit.archiv

    async def sign(auftrag: Auftrag) -> None:
        if isinstance(auftrag, DateiAuftrag):
            auftrag.target.write(await make_detached(auftrag.source, together, tsa, zeitpunkt))
            return
        await write_signed_pdf(
            auftrag.source,
            auftrag.target,
            together,
            tsa,
            feld=auftrag.feld,
            grund=auftrag.grund,
            beschaffung=beschaffung,
            archiv=archiv,
        )

    try:
        async with asyncio.TaskGroup() as tasks:
            for auftrag in auftraege:
                tasks.create_task(sign(auftrag))
    except BaseExceptionGroup as group:
        ours, foreign = group.split(ErvError)
        if ours is None or foreign is not None:
            raise
        raise _first(ours) from group


def _first(group: BaseExceptionGroup[ErvError]) -> ErvError:
    """The others only failed because the first did."""
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


class _Sammler:
    """Waits until every document has handed in its value; then all are signed at once."""

    def __init__(self, raw: RawSigner, anzahl: int) -> None:
        self._raw = raw
        self._anzahl = anzahl
        self._waiting: list[tuple[bytes, asyncio.Future[bytes]]] = []

    @property
    def certificate(self) -> bytes:
        return self._raw.certificate

    @property
    def chain(self) -> tuple[bytes, ...]:
        return self._raw.chain

    async def sign_all(self, data: Sequence[bytes], algorithm: str) -> tuple[bytes, ...]:
        futures = [asyncio.get_running_loop().create_future() for _ in data]
        self._waiting += zip(data, futures, strict=True)
        if len(self._waiting) == self._anzahl:
            signatures = await self._raw.sign_all([value for value, _ in self._waiting], algorithm)
            for (_, future), signature in zip(self._waiting, signatures, strict=True):
                future.set_result(signature)
        return tuple([await future for future in futures])
