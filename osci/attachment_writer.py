"""Attachments on their way into a message: encrypted, hashed before and after, spooled, in one pass (section 3.10)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from osci import algorithms as a
from osci.built import AttachmentRecord
from osci.ciphers import Secret, encrypt, new_secret
from osci.content import Attachment, Part
from osci.errors import LocalProtocolError
from osci.policy import Policy
from osci.spool import append


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """An attachment that lies ready as `part`. `secret` is None where it is not encrypted.

    `plain_digest` and `transfer_digest` are by the policy's digest algorithm, for content and transport signature.
    """

    record: AttachmentRecord
    part: Part
    plain_digest: bytes
    transfer_digest: bytes
    secret: Secret | None


@dataclass(slots=True)
class AttachmentWriter:
    """The attachments of one message, by name."""

    policy: Policy
    spool: BinaryIO
    stored: dict[str, StoredAttachment] = field(default_factory=dict)

    def store(self, attachment: Attachment, *, encrypted: bool) -> StoredAttachment:
        """LocalProtocolError: the name is taken, or `chunks()` gave another number of bytes than `length`."""
        if attachment.name in self.stored:
            raise LocalProtocolError(f"two attachments are called {attachment.name}")
        secret = new_secret(self.policy) if encrypted else None
        source = _Source(attachment, self.policy.choice.digest)
        transfer = _Transfer(self.policy.choice.digest)
        chunks = encrypt(secret, source.chunks()) if secret else source.chunks()
        lying = append(self.spool, transfer.chunks(chunks))
        source.check()
        record = AttachmentRecord(
            name=attachment.name,
            length=attachment.length,
            sha256=source.sha256,
            encrypted=encrypted,
            transferred_length=lying.length,
            transferred_sha256=transfer.sha256,
        )
        part = Part(attachment.name, attachment.content_type, "8-bit", lying.length, lying.chunks)
        stored = StoredAttachment(record, part, source.digest, transfer.digest, secret)
        self.stored[attachment.name] = stored
        return stored


class _Hashing:
    """SHA-256 for the record and the policy's digest for the signature, one object if they are the same."""

    def __init__(self, method: str) -> None:
        if method not in a.DIGESTS:
            raise LocalProtocolError(f"unknown digest algorithm {method}")
        self._record = hashlib.sha256()
        self._other = None if method == a.SHA256 else hashlib.new(a.DIGESTS[method], usedforsecurity=False)

    def update(self, chunk: bytes) -> None:
        self._record.update(chunk)
        if self._other is not None:
            self._other.update(chunk)

    @property
    def sha256(self) -> str:
        return self._record.hexdigest()

    @property
    def digest(self) -> bytes:
        return (self._other or self._record).digest()


class _Source(_Hashing):
    """Plaintext on its way; its length must be the promised one."""

    def __init__(self, attachment: Attachment, method: str) -> None:
        super().__init__(method)
        self._attachment = attachment
        self._length = 0

    def chunks(self) -> Iterator[bytes]:
        for chunk in self._attachment.chunks():
            self.update(chunk)
            self._length += len(chunk)
            yield chunk

    def check(self) -> None:
        if self._length != self._attachment.length:
            raise LocalProtocolError(f"attachment {self._attachment.name} gave {self._length} bytes, not its length")


class _Transfer(_Hashing):
    """The same bytes as they will be transferred."""

    def chunks(self, source: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in source:
            self.update(chunk)
            yield chunk
