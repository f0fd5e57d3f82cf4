"""What a delivery carries: containers with contents, as a writer is given them (sections 3.8 to 3.10)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from osci.errors import LocalProtocolError
from osci.keys import SigningKey
from osci.types import ChunkSource

SAFE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""Reference ids of attachments; other characters break peers that write them unescaped (chapter 9, no. 3)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file. `name` is its reference id (safe alphabet), `length` bytes come from `chunks()` on each call."""

    name: str
    length: int
    chunks: ChunkSource
    content_type: str = "application/octet-stream"

    def __post_init__(self) -> None:
        if not SAFE_NAME.fullmatch(self.name):
            raise LocalProtocolError(f"attachment name outside the safe alphabet: {self.name!r}")
        if "\r" in self.content_type or "\n" in self.content_type or not self.content_type.isascii():
            raise LocalProtocolError("a content type is one line of ASCII")


@dataclass(frozen=True, slots=True)
class DataContent:
    """Bytes that stand in the XML itself: short texts, small XML documents."""

    data: bytes
    id: str | None = None


@dataclass(frozen=True, slots=True)
class AttachmentContent:
    attachment: Attachment
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ContainerContent:
    container: "ContentContainer"
    id: str | None = None


Content = DataContent | AttachmentContent | ContainerContent


@dataclass(frozen=True, slots=True)
class ContentContainer:
    """Contents, signed by each of `signers` (originator or other authors) and readable by anyone who sees it.

    Ids are given where the caller cares (EGVP: `project_coco`), else counted up in the message.
    """

    contents: tuple[Content, ...]
    id: str | None = None
    signers: tuple[SigningKey, ...] = ()
    encrypted: tuple["EncryptedContainer", ...] = ()

    def attachments(self) -> Iterator[Attachment]:
        """All attachments referred to, nested containers included, encrypted parts not."""
        for content in self.contents:
            if isinstance(content, AttachmentContent):
                yield content.attachment
            elif isinstance(content, ContainerContent):
                yield from content.container.attachments()


@dataclass(frozen=True, slots=True)
class EncryptedContainer:
    """A container for the holders of `readers` (DER cipher certificates) alone; its attachments are encrypted too."""

    container: ContentContainer
    readers: tuple[bytes, ...]
    id: str | None = None

    def __post_init__(self) -> None:
        if not self.readers:
            raise LocalProtocolError("an encrypted container needs at least one reader")


@dataclass(frozen=True, slots=True)
class ContentPackage:
    """The fresh content of a delivery."""

    items: tuple[ContentContainer | EncryptedContainer, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME part as it was transferred. `headers` are the lines besides id, type, encoding and length.

    `chunks()` gives `length` bytes exactly as they stood on the wire (base64 text where `encoding` says so).
    """

    content_id: str
    content_type: str
    encoding: str
    length: int
    chunks: ChunkSource
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPackage:
    """The content of a message that was read, to be passed on unchanged (chapter 13, no. 5).

    `xml` is everything between the tags of ContentPackage, byte for byte, meant to stand in exactly the NS5 context.
    """

    xml: bytes = b""
    parts: tuple[Part, ...] = field(default=())


Package = ContentPackage | StoredPackage
