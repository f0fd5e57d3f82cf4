"""A delivery fetched in chunks, put together and read (EFFI, section 4.2), the client's side. No I/O."""

from typing import BinaryIO

from osci.answers import Answer
from osci.chunks import DEFAULT_CHUNK_KIB, KIB, MAX_CHUNKS, chunk_content, total_chunks
from osci.constants import MAX_MESSAGE_BYTES
from osci.errors import LocalProtocolError, RemoteProtocolError, invalid
from osci.feedback import CHUNK_DATA_WRONG
from osci.messages import ChunkInformation, ResponseToFetchDelivery, ResponseToPartialFetchDelivery, Selection
from osci.policy import Policy
from osci.reader import Received, read_message
from osci.spool import Slice, append
from osci.types import MessageType, SpoolFactory


class Download:
    """A delivery that is fetched in chunks, in order, into `spool`; `note` each answer until `done`."""

    def __init__(self, selection: Selection, spool: BinaryIO, chunk_kib: int = DEFAULT_CHUNK_KIB) -> None:
        total_chunks(0, chunk_kib)
        self.selection = selection
        self.message_id: str | None = None
        self._chunk_kib = chunk_kib
        self._message = Slice(spool, spool.seek(0, 2), 0)
        self._count = 0
        self._total: int | None = None
        self._whole: Received | None = None
        self._signer: bytes | None = None

    @property
    def done(self) -> bool:
        return self._whole is not None or self._count == self._total

    def information(self) -> ChunkInformation:
        """What the next request asks for. LocalProtocolError when everything is there."""
        if self.done:
            raise LocalProtocolError("all chunks have been fetched")
        received = tuple(range(1, self._count + 1))
        return ChunkInformation(number=self._count + 1, size=self._chunk_kib, received=received)

    def note(self, answer: Answer) -> None:
        """Takes in the answer to `fetch_chunk`. RemoteProtocolError 9905: not the chunk that was asked for."""
        message = answer.message
        if isinstance(message, ResponseToFetchDelivery):
            self._whole = answer.received
        elif isinstance(message, ResponseToPartialFetchDelivery):
            self._take(message, answer)
        else:
            raise LocalProtocolError("only answers to partialFetchDelivery belong to a download")

    def read(self, policy: Policy, spool_factory: SpoolFactory) -> Received:
        """The complete answer, its signature checked, signed by whoever signed the chunks.

        There is no control block check (section 4.2). RemoteProtocolError as in `read_message` and `Received.message`.
        """
        if not self.done:
            raise LocalProtocolError("chunks are missing")
        if self._whole is not None:
            return self._whole
        received = read_message(self._message.chunks(), (), policy, spool_factory)
        received.require_signature()
        if received.message_type is not MessageType.RESPONSE_TO_FETCH_DELIVERY:
            raise invalid("what came in chunks is no ResponseToFetchDelivery")
        if received.transport_signature.signer != self._signer:
            raise RemoteProtocolError("9601", "what came in chunks is signed by somebody else than the chunks")
        return received

    def _take(self, message: ResponseToPartialFetchDelivery, answer: Answer) -> None:
        chunk = message.chunk
        if chunk is None or chunk.number != self._count + 1 or not chunk.total:
            raise RemoteProtocolError(CHUNK_DATA_WRONG, "not the chunk that was asked for")
        if self._total not in {None, chunk.total} or self._signer not in {None, answer.signer}:
            raise RemoteProtocolError(CHUNK_DATA_WRONG, "a chunk of another delivery, or of another signer")
        if chunk.number > chunk.total or chunk.total > MAX_CHUNKS:
            raise RemoteProtocolError(CHUNK_DATA_WRONG, "a number of chunks that cannot be")
        content = chunk_content(answer.received)
        self._check_length(content.length or 0, last=chunk.number == chunk.total)
        added = append(self._message.spool, content.chunks())
        self._message = Slice(self._message.spool, self._message.offset, self._message.length + added.length)
        self._count, self._total, self._signer = chunk.number, chunk.total, answer.signer
        self.message_id = message.message_id

    def _check_length(self, length: int, *, last: bool) -> None:
        full = self._chunk_kib * KIB
        if length > full or (length != full and not last):
            raise RemoteProtocolError(CHUNK_DATA_WRONG, f"a chunk of {length} bytes where {full} were asked for")
        if self._message.length + length > MAX_MESSAGE_BYTES:
            raise RemoteProtocolError("9904", f"more than {MAX_MESSAGE_BYTES} bytes")
