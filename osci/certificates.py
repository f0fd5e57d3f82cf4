"""Certificates that a message carries, by role and use (section 3.5)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from osci.types import Role, Use

_PREFIX = {Role.ORIGINATOR: "originator", Role.ADDRESSEE: "addressee", Role.INTERMEDIARY: "intermed"}


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """One certificate child of a certificate block; `id` is its Id on the wire, `der` the certificate."""

    role: Role
    use: Use
    id: str
    der: bytes

    @property
    def element(self) -> str:
        """Local name, e.g. `CipherCertificateAddressee`."""
        return f"{self.use}Certificate{self.role}"


@dataclass(frozen=True, slots=True)
class Certificates:
    """All certificates of IntermediaryCertificates and NonIntermediaryCertificates, in wire order."""

    entries: tuple[CertificateEntry, ...] = ()

    def find(self, role: Role, use: Use) -> bytes | None:
        """DER of the first certificate with this role and use, None if there is none."""
        return next((e.der for e in self.entries if e.role is role and e.use is use), None)

    def by_id(self, identifier: str) -> CertificateEntry | None:
        return next((e for e in self.entries if e.id == identifier), None)

    def by_der(self, der: bytes, use: Use) -> CertificateEntry | None:
        return next((e for e in self.entries if e.der == der and e.use is use), None)

    @property
    def intermediary(self) -> "Certificates":
        return Certificates(tuple(e for e in self.entries if e.role is Role.INTERMEDIARY))

    @property
    def others(self) -> "Certificates":
        return Certificates(tuple(e for e in self.entries if e.role is not Role.INTERMEDIARY))

    def __add__(self, other: "Certificates") -> "Certificates":
        return Certificates(self.entries + other.entries)

    def __iter__(self) -> Iterator[CertificateEntry]:
        return iter(self.entries)


def entry(role: Role, use: Use, der: bytes, number: int = 0) -> CertificateEntry:
    """An entry with an Id as the reference implementation makes it; `number` tells other authors and readers apart."""
    prefix = _PREFIX.get(role) or f"{'author' if role is Role.OTHER_AUTHOR else 'reader'}{number}"
    return CertificateEntry(role, use, f"{prefix}_{use.lower()}_{hashlib.sha256(der).hexdigest()}", der)


def originator(*, signature: bytes | None = None, cipher: bytes | None = None) -> Certificates:
    """The sender's certificates (DER), as a request carries them."""
    entries = []
    if cipher is not None:
        entries.append(entry(Role.ORIGINATOR, Use.CIPHER, cipher))
    if signature is not None:
        entries.append(entry(Role.ORIGINATOR, Use.SIGNATURE, signature))
    return Certificates(tuple(entries))


def intermediary(*, signature: bytes | None = None, cipher: bytes | None = None) -> Certificates:
    """The intermediary's certificates; an answer may carry only the signature certificate (chapter 6, no. 6)."""
    entries = []
    if cipher is not None:
        entries.append(entry(Role.INTERMEDIARY, Use.CIPHER, cipher))
    if signature is not None:
        entries.append(entry(Role.INTERMEDIARY, Use.SIGNATURE, signature))
    return Certificates(tuple(entries))
