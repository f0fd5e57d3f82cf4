"""The ProcessCard (Laufzettel) of a delivery, section 4.1."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CryptographicTimestamp:
    """Format only (chapter 12): the algorithm URI and the decoded token."""

    algorithm: str
    token: bytes


Timestamp = datetime | CryptographicTimestamp
"""Plain timestamps are aware datetimes with the offset of the wire."""


class MathResult(StrEnum):
    OK = "ok"
    CORRUPTED = "corrupted"
    INDETERMINATE = "indeterminate"


class OfflineResult(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


@dataclass(frozen=True, slots=True)
class OnlineResult:
    """`result` is `ok` or `revoked`; `evidence` the kind (OCSP, CRL, LDAP) and its text, where given."""

    result: str
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the intermediary found when it checked one certificate."""

    timestamp: Timestamp
    subject: str
    issuer: str
    serial_number: int
    certificate_type: str
    math_result: MathResult
    offline_result: OfflineResult
    online_result: OnlineResult | None = None


@dataclass(frozen=True, slots=True)
class ProcessCard:
    """Creation: taken by the intermediary. Forwarding: handed out. Reception: the recipient is known to have it."""

    recent_modification: datetime
    creation: Timestamp | None = None
    forwarding: Timestamp | None = None
    reception: Timestamp | None = None
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessCardBundle:
    """The card of the delivery `message_id` (decoded text) with the inspections of its certificates."""

    message_id: str
    card: ProcessCard
    inspections: tuple[Inspection, ...] = ()
