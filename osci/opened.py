"""Containers and contents after opening: values that release their bytes only when all checks allow it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from osci.certificates import CertificateEntry
from osci.ciphers import Method
from osci.errors import RemoteProtocolError
from osci.signature import SignatureStatus
from osci.types import ChunkSource, Problem, Verdict

Kind = Literal["data", "attachment", "container"]


@dataclass(frozen=True, slots=True)
class ContentEncryption:
    """How a container was encrypted. `readers`: header entries that its key was wrapped for."""

    id: str
    symmetric: str | None
    key_transport: str | None
    readers: tuple[CertificateEntry, ...]
    opened_with: bytes | None = None


@dataclass(frozen=True, slots=True)
class OpenedContent:
    """One content. `length` and `sha256` (hex) are of the plaintext, None where it could not be had.

    `name` is the reference id of an attachment, or the Id of a nested container. `chunks()` gives verified bytes.
    """

    id: str
    kind: Kind
    name: str | None = None
    length: int | None = None
    sha256: str | None = None
    content_type: str | None = None
    method: Method | None = None
    source: ChunkSource | None = None

    def chunks(self) -> Iterator[bytes]:
        """Replayable; RemoteProtocolError where there is nothing to release."""
        if self.source is None:
            raise RemoteProtocolError("9202", f"content {self.id} has no verified bytes")
        return self.source()


@dataclass(frozen=True, slots=True)
class OpenedContainer:
    """A container after all checks. `locked`: no key for it here. `parent`: Id of the container it stands in.

    `id` is the container's Id, or that of its EncryptedData as long as it could not be opened.
    """

    id: str
    encryption: ContentEncryption | None = None
    locked: bool = False
    signatures: tuple[SignatureStatus, ...] = ()
    unsafe_contents: tuple[OpenedContent, ...] = ()
    problems: tuple[Problem, ...] = ()
    parent: str | None = None

    @property
    def verdict(self) -> Verdict:
        """VALID: readable and nothing wrong. A container without signature is VALID if the rest is right."""
        verdicts = {s.verdict for s in self.signatures}
        if self.problems or Verdict.INVALID in verdicts:
            return Verdict.INVALID
        return Verdict.INDETERMINATE if self.locked or Verdict.INDETERMINATE in verdicts else Verdict.VALID

    @property
    def contents(self) -> tuple[OpenedContent, ...]:
        """The contents if the container is VALID, else RemoteProtocolError. `unsafe_contents` gives them regardless."""
        for problem in self.problems:
            raise RemoteProtocolError(problem.code, problem.text)
        for status in self.signatures:
            if status.verdict is not Verdict.VALID:
                raise RemoteProtocolError(status.code or "9601", "; ".join(status.reasons))
        if self.locked:
            raise RemoteProtocolError("9202", f"no key for container {self.id}")
        return self.unsafe_contents
