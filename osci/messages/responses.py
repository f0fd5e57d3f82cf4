"""Answers of the intermediary to a client, and the fault, chapter 4 and section 3.14."""

from dataclasses import dataclass, field
from typing import ClassVar

from osci.content import Package, StoredPackage
from osci.messages.base import Message, Response, Selection
from osci.processcard import ProcessCardBundle
from osci.types import MessageType


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToInitDialog(Response):
    type: ClassVar = MessageType.RESPONSE_TO_INIT_DIALOG


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToExitDialog(Response):
    type: ClassVar = MessageType.RESPONSE_TO_EXIT_DIALOG


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToGetMessageId(Response):
    """`message_id` is missing when the request was refused."""

    type: ClassVar = MessageType.RESPONSE_TO_GET_MESSAGE_ID
    message_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToStoreDelivery(Response):
    type: ClassVar = MessageType.RESPONSE_TO_STORE_DELIVERY
    process_card: ProcessCardBundle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToForwardDelivery(Response):
    type: ClassVar = MessageType.RESPONSE_TO_FORWARD_DELIVERY
    process_card: ProcessCardBundle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToFetchDelivery(Response):
    """The delivery with the sender's certificates, custom headers and content; `selection` echoes the request."""

    type: ClassVar = MessageType.RESPONSE_TO_FETCH_DELIVERY
    selection: Selection = None
    process_card: ProcessCardBundle | None = None
    package: Package = field(default_factory=StoredPackage)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToFetchProcessCard(Response):
    type: ClassVar = MessageType.RESPONSE_TO_FETCH_PROCESS_CARD
    selection: Selection = None
    limit: int | None = None
    process_cards: tuple[ProcessCardBundle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseToMediateDelivery(Response):
    """The recipient's answer, with the card of the request and the card of the reply."""

    type: ClassVar = MessageType.RESPONSE_TO_MEDIATE_DELIVERY
    request_card: ProcessCardBundle | None = None
    reply_card: ProcessCardBundle | None = None
    package: Package = field(default_factory=StoredPackage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Message):
    """A SOAP fault: never signed, never encrypted. `client_at_fault` distinguishes soap:Client from soap:Server."""

    type: ClassVar = MessageType.FAULT
    code: str
    text: str
    client_at_fault: bool = True
