"""Reading a message: undo transport encryption, check structure, check the transport signature, give typed values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from osci import algorithms as a
from osci import constants as k
from osci.base64text import decode_chunks
from osci.c14n import canonical
from osci.certificates import Certificates
from osci.ciphers import decrypt_to_spool, failed
from osci.content import StoredPackage
from osci.envelope import Envelope, parse_envelope, read_typed
from osci.errors import BrokenMime, RemoteProtocolError, invalid
from osci.held import Held
from osci.keys import DecryptionKey
from osci.messages import Message
from osci.mime import MimeReader
from osci.open_content import PackageOpener
from osci.opened import OpenedContainer
from osci.parts import ReceivedPart, read_parts, read_xml_part
from osci.policy import Policy
from osci.signature import UNSIGNED, Reference, SignatureStatus
from osci.spool import Slice
from osci.transport import TransportEncryption, open_transport
from osci.transport_signature import check_transport_signature
from osci.types import MessageType, SpoolFactory, Verdict


@dataclass(frozen=True, slots=True)
class Received:
    """A message that was read. Its content is reached through `message`, which holds against the policy.

    `inner` are the bytes of the inner MIME message as received (decrypted, verified by the GCM tag), replayable:
    the evidence. `envelope` is its XML part.
    """

    unsafe_message: Message
    transport_encryption: TransportEncryption
    transport_signature: SignatureStatus
    inner: Slice
    envelope: bytes
    policy: Policy
    spool_factory: SpoolFactory
    parsed: Envelope
    parts: dict[str, ReceivedPart]

    @property
    def message_type(self) -> MessageType:
        return self.parsed.kind

    @property
    def message(self) -> Message:
        """The typed message; RemoteProtocolError 9600/9601 unless its transport signature is what the policy demands.

        Faults are never signed. `unsafe_message` gives the values without this check, e.g. to answer with 9601.
        """
        self.require_signature()
        return self.unsafe_message

    def require_signature(self) -> None:
        status = self.transport_signature
        if self.message_type is MessageType.FAULT or status.verdict is Verdict.VALID:
            return
        if not status.present and not self.policy.require_signed:
            return
        raise RemoteProtocolError(status.code or "9601", "; ".join(status.reasons))

    @property
    def certificates(self) -> Certificates:
        return self.unsafe_message.certificates

    def open_containers(
        self,
        keys: Sequence[DecryptionKey],
        policy: Policy | None = None,
        spool_factory: SpoolFactory | None = None,
    ) -> tuple[OpenedContainer, ...]:
        """All content containers, decrypted where a key fits, with every signature, tag and digest checked.

        Nested containers follow their outer one. What is wrong stands in each container's `problems` and `signatures`.
        """
        package = self.parsed.package
        if package is None:
            return ()
        spool = (spool_factory or self.spool_factory)()
        return PackageOpener(self.certificates, self.parts, keys, policy or self.policy, spool).open(package)


def read_message(
    chunks: Iterable[bytes], keys: Sequence[DecryptionKey], policy: Policy, spool_factory: SpoolFactory
) -> Received:
    """Reads one message (raw HTTP body, MIME header lines included).

    RemoteProtocolError 9100: structure; 9200: encrypted for another certificate; 9202: decryption or its algorithms;
    NotAnOsciMessage: no MIME or no OSCI envelope. The outcome of the transport signature is stored, not raised.
    """
    held = Held(chunks)
    mime = MimeReader(held.chunks())
    envelope = parse_envelope(read_xml_part(mime))
    if envelope.kind is not MessageType.ENCRYPTED:
        spool = spool_factory()
        held.into(spool)
        return _read_inner(mime, envelope, Slice(spool, 0, 0), TransportEncryption(), policy, spool_factory)
    held.drop()
    encryption, inner = _decrypt(mime, envelope, keys, policy, spool_factory)
    return _read_decrypted(inner, encryption, policy, spool_factory)


def _read_decrypted(
    inner: Slice, encryption: TransportEncryption, policy: Policy, spool_factory: SpoolFactory
) -> Received:
    mime = MimeReader(inner.chunks())
    try:
        envelope = parse_envelope(read_xml_part(mime))
        if envelope.kind in {MessageType.ENCRYPTED, MessageType.FAULT}:
            raise invalid("an encrypted message inside an encrypted message, or an encrypted fault")
        return _read_inner(mime, envelope, inner, encryption, policy, spool_factory)
    except BrokenMime as error:
        raise BrokenMime("9202", f"what was encrypted is no MIME message: {error.text}") from error


def _read_inner(
    mime: MimeReader,
    envelope: Envelope,
    at: Slice,
    encryption: TransportEncryption,
    policy: Policy,
    spool_factory: SpoolFactory,
) -> Received:
    methods = {r.uri[4:]: r.digest_method for r in _references(envelope) if r.uri.startswith("cid:")}
    parts = read_parts(mime, lambda name: {methods.get(name, a.SHA256)}, at)
    message = read_typed(envelope, _stored(envelope, parts))
    status = UNSIGNED
    if envelope.signature is not None:
        status = check_transport_signature(envelope, parts, message.certificates, policy)
    return Received(
        unsafe_message=message,
        transport_encryption=encryption,
        transport_signature=status,
        inner=Slice(at.spool, 0, mime.position) if at.offset == 0 else at,
        envelope=envelope.document,
        policy=policy,
        spool_factory=spool_factory,
        parsed=envelope,
        parts=parts,
    )


def _references(envelope: Envelope) -> Iterator[Reference]:
    if envelope.signature is not None:
        yield from envelope.signature.references


def _stored(envelope: Envelope, parts: dict[str, ReceivedPart]) -> StoredPackage:
    package = envelope.package
    xml = b""
    if package is not None and package.elements():
        xml = _raw_children(envelope)
    return StoredPackage(xml, tuple(part.stored() for part in parts.values()))


def _raw_children(envelope: Envelope) -> bytes:
    """Source bytes between the tags of ContentPackage, or their canonical form if the context is not exactly NS5."""
    package = envelope.package
    if package is None:
        return b""
    children = package.elements()
    if dict(package.context) == dict(k.NS5_CONTEXT):
        return envelope.document[children[0].start : package.end]
    return b"".join(canonical(child) for child in children)


def _decrypt(
    mime: MimeReader, envelope: Envelope, keys: Sequence[DecryptionKey], policy: Policy, spool_factory: SpoolFactory
) -> tuple[TransportEncryption, Slice]:
    opening = open_transport(envelope.body, keys, policy)
    head = mime.next_part()
    if head is None or head.id != opening.content_id:
        raise failed("the encrypted part is missing or has another Content-ID than the CipherReference")
    if "content-transfer-encoding" not in head.headers:
        raise failed("the encrypted part has no Content-Transfer-Encoding")
    body = decode_chunks(mime.body()) if head.is_base64 else mime.body()
    inner = decrypt_to_spool(opening.method, opening.key, body, spool_factory())
    if mime.next_part() is not None:
        raise invalid("more parts than the encrypted one")
    return opening.encryption, inner
