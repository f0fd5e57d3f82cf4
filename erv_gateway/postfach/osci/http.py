"""One OSCI exchange: a body goes out by HTTP POST, the answer's body comes back into a spool."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO, Final

import aiohttp

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.postfach.base import NotReached
from erv_gateway.postfach.osci.leitung import Leitung

MAX_ANSWER_BYTES: Final = 400 * 10**6
"""Twice the 200 MB of ERVB 2025: base64 transport coding of old peers, and envelopes."""
CHUNK: Final = 2**20
_NOTHING_SENT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
"""Before the first byte of a request: no connection, no TLS, no tunnel through the proxy."""


class OsciHttp:
    """The driver for one intermediary's address. Proxies and certificates of the environment are not looked at."""

    def __init__(self, endpoint: str, spool: Callable[[], BinaryIO], leitung: Leitung | None = None) -> None:
        self._endpoint = endpoint
        self._spool = spool
        self._leitung = leitung or Leitung()

    async def exchange(self, body: AsyncIterator[bytes], length: int) -> BinaryIO:
        """Sends `length` bytes, gives the answer at its start.

        Raises NotReached when no byte left this machine, GegenstelleFailed for everything else that the network does.
        """
        answer = self._spool()
        try:
            await self._post(body, length, answer)
        except BaseException as error:
            answer.close()
            if isinstance(error, _NOTHING_SENT):
                raise NotReached(f"no connection to the intermediary: {_cause(error)}") from error
            if isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
                raise GegenstelleFailed(f"the exchange broke off: {type(error).__name__}") from error
            raise
        answer.seek(0)
        return answer

    async def _post(self, body: AsyncIterator[bytes], length: int, answer: BinaryIO) -> None:
        leitung = self._leitung
        connect, read = leitung.connect_seconds, leitung.read_seconds
        timeout = aiohttp.ClientTimeout(total=None, connect=connect, sock_connect=connect, sock_read=read)
        headers = {"Content-Type": "text/xml", "Content-Length": str(length)}
        async with (
            asyncio.timeout(None) as limit,
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                self._endpoint,
                data=_moving(body, limit, read),
                headers=headers,
                allow_redirects=False,
                ssl=leitung.tls or True,
                proxy=None if leitung.proxy is None else leitung.proxy.url,
                proxy_headers=_credentials(leitung),
            ) as response,
        ):
            if response.status != 200:
                raise GegenstelleFailed(f"HTTP status {response.status}", status=response.status)
            await _receive(_moving(response.content.iter_chunked(CHUNK), limit, read), answer)


async def _moving(chunks: AsyncIterator[bytes], limit: asyncio.Timeout, seconds: float) -> AsyncIterator[bytes]:
    """Every chunk that moves starts the time anew: a peer that takes nothing is as dead as one that says nothing."""
    clock = asyncio.get_running_loop()
    limit.reschedule(clock.time() + seconds)
    async for chunk in chunks:
        yield chunk
        if not limit.expired():
            limit.reschedule(clock.time() + seconds)


async def _receive(chunks: AsyncIterator[bytes], answer: BinaryIO) -> None:
    total = 0
    async for chunk in chunks:
        total += len(chunk)
        if total > MAX_ANSWER_BYTES:
            raise GegenstelleFailed(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
        await asyncio.to_thread(answer.write, chunk)


def _credentials(leitung: Leitung) -> dict[str, str]:
    """Basic, RFC 7617, with UTF-8; for the proxy only, never inside the tunnel."""
    proxy = leitung.proxy
    if proxy is None or not proxy.user:
        return {}
    return {"Proxy-Authorization": f"Basic {b64encode(f'{proxy.user}:{proxy.password}'.encode()).decode()}"}


def _cause(error: Exception) -> str:
    """For the log: what kind of error, and what a proxy said; never an address with a name in it."""
    status = f" {error.status}" if isinstance(error, aiohttp.ClientHttpProxyError) else ""
    return f"{type(error).__name__}{status}"
