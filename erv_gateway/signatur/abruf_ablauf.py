"""How long a fetched answer may be used again."""

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.x509 import ocsp

MAX_OCSP: Final = timedelta(hours=1)  # ours: a revocation is to be seen soon
MAX_CRL: Final = timedelta(hours=12)  # ours; most lists are issued daily
MAX_ISSUER: Final = timedelta(days=7)  # ours; a certificate does not change
MAX_LIST: Final = timedelta(hours=6)  # ETSI TS 119 615 §4.1: at least daily


def ablauf(accept: str, data: bytes, jetzt: datetime) -> datetime | None:
    """Until when; None where it is not worth keeping: answers without a next update, or past it, or unreadable."""
    try:
        if "ocsp" in accept:
            return _until(ocsp.load_der_ocsp_response(data).next_update_utc, jetzt, MAX_OCSP)
        if "crl" in accept:
            return _until(x509.load_der_x509_crl(data).next_update_utc, jetzt, MAX_CRL)
    except ValueError:
        return None
    return jetzt + (MAX_LIST if "xml" in accept else MAX_ISSUER)


def _until(next_update: datetime | None, jetzt: datetime, longest: timedelta) -> datetime | None:
    if next_update is None or next_update <= jetzt:
        return None
    return min(next_update, jetzt + longest)
