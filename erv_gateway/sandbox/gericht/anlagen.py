"""The attachments of a delivery, as the court took them out of the OSCI containers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from osci.opened import OpenedContent

MAX_READ: Final = 16 * 2**20
"""Small XML and signatures are read as a whole; documents never are."""


@dataclass(frozen=True, slots=True)
class Anlage:
    """A verified attachment. `length` in bytes, `sha256` lower-case hex."""

    name: str
    length: int
    sha256: str
    content: OpenedContent

    def chunks(self) -> Iterator[bytes]:
        return self.content.chunks()

    def read(self) -> bytes:
        """The whole attachment; nothing at all when it is too big for what is read this way."""
        return b"".join(self.chunks()) if self.length <= MAX_READ else b""


def anlage_of(content: OpenedContent) -> Anlage | None:
    """None for what is no attachment, or could not be verified."""
    if content.kind != "attachment" or content.length is None or content.sha256 is None:
        return None
    return Anlage(content.name or content.id, content.length, content.sha256, content)
