"""One dialog with the intermediary over HTTP: ask, get the checked answer. All errors become the gateway's."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final

from erv_gateway.kern.fehler import EingabeRefused, GegenstelleFailed
from erv_gateway.postfach.osci.http import OsciHttp
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.postfach.osci.richtlinie import answers_at, sending_at
from erv_gateway.storage.blobs import Blobs
from osci.dialog import Answer, Dialog, OutgoingRequest, RequestRefused
from osci.errors import BrokenMime, LocalProtocolError, NotAnOsciMessage, OsciError, RemoteFault, RemoteProtocolError

CHUNK: Final = 2**20
_OF_CONTENT: Final = frozenset({"9100", "9600", "9601", "9602"})
"""Structure and signature: what a sender can cause by what an intermediary passes on."""
_BROKEN_INSIDE: Final = "9202"


class VersandRefused(EingabeRefused):
    """What is to be sent cannot be signed or encrypted as today's rules for algorithms demand."""

    code = "versand-unzulaessig"


class RefusedByIntermediary(GegenstelleFailed):
    """A verified answer with an error code."""

    code = "vermittler-fehler"

    def __init__(self, refused: RequestRefused) -> None:
        codes = tuple(entry.code for entry in refused.feedback)
        super().__init__(f"the intermediary refused: {' '.join(codes)}", codes=" ".join(codes))
        self.codes = codes


class AntwortInvalid(GegenstelleFailed):
    """An answer that does not hold: nothing in it is believed.

    `osci_code`: why. `of_content`: the fault may lie in the delivery that it carries, not in intermediary or line.
    """

    code = "antwort-ungueltig"

    def __init__(self, error: OsciError) -> None:
        self.osci_code = error.code if isinstance(error, RemoteProtocolError) else "9100"
        super().__init__(f"the intermediary's answer does not hold: {error}", osci=self.osci_code)
        self.of_content = _is_of_content(error, self.osci_code)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Gespraech:
    """Requests of one Dialog, in order, under the rules for algorithms of the moment at which it begins."""

    def __init__(
        self, zugang: OsciZugang, http: OsciHttp, blobs: Blobs, jetzt: Callable[[], datetime] = utc_now
    ) -> None:
        self._http = http
        at = jetzt()
        self.dialog = Dialog(
            zugang.client, zugang.intermediary, blobs.spool, sending=sending_at(at), receiving=answers_at(at)
        )

    async def ask(self, make: Callable[[], OutgoingRequest]) -> Answer:
        """Raises RefusedByIntermediary, AntwortInvalid, NotReached, GegenstelleFailed, VersandRefused."""
        answer, body = await self.ask_keeping(make)
        body.close()
        return answer

    async def ask_keeping(self, make: Callable[[], OutgoingRequest]) -> tuple[Answer, BinaryIO]:
        """As `ask`, with the answer's original bytes, at their start; the caller closes them."""
        answer, body = await self.ask_whatever(make)
        if isinstance(answer, AntwortInvalid):
            body.close()
            raise answer
        return answer, body

    async def ask_whatever(self, make: Callable[[], OutgoingRequest]) -> tuple[Answer | AntwortInvalid, BinaryIO]:
        """As `ask_keeping`, with the bytes of an answer that does not hold, too. The dialog is over then."""
        request = await asyncio.to_thread(build, make)
        body = await self._http.exchange(aiter_chunks(request.wire.chunks()), request.wire.length)
        answer: Answer | AntwortInvalid
        try:
            answer = await asyncio.to_thread(lambda: self.dialog.receive(file_chunks(body)))
        except RequestRefused as refused:
            body.close()
            raise RefusedByIntermediary(refused) from refused
        except OsciError as error:
            answer = AntwortInvalid(error)
            answer.__cause__ = error
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return answer, body


def build(make: Callable[[], OutgoingRequest]) -> OutgoingRequest:
    """Blocking. Raises VersandRefused."""
    try:
        return make()
    except LocalProtocolError as error:
        raise VersandRefused(f"the request cannot be written: {error}") from error


def _is_of_content(error: OsciError, code: str) -> bool:
    """A frame that is broken around the message is the line's fault; inside the encryption it came that way."""
    if isinstance(error, RemoteFault):
        return False
    if isinstance(error, NotAnOsciMessage | BrokenMime):
        return code == _BROKEN_INSIDE
    return code in _OF_CONTENT


async def aiter_chunks(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each chunk is made in a thread: it may have to be encrypted first."""
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        yield chunk


def file_chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
