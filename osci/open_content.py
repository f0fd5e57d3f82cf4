"""Opening the content of a delivery: decrypt, verify, release (sections 3.8 to 3.10)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from osci import base64text
from osci.certificates import CertificateEntry, Certificates
from osci.ciphers import decrypt_bytes
from osci.constants import DS, MAX_ENCRYPTED_CONTAINERS, OSCI, XENC
from osci.content_signature import check_container, wanted_digests
from osci.encryption import cipher_reference, parse_method, parse_transport, unwrap
from osci.envelope import check_ids
from osci.errors import RemoteProtocolError, invalid
from osci.keys import DecryptionKey
from osci.opened import ContentEncryption, OpenedContainer
from osci.opened_contents import read_contents
from osci.opened_parts import AttachmentOpener, Carrier
from osci.parts import ReceivedPart
from osci.policy import Policy
from osci.types import Problem, Use
from osci.xml import Element, parse


@dataclass(frozen=True, slots=True)
class _Document:
    """What all containers of one XML document share; `parent` is the Id of the container around."""

    opener: AttachmentOpener
    encryption: ContentEncryption | None
    parent: str | None


@dataclass(slots=True)
class PackageOpener:
    """Opens all containers of one message, once. `spool` takes the decrypted attachments."""

    certificates: Certificates
    parts: Mapping[str, ReceivedPart]
    keys: Sequence[DecryptionKey]
    policy: Policy
    spool: BinaryIO
    _referred: set[str] = field(default_factory=set)
    _incomplete: bool = False
    _encrypted_seen: int = 0

    def open(self, package: Element) -> tuple[OpenedContainer, ...]:
        """RemoteProtocolError 9100 where the package itself is malformed or has parts that nothing refers to."""
        found: list[OpenedContainer] = []
        for child in package.elements():
            if child.is_(OSCI, "ContentContainer"):
                found += self._guarded(child, self._plain(child))
            elif child.is_(XENC, "EncryptedData"):
                found += self._guarded(child, self._encrypted(child, None))
            else:
                raise invalid("something else than containers in ContentPackage")
        surplus = sorted(self.parts.keys() - self._referred)
        if surplus and not self._incomplete:
            raise invalid(f"parts that no content refers to: {', '.join(surplus)}")
        return tuple(found)

    def _guarded(self, element: Element, opened: Iterator[OpenedContainer]) -> Iterator[OpenedContainer]:
        """A container that cannot be opened becomes a value with a problem."""
        try:
            yield from opened
        except RemoteProtocolError as error:
            self._incomplete = True
            yield OpenedContainer(element.get("Id") or "", problems=(Problem(error.code, error.text),))

    def _plain(self, container: Element) -> Iterator[OpenedContainer]:
        yield from self._container(container, _Document(self._opener(container, encrypted=False), None, None))

    def _opener(self, root: Element, *, encrypted: bool) -> AttachmentOpener:
        wanted = wanted_digests(root)
        return AttachmentOpener(self.parts, _carriers(root), wanted, encrypted, self.policy, self.spool, self._referred)

    # encrypted containers

    def _encrypted(self, data: Element, parent: str | None) -> Iterator[OpenedContainer]:
        self._encrypted_seen += 1
        if self._encrypted_seen > MAX_ENCRYPTED_CONTAINERS:
            raise invalid(f"more than {MAX_ENCRYPTED_CONTAINERS} encrypted containers")
        encryption = self._describe(data)
        try:
            opened = self._decrypt(data, encryption)
        except RemoteProtocolError as error:
            self._incomplete = True
            yield OpenedContainer(encryption.id, encryption, problems=(Problem(error.code, error.text),), parent=parent)
            return
        if opened is None:
            self._incomplete = True
            yield OpenedContainer(encryption.id, encryption, locked=True, parent=parent)
            return
        root, reader = opened
        document = _Document(self._opener(root, encrypted=True), replace(encryption, opened_with=reader), parent)
        yield from self._container(root, document)

    def _describe(self, data: Element) -> ContentEncryption:
        wrapped = data.need(DS, "KeyInfo").all(XENC, "EncryptedKey")
        transports = [parse_transport(key.need(XENC, "EncryptionMethod")).algorithm for key in wrapped]
        return ContentEncryption(
            id=data.get("Id") or "",
            symmetric=data.need(XENC, "EncryptionMethod").get("Algorithm"),
            key_transport=transports[0] if transports else None,
            readers=tuple(self._reader(key) for key in wrapped),
        )

    def _reader(self, wrapped: Element) -> CertificateEntry:
        """Every EncryptedKey must point to a cipher certificate of the header, ours or not (section 3.10)."""
        method = wrapped.need(DS, "KeyInfo").need(DS, "RetrievalMethod")
        entry = self.certificates.by_id((method.get("URI") or "")[1:])
        if entry is None or entry.use is not Use.CIPHER:
            raise invalid("an EncryptedKey that points to no cipher certificate of the message")
        return entry

    def _decrypt(self, data: Element, encryption: ContentEncryption) -> tuple[Element, bytes] | None:
        """Root of the decrypted container and the certificate it was opened with; None without a key."""
        if cipher_reference(data) is not None:
            raise invalid("an encrypted container with CipherReference")
        wrapped_keys = data.need(DS, "KeyInfo").all(XENC, "EncryptedKey")
        for wrapped, entry in zip(wrapped_keys, encryption.readers, strict=True):
            key = next((key for key in self.keys if key.certificate == entry.der), None)
            if key is not None:
                method = parse_method(data.need(XENC, "EncryptionMethod"), self.policy)
                value = base64text.decode(data.need(XENC, "CipherData").need(XENC, "CipherValue").text())
                return _parse_container(decrypt_bytes(method, unwrap(wrapped, key, self.policy), value)), entry.der
        return None

    # containers

    def _container(self, container: Element, document: _Document) -> Iterator[OpenedContainer]:
        identifier = container.get("Id") or ""
        problems: list[Problem] = []
        contents = tuple(read_contents(container, document.opener, problems))
        yield OpenedContainer(
            id=identifier,
            encryption=document.encryption,
            signatures=check_container(container, document.opener, self.certificates, self.policy),
            unsafe_contents=contents,
            problems=tuple(problems),
            parent=document.parent,
        )
        inner = replace(document, parent=identifier)
        for child in container.elements():
            if child.is_(OSCI, "Content"):
                for nested in child.all(OSCI, "ContentContainer"):
                    yield from self._container(nested, inner)
            elif child.is_(XENC, "EncryptedData") and cipher_reference(child) is None:
                yield from self._guarded(child, self._encrypted(child, identifier))


def _parse_container(document: bytes) -> Element:
    root = parse(document)
    if not root.is_(OSCI, "ContentContainer"):
        raise invalid("what was encrypted is no ContentContainer")
    check_ids(root)
    return root


def _carriers(container: Element) -> dict[str, Carrier]:
    """Keys of encrypted attachments, which stand in the outermost container (section 3.10)."""
    found: dict[str, Carrier] = {}
    for data in container.all(XENC, "EncryptedData"):
        name = cipher_reference(data)
        if name is None:
            continue
        if name in found:
            raise invalid("two keys for the same attachment")
        key = base64text.decode(data.need(DS, "KeyInfo").need(DS, "MgmtData").text())
        found[name] = Carrier(data.need(XENC, "EncryptionMethod"), key)
    return found
