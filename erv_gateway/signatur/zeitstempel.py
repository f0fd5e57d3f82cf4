"""Time stamps from an authority (RFC 3161 over HTTP), with a second address for the day the first one fails."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError

from certs.anchors import Zweck
from certs.urteil import Urteil, schlechtestes
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.signatur.cms_lesen import read_signed_data
from erv_gateway.signatur.cms_pruefen import Massstab, check_signed_data
from erv_gateway.signatur.fehler import ZeitstempelFailed

MAX_RESPONSE_BYTES: Final = 256 * 1024  # ours; real answers with chain and OCSP have 5 to 20 KB
DEFAULT_TIMEOUT: Final = 10.0  # seconds per address


class Zeitstempeldienst(TimeStamper):
    """One authority under one or several addresses, asked in their order; the first usable answer counts.

    https everywhere, plain http only to this machine. `ZeitstempelFailed` when no address answers usably.
    """

    def __init__(self, urls: Sequence[str], *, timeout: float = DEFAULT_TIMEOUT) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        if not urls:
            raise KonfigurationInvalid("a time stamp authority needs an address")
        self._clients = [_Client(_allowed(url), timeout=timeout) for url in urls]

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        faults: list[str] = []
        for client in self._clients:
            try:
                return await client.async_timestamp(message_digest, md_algorithm)
            except Exception as error:  # noqa: BLE001 - whatever a broken authority sends, the next one is asked
                faults.append(f"{client.url}: {error or type(error).__name__}")
        raise ZeitstempelFailed("no time stamp authority answered: " + "; ".join(faults))

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return await self._clients[0].async_request_tsa_response(req)


class _Client(HTTPTimeStamper):
    """pyHanko's client without redirects, with a limit to the answer, and with a look at what was stamped."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        token = await super().async_timestamp(message_digest, md_algorithm)
        imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if imprint["hashed_message"].native != message_digest:
            raise TimestampRequestError("the token stamps something else")
        if imprint["hash_algorithm"]["algorithm"].native != md_algorithm:
            raise TimestampRequestError("the token uses another hash algorithm")
        _check_signature(token)
        return token

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        timeout = aiohttp.ClientTimeout(total=self.timeout)
        try:
            async with (
                self._acquire_session() as session,
                session.post(
                    self.url,
                    data=req.dump(),
                    headers=self.request_headers(),
                    timeout=timeout,
                    allow_redirects=False,
                ) as response,
            ):
                return tsp.TimeStampResp.load(await _body(response), strict=True)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise TimestampRequestError(f"not reachable: {error or type(error).__name__}") from error


def _check_signature(token: cms.ContentInfo) -> None:
    """A forged stamp would spoil what it is to prove. Whether its authority is trusted is for the later check."""
    judged = check_signed_data(read_signed_data(token.dump()), None, Massstab(None, (Zweck.TSA,), datetime.now(UTC)))
    if schlechtestes(one.urteil for one in judged) is Urteil.UNGUELTIG:
        raise TimestampRequestError("the token's own signature does not hold")


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.status != 200 or response.content_type != "application/timestamp-reply":  # RFC 3161 §3.4
        raise TimestampRequestError(f"HTTP {response.status} with {response.content_type}")
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MAX_RESPONSE_BYTES:
            raise TimestampRequestError("the answer is too large")
    return bytes(body)


def _allowed(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return url
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return url
    raise KonfigurationInvalid(f"a time stamp authority needs https (http only on this machine): {url}")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
