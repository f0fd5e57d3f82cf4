"""Signing documents: PAdES into a PDF, CAdES beside any file. The work runs in threads, never on the event loop.

The level is B-B without and B-T with a time stamp authority; a PDF can have B-LT and B-LTA too.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, Any, BinaryIO

from pyhanko.sign.timestamps import TimeStamper

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.cades import make_detached
from erv_gateway.signatur.langzeit import Beschaffung, Langzeit
from erv_gateway.signatur.pades import write_signed_pdf
from erv_gateway.signatur.signer import Signer

FELD = "Signatur"


async def sign_pdf(
    source: bytes | BinaryIO,
    target: IO[Any],
    signer: Signer,
    tsa: TimeStamper | None = None,
    *,
    feld: str = FELD,
    grund: str | None = None,
    langzeit: Langzeit | None = None,
    zeitpunkt: datetime | None = None,
) -> None:
    """Write `source` with one more, invisible signature to `target` (open for reading and writing, empty).

    An incremental update: earlier signatures stay valid, a PDF/A claim stays. Files with hybrid cross-references
    (as Word writes them) are signed too. `zeitpunkt`: when the key must be good; else now. `SignierenFailed` when the
    PDF is broken or locked against signatures, `SchluesselInvalid` when the key is too weak or revoked,
    `ZeitstempelFailed` and `SperrauskunftFailed` when a time stamp or revocation data were asked for and none came.
    """
    signer.check_fit(zeitpunkt or datetime.now(UTC))
    check_langzeit(langzeit, tsa)
    stream = BytesIO(source) if isinstance(source, bytes) else source

    async def work() -> None:
        await write_signed_pdf(
            stream,
            target,
            signer,
            tsa,
            feld=feld,
            grund=grund,
            beschaffung=None if langzeit is None else Beschaffung(langzeit),
            archiv=langzeit is not None and langzeit.archiv,
        )

    await asyncio.to_thread(lambda: asyncio.run(work()))


async def sign_detached(
    data: bytes | BinaryIO | Iterable[bytes],
    signer: Signer,
    tsa: TimeStamper | None = None,
    *,
    zeitpunkt: datetime | None = None,
) -> bytes:
    """The detached CAdES signature (CMS, DER) over `data`; to be named `<file>.p7s` (ERVB 2025).

    `data` is read once, in chunks; `zeitpunkt` is the time the signer claims (CAdES-B asks for one), at which the key
    must be good. Raises like `sign_pdf`.
    """
    signer.check_fit(zeitpunkt or datetime.now(UTC))
    return await asyncio.to_thread(lambda: asyncio.run(make_detached(data, signer, tsa, zeitpunkt)))


def check_langzeit(langzeit: Langzeit | None, tsa: TimeStamper | None) -> None:
    if langzeit is not None and tsa is None:
        raise KonfigurationInvalid("long-term signatures need a time stamp authority", feld="tsa.urls")
