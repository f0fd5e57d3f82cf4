"""What a chunk of an upload must look like (section 4.2), each rule with its code (99xx)."""

from dataclasses import dataclass
from typing import Final

from osci.chunks import KIB, MAX_CHUNKS
from osci.constants import MAX_MESSAGE_BYTES, NS5, OSCI
from osci.content import Part, StoredPackage
from osci.errors import RemoteProtocolError
from osci.feedback import CHUNK_DATA_WRONG, CHUNK_NUMBER_WRONG
from osci.intermediary.chunks import Plan, Upload
from osci.messages import PartialStoreDelivery
from osci.types import ChunkSource
from osci.xml import parse

MIN_CHUNK_KIB: Final = 1
MAX_CHUNK_KIB: Final = 64 * KIB
"""Own choice: what a broken line may cost."""
TOO_BIG: Final = "9902"
TOO_SMALL: Final = "9903"
MESSAGE_TOO_BIG: Final = "9904"


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk as it came."""

    number: int
    plan: Plan
    part: Part


def chunk_of(request: PartialStoreDelivery) -> Chunk | str:
    """The chunk, or 9905: an attribute is missing, or the content is not exactly one raw part."""
    info = request.chunk
    part = _part(request.package) if isinstance(request.package, StoredPackage) else None
    if part is None or info is None or info.number is None:
        return CHUNK_DATA_WRONG
    if info.total is None or info.size is None or info.total_message_size is None:
        return CHUNK_DATA_WRONG
    return Chunk(info.number, Plan(info.total, info.size, info.total_message_size), part)


def broken_rule(chunk: Chunk, upload: Upload | None) -> str | None:
    """The code of the first rule that the chunk breaks. Every chunk but the last one has the full size."""
    plan = chunk.plan
    if upload is not None and upload.plan != plan:
        return CHUNK_DATA_WRONG
    if not 1 <= chunk.number <= plan.total <= MAX_CHUNKS:
        return CHUNK_NUMBER_WRONG
    if plan.chunk_kib > MAX_CHUNK_KIB or chunk.part.length > plan.chunk_kib * KIB:
        return TOO_BIG
    if plan.message_kib * KIB > MAX_MESSAGE_BYTES or (plan.total - 1) * plan.chunk_kib > plan.message_kib + 1:
        return MESSAGE_TOO_BIG
    least = plan.chunk_kib * KIB if chunk.number < plan.total else 1
    return TOO_SMALL if plan.chunk_kib < MIN_CHUNK_KIB or chunk.part.length < least else None


def size_fault(plan: Plan, source: ChunkSource) -> str | None:
    """TotalMessageSize is KiB, rounded down (section 4.2) or, by other peers, up."""
    length = sum(map(len, source()))
    return None if plan.message_kib in {length // KIB, -(-length // KIB)} else CHUNK_DATA_WRONG


def _part(package: StoredPackage) -> Part | None:
    """The only part, if the only container refers to nothing but it."""
    if len(package.parts) != 1 or package.parts[0].encoding.lower() == "base64":
        return None
    try:
        containers = parse(b"<x" + NS5.encode() + b">" + package.xml + b"</x>").elements()
        contents = [c for found in containers for c in found.all(OSCI, "Content")]
    except RemoteProtocolError:
        return None
    reference = contents[0].get("href") if len(containers) == len(contents) == 1 else None
    return package.parts[0] if reference == f"cid:{package.parts[0].content_id}" else None
