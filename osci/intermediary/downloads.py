"""partialFetchDelivery: a complete, unencrypted ResponseToFetchDelivery, handed out in chunks (section 4.2)."""

from datetime import datetime

from osci import feedback as codes
from osci.chunks import CHUNK_BLOB_NAME, CHUNK_CONTAINER_ID, CHUNK_CONTENT_ID, KIB
from osci.constants import NS5
from osci.content import Part, StoredPackage
from osci.errors import RemoteProtocolError
from osci.intermediary.answers import Answer, answer, refusal
from osci.intermediary.chunk_rules import MAX_CHUNK_KIB, MIN_CHUNK_KIB, TOO_BIG, TOO_SMALL
from osci.intermediary.chunks import ChunkStore, Packed
from osci.intermediary.deliveries import Deliveries
from osci.intermediary.dialogs import Turn
from osci.intermediary.means import Means
from osci.mailbox import Waiting
from osci.messages import ChunkInformation, FetchDelivery, PartialFetchDelivery
from osci.writer import write_message

_XML = (
    f'<osci:ContentContainer{NS5} Id="{CHUNK_CONTAINER_ID}">'
    f'<osci:Content Id="{CHUNK_CONTENT_ID}" href="cid:{CHUNK_BLOB_NAME}"></osci:Content></osci:ContentContainer>'
).encode()


class Downloads:
    """A small delivery is answered whole. Large ones are packed once and stay the same in all dialogs; `Reception`
    follows the last chunk that the client said it did not have."""

    def __init__(self, means: Means, deliveries: Deliveries) -> None:
        self._means = means
        self._deliveries = deliveries

    def hand_out(self, request: PartialFetchDelivery, turn: Turn, now: datetime) -> Answer:
        chunks = self._means.chunks
        if chunks is None:
            raise RemoteProtocolError(codes.INVALID_REQUEST, "partial messages are not offered here")
        asked = request.chunk
        if asked is None or asked.number is None or asked.size is None:
            return refusal(request, turn, self._means.own, codes.CHUNK_DATA_WRONG)
        if not MIN_CHUNK_KIB <= asked.size <= MAX_CHUNK_KIB:
            return refusal(request, turn, self._means.own, TOO_BIG if asked.size else TOO_SMALL)
        waiting = self._deliveries.waiting(request, turn)
        if waiting is None:
            return refusal(request, turn, self._means.own, codes.NO_DELIVERY)
        packed = self._packed(chunks, request, waiting, turn, now)
        if packed is None or packed.length <= asked.size * KIB:
            return self._deliveries.hand_out(_whole(request), turn, now)
        return self._chunk(request, turn, waiting, packed, asked)

    def _packed(
        self, chunks: ChunkStore, request: PartialFetchDelivery, waiting: Waiting, turn: Turn, now: datetime
    ) -> Packed | None:
        known = chunks.packed(waiting.delivery.message_id)
        if known is not None:
            return known
        message = answer(_whole(request), turn, self._means.own, **self._deliveries.fields(waiting, turn, now))
        built = write_message(message, self._means.identity.signing_key, self._means.spools, self._means.sending)
        if request.chunk and built.length <= (request.chunk.size or 0) * KIB:
            return None
        return chunks.pack(waiting.delivery.message_id, built.chunks())

    def _chunk(
        self, request: PartialFetchDelivery, turn: Turn, waiting: Waiting, packed: Packed, asked: ChunkInformation
    ) -> Answer:
        number, size = asked.number or 0, (asked.size or 0) * KIB
        total = -(-packed.length // size)
        if not 1 <= number <= total:
            return refusal(request, turn, self._means.own, codes.CHUNK_NUMBER_WRONG)
        message_id = waiting.delivery.message_id
        message = answer(
            request,
            turn,
            self._means.own,
            self._deliveries.entries(waiting, turn),
            chunk=ChunkInformation(number=number, total=total, total_message_size=packed.length // KIB),
            message_id=message_id,
            certificates=self._means.own + waiting.delivery.certificates,
            package=StoredPackage(_XML, (_part(packed, (number - 1) * size, size),)),
        )
        if {*(asked.received or ()), number} >= set(range(1, total + 1)):
            self._means.dialogs.handed_out(turn, message_id)
        return Answer(message, message_id)


def _whole(request: PartialFetchDelivery) -> FetchDelivery:
    return FetchDelivery(
        control_block=request.control_block, certificates=request.certificates, selection=request.selection
    )


def _part(packed: Packed, start: int, size: int) -> Part:
    end = min(start + size, packed.length)
    return Part(CHUNK_BLOB_NAME, "application/octet-stream", "8-bit", end - start, lambda: packed.read(start, end))
