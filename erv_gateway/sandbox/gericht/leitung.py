"""The court's line to the intermediary: one HTTP POST, answer into a temporary file."""

import http.client
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final
from urllib.parse import urlsplit

from erv_gateway.kern.fehler import GegenstelleFailed
from osci.constants import CHUNK_BYTES, MAX_MESSAGE_BYTES
from osci.types import Chunks

TIMEOUT_SECONDS: Final = 120.0
CONTENT_TYPE: Final = "text/xml"


@contextmanager
def post(url: str, length: int, body: Chunks) -> Iterator[Iterator[bytes]]:
    """The chunks of the answer's body. Raises GegenstelleFailed when it did not arrive as a whole."""
    with tempfile.TemporaryFile() as spool:
        try:
            _exchange(url, length, body, spool)
        except (OSError, http.client.HTTPException) as error:
            raise GegenstelleFailed(f"no answer from the intermediary: {type(error).__name__}") from error
        yield _chunks(spool)


def _exchange(url: str, length: int, body: Chunks, spool: IO[bytes]) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        headers = {"Content-Type": CONTENT_TYPE, "Content-Length": str(length)}
        connection.request("POST", parts.path, body=iter(body), headers=headers)
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise GegenstelleFailed(f"the intermediary answered with HTTP {response.status}")
        _copy(response, spool)
    finally:
        connection.close()


def _copy(response: http.client.HTTPResponse, spool: IO[bytes]) -> None:
    while block := response.read(CHUNK_BYTES):
        spool.write(block)
        if spool.tell() > MAX_MESSAGE_BYTES:
            raise GegenstelleFailed("the intermediary's answer is too big")


def _chunks(spool: IO[bytes]) -> Iterator[bytes]:
    spool.seek(0)
    while block := spool.read(CHUNK_BYTES):
        yield block
