"""A message that is ready to go, and what is to be remembered of its content."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from osci.spool import sha256_of
from osci.types import ChunkSource


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """An attachment as it was sent: the file itself, and its bytes as transferred (ciphertext where encrypted)."""

    name: str
    length: int
    sha256: str
    encrypted: bool
    transferred_length: int
    transferred_sha256: str


@dataclass(frozen=True, slots=True)
class ContainerRecord:
    """A container as it was signed. `xml`: its canonical bytes, root with NS5, without attachment key carriers."""

    id: str
    xml: bytes
    encrypted: bool
    signers: tuple[bytes, ...]
    attachments: tuple[AttachmentRecord, ...]


@dataclass(frozen=True, slots=True)
class ContentRecord:
    """What a delivery held, in plain: evidence that can be shown without any private key."""

    containers: tuple[ContainerRecord, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """Bytes of a message: `length`, and `source()` which gives them again and again, identically.

    `envelope` is the SOAP envelope of the (inner) message as signed, UTF-8 without XML declaration.
    """

    length: int
    source: ChunkSource
    envelope: bytes
    record: ContentRecord | None = None

    def chunks(self) -> Iterator[bytes]:
        return self.source()

    def sha256(self) -> str:
        """Lower-case hex over all bytes; one pass over the message per call."""
        return sha256_of(self.source())


def new_boundary() -> str:
    """24 random bytes as base64, as the reference implementation does (section 3.2), in its URL-safe alphabet."""
    return f"MIME_boundary_{secrets.token_urlsafe(24)}"
