"""The leg to a passive recipient: one HTTP POST, on loopback only, with limits of time and size."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from typing import BinaryIO, Final
from urllib.parse import urlsplit

import aiohttp

from osci.constants import CHUNK_BYTES, MAX_MESSAGE_BYTES
from osci.feedback import FeedbackEntry
from osci.intermediary import DeliveryRequest, Outbound
from osci.messages import StoreDelivery

CONTENT_TYPE: Final = "text/xml"
CONNECT_SECONDS: Final = 5.0
TOTAL_SECONDS: Final = 60.0
"""Own choice: the client waits meanwhile, with a line of its own open."""
NOT_REACHED: Final = FeedbackEntry("9809", "Die Sandbox stellt nur an Adressen auf diesem Rechner zu")


class ZustellungFailed(Exception):
    """No answer. `sent`: bytes left, so that the recipient may have the delivery."""

    def __init__(self, text: str, *, sent: bool) -> None:
        super().__init__(text)
        self.sent = sent


def admit_receiver(request: DeliveryRequest) -> FeedbackEntry | None:
    """Nobody makes the sandbox call another machine."""
    if isinstance(request, StoreDelivery) or on_loopback(request.receiver):
        return None
    return NOT_REACHED


def on_loopback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        known = parts.port
        host = parts.hostname or ""
        return parts.scheme == "http" and known != 0 and (host == "localhost" or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        return False


async def deliver(outbound: Outbound, answer: BinaryIO) -> None:
    """Writes the body of the recipient's answer into `answer`. Raises ZustellungFailed."""
    timeout = aiohttp.ClientTimeout(total=TOTAL_SECONDS, sock_connect=CONNECT_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            await _post(session, outbound, answer)
    except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
        raise ZustellungFailed(f"no connection: {type(error).__name__}", sent=False) from error
    except (aiohttp.ClientError, OSError) as error:  # TimeoutError is one
        raise ZustellungFailed(f"no answer: {type(error).__name__}", sent=True) from error


async def _post(session: aiohttp.ClientSession, outbound: Outbound, answer: BinaryIO) -> None:
    headers = {"Content-Type": CONTENT_TYPE, "Content-Length": str(outbound.wire.length)}
    request = session.post(outbound.receiver, data=_body(outbound), headers=headers, allow_redirects=False)
    async with request as response:
        length = 0
        async for chunk in response.content.iter_chunked(CHUNK_BYTES):
            length += len(chunk)
            if length > MAX_MESSAGE_BYTES:
                raise ZustellungFailed("the recipient's answer is too big", sent=True)
            answer.write(chunk)


async def _body(outbound: Outbound) -> AsyncIterator[bytes]:
    chunks = outbound.wire.chunks()
    while chunk := await asyncio.to_thread(next, chunks, b""):
        yield chunk
