"""The signature beside a file (CAdES, EN 319 122-1), on the event loop it is called from; see `signieren`."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

from asn1crypto import cms
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper

from certs.errors import CertsError
from erv_gateway.signatur.fehler import SignierenFailed
from erv_gateway.signatur.signer import Signer

CHUNK_BYTES: Final = 1024 * 1024


async def make_detached(
    data: bytes | BinaryIO | Iterable[bytes], signer: Signer, tsa: TimeStamper | None, zeitpunkt: datetime | None
) -> bytes:
    """The CMS (DER) over `data`, which is read once, in chunks."""
    try:
        content: cms.ContentInfo = await signer.async_sign(
            data_digest=_digest(data, signer.digest),
            digest_algorithm=signer.digest,
            use_pades=True,  # pyHanko's name for the signed attributes of CAdES
            is_pdf_sig=False,
            timestamper=tsa,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=zeitpunkt),
        )
    except (SigningError, CertsError, ValueError, OSError) as error:
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
