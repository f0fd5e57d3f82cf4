"""The Body of a message that is being written, with its parts and what the transport signature needs of both."""

from dataclasses import dataclass

from osci.attachment_writer import AttachmentWriter
from osci.built import ContentRecord
from osci.c14n import canonical
from osci.constants import NS5
from osci.content import ContentPackage, Part, StoredPackage
from osci.content_writer import PackageWriter
from osci.errors import LocalProtocolError
from osci.jobs_write import job_body
from osci.layout import LAYOUTS
from osci.messages import Message
from osci.parts import decoded_digest
from osci.policy import Policy
from osci.types import SpoolFactory
from osci.xml import parse


@dataclass(frozen=True, slots=True)
class Block:
    """A header block or the Body: what is written, and what is digested."""

    id: str
    xml: str
    canonical: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """`digests`: of each part as transferred, by Content-ID; `record`: of fresh content only."""

    block: Block
    parts: tuple[Part, ...]
    digests: dict[str, bytes]
    record: ContentRecord | None


def write_body(message: Message, spool_factory: SpoolFactory, policy: Policy) -> Body:
    """The Body that the message type wants; LocalProtocolError where its package is missing or cannot be written."""
    layout = LAYOUTS[message.type]
    if layout.in_body:
        return Body(_body_block(job_body(message)), (), {}, None)
    if not layout.package:
        return Body(_body_block(""), (), {}, None)
    package = getattr(message, "package", None)
    if isinstance(package, ContentPackage):
        attachments = AttachmentWriter(policy, spool_factory())
        writer = PackageWriter(message.certificates, policy, attachments)
        inner = writer.write(package)
        block = _fresh_body(f"<osci:ContentPackage>{inner}</osci:ContentPackage>")
        stored = attachments.stored.values()
        digests = {s.part.content_id: s.transfer_digest for s in stored}
        return Body(block, tuple(s.part for s in stored), digests, ContentRecord(tuple(writer.records)))
    if isinstance(package, StoredPackage):
        block = _parsed_body(b"<osci:ContentPackage>" + package.xml + b"</osci:ContentPackage>")
        return Body(block, package.parts, _stored_digests(package, policy), None)
    raise LocalProtocolError(f"{message.type.value} needs a package")


def _body_block(inner: str) -> Block:
    xml = f'<soap:Body{NS5} Id="body">{inner}</soap:Body>'
    return Block("body", xml, xml.encode())


def _fresh_body(inner: str) -> Block:
    """Written canonically but for NS5, which each container repeats on its start tag."""
    start, end = f'<soap:Body{NS5} Id="body">', "</soap:Body>"
    return Block("body", f"{start}{inner}{end}", f"{start}{inner.replace(NS5, '')}{end}".encode())


def _parsed_body(inner: bytes) -> Block:
    """Stored content comes as it was written by somebody else: the digest needs real C14N."""
    xml = f'<soap:Body{NS5} Id="body">'.encode() + inner + b"</soap:Body>"
    return Block("body", xml.decode(), canonical(parse(xml)))


def _stored_digests(package: StoredPackage, policy: Policy) -> dict[str, bytes]:
    return {part.content_id: decoded_digest(part, policy.choice.digest) for part in package.parts}
