"""ASN.1 at byte level: foreign CMS is split, never decoded and encoded again: what was signed stays what it was.

BER with indefinite lengths is read, because old signature cards and mail programs write it.
"""

from dataclasses import dataclass
from typing import Final

from asn1crypto.core import ObjectIdentifier

MAX_DEPTH: Final = 40  # ours; a CMS with time stamp and chain nests about 15 deep
MAX_CHILDREN: Final = 10_000  # ours
CONSTRUCTED: Final = 0x20
END_OF_CONTENTS: Final = b"\x00\x00"


class TlvInvalid(ValueError):
    """The bytes are no ASN.1 that can be read."""


@dataclass(frozen=True, slots=True)
class Tlv:
    """One element: `tag` is its first byte, `content` without header (and without end-of-contents), `raw` with."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> tuple["Tlv", ...]:
        if not self.tag & CONSTRUCTED:
            raise TlvInvalid("the element has no children")
        return split(self.content)

    def child(self, position: int, tag: int) -> "Tlv":
        """The child at `position`, which must have this tag."""
        children = self.children()
        if position >= len(children) or children[position].tag != tag:
            raise TlvInvalid(f"no element with tag {tag:#04x} at place {position}")
        return children[position]


def parse(data: bytes) -> Tlv:
    """The one element in `data`. Zero bytes may follow, as in the reserved space of a PDF; anything else may not."""
    end = _end(data, 0, 0)
    if data[end:].strip(b"\x00"):
        raise TlvInvalid("other bytes follow the element")
    return _element(data, 0, end)


def split(content: bytes) -> tuple[Tlv, ...]:
    """The elements that follow each other in `content`."""
    found: list[Tlv] = []
    offset = 0
    while offset < len(content):
        if len(found) == MAX_CHILDREN:
            raise TlvInvalid(f"more than {MAX_CHILDREN} elements")
        end = _end(content, offset, 0)
        found.append(_element(content, offset, end))
        offset = end
    return tuple(found)


def oid(element: Tlv) -> str:
    """The dotted form of an OBJECT IDENTIFIER."""
    if element.tag != 0x06 or not element.content:
        raise TlvInvalid("not an object identifier")
    return str(ObjectIdentifier.load(element.raw, strict=True).dotted)


def der_header(tag: int, length: int) -> bytes:
    if length < 0x80:
        return bytes((tag, length))
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size)


def element_header(data: bytes, start: int) -> tuple[int, int | None]:
    """Where the content of the element at `start` begins, and its length (None: indefinite); it may be cut off."""
    return _header(data, start)


def _element(data: bytes, start: int, end: int) -> Tlv:
    first, length = _header(data, start)
    content = data[first : end - 2] if length is None else data[first:end]
    return Tlv(data[start], content, data[start:end])


def _header(data: bytes, start: int) -> tuple[int, int | None]:
    """Where the content begins, and its length; None: indefinite (X.690 §8.1.3)."""
    if start + 2 > len(data) or data[start] & 0x1F == 0x1F:
        raise TlvInvalid("truncated, or a tag number above 30")
    octet = data[start + 1]
    if octet < 0x80:
        return start + 2, octet
    size = octet & 0x7F
    if size == 0 and data[start] & CONSTRUCTED:
        return start + 2, None
    if not 1 <= size <= 8 or start + 2 + size > len(data):
        raise TlvInvalid("a length that cannot be read")
    return start + 2 + size, int.from_bytes(data[start + 2 : start + 2 + size])


def _end(data: bytes, start: int, depth: int) -> int:
    """The offset after the element at `start`."""
    if depth > MAX_DEPTH:
        raise TlvInvalid(f"nested deeper than {MAX_DEPTH}")
    offset, length = _header(data, start)
    if length is not None:
        if offset + length > len(data):
            raise TlvInvalid("an element is longer than its surroundings")
        return offset + length
    while data[offset : offset + 2] != END_OF_CONTENTS:
        if offset >= len(data):
            raise TlvInvalid("an indefinite length without end")
        offset = _end(data, offset, depth + 1)
    return offset + 2
