"""Requests of a client to the intermediary, chapter 4."""

from dataclasses import dataclass, field
from typing import ClassVar

from osci.content import Package, StoredPackage
from osci.messages.base import QualityOfTimestamp, Request, Selection
from osci.types import MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class InitDialog(Request):
    type: ClassVar = MessageType.INIT_DIALOG


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitDialog(Request):
    type: ClassVar = MessageType.EXIT_DIALOG


@dataclass(frozen=True, slots=True, kw_only=True)
class GetMessageId(Request):
    type: ClassVar = MessageType.GET_MESSAGE_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchDelivery(Request):
    type: ClassVar = MessageType.FETCH_DELIVERY
    selection: Selection = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchProcessCard(Request):
    """`limit`: at most that many cards (`osci:Quantity`)."""

    type: ClassVar = MessageType.FETCH_PROCESS_CARD
    selection: Selection = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreDelivery(Request):
    """A delivery into the mailbox of CipherCertificateAddressee."""

    type: ClassVar = MessageType.STORE_DELIVERY
    message_id: str
    subject: str | None = None
    package: Package = field(default_factory=StoredPackage)
    quality: QualityOfTimestamp = field(default_factory=QualityOfTimestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardDelivery(Request):
    """To a recipient without mailbox at `receiver` (URI), answer without content."""

    type: ClassVar = MessageType.FORWARD_DELIVERY
    receiver: str
    message_id: str
    subject: str | None = None
    package: Package = field(default_factory=StoredPackage)
    quality: QualityOfTimestamp = field(default_factory=QualityOfTimestamp)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediateDelivery(Request):
    """To a recipient at `receiver` (URI) whose answer comes back in the same dialog."""

    type: ClassVar = MessageType.MEDIATE_DELIVERY
    receiver: str
    message_id: str | None = None
    subject: str | None = None
    package: Package = field(default_factory=StoredPackage)
    quality: QualityOfTimestamp | None = field(default_factory=QualityOfTimestamp)
