"""Getting what a check lacks: OCSP answers, CRLs, issuers. All through the one fetcher; what fails stays missing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from certs.certificate import load, pem_to_der
from certs.crl import MAX_CRL_BYTES
from certs.errors import CertsError
from certs.ocsp import MAX_OCSP_BYTES
from erv_gateway.kern.fehler import ErvError
from erv_gateway.signatur.cms_lesen import read_signed_data
from erv_gateway.signatur.grundlage import Sperrdatum
from erv_gateway.signatur.sperren import Bedarf, Quelle

MAX_ISSUER_BYTES: Final = 256 * 1024  # ours; one certificate, or a small bundle (.p7c)
MAX_REQUESTS: Final = 20  # ours; per check
_ACCEPT: Final = {
    "ocsp": "application/ocsp-response",
    "crl": "application/pkix-crl",
    "aussteller": "application/pkix-cert, application/pkcs7-mime",
}
_LIMITS: Final = {"ocsp": MAX_OCSP_BYTES, "crl": MAX_CRL_BYTES, "aussteller": MAX_ISSUER_BYTES}


class Abrufer(Protocol):
    """The one way out; see `abruf.Abruf`. Raises `ErvError` children."""

    async def fetch(self, url: str, *, accept: str, max_bytes: int, body: bytes | None = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Beschafft:
    zertifikate: tuple[bytes, ...] = ()
    sperrdaten: tuple[Sperrdatum, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.zertifikate or self.sperrdaten)


class Beschaffung:
    """`uhr` says when something was fetched."""

    def __init__(self, abruf: Abrufer, uhr: Callable[[], datetime]) -> None:
        self._abruf = abruf
        self._uhr = uhr

    async def supply(self, bedarf: Iterable[Bedarf], tried: set[Quelle]) -> Beschafft:
        """For every need the first source that gives anything; `tried` grows by what was asked."""
        certificates: list[bytes] = []
        data: list[Sperrdatum] = []
        for need in bedarf:
            for quelle in need.quellen:
                if quelle in tried or len(tried) >= MAX_REQUESTS:
                    continue
                tried.add(quelle)
                body = await self._fetch(quelle)
                if body is None:
                    continue
                if quelle.art == "aussteller":
                    certificates += _certificates(body)
                else:
                    data.append(Sperrdatum(quelle.art, quelle.url, self._uhr(), body))
                break
        return Beschafft(tuple(certificates), tuple(data))

    async def _fetch(self, quelle: Quelle) -> bytes | None:
        try:
            return await self._abruf.fetch(
                quelle.url, accept=_ACCEPT[quelle.art], max_bytes=_LIMITS[quelle.art], body=quelle.anfrage
            )
        except ErvError:
            return None  # refused, or not there: the verdict says what is missing


def _certificates(body: bytes) -> tuple[bytes, ...]:
    """DER, PEM, or a CMS with certificates only (RFC 5280 §4.2.2.1); unreadable ones are left out."""
    if _readable(body):
        return (body,)
    try:
        return pem_to_der(body)
    except CertsError:
        pass
    try:
        return tuple(der for der in read_signed_data(body).certificates if _readable(der))
    except ValueError:
        return ()


def _readable(der: bytes) -> bool:
    try:
        load(der)
    except CertsError:
        return False
    return True
