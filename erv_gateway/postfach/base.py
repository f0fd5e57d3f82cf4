"""What a mailbox can do, whatever it is made of. Stations know only this; `wiring` chooses the adapter."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from erv_gateway.kern.fehler import EingabeRefused, GegenstelleFailed
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.egvp import EgvpKopf, Visitenkarte
from xjustiz import SafeId


@dataclass(frozen=True, slots=True)
class Anhang:
    """A file of a message. Its bytes lie in the blob store under `sha256` (lower-case hex)."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Empfaenger:
    """A mailbox to write to: from the directory of recipients, or from an incoming message."""

    safe_id: SafeId
    name: str
    cipher_certificate: bytes
    """DER. What is sent can be read with its private key only."""


@dataclass(frozen=True, slots=True)
class Auftrag:
    """One message to one recipient, complete: `anhaenge` holds xjustiz_nachricht.xml and the VHN too."""

    message_id: MessageId
    empfaenger: Empfaenger
    nachrichtentyp: str
    betreff: str
    aktenzeichen_absender: str
    aktenzeichen_empfaenger: str
    anhaenge: tuple[Anhang, ...]
    freitext: str = ""


@dataclass(frozen=True, slots=True)
class Vorbereitet:
    """A delivery, built, signed and encrypted, not yet sent. The same bytes can be sent again after a crash.

    `uebertragung`: blob of the bytes on the wire; `umschlag`: blob of the signed envelope; `inhalte`: blobs of the
    signed containers before encryption; `erwartung`: what the answer must fit to, as JSON text of the adapter.
    """

    uebertragung: Anhang
    umschlag: Anhang
    inhalte: tuple[Anhang, ...]
    teile: tuple["Teil", ...]
    erwartung: str


@dataclass(frozen=True, slots=True)
class Teil:
    """One file as it stands in the delivery: plain and, where encrypted, as transferred."""

    name: str
    bytes: int
    sha256: str
    sha256_uebertragen: str


@dataclass(frozen=True, slots=True)
class Laufzettel:
    """The intermediary's record of a delivery, verified: signature, message id and intermediary are right.

    `original`: blob of the intermediary's signed answer; `vermittler`: DER of the certificate that signed it.
    """

    message_id: MessageId
    eingang: datetime
    """Creation: stored on the receiving device, the legal time of receipt (§ 130a (5) ZPO)."""
    weitergeleitet: datetime | None
    empfangen: datetime | None
    betreff: str | None
    original: Anhang
    vermittler: bytes


@dataclass(frozen=True, slots=True)
class Annahme:
    """The intermediary's verified answer to a delivery."""

    codes: tuple[str, ...]
    original: Anhang
    vermittler: bytes


class NotReached(GegenstelleFailed):
    """There was no connection: not a byte was sent, trying again is safe."""

    code = "nicht-erreicht"


class AntwortLost(GegenstelleFailed):
    """The delivery may or may not have been stored: nothing may be sent before that is known."""

    code = "antwort-verloren"


class UebergabeRefused(GegenstelleFailed):
    """The intermediary said no, verifiably: nothing was stored."""

    code = "uebergabe-abgewiesen"


class MessageIdSpent(GegenstelleFailed):
    """The message id is unknown to the intermediary or already used (OSCI 9801): ask for the Laufzettel."""

    code = "kennung-verbraucht"


class LaufzettelRefused(GegenstelleFailed):
    """The intermediary answered with a record that does not hold: signature, certificate or message id is wrong."""

    code = "laufzettel-ungueltig"


class DeliveryUnreadable(EingabeRefused):
    """The stored bytes are no delivery that our keys open."""

    code = "lieferung-unlesbar"


class Pruefergebnis(StrEnum):
    GUELTIG = "gueltig"
    UNBESTIMMT = "unbestimmt"
    UNGUELTIG = "ungueltig"


@dataclass(frozen=True, slots=True)
class Pruefschritt:
    """One line of the Prüfprotokoll: what was looked at, the result, and the reason in German."""

    was: str
    ergebnis: Pruefergebnis
    begruendung: str


@dataclass(frozen=True, slots=True)
class Zustellung:
    """A delivery from the mailbox, its original bytes durable in the blob store, not yet acknowledged."""

    message_id: MessageId
    original: Anhang


@dataclass(frozen=True, slots=True)
class Quittung:
    """The intermediary knows now that we have this delivery."""

    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Unquittierbar:
    """A delivery in an answer that does not hold: durable as it came, and nothing can acknowledge it.

    `osci_code`: what is wrong (9100 structure, 9601 signature ...). The intermediary keeps it and offers it again.
    """

    message_id: MessageId
    original: Anhang
    osci_code: str


Abholereignis = Zustellung | Quittung | Unquittierbar
Gehalten = Callable[[MessageId], Awaitable[bool]]
"""Whether this delivery is kept already and cannot be acknowledged: it need not be fetched again."""


@dataclass(frozen=True, slots=True)
class Lieferung:
    """A delivery read again from its original bytes: decrypted, every signature checked, nothing hidden.

    `anhaenge` hold what could be read; `schritte` say how far it can be trusted.
    """

    message_id: MessageId
    eingang: datetime | None
    betreff: str | None
    absender: SafeId | None
    absender_name: str | None
    absender_certificate: bytes | None
    absender_cipher_certificate: bytes | None
    aktenzeichen_absender: str | None
    aktenzeichen_empfaenger: str | None
    anhaenge: tuple[Anhang, ...]
    schritte: tuple[Pruefschritt, ...]
    kopf: EgvpKopf | None = None
    visitenkarte: Visitenkarte | None = None
    weitergeleitet: datetime | None = None
    empfangen: datetime | None = None
    vermittler_certificate: bytes | None = None
    """DER of the certificate that signed the transport to us."""


class Postfach(Protocol):
    """A mailbox of the authority. Network errors are GegenstelleFailed (try again); see the single methods."""

    @property
    def name(self) -> str: ...

    @property
    def safe_id(self) -> SafeId: ...

    async def new_message_id(self) -> MessageId: ...

    async def prepare(self, auftrag: Auftrag) -> Vorbereitet:
        """Builds the delivery into the blob store. No network."""
        ...

    async def hand_over(self, vorbereitet: Vorbereitet) -> Annahme:
        """Sends the prepared bytes. Raises NotReached, AntwortLost, UebergabeRefused or MessageIdSpent."""
        ...

    async def handed_over(self, vorbereitet: Vorbereitet) -> tuple[Teil, ...]:
        """What the signed bytes of a delivery really hold, read from them and not from our records. No network."""
        ...

    async def fetch_laufzettel(self, message_id: MessageId) -> Laufzettel | None:
        """The record of a delivery, or None when the intermediary verifiably has none. Raises LaufzettelRefused."""
        ...

    def collect(self, gehalten: Gehalten) -> AsyncIterator[Abholereignis]:
        """What waits in the mailbox. Going on after a Zustellung acknowledges it; stopping early does not.

        A delivery that cannot be fetched stops no other: it ends the round with GegenstelleFailed, after all others.
        """
        ...

    async def open_delivery(self, original: str, am: datetime | None = None) -> Lieferung:
        """Reads the delivery whose original bytes are the blob `original`. No network. Raises DeliveryUnreadable.

        `am`: when it came; what its algorithms were worth then is what counts. None: now.
        """
        ...
