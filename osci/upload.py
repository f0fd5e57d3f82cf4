"""A large delivery cut into chunks and resumed (EFFI, section 4.2), the client's side. No I/O.

Nothing is held in memory but the numbers of chunks; the message lies in the caller's spool.
"""

from typing import BinaryIO

from osci.built import Built
from osci.chunks import DEFAULT_CHUNK_KIB, KIB, chunk_package, partial_id, piece, total_chunks
from osci.content import ContentPackage
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.feedback import CHUNK_DATA_WRONG, CHUNK_TWICE, Feedback, first_error
from osci.messages import ChunkInformation, Response, ResponseToPartialStoreDelivery
from osci.processcard import ProcessCardBundle
from osci.spool import append


class Upload:
    """A StoreDelivery on its way in chunks.

    `inner` is the signed message without transport encryption (`Dialog.store_delivery(...).inner` of a dialog of its
    own); it is copied to `spool`, which has to last as long as this object. After a crash an Upload over the same
    bytes goes on where the intermediary says it is: send `ask_upload`, then `note` the answer.
    """

    def __init__(
        self,
        message_id: str,
        inner: Built,
        spool: BinaryIO,
        chunk_kib: int = DEFAULT_CHUNK_KIB,
        subject: str | None = None,
    ) -> None:
        self.partial_id = partial_id(message_id)
        self.subject = subject
        self.chunk_kib = chunk_kib
        self.total = total_chunks(inner.length, chunk_kib)
        self.inside_feedback: Feedback = ()
        self.process_card: ProcessCardBundle | None = None
        self._message = append(spool, inner.chunks())
        self._received: set[int] = set()

    @property
    def received(self) -> tuple[int, ...]:
        """Numbers of the chunks that have arrived, as far as is known."""
        return tuple(sorted(self._received))

    @property
    def done(self) -> bool:
        """The intermediary has said what became of the delivery: see `inside_feedback`."""
        return bool(self.inside_feedback)

    def next(self) -> int | None:
        """The first missing chunk, None when all have arrived."""
        return next((n for n in range(1, self.total + 1) if n not in self._received), None)

    def information(self, number: int) -> ChunkInformation:
        return ChunkInformation(
            number=number,
            size=self.chunk_kib,
            total=self.total,
            total_message_size=self._message.length // KIB,
        )

    def package(self, number: int) -> ContentPackage:
        return chunk_package(piece(self._message, number, self.chunk_kib))

    def note(self, message: Response) -> None:
        """Takes in an answer to a chunk or to `ask_upload`, refused ones (`RequestRefused.answer.message`) as well.

        RemoteProtocolError 9905: the intermediary speaks of another number of chunks.
        """
        if not isinstance(message, ResponseToPartialStoreDelivery):
            raise LocalProtocolError("only answers to partialStoreDelivery tell about an upload")
        self.inside_feedback = message.inside_feedback or self.inside_feedback
        self.process_card = message.process_card or self.process_card
        chunk = message.chunk
        if chunk is None:
            return
        if chunk.total not in {None, 0, self.total}:
            raise RemoteProtocolError(CHUNK_DATA_WRONG, f"{chunk.total} chunks, not {self.total}")
        if chunk.received is not None:
            self._received = {n for n in chunk.received if 1 <= n <= self.total}
        elif chunk.number is not None and _taken(message.feedback):
            self._received.add(chunk.number)


def _taken(entries: Feedback) -> bool:
    error = first_error(entries)
    return error is None or error.code == CHUNK_TWICE
