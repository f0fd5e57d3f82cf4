"""What all messages share: the header blocks of section 3.5."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from osci.certificates import Certificates
from osci.feedback import Feedback
from osci.types import MessageType


@dataclass(frozen=True, slots=True)
class ControlBlock:
    """Chapter 5. Challenge and response are compared as the strings of the wire (base64 of random bytes)."""

    response: str | None = None
    challenge: str | None = None
    conversation_id: str | None = None
    sequence_number: int | None = None


@dataclass(frozen=True, slots=True)
class FeatureDescription:
    """What a peer understands (section 3.12); sizes as given, presumably KiB."""

    features: tuple[tuple[str, str], ...] = ()
    min_chunk_size: int | None = None
    max_chunk_size: int | None = None
    max_message_size: int | None = None
    chunk_message_timeout: int | None = None


OUR_FEATURES = FeatureDescription(
    (
        ("DisableBase64", "1.2.0"),
        ("OAEPEncryption", "1.6.0"),
        ("SHA3HashAlgo", "1.6.3"),
        ("GCMPaddingModus", "1.7.0"),
        ("PartialMessageTransmission", "1.8.0"),
        ("Support96Bit12ByteIV", "1.9.0"),
    )
)


class TimestampQuality(StrEnum):
    PLAIN = "plain"
    CRYPTOGRAPHIC = "cryptographic"


@dataclass(frozen=True, slots=True)
class QualityOfTimestamp:
    creation: TimestampQuality | None = TimestampQuality.PLAIN
    reception: TimestampQuality | None = TimestampQuality.PLAIN


@dataclass(frozen=True, slots=True)
class ByMessageId:
    """Selection by ids; FetchDelivery allows exactly one."""

    message_ids: tuple[str, ...]


class SelectionRole(StrEnum):
    ADDRESSEE = "Addressee"
    ORIGINATOR = "Originator"


@dataclass(frozen=True, slots=True)
class ByReception:
    """ReceptionOfDelivery: since that moment. `role` and `no_reception` exist for process cards only."""

    since: datetime
    role: SelectionRole | None = None
    no_reception: bool = False


@dataclass(frozen=True, slots=True)
class ByModification:
    """RecentModification of the process card: since that moment."""

    since: datetime
    role: SelectionRole | None = None
    no_reception: bool = False


Selection = ByMessageId | ByReception | ByModification | None
"""None: whatever comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Common header data. `custom_headers` are complete elements (UTF-8, canonical, with an Id), section 3.13."""

    type: ClassVar[MessageType]
    control_block: ControlBlock = field(default_factory=ControlBlock)
    certificates: Certificates = field(default_factory=Certificates)
    features: FeatureDescription | None = None
    custom_headers: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Message):
    """From a client (or, Process/AcceptDelivery, from the intermediary as client)."""

    languages: str | None = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Message):
    """From a supplier. `feedback` has at least one entry in every answer of a well-behaved peer."""

    feedback: Feedback = ()
