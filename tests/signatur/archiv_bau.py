"""Long-term PDF signatures at moments of the test's choice: validation data, then archive time stamps."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import ocsp, x509
from cms_bau import LocalTsa
from pki_bau import Stelle
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.signieren import sign_pdf

SIGNIERT = datetime(2026, 1, 15, 12, tzinfo=UTC)


async def signed(pdf: bytes, leaf: Stelle, tsa: LocalTsa | None = None) -> bytes:
    target = io.BytesIO()
    await sign_pdf(pdf, target, Signer(leaf.soft), tsa, zeitpunkt=SIGNIERT)
    return target.getvalue()


def with_data(pdf: bytes, answers: Sequence[bytes], certificates: Sequence[bytes] = ()) -> bytes:
    """A document security store with OCSP answers and certificates, as an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        ocsps=[ocsp.OCSPResponse.load(one) for one in answers],
        certs=[x509.Certificate.load(one) for one in certificates],
    )
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


async def stamped(pdf: bytes, tsa: LocalTsa) -> bytes:
    target = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    await PdfTimeStamper(tsa).async_timestamp_pdf(writer, md_algorithm="sha256", output=target)
    return target.getvalue()
