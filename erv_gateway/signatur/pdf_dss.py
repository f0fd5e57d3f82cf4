"""The document security store of a PDF: certificates, OCSP answers and CRLs kept for later (EN 319 142-1 §5.4.2)."""

from collections.abc import Iterator
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader

from certs.revocation import Beleg
from erv_gateway.signatur.cms_belege import Beigaben

MAX_ENTRIES: Final = 200  # ours; per kind
MAX_ENTRY_BYTES: Final = 32 * 1024 * 1024  # the largest revocation lists
MAX_TOTAL_BYTES: Final = 64 * 1024 * 1024  # ours


def read_dss(reader: PdfFileReader) -> Beigaben:
    """What can be read of the store; whatever is broken in it is left out, for it only ever adds to what is known."""
    try:
        store = reader.root["/DSS"]
    except Exception:  # noqa: BLE001 - no store, or one nobody can read
        return Beigaben()
    budget = _Budget()
    return Beigaben(
        belege=(
            *(Beleg("ocsp", data) for data in _streams(store, "/OCSPs", budget)),
            *(Beleg("crl", data) for data in _streams(store, "/CRLs", budget)),
        ),
        zertifikate=tuple(_streams(store, "/Certs", budget)),
    )


class _Budget:
    def __init__(self) -> None:
        self.left = MAX_TOTAL_BYTES


def _streams(store: Any, name: str, budget: _Budget) -> Iterator[bytes]:
    try:
        references = list(store[name])[:MAX_ENTRIES] if name in store else []
    except Exception:  # noqa: BLE001 - see read_dss
        return
    for reference in references:
        try:
            data = bytes(reference.get_object().data)
        except Exception:  # noqa: BLE001, S112 - see read_dss
            continue
        budget.left -= len(data)
        if budget.left < 0:
            return
        if len(data) <= MAX_ENTRY_BYTES:
            yield data
