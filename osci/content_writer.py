"""Content of a delivery as XML and MIME parts: signed, then encrypted (sections 3.8 to 3.10)."""

from dataclasses import dataclass, field

from osci import algorithms as a
from osci import base64text
from osci.attachment_writer import AttachmentWriter
from osci.built import ContainerRecord
from osci.c14n import canonical_without_inherited
from osci.c14n import escape_attribute as esc
from osci.certificates import Certificates
from osci.ciphers import Secret, encrypt, new_secret
from osci.constants import NS5
from osci.content import (
    Attachment,
    AttachmentContent,
    ContainerContent,
    Content,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)
from osci.encryption import cipher_reference_xml, encrypted_key_xml, method_xml
from osci.errors import LocalProtocolError
from osci.keys import SigningKey
from osci.policy import Policy
from osci.signature import Reference, digest, signature_xml
from osci.types import Use
from osci.xml import parse

RESERVED_IDS = frozenset(
    {
        "body",
        "clientsignature",
        "controlblock",
        "desiredlanguages",
        "featuredescription",
        "intermediarycertificates",
        "nonintermediarycertificates",
        "qualityoftimestamp_creation",
        "qualityoftimestamp_reception",
        "suppliersignature",
    }
)
"""Ids of header blocks and Body (section 3.3)."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """XML of a part of a container and the references that a signature of the container needs for it."""

    xml: str
    references: tuple[Reference, ...]


@dataclass(slots=True)
class PackageWriter:
    """Writes one ContentPackage. `attachments` holds its MIME parts, `records` what was written.

    Ids are unique in the document they stand in: the message, or the encrypted container.
    """

    certificates: Certificates
    policy: Policy
    attachments: AttachmentWriter
    records: list[ContainerRecord] = field(default_factory=list)
    _ids: set[str] = field(default_factory=lambda: set(RESERVED_IDS))
    _counter: int = 0

    def write(self, package: ContentPackage) -> str:
        """The inside of osci:ContentPackage, encrypted data first. LocalProtocolError for what cannot be written."""
        encrypted = [self._encrypted(i) for i in package.items if isinstance(i, EncryptedContainer)]
        plain = [self._recorded(i, encrypted=False) for i in package.items if isinstance(i, ContentContainer)]
        return "".join((*encrypted, *plain))

    def _recorded(self, container: ContentContainer, *, encrypted: bool) -> str:
        names = {attachment.name for attachment in container.attachments()}
        identifier, xml = self._container(container, encrypted=encrypted)
        self.records.append(
            ContainerRecord(
                id=identifier,
                xml=xml.encode(),
                encrypted=encrypted,
                signers=tuple(signer.certificate for signer in container.signers),
                attachments=tuple(self.attachments.stored[name].record for name in sorted(names)),
            )
        )
        return xml

    # containers

    def _container(self, container: ContentContainer, *, encrypted: bool) -> tuple[str, str]:
        identifier = self._new_id(container.id, "contentcontainer")
        pieces = [self._content(content, encrypted=encrypted) for content in container.contents]
        pieces += [self._inner_encrypted(inner) for inner in container.encrypted]
        references = [reference for piece in pieces for reference in piece.references]
        signatures = "".join(self._signature(signer, references) for signer in container.signers)
        inner = signatures + "".join(piece.xml for piece in pieces)
        return identifier, f'<osci:ContentContainer{NS5} Id="{esc(identifier)}">{inner}</osci:ContentContainer>'

    def _signature(self, signer: SigningKey, references: list[Reference]) -> str:
        entry = self.certificates.by_der(signer.certificate, Use.SIGNATURE)
        if entry is None:
            raise LocalProtocolError("a content signer's certificate is not among the certificates of the message")
        return signature_xml(signer, references, entry.id, self.policy)

    def _content(self, content: Content, *, encrypted: bool) -> _Piece:
        identifier = self._new_id(content.id, "content")
        if isinstance(content, DataContent):
            return self._data(identifier, content.data)
        if isinstance(content, AttachmentContent):
            return self._attachment(identifier, content.attachment, encrypted=encrypted)
        return self._nested(identifier, content, encrypted=encrypted)

    def _data(self, identifier: str, data: bytes) -> _Piece:
        text = base64text.encode_lines(data)
        inner = f'<osci:Base64Content Id="{esc(identifier)}">{text}</osci:Base64Content>'
        reference = self._reference(f"#{identifier}", (a.BASE64,), data)
        return _Piece(f"<osci:Content>{inner}</osci:Content>", (reference,))

    def _attachment(self, identifier: str, attachment: Attachment, *, encrypted: bool) -> _Piece:
        stored = self.attachments.store(attachment, encrypted=encrypted)
        tail = f' Id="{esc(identifier)}" href="cid:{esc(attachment.name)}"></osci:Content>'
        signed = f"<osci:Content{NS5}{tail}".encode()
        method = self.policy.choice.digest
        cid = Reference(f"cid:{attachment.name}", (), method, stored.plain_digest)
        return _Piece(f"<osci:Content{tail}", (self._reference(f"#{identifier}", (a.C14N,), signed), cid))

    def _nested(self, identifier: str, content: ContainerContent, *, encrypted: bool) -> _Piece:
        _, inner = self._container(content.container, encrypted=encrypted)
        inner = inner.replace(NS5, "")
        start, end = f' Id="{esc(identifier)}">', "</osci:Content>"
        signed = f"<osci:Content{NS5}{start}{inner}{end}".encode()
        references = [self._reference(f"#{identifier}", (a.C14N,), signed)]
        for name in sorted({attachment.name for attachment in content.container.attachments()}):
            references.append(
                Reference(f"cid:{name}", (), self.policy.choice.digest, self.attachments.stored[name].plain_digest)
            )
        return _Piece(f"<osci:Content{start}{inner}{end}", tuple(references))

    def _reference(self, uri: str, transforms: tuple[str, ...], data: bytes) -> Reference:
        method = self.policy.choice.digest
        return Reference(uri, transforms, method, digest(method, data))

    # encryption

    def _inner_encrypted(self, inner: EncryptedContainer) -> _Piece:
        """Encrypted for somebody inside a signed container: digested without declarations (chapter 9, no. 1)."""
        xml = self._encrypted(inner)
        root = parse(f"<x{NS5}>{xml}</x>".encode()).elements()[0]
        identifier = root.get("Id") or ""
        return _Piece(xml, (self._reference(f"#{identifier}", (a.C14N,), canonical_without_inherited(root)),))

    def _encrypted(self, encrypted: EncryptedContainer) -> str:
        outside, self._ids = self._ids, set()
        signed = self._recorded(encrypted.container, encrypted=True)
        end = "</osci:ContentContainer>"
        carriers = "".join(self._carrier(name) for name in _names(encrypted.container))
        document = f"{signed.removesuffix(end)}{carriers}{end}".encode()
        self._ids = outside
        secret = new_secret(self.policy)
        value = base64text.encode_lines(b"".join(encrypt(secret, (document,))))
        keys = "".join(self._reader_key(secret, reader) for reader in encrypted.readers)
        identifier = self._new_id(encrypted.id, "encdata_")
        return (
            f'<xenc:EncryptedData Id="{esc(identifier)}" MimeType="text/xml">{method_xml(secret.method)}'
            f"<ds:KeyInfo>{keys}</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue>"
            "</xenc:CipherData></xenc:EncryptedData>"
        )

    def _reader_key(self, secret: Secret, reader: bytes) -> str:
        entry = self.certificates.by_der(reader, Use.CIPHER)
        if entry is None:
            raise LocalProtocolError("a reader's certificate is not among the certificates of the message")
        method = f'<ds:RetrievalMethod Type="{a.X509_DATA}" URI="#{esc(entry.id)}"></ds:RetrievalMethod>'
        return encrypted_key_xml(secret.key, reader, method, self.policy)

    def _carrier(self, name: str) -> str:
        secret = self.attachments.stored[name].secret
        if secret is None:
            raise LocalProtocolError(f"attachment {name} is used both in plain and encrypted")
        key = base64text.encode_lines(secret.key)
        return (
            f'<xenc:EncryptedData Id="{esc(self._new_id(f"Attachment{name}", ""))}" MimeType="text/xml">'
            f"{method_xml(secret.method)}<ds:KeyInfo><ds:MgmtData>{key}</ds:MgmtData></ds:KeyInfo>"
            f"{cipher_reference_xml(name)}</xenc:EncryptedData>"
        )

    def _new_id(self, given: str | None, prefix: str) -> str:
        identifier = given
        while identifier is None or (given is None and identifier in self._ids):
            identifier = f"{prefix}{self._counter}"
            self._counter += 1
        if identifier in self._ids:
            raise LocalProtocolError(f"the Id {identifier!r} is used twice")
        self._ids.add(identifier)
        return identifier


def _names(container: ContentContainer) -> list[str]:
    return sorted({attachment.name for attachment in container.attachments()})
