"""The signature in a PDF (PAdES, EN 319 142-1), on the event loop it is called from; see `signieren`."""

from typing import IO, Any, BinaryIO, Final

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.errors import RevokedError

from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.fehler import SchluesselInvalid, SignierenFailed, SperrauskunftFailed
from erv_gateway.signatur.langzeit import Beschaffung
from erv_gateway.signatur.signer import Signer

SIGNATURE_BYTES: Final = 32 * 1024
"""Hexadecimal digits kept free for a signature with chain and time stamp (about 14,000 in practice). Saying it spares
the trial signature that would halve the speed; a bigger one fails with SignierenFailed."""
MAX_SIGNATURES: Final = 200  # ours; a court file with more signatures in one PDF has not been seen


async def write_signed_pdf(
    source: BinaryIO,
    target: IO[Any],
    signer: Signer,
    tsa: TimeStamper | None,
    *,
    feld: str,
    grund: str | None,
    beschaffung: Beschaffung | None = None,
    archiv: bool = False,
) -> None:
    """`source` with one more invisible signature; with `beschaffung` B-LT, with `archiv` too B-LTA."""
    try:
        writer = _open(source)
        metadata = PdfSignatureMetadata(
            field_name=_free_name(writer, feld),
            md_algorithm=signer.digest,
            subfilter=SigSeedSubFilter.PADES,
            reason=grund,
            embed_validation_info=beschaffung is not None,
            use_pades_lta=archiv,
            validation_context=None if beschaffung is None else beschaffung.context(signer.cert_registry),
            signer_key_usage=set(),  # seals and mailboxes sign with digitalSignature, people with nonRepudiation
        )
        await PdfSigner(metadata, signer, timestamper=tsa).async_sign_pdf(
            writer, output=target, bytes_reserved=SIGNATURE_BYTES
        )
    except ErvError:
        raise
    except Exception as error:  # foreign PDFs break pyHanko with many kinds of errors, OSError among them
        raise _explained(error, () if beschaffung is None else tuple(beschaffung.faults)) from error


def _explained(error: Exception, faults: tuple[str, ...]) -> ErvError:
    causes = _causes(error)
    if any(isinstance(cause, RevokedError) for cause in causes):
        return SchluesselInvalid(f"a certificate of the signer or of the time stamp is revoked: {causes[-1]}")
    if faults and len(causes) > 1:
        return SperrauskunftFailed("no revocation data: " + "; ".join(dict.fromkeys(faults)))
    text = ": ".join(str(cause) for cause in causes)
    return SignierenFailed(f"the PDF cannot be signed: {type(error).__name__}: {text}")


def _causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while (cause := chain[-1].__cause__) is not None and cause not in chain:
        chain.append(cause)
    return chain


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
