"""Small shared types: message types, roles, results."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import BinaryIO

Chunks = Iterable[bytes]
SpoolFactory = Callable[[], BinaryIO]
"""Makes an empty, seekable, readable and writable binary file. The caller decides where it lies (RAM, disk)."""
ChunkSource = Callable[[], Iterator[bytes]]
"""Gives the same bytes from the beginning each time it is called."""


class Verdict(StrEnum):
    """Result of a check: proven right, proven wrong, or neither (unsigned, no key, algorithm not relied upon)."""

    VALID = "valid"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be named in a report. `code` is an OSCI code where one fits, else a short word."""

    code: str
    text: str


class Role(StrEnum):
    """Who a certificate in the message header belongs to. The value is the end of the element's name."""

    ORIGINATOR = "Originator"
    ADDRESSEE = "Addressee"
    INTERMEDIARY = "Intermediary"
    OTHER_AUTHOR = "OtherAuthor"
    OTHER_READER = "OtherReader"


class Use(StrEnum):
    SIGNATURE = "Signature"
    CIPHER = "Cipher"


class MessageType(Enum):
    """All message types of chapter 4. The value is the name on the wire (element name, and with `soap` the schema)."""

    INIT_DIALOG = "initDialog"
    RESPONSE_TO_INIT_DIALOG = "responseToInitDialog"
    GET_MESSAGE_ID = "getMessageId"
    RESPONSE_TO_GET_MESSAGE_ID = "responseToGetMessageId"
    STORE_DELIVERY = "storeDelivery"
    RESPONSE_TO_STORE_DELIVERY = "responseToStoreDelivery"
    FETCH_DELIVERY = "fetchDelivery"
    RESPONSE_TO_FETCH_DELIVERY = "responseToFetchDelivery"
    FETCH_PROCESS_CARD = "fetchProcessCard"
    RESPONSE_TO_FETCH_PROCESS_CARD = "responseToFetchProcessCard"
    EXIT_DIALOG = "exitDialog"
    RESPONSE_TO_EXIT_DIALOG = "responseToExitDialog"
    MEDIATE_DELIVERY = "mediateDelivery"
    RESPONSE_TO_MEDIATE_DELIVERY = "responseToMediateDelivery"
    FORWARD_DELIVERY = "forwardDelivery"
    RESPONSE_TO_FORWARD_DELIVERY = "responseToForwardDelivery"
    PROCESS_DELIVERY = "processDelivery"
    RESPONSE_TO_PROCESS_DELIVERY = "responseToProcessDelivery"
    ACCEPT_DELIVERY = "acceptDelivery"
    RESPONSE_TO_ACCEPT_DELIVERY = "responseToAcceptDelivery"
    PARTIAL_STORE_DELIVERY = "partialStoreDelivery"
    RESPONSE_TO_PARTIAL_STORE_DELIVERY = "responseToPartialStoreDelivery"
    PARTIAL_FETCH_DELIVERY = "partialFetchDelivery"
    RESPONSE_TO_PARTIAL_FETCH_DELIVERY = "responseToPartialFetchDelivery"
    FAULT = "soapFault"
    ENCRYPTED = "messageEncrypted"

    @property
    def is_response(self) -> bool:
        return self.value.startswith("responseTo")

    @property
    def response(self) -> "MessageType":
        """The type of the answer to this request."""
        return MessageType(f"responseTo{self.value[0].upper()}{self.value[1:]}")
