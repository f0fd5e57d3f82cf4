"""Writing a message: header blocks, body, transport signature, MIME (chapters 3 and 4)."""

from osci import algorithms as a
from osci import constants as k
from osci.blocks import (
    control_block_xml,
    features_xml,
    intermediary_xml,
    languages_xml,
    others_xml,
    quality_xml,
)
from osci.body_writer import Block, Body, write_body
from osci.built import Built
from osci.c14n import canonical, escape_text
from osci.constants import NEXT, NS5
from osci.errors import LocalProtocolError, RemoteProtocolError
from osci.feedback import feedback
from osci.frame_writer import framed
from osci.jobs_write import job_block
from osci.keys import SigningKey
from osci.layout import LAYOUTS, schema_location, signature_block
from osci.messages import Message, Request
from osci.messages.base import QualityOfTimestamp
from osci.policy import Policy
from osci.signature import Reference, digest, signature_xml
from osci.types import SpoolFactory, Use
from osci.xml import check_document, parse

__all__ = ["Built", "write_fault", "write_message"]


def write_message(message: Message, signer: SigningKey | None, spool_factory: SpoolFactory, policy: Policy) -> Built:
    """The inner MIME message, signed by `signer`, whose certificate stands in the message under the sending role.

    LocalProtocolError: no certificate for a signer or reader, names outside the safe alphabet, algorithms outside the
    policy, no signer although the policy requires signatures. Faults are written by `write_fault`.
    """
    if message.type not in LAYOUTS:
        raise LocalProtocolError(f"{message.type.value} is not written by this function")
    if signer is None and policy.require_signed:
        raise LocalProtocolError(f"policy {policy.name} requires a signature")
    try:
        return _write(message, signer, spool_factory, policy)
    except UnicodeEncodeError as error:
        raise LocalProtocolError("a text with half a surrogate pair cannot be written") from error


def _write(message: Message, signer: SigningKey | None, spool_factory: SpoolFactory, policy: Policy) -> Built:
    body = write_body(message, spool_factory, policy)
    blocks = _header_blocks(message)
    signature = _signature(message, signer, [*blocks, body.block], body, policy) if signer else ""
    header = blocks[0].xml + signature + "".join(block.xml for block in blocks[1:])
    start = f'<soap:Envelope{NS5} xsi:schemaLocation="{schema_location(message.type)}">'
    envelope = f"{start}<soap:Header>{header}</soap:Header>{body.block.xml}</soap:Envelope>".encode()
    _check_written(envelope)
    return framed(envelope, body.parts, body.record)


def write_fault(code: str, text: str | None = None, *, client_at_fault: bool = True) -> Built:
    """A SOAP fault (section 3.14), with our standard text for the code by default; never signed or encrypted."""
    text = feedback(code)[0].text if text is None else text
    envelope = (
        f'<soap:Envelope xmlns:soap="{k.SOAP}" xmlns:osci="{k.OSCI}"><soap:Body><soap:Fault>'
        f"<faultcode>soap:{'Client' if client_at_fault else 'Server'}</faultcode>"
        f"<faultstring>{escape_text(text)}</faultstring><detail><osci:Code>{escape_text(code)}</osci:Code></detail>"
        "</soap:Fault></soap:Body></soap:Envelope>"
    )
    return framed(envelope.encode(), (), None)


def _check_written(envelope: bytes) -> None:
    """Nothing leaves that we would not read: size, characters that XML has not, Ids of foreign parts that collide."""
    try:
        check_document(envelope)
    except RemoteProtocolError as error:
        raise LocalProtocolError(f"the message cannot be written: {error.text}") from error


# header


def _header_blocks(message: Message) -> list[Block]:
    """In the order of chapter 4, without the signature."""
    written = [control_block_xml(message.control_block)]
    if isinstance(message, Request) and message.languages is not None:
        written.append(languages_xml(message.languages))
    quality = getattr(message, "quality", None)
    if isinstance(quality, QualityOfTimestamp):
        written += quality_xml(quality)
    if not LAYOUTS[message.type].in_body:
        written.append(job_block(message))
    written += [intermediary_xml(message.certificates), others_xml(message.certificates)]
    if message.features is not None:
        written.append(features_xml(message.features))
    blocks = [_own_block(xml) for xml in written if xml]
    return [*blocks, *(_custom_block(raw) for raw in message.custom_headers)]


def _own_block(xml: str) -> Block:
    """Our own blocks are written canonically (chapter 13, no. 1)."""
    start = xml.index(' Id="') + 5
    return Block(xml[start : xml.index('"', start)], xml, xml.encode())


def _custom_block(raw: bytes) -> Block:
    """A custom header is digested in the context it will stand in."""
    try:
        found = parse(b"<x" + NS5.encode() + b">" + raw + b"</x>").elements()
    except RemoteProtocolError as error:
        raise LocalProtocolError(f"a custom header is not one XML element: {error.text}") from error
    identifier = found[0].get("Id") if len(found) == 1 else None
    if not identifier:
        raise LocalProtocolError("a custom header is one element with an Id")
    if found[0].namespace in {k.OSCI, k.OSCI2017}:
        raise LocalProtocolError("a custom header has a namespace of its own")
    form = canonical(found[0])
    return Block(identifier, form.decode(), form)


# signature


def _signature(message: Message, signer: SigningKey, blocks: list[Block], body: Body, policy: Policy) -> str:
    role = LAYOUTS[message.type].signer
    entry = message.certificates.by_der(signer.certificate, Use.SIGNATURE)
    if entry is None or entry.role is not role:
        raise LocalProtocolError(f"the signer's certificate is not the SignatureCertificate{role} of the message")
    method = policy.choice.digest
    references = [Reference(f"#{b.id}", (a.C14N,), method, digest(method, b.canonical)) for b in blocks]
    if len({b.id for b in blocks}) != len(blocks):
        raise LocalProtocolError("two header blocks have the same Id")
    references += [Reference(f"cid:{p.content_id}", (), method, body.digests[p.content_id]) for p in body.parts]
    name = signature_block(message.type)
    signature = signature_xml(signer, references, entry.id, policy)
    return f'<osci:{name} Id="{name.lower()}"{NEXT}>{signature}</osci:{name}>'
