"""What a signature needs to be checked long after its certificate is gone: revocation data, taken while it is signed.

PAdES B-LT keeps OCSP answers, revocation lists and certificates in the file (DSS), B-LTA stamps them once more
(EN 319 142-1 §5.4, §5.5). The data come through one fetcher, which says where may be asked.
"""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator.authority import Authority
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.errors import CRLFetchError, OCSPFetchError, OCSPValidationError
from pyhanko_certvalidator.fetchers.api import CertificateFetcher, CRLFetcher, Fetchers, OCSPFetcher
from pyhanko_certvalidator.fetchers.common_utils import (
    enumerate_delivery_point_urls,
    format_ocsp_request,
    process_ocsp_response_data,
)
from pyhanko_certvalidator.util import get_ocsp_urls, get_relevant_crl_dps, issuer_serial

from erv_gateway.kern.fehler import ErvError

MAX_OCSP_BYTES: Final = 256 * 1024  # ours; real answers have 1 to 10 KB
MAX_CRL_BYTES: Final = 32 * 1024 * 1024  # ours; the largest known lists of public authorities have some 20 MB
MAX_URLS: Final = 4  # ours: addresses tried for one certificate


class Abrufer(Protocol):
    """The one way out: fetches over HTTP, within its own rules. Raises `ErvError` children."""

    async def fetch(self, url: str, *, accept: str, max_bytes: int, body: bytes | None = None) -> bytes:
        """The body of the answer to a GET, or to a POST of an OCSP request when there is a `body`."""
        ...


@dataclass(frozen=True, slots=True)
class Langzeit:
    """Asks for B-LT, with `archiv` for B-LTA. `anchors`: DER of those that signer and time stamps must lead to."""

    anchors: tuple[bytes, ...]
    abruf: Abrufer
    archiv: bool = True


class Beschaffung:
    """Revocation data for the documents of one job: each answer is asked for once, each fault is remembered."""

    def __init__(self, langzeit: Langzeit) -> None:
        self.faults: list[str] = []
        self._anchors = [x509.Certificate.load(der) for der in langzeit.anchors]
        self._fetchers = Fetchers(
            _Auskunft(langzeit.abruf, self.faults), _Sperrlisten(langzeit.abruf, self.faults), _KeineZertifikate()
        )

    def context(self, chain: Iterable[x509.Certificate]) -> ValidationContext:
        """For one document: nothing counts without revocation data (`chain`: the signer's issuers)."""
        return ValidationContext(
            trust_roots=self._anchors,
            other_certs=chain,
            allow_fetching=True,
            revocation_mode="require",
            fetchers=self._fetchers,
        )


class _Auskunft(OCSPFetcher):
    """OCSP (RFC 6960)."""

    def __init__(self, abruf: Abrufer, faults: list[str]) -> None:
        self._abruf = abruf
        self._faults = faults
        self._answers: dict[tuple[bytes, Any], ocsp.OCSPResponse] = {}

    async def fetch(self, cert: x509.Certificate, authority: Authority) -> ocsp.OCSPResponse:
        key = (issuer_serial(cert), authority.hashable)
        if key not in self._answers:
            self._answers[key] = await self._ask(cert, authority)
        return self._answers[key]

    async def _ask(self, cert: x509.Certificate, authority: Authority) -> ocsp.OCSPResponse:
        request = format_ocsp_request(cert, authority, certid_hash_algo="sha1", request_nonces=True)  # RFC 5019 §2.1.1
        for url in get_ocsp_urls(cert)[:MAX_URLS]:
            try:
                body = await self._abruf.fetch(
                    url, accept="application/ocsp-response", max_bytes=MAX_OCSP_BYTES, body=request.dump()
                )
                return process_ocsp_response_data(body, ocsp_request=request, ocsp_url=url)
            except (ErvError, OCSPFetchError, OCSPValidationError, ValueError) as error:
                self._faults.append(f"{url}: {error}")
        raise OCSPFetchError("no OCSP answer")

    def fetched_responses(self) -> Iterable[ocsp.OCSPResponse]:
        return tuple(self._answers.values())

    def fetched_responses_for_cert(self, cert: x509.Certificate) -> Iterable[ocsp.OCSPResponse]:
        return tuple(answer for (serial, _), answer in self._answers.items() if serial == issuer_serial(cert))


class _Sperrlisten(CRLFetcher):
    """Revocation lists (RFC 5280 §5) over http and https; directories are not asked."""

    def __init__(self, abruf: Abrufer, faults: list[str]) -> None:
        self._abruf = abruf
        self._faults = faults
        self._lists: dict[str, crl.CertificateList] = {}
        self._by_cert: dict[bytes, tuple[crl.CertificateList, ...]] = {}

    async def fetch(self, cert: x509.Certificate, *, use_deltas: bool = True) -> Iterable[crl.CertificateList]:
        points = get_relevant_crl_dps(cert, use_deltas=use_deltas)
        urls = [url for point in points for url in enumerate_delivery_point_urls(point)][:MAX_URLS]
        found = [one for one in [await self._list(url) for url in urls] if one is not None]
        if urls and not found:
            raise CRLFetchError("no revocation list")
        self._by_cert[issuer_serial(cert)] = tuple(found)
        return found

    async def _list(self, url: str) -> crl.CertificateList | None:
        if url not in self._lists:
            try:
                body = await self._abruf.fetch(url, accept="application/pkix-crl", max_bytes=MAX_CRL_BYTES)
                self._lists[url] = crl.CertificateList.load(pem.unarmor(body)[2] if pem.detect(body) else body)
            except (ErvError, ValueError) as error:
                self._faults.append(f"{url}: {error}")
        return self._lists.get(url)

    def fetched_crls(self) -> Iterable[crl.CertificateList]:
        return tuple(self._lists.values())

    def fetched_crls_for_cert(self, cert: x509.Certificate) -> Iterable[crl.CertificateList]:
        return self._by_cert[issuer_serial(cert)]  # KeyError is what the caller expects of a certificate not asked for


class _KeineZertifikate(CertificateFetcher):
    """Issuers come with the key and with the time stamp; none is fetched."""

    async def fetch_cert_issuers(self, cert: Any) -> AsyncGenerator[x509.Certificate, None]:
        del cert
        for none in tuple[x509.Certificate, ...]():
            yield none

    async def fetch_crl_issuers(self, certificate_list: Any) -> AsyncGenerator[x509.Certificate, None]:
        del certificate_list
        for none in tuple[x509.Certificate, ...]():
            yield none

    def fetched_certs(self) -> Iterable[x509.Certificate]:
        return ()
