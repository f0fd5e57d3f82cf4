"""One OSCI exchange: a body goes out by HTTP POST, the answer's body comes back into a spool."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO, Final

import aiohttp

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.postfach.base import NotReached

CONNECT_SECONDS: Final = 15
READ_SECONDS: Final = 180
"""Silence between two packets; a big message may take longer in all."""
MAX_ANSWER_BYTES: Final = 400 * 10**6
"""Twice the 200 MB of ERVB 2025: base64 transport coding of old peers, and envelopes."""
CHUNK: Final = 2**20


class OsciHttp:
    """The driver for one intermediary's address. TLS is verified by the system's roots or the given context."""

    def __init__(self, endpoint: str, spool: Callable[[], BinaryIO]) -> None:
        self._endpoint = endpoint
        self._spool = spool

    async def exchange(self, body: AsyncIterator[bytes], length: int) -> BinaryIO:
        """Sends `length` bytes, gives the answer at its start.

        Raises NotReached when no byte left this machine, GegenstelleFailed for everything else that the network does.
        """
        answer = self._spool()
        try:
            await self._post(body, length, answer)
        except BaseException as error:
            answer.close()
            if isinstance(error, aiohttp.ClientConnectorError):
                raise NotReached(f"no connection to the intermediary: {type(error).__name__}") from error
            if isinstance(error, aiohttp.ClientError | TimeoutError | OSError):
                raise GegenstelleFailed(f"the exchange broke off: {type(error).__name__}") from error
            raise
        answer.seek(0)
        return answer

    async def _post(self, body: AsyncIterator[bytes], length: int, answer: BinaryIO) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        headers = {"Content-Type": "text/xml", "Content-Length": str(length)}
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self._endpoint, data=body, headers=headers, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise GegenstelleFailed(f"HTTP status {response.status}", status=response.status)
            await _receive(response, answer)


async def _receive(response: aiohttp.ClientResponse, answer: BinaryIO) -> None:
    total = 0
    async for chunk in response.content.iter_chunked(CHUNK):
        total += len(chunk)
        if total > MAX_ANSWER_BYTES:
            raise GegenstelleFailed(f"the answer is larger than {MAX_ANSWER_BYTES} bytes")
        await asyncio.to_thread(answer.write, chunk)
