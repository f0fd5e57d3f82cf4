"""Attachments of one XML document: found, decrypted and hashed once, released after their tag proved right."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import BinaryIO

from osci import algorithms as a
from osci.ciphers import Method, decrypt_to_spool
from osci.encryption import parse_method
from osci.errors import RemoteProtocolError, invalid
from osci.parts import ReceivedPart, new_digesters
from osci.policy import Policy
from osci.spool import append
from osci.types import ChunkSource
from osci.xml import Element


@dataclass(frozen=True, slots=True)
class Carrier:
    """Key carrier of an encrypted attachment (section 3.10): its EncryptionMethod element and raw key."""

    method: Element
    key: bytes


@dataclass(frozen=True, slots=True)
class OpenedPart:
    """Plaintext of an attachment; `digests` by URI, SHA-256 always among them."""

    length: int
    source: ChunkSource
    digests: Mapping[str, bytes]
    content_type: str
    method: Method | None


@dataclass(slots=True)
class AttachmentOpener:
    """`wanted`: digest URIs that signatures of the document need, by attachment name. `encrypted`: of the document."""

    parts: Mapping[str, ReceivedPart]
    carriers: Mapping[str, Carrier]
    wanted: Mapping[str, Set[str]]
    encrypted: bool
    policy: Policy
    spool: BinaryIO
    referred: set[str]
    _done: dict[str, OpenedPart | RemoteProtocolError] = field(default_factory=dict)

    def open(self, name: str) -> OpenedPart:
        """RemoteProtocolError 9100 (part or key missing) or 9202 (changed); the same answer each time."""
        if name not in self._done:
            self.referred.add(name)
            try:
                self._done[name] = self._open(name)
            except RemoteProtocolError as error:
                self._done[name] = error
        result = self._done[name]
        if isinstance(result, RemoteProtocolError):
            raise RemoteProtocolError(result.code, result.text) from result
        return result

    def digest(self, name: str, method: str) -> bytes | None:
        """Digest of the plaintext, None where it cannot be had."""
        try:
            return self.open(name).digests.get(method)
        except RemoteProtocolError:
            return None

    def _open(self, name: str) -> OpenedPart:
        part = self.parts.get(name)
        if part is None:
            raise invalid(f"attachment {name!r} is missing")
        carrier = self.carriers.get(name)
        if carrier is not None:
            return self._decrypted(name, part, carrier)
        if self.encrypted:
            raise invalid(f"there is no key for attachment {name!r}")
        return self._plain(name, part)

    def _decrypted(self, name: str, part: ReceivedPart, carrier: Carrier) -> OpenedPart:
        method = parse_method(carrier.method, self.policy)
        hashes = new_digesters(self.wanted.get(name, frozenset()) | {a.SHA256})
        try:
            opened = decrypt_to_spool(method, carrier.key, part.decoded(), self.spool, hashes.values())
        except RemoteProtocolError as error:
            raise RemoteProtocolError(error.code, f"attachment {name!r}: {error.text}") from error
        digests = {uri: h.digest() for uri, h in hashes.items()}
        return OpenedPart(opened.length, opened.chunks, digests, part.head.content_type, method)

    def _plain(self, name: str, part: ReceivedPart) -> OpenedPart:
        content = append(self.spool, part.decoded()) if part.head.is_base64 else part.raw
        missing = (self.wanted.get(name, frozenset()) | {a.SHA256}) - part.digests.keys()
        digests = {**part.digests, **_hash(content.chunks(), missing)}
        return OpenedPart(content.length, content.chunks, digests, part.head.content_type, None)


def _hash(chunks: Iterator[bytes], methods: Set[str]) -> dict[str, bytes]:
    if not methods:
        return {}
    hashes = new_digesters(methods)
    for chunk in chunks:
        for digester in hashes.values():
            digester.update(chunk)
    return {uri: h.digest() for uri, h in hashes.items()}
