"""Messages between the intermediary and a passive recipient, chapters 4 and 7."""

from dataclasses import dataclass, field
from typing import ClassVar

from osci.content import Package, StoredPackage
from osci.messages.base import QualityOfTimestamp, Request, Response
from osci.processcard import ProcessCardBundle
from osci.types import MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptDelivery(Request):
    type: ClassVar = MessageType.ACCEPT_DELIVERY
    process_card: ProcessCardBundle | None = None
    package: Package = field(default_factory=StoredPackage)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessDelivery(Request):
    """`message_id_response` is the id that the recipient's answer shall carry."""

    type: ClassVar = MessageType.PROCESS_DELIVERY
    message_id_response: str | None = None
    process_card: ProcessCardBundle | None = None
    package: Package = field(default_factory=StoredPackage)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToAcceptDelivery(Response):
    type: ClassVar = MessageType.RESPONSE_TO_ACCEPT_DELIVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToProcessDelivery(Response):
    """The recipient appears as Originator, the former originator as Addressee."""

    type: ClassVar = MessageType.RESPONSE_TO_PROCESS_DELIVERY
    message_id: str | None = None
    subject: str | None = None
    package: Package = field(default_factory=StoredPackage)
    quality: QualityOfTimestamp | None = field(default_factory=QualityOfTimestamp)
