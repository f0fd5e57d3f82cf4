"""Chunks of a partial message (EFFI, section 4.2): sizes, the container they travel in, and its content."""

from osci.content import Attachment, AttachmentContent, ContentContainer, ContentPackage
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.feedback import CHUNK_DATA_WRONG
from osci.messages import FeatureDescription
from osci.opened import OpenedContent
from osci.reader import Received
from osci.spool import Slice

KIB = 1024
"""Sizes in ChunkInformation are KiB."""
DEFAULT_CHUNK_KIB = 8 * KIB
"""Own choice: 8 MiB, some seconds on a slow line; 200 MB make 24 chunks."""
MAX_CHUNKS = 100_000
"""Own choice: the list of received chunks stands in an attribute of every request."""
PARTIAL_SUFFIX = "_Partial"
CHUNK_CONTAINER_ID = "ChunkContentContainer"
CHUNK_CONTENT_ID = "ChunkContent"
CHUNK_BLOB_NAME = "ChunkBlobStoreDelivery"


def partial_id(message_id: str) -> str:
    """MessageId of the partial messages that carry the delivery `message_id`."""
    return message_id + PARTIAL_SUFFIX


def total_chunks(length: int, chunk_kib: int) -> int:
    """Number of chunks of `chunk_kib` KiB for `length` bytes; LocalProtocolError for sizes that cannot be."""
    if chunk_kib < 1:
        raise LocalProtocolError("a chunk has at least 1 KiB")
    total = max(1, -(-length // (chunk_kib * KIB)))
    if total > MAX_CHUNKS:
        raise LocalProtocolError(f"more than {MAX_CHUNKS} chunks")
    return total


def piece(message: Slice, number: int, chunk_kib: int) -> Slice:
    """Chunk `number` (from 1) of the message; only the last one may be shorter than `chunk_kib` KiB."""
    if not 1 <= number <= total_chunks(message.length, chunk_kib):
        raise LocalProtocolError(f"there is no chunk {number}")
    start = (number - 1) * chunk_kib * KIB
    return message.part(start, min(chunk_kib * KIB, message.length - start))


def chunk_package(data: Slice) -> ContentPackage:
    """The one unsigned container with the chunk as its one attachment."""
    blob = AttachmentContent(Attachment(CHUNK_BLOB_NAME, data.length, data.chunks), CHUNK_CONTENT_ID)
    return ContentPackage((ContentContainer((blob,), CHUNK_CONTAINER_ID),))


def chunk_content(received: Received) -> OpenedContent:
    """The chunk in a partial message. RemoteProtocolError 9905 where the Body is not exactly one chunk.

    The transport signature has to hold (9600, 9601), since nothing else protects a chunk.
    """
    received.require_signature()
    containers = received.open_containers(())
    contents = containers[0].contents if len(containers) == 1 else ()
    if len(contents) != 1 or contents[0].kind != "attachment" or containers[0].encryption is not None:
        raise RemoteProtocolError(CHUNK_DATA_WRONG, "the Body is not one chunk")
    return contents[0]


def fitting_chunk_kib(features: FeatureDescription | None, wanted: int = DEFAULT_CHUNK_KIB) -> int:
    """The wanted chunk size within what the peer's FeatureDescription allows (section 3.12)."""
    if features is None:
        return wanted
    at_most = min(wanted, features.max_chunk_size or wanted)
    return max(at_most, features.min_chunk_size or 1)
