"""Attachment parts of a message that was read: where their bytes lie and what they hash to."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from osci import algorithms as a
from osci import constants as k
from osci.base64text import decode_chunks
from osci.content import Part
from osci.errors import LocalProtocolError, broken_mime
from osci.held import limited
from osci.mime import MimeReader
from osci.mime_headers import PartHead, check_charset, check_length
from osci.spool import Slice

if TYPE_CHECKING:
    from hashlib import _Hash

_OWN_HEADERS = {"content-id", "content-type", "content-transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """A MIME part. `raw` are its bytes on the wire; `digests` (by URI) are over the bytes without transfer coding."""

    head: PartHead
    raw: Slice
    digests: dict[str, bytes]

    def decoded(self) -> Iterator[bytes]:
        return decode_chunks(self.raw.chunks()) if self.head.is_base64 else self.raw.chunks()

    def stored(self) -> Part:
        """The part as it can be passed on."""
        others = tuple((n, v) for n, v in self.head.headers.items() if n not in _OWN_HEADERS)
        head = self.head
        return Part(head.id, head.content_type, head.encoding, self.raw.length, self.raw.chunks, others)


def read_xml_part(mime: MimeReader) -> bytes:
    """Body of the first part, which holds the envelope."""
    head = mime.next_part()
    if head is None:
        raise broken_mime("the message has no part")
    check_charset(head)
    document = b"".join(limited(mime.body(), k.MAX_XML_BYTES, "XML part"))
    return b"".join(decode_chunks((document,))) if head.is_base64 else document


def read_parts(mime: MimeReader, methods: Callable[[str], Iterable[str]], at: Slice) -> dict[str, ReceivedPart]:
    """All remaining parts by Content-ID. `methods` names the digest URIs wanted for a part; `at` holds the message."""
    found: dict[str, ReceivedPart] = {}
    while (head := mime.next_part()) is not None:
        if head.id in found:
            raise broken_mime("two MIME parts with the same Content-ID")
        if "content-transfer-encoding" not in head.headers:
            raise broken_mime("an attachment without Content-Transfer-Encoding")
        found[head.id] = _read_part(mime, head, methods(head.id), at)
    return found


def _read_part(mime: MimeReader, head: PartHead, methods: Iterable[str], at: Slice) -> ReceivedPart:
    hashes = new_digesters(methods)
    length = 0

    def counted() -> Iterator[bytes]:
        nonlocal length
        for chunk in mime.body():
            length += len(chunk)
            yield chunk

    for chunk in decode_chunks(counted()) if head.is_base64 else counted():
        for digester in hashes.values():
            digester.update(chunk)
    check_length(head, length)
    return ReceivedPart(head, at.part(head.body_offset, length), {m: h.digest() for m, h in hashes.items()})


def new_digesters(methods: Iterable[str]) -> "dict[str, _Hash]":
    """hashlib objects for the digest URIs that we know; unknown ones are left out."""
    known = {m: a.DIGESTS[m] for m in methods if m in a.DIGESTS}
    return {m: hashlib.new(name, usedforsecurity=False) for m, name in known.items()}


def decoded_digest(part: Part, method: str) -> bytes:
    """Digest of a stored part over the bytes without transfer coding, for the transport signature."""
    hashes = new_digesters((method,))
    if not hashes:
        raise LocalProtocolError(f"unknown digest algorithm {method}")
    chunks = part.chunks()
    for chunk in decode_chunks(chunks) if part.encoding.lower() == "base64" else chunks:
        hashes[method].update(chunk)
    return hashes[method].digest()
