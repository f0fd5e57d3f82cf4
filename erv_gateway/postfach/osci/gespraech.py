"""One dialog with the intermediary over HTTP: ask, get the checked answer. All errors become the gateway's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import BinaryIO, Final

from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.postfach.osci.http import OsciHttp
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.storage.blobs import Blobs
from osci.dialog import Answer, Dialog, OutgoingRequest, RequestRefused
from osci.errors import OsciError
from osci.policy import RECEIVING_NOW, SENDING

CHUNK: Final = 2**20


class RefusedByIntermediary(GegenstelleFailed):
    """A verified answer with an error code."""

    code = "vermittler-fehler"

    def __init__(self, refused: RequestRefused) -> None:
        codes = tuple(entry.code for entry in refused.feedback)
        super().__init__(f"the intermediary refused: {' '.join(codes)}", codes=" ".join(codes))
        self.codes = codes


class Gespraech:
    """Requests of one Dialog, in order."""

    def __init__(self, zugang: OsciZugang, http: OsciHttp, blobs: Blobs) -> None:
        self._http = http
        self.dialog = Dialog(zugang.client, zugang.intermediary, blobs.spool, sending=SENDING, receiving=RECEIVING_NOW)

    async def ask(self, make: Callable[[], OutgoingRequest]) -> Answer:
        """Raises RefusedByIntermediary, NotReached, GegenstelleFailed."""
        answer, body = await self.ask_keeping(make)
        body.close()
        return answer

    async def ask_keeping(self, make: Callable[[], OutgoingRequest]) -> tuple[Answer, BinaryIO]:
        """As `ask`, with the answer's original bytes, at their start; the caller closes them."""
        request = await asyncio.to_thread(make)
        body = await self._http.exchange(aiter_chunks(request.wire.chunks()), request.wire.length)
        try:
            answer = await asyncio.to_thread(lambda: self.dialog.receive(file_chunks(body)))
        except RequestRefused as refused:
            body.close()
            raise RefusedByIntermediary(refused) from refused
        except OsciError as error:
            body.close()
            raise GegenstelleFailed(f"the intermediary's answer does not hold: {error}") from error
        body.seek(0)
        return answer, body


async def aiter_chunks(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each chunk is made in a thread: it may have to be encrypted first."""
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk


def file_chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
