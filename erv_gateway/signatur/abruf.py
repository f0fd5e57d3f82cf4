"""The one way out of the checks: OCSP, CRLs, issuers and trusted lists over HTTP, within `Abrufregeln`.

The name is resolved once, every address is judged, and the connection goes to exactly one of those addresses: a name
that answers differently the second time gains nothing. Redirects are not followed, bodies not unpacked.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, Protocol

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from erv_gateway.signatur.abruf_ablauf import ablauf
from erv_gateway.signatur.abruf_regeln import Abrufregeln, Ziel, permitted, require_public
from erv_gateway.signatur.fehler import AbrufFailed

CHUNK_BYTES: Final = 64 * 1024
OCSP_REQUEST: Final = "application/ocsp-request"  # RFC 6960 §A.1: all that is ever posted

Resolve = Callable[[str, int], Awaitable[list[str]]]


class Ablage(Protocol):
    """Keeps answers for a while; see `abruf_ablage.Abrufablage`."""

    async def load(self, url: str, body: bytes | None, jetzt: datetime) -> bytes | None: ...

    async def store(self, url: str, body: bytes | None, data: bytes, jetzt: datetime, bis: datetime) -> None: ...


class Abruf:
    """`uhr` says how old a kept answer is; `resolve` gives the addresses of a name (else the system does)."""

    def __init__(
        self,
        regeln: Abrufregeln,
        uhr: Callable[[], datetime],
        *,
        ablage: Ablage | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._regeln = regeln
        self._uhr = uhr
        self._ablage = ablage
        self._resolve = resolve or resolve_by_system

    async def fetch(self, url: str, *, accept: str, max_bytes: int, body: bytes | None = None) -> bytes:
        """The body of the answer to a GET, or to a POST of an OCSP request.

        `AbrufRefused` when the rules forbid it (then nothing was sent), `AbrufFailed` when the other side fails.
        """
        ziel = permitted(url, self._regeln)
        jetzt = self._uhr()
        kept = None if self._ablage is None else await self._ablage.load(url, body, jetzt)
        if kept is not None and len(kept) <= max_bytes:
            return kept
        data = await self._fetch(ziel, accept, min(max_bytes, self._regeln.max_bytes), body)
        bis = ablauf(accept, data, jetzt)
        if self._ablage is not None and bis is not None:
            await self._ablage.store(url, body, data, jetzt, bis)
        return data

    async def _fetch(self, ziel: Ziel, accept: str, max_bytes: int, body: bytes | None) -> bytes:
        try:
            async with asyncio.timeout(self._regeln.sekunden):
                address = require_public(await self._resolve(ziel.host, ziel.port), self._regeln)[0]
                return await _exchange(ziel, address, accept, max_bytes, body)
        except TimeoutError as error:
            raise AbrufFailed(f"{ziel.host} takes longer than {self._regeln.sekunden} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise AbrufFailed(f"{ziel.host} cannot be asked: {type(error).__name__}") from error


async def resolve_by_system(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


async def _exchange(ziel: Ziel, address: str, accept: str, max_bytes: int, body: bytes | None) -> bytes:
    headers = {"Accept": accept, "Accept-Encoding": "identity"}
    if body is not None:
        headers["Content-Type"] = OCSP_REQUEST
    connector = aiohttp.TCPConnector(resolver=_Fixed(ziel.host, address), use_dns_cache=False, force_close=True)
    async with (
        aiohttp.ClientSession(connector=connector, auto_decompress=False, trust_env=False) as session,
        session.request(
            "GET" if body is None else "POST", ziel.url, data=body, headers=headers, allow_redirects=False
        ) as response,
    ):
        if response.status != 200:
            raise AbrufFailed(f"{ziel.host} answers with HTTP {response.status}")
        return await _body(response, ziel, max_bytes)


async def _body(response: aiohttp.ClientResponse, ziel: Ziel, max_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            raise AbrufFailed(f"{ziel.host} sends more than {max_bytes} bytes")
    return bytes(body)


class _Fixed(AbstractResolver):
    """Knows one name and one address, which was judged."""

    def __init__(self, host: str, address: str) -> None:
        self._host, self._address = host, address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family  # the judged address has its own
        if host.rstrip(".").lower() != self._host:
            raise OSError(f"{host} was not judged")
        found: dict[str, Any] = {
            "hostname": host,
            "host": self._address,
            "port": port,
            "family": socket.AF_INET6 if ":" in self._address else socket.AF_INET,
            "proto": 0,
            "flags": socket.AI_NUMERICHOST,
        }
        return [ResolveResult(**found)]  # type: ignore[typeddict-item]

    async def close(self) -> None:
        """Nothing is open."""
