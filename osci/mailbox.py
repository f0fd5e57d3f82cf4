"""What an intermediary must keep: deliveries and their process cards (chapter 6), as a port.

A mailbox exists by its certificate: the CipherCertificateAddressee of a delivery names it, whoever can open a dialog
with that certificate owns it. All moments are aware datetimes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from osci.certificates import Certificates
from osci.content import StoredPackage
from osci.messages import ByMessageId, ByModification, ByReception, Selection, SelectionRole
from osci.processcard import Inspection, ProcessCard, ProcessCardBundle


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """One accepted StoreDelivery. `originator` and `addressee` are cipher certificates (DER) of client and mailbox.

    `certificates`, `custom_headers` and `package` go out again exactly as they came in (section 3.4); `inspections`
    is what was found about the certificates, for every card of this delivery.
    """

    message_id: str
    subject: str | None
    originator: bytes
    addressee: bytes
    certificates: Certificates
    custom_headers: tuple[bytes, ...]
    package: StoredPackage
    inspections: tuple[Inspection, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A delivery that is passed on at once, by forwardDelivery or mediateDelivery: nothing is kept but its card."""

    message_id: str
    subject: str | None
    originator: bytes
    addressee: bytes
    inspections: tuple[Inspection, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadKey:
    """One upload in chunks: cipher certificate (DER) of the client and MessageId of its partial messages."""

    client: bytes
    message_id: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery to be handed out; `more`: others that were never received lie behind it (feedback 3800)."""

    delivery: StoredDelivery
    card: ProcessCard
    more: bool


@dataclass(frozen=True, slots=True)
class CardQuery:
    """Cards of deliveries that `requester` (DER of a cipher certificate) sent or was sent; at most `limit`."""

    requester: bytes
    selection: Selection
    limit: int

    @property
    def role(self) -> SelectionRole | None:
        return self.selection.role if isinstance(self.selection, ByReception | ByModification) else None

    @property
    def message_ids(self) -> tuple[str, ...] | None:
        return self.selection.message_ids if isinstance(self.selection, ByMessageId) else None

    @property
    def created_since(self) -> datetime | None:
        return self.selection.since if isinstance(self.selection, ByReception) else None

    @property
    def modified_since(self) -> datetime | None:
        return self.selection.since if isinstance(self.selection, ByModification) else None

    @property
    def unreceived_only(self) -> bool:
        return isinstance(self.selection, ByReception | ByModification) and self.selection.no_reception


@dataclass(frozen=True, slots=True)
class CardPage:
    """Oldest first; `more`: the limit cut some off (feedback 3801)."""

    bundles: tuple[ProcessCardBundle, ...]
    more: bool


class DeliveryStore(Protocol):
    """Where deliveries survive. What a method has confirmed must survive the end of the process."""

    def issue(self, message_id: str) -> None:
        """From now on a delivery with this id may be stored, once."""
        ...

    def store(self, delivery: StoredDelivery, created: datetime, upload: UploadKey | None = None) -> bool:
        """Keeps the delivery; when it returns True it is durable. False: id unknown or used, nothing changed (9801).

        `upload`: where it was assembled from; that upload is done (0800) with the same commit.
        """
        ...

    def register(self, passage: Passage, created: datetime) -> bool:
        """Uses up the id and keeps the card, before anything is passed on. False as with `store`."""
        ...

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        """By message id: that delivery of the mailbox, received before or not. Otherwise the oldest never received,
        not older than the selection's moment."""
        ...

    def mark_forwarded(self, message_id: str, at: datetime) -> ProcessCard:
        """Handed out; the first time counts. The card after that."""
        ...

    def mark_received(self, message_id: str, at: datetime) -> None:
        """The recipient is known to have it; the first time counts."""
        ...

    def cards(self, query: CardQuery) -> CardPage: ...
