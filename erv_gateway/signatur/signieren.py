"""Signing documents: PAdES into a PDF, CAdES beside any file. The work runs in threads, never on the event loop.

The level is B-B without and B-T with a time stamp authority (EN 319 142-1, EN 319 122-1).
"""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import IO, Any, BinaryIO, Final

from asn1crypto import cms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper

from certs.errors import CertsError
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.fehler import SignierenFailed
from erv_gateway.signatur.signer import Signer

CHUNK_BYTES: Final = 1024 * 1024
SIGNATURE_BYTES: Final = 32 * 1024
"""Hexadecimal digits kept free for a signature with chain and time stamp (about 14,000 in practice). Saying it spares
the trial signature that would halve the speed; a bigger one fails with SignierenFailed."""
MAX_SIGNATURES: Final = 200  # ours; a court file with more signatures in one PDF has not been seen


async def sign_pdf(
    source: bytes | BinaryIO,
    target: IO[Any],
    signer: Signer,
    tsa: TimeStamper | None = None,
    *,
    feld: str = "Signatur",
    grund: str | None = None,
) -> None:
    """Write `source` with one more, invisible signature to `target` (open for reading and writing, empty).

    An incremental update: earlier signatures stay valid, a PDF/A claim stays. Files with hybrid cross-references
    (as Word writes them) are signed too. `SignierenFailed` when the PDF is broken or locked against signatures,
    `ZeitstempelFailed` when a time stamp was asked for and none came.
    """
    stream = BytesIO(source) if isinstance(source, bytes) else source
    await asyncio.to_thread(asyncio.run, _sign_pdf(stream, target, signer, tsa, feld, grund))


async def _sign_pdf(
    source: BinaryIO, target: IO[Any], signer: Signer, tsa: TimeStamper | None, feld: str, grund: str | None
) -> None:
    try:
        writer = _open(source)
        metadata = PdfSignatureMetadata(
            field_name=_free_name(writer, feld),
            md_algorithm=signer.digest,
            subfilter=SigSeedSubFilter.PADES,
            reason=grund,
        )
        await PdfSigner(metadata, signer, timestamper=tsa).async_sign_pdf(
            writer, output=target, bytes_reserved=SIGNATURE_BYTES
        )
    except ErvError:
        raise
    except Exception as error:  # foreign PDFs break pyHanko with many kinds of errors, OSError among them
        raise SignierenFailed(f"the PDF cannot be signed: {type(error).__name__}: {error}") from error


def _open(source: BinaryIO) -> IncrementalPdfFileWriter:
    writer = IncrementalPdfFileWriter(source, strict=False)  # lenient: hybrid cross-references are common
    if writer.security_handler is not None:
        raise SignierenFailed("an encrypted PDF is not signed")
    return writer


def _free_name(writer: IncrementalPdfFileWriter, wanted: str) -> str:
    taken = {name for name, _value, _field in enumerate_sig_fields(writer.prev, filled_status=None)}
    for number in range(1, MAX_SIGNATURES):
        name = wanted if number == 1 else f"{wanted}{number}"
        if name not in taken:
            return name
    raise SignierenFailed(f"the PDF has {MAX_SIGNATURES} signatures already")


async def sign_detached(
    data: bytes | BinaryIO | Iterable[bytes],
    signer: Signer,
    tsa: TimeStamper | None = None,
    *,
    zeitpunkt: datetime | None = None,
) -> bytes:
    """The detached CAdES signature (CMS, DER) over `data`; to be named `<file>.p7s` (ERVB 2025).

    `data` is read once, in chunks; `zeitpunkt` is the time the signer claims (CAdES-B asks for one). Raises like
    `sign_pdf`.
    """
    return await asyncio.to_thread(asyncio.run, _sign_detached(data, signer, tsa, zeitpunkt))


async def _sign_detached(
    data: bytes | BinaryIO | Iterable[bytes], signer: Signer, tsa: TimeStamper | None, zeitpunkt: datetime | None
) -> bytes:
    try:
        content: cms.ContentInfo = await signer.async_sign(
            data_digest=_digest(data, signer.digest),
            digest_algorithm=signer.digest,
            use_pades=True,  # pyHanko's name for the signed attributes of CAdES
            is_pdf_sig=False,
            timestamper=tsa,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=zeitpunkt),
        )
    except (SigningError, CertsError, ValueError) as error:
        raise SignierenFailed(f"the file cannot be signed: {error}") from error
    return bytes(content.dump())


def _digest(data: bytes | BinaryIO | Iterable[bytes], algorithm: str) -> bytes:
    state = hashlib.new(algorithm)
    for chunk in _chunks(data):
        state.update(chunk)
    return state.digest()


def _chunks(data: bytes | BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(data, bytes):
        return (data,)
    if hasattr(data, "read"):
        return iter(lambda: data.read(CHUNK_BYTES), b"")
    return data
