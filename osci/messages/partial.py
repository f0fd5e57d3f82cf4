"""Partial messages (section 4.2): a large message sent or fetched in ranges of bytes."""

from dataclasses import dataclass, field
from typing import ClassVar

from osci.content import Package, StoredPackage
from osci.feedback import Feedback
from osci.messages.base import QualityOfTimestamp, Request, Response, Selection
from osci.processcard import ProcessCardBundle
from osci.types import MessageType


@dataclass(frozen=True, slots=True)
class ChunkInformation:
    """Numbers count from 1, sizes are KiB. `received` is None where the attribute is missing, () for `-1`."""

    number: int | None = None
    size: int | None = None
    received: tuple[int, ...] | None = None
    total: int | None = None
    total_message_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialStoreDelivery(Request):
    """`chunk` is None when only the state of the upload is asked for (InfoOnly)."""

    type: ClassVar = MessageType.PARTIAL_STORE_DELIVERY
    message_id: str
    subject: str | None = None
    chunk: ChunkInformation | None = None
    package: Package = field(default_factory=StoredPackage)
    quality: QualityOfTimestamp = field(default_factory=lambda: QualityOfTimestamp(reception=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToPartialStoreDelivery(Response):
    type: ClassVar = MessageType.RESPONSE_TO_PARTIAL_STORE_DELIVERY
    inside_feedback: Feedback = ()
    process_card: ProcessCardBundle | None = None
    chunk: ChunkInformation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialFetchDelivery(Request):
    type: ClassVar = MessageType.PARTIAL_FETCH_DELIVERY
    selection: Selection = None
    chunk: ChunkInformation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToPartialFetchDelivery(Response):
    type: ClassVar = MessageType.RESPONSE_TO_PARTIAL_FETCH_DELIVERY
    selection: Selection = None
    chunk: ChunkInformation | None = None
    message_id: str | None = None
    package: Package = field(default_factory=StoredPackage)
