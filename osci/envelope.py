"""The SOAP envelope taken apart and held against the structure of sections 3.3, 3.5 and chapter 4."""

from dataclasses import dataclass

from osci import constants as k
from osci.blocks import parse_certificates, parse_control_block, parse_features, parse_quality
from osci.c14n import canonical
from osci.certificates import Certificates
from osci.constants import OSCI, OSCI2017, SOAP
from osci.content import StoredPackage
from osci.errors import invalid
from osci.jobs_read import Common, Extras, read_job
from osci.layout import BY_SCHEMA_LOCATION, LAYOUTS, Layout, signature_block
from osci.messages import Fault, Message
from osci.signature import ParsedSignature, parse_signature
from osci.types import MessageType, Role, Use
from osci.xml import Element, parse

_ONCE = {"DesiredLanguages", "IntermediaryCertificates", "NonIntermediaryCertificates"}


@dataclass(frozen=True, slots=True)
class Envelope:
    """A parsed envelope. `signable` are the elements that a transport signature has to cover, by Id."""

    kind: MessageType
    root: Element
    document: bytes
    headers: tuple[Element, ...]
    body: Element
    signature: ParsedSignature | None
    signable: dict[str, Element]

    @property
    def layout(self) -> Layout:
        return LAYOUTS[self.kind]

    @property
    def package(self) -> Element | None:
        return self.body.child(OSCI, "ContentPackage") if self.kind in LAYOUTS and self.layout.package else None


def parse_envelope(document: bytes) -> Envelope:
    """Structure of the message; RemoteProtocolError 9100 for everything that OSCI does not allow."""
    root = parse(document)
    if not root.is_(SOAP, "Envelope") or ":" not in root.name:
        raise invalid("the root is not a SOAP envelope")
    kind = _message_type(root)
    check_ids(root)
    headers, body = _split(root)
    if kind in {MessageType.FAULT, MessageType.ENCRYPTED}:
        return Envelope(kind, root, document, headers, body, None, {})
    signature = _check_headers(kind, headers)
    signable = {_id(e): e for e in (*headers, body) if e is not signature}
    parsed = _signature(signature) if signature else None
    return Envelope(kind, root, document, headers, body, parsed, signable)


def _signature(block: Element) -> ParsedSignature:
    children = block.elements()
    if len(children) != 1 or not children[0].is_(k.DS, "Signature"):
        raise invalid(f"{block.local} holds something else than one signature")
    return parse_signature(children[0])


def read_fault(envelope: Envelope) -> Fault:
    """Section 3.14: faultcode, faultstring and osci:Code are needed."""
    fault = envelope.body.need(SOAP, "Fault")
    found = {e.local: e for e in fault.elements()}
    if not {"faultcode", "faultstring", "detail"} <= found.keys():
        raise invalid("a fault without faultcode, faultstring or detail")
    code = found["detail"].need(OSCI, "Code").text().strip()
    server = found["faultcode"].text().strip().endswith(":Server")
    return Fault(code=code, text=found["faultstring"].text(), client_at_fault=not server)


def read_typed(envelope: Envelope, package: StoredPackage) -> Message:
    """The message dataclass out of the envelope."""
    if envelope.kind is MessageType.FAULT:
        return read_fault(envelope)
    job = _job(envelope)
    features = _block(envelope, OSCI2017, "FeatureDescription")
    common = Common(
        control_block=parse_control_block(envelope.headers[0]),
        certificates=read_certificates(envelope),
        features=parse_features(features) if features else None,
        custom_headers=tuple(canonical(e) for e in envelope.headers if _is_custom(e)),
    )
    languages = _block(envelope, OSCI, "DesiredLanguages")
    quality = parse_quality([e for e in envelope.headers if e.is_(OSCI, "QualityOfTimestamp")])
    extras = Extras(languages.get("LanguagesList") if languages else None, quality, package)
    return read_job(envelope.kind, job, common, extras)


def read_certificates(envelope: Envelope) -> Certificates:
    """Certificates of both blocks; an answer must not carry a cipher certificate of the intermediary (chapter 6)."""
    ours = _block(envelope, OSCI, "IntermediaryCertificates")
    others = _block(envelope, OSCI, "NonIntermediaryCertificates")
    found = Certificates()
    for block in (ours, others):
        found += parse_certificates(block) if block else Certificates()
    if envelope.kind.is_response and found.find(Role.INTERMEDIARY, Use.CIPHER):
        raise invalid("CipherCertificateIntermediary in an answer")
    return found


def _message_type(root: Element) -> MessageType:
    """Section 3.3: the literal attribute xsi:schemaLocation, compared as a string."""
    location = root.get("xsi:schemaLocation")
    if location is None:
        if any(ns == k.XSI for _, ns, _ in root.attributes):
            raise invalid("schemaLocation under another prefix than xsi")
        return MessageType.FAULT
    kind = BY_SCHEMA_LOCATION.get(location)
    if kind is None or root.context.get("xsi") != k.XSI:
        raise invalid("unknown schemaLocation")
    return kind


def check_ids(root: Element) -> None:
    """Ids are unique in the document they stand in (sections 3.3, 3.8)."""
    seen: set[str] = set()
    for found in root.walk():
        for name, _, value in found.attributes:
            if name == "Id":
                if not value or value in seen:
                    raise invalid("an empty or repeated Id")
                seen.add(value)


def _split(root: Element) -> tuple[tuple[Element, ...], Element]:
    children = root.elements()
    header = children[0] if len(children) == 2 else None
    body = children[-1] if children else None
    if body is None or len(children) > 2 or not body.is_(SOAP, "Body"):
        raise invalid("an envelope needs one Body, after at most one Header")
    if header is not None and not header.is_(SOAP, "Header"):
        raise invalid("an envelope starts with its Header")
    return (tuple(header.elements()) if header else ()), body


def _check_headers(kind: MessageType, headers: tuple[Element, ...]) -> Element | None:
    """Order and number of the blocks; returns the signature block."""
    if not headers or not headers[0].is_(OSCI, "ControlBlock"):
        raise invalid("the ControlBlock is not the first header block")
    seen: set[str] = set()
    for block in headers:
        if block.namespace not in {OSCI, OSCI2017} or block.local == "QualityOfTimestamp":
            continue
        if block.local in seen:
            raise invalid(f"header block {block.local} twice")
        seen.add(block.local)
        if not _is_known(kind, block):
            raise invalid(f"header block {block.local} does not belong into {kind.value}")
    return next((b for b in headers if b.is_(OSCI, signature_block(kind))), None)


def _is_known(kind: MessageType, block: Element) -> bool:
    if block.namespace == OSCI2017 and block.local == "FeatureDescription":
        return True
    layout = LAYOUTS[kind]
    if not layout.in_body and block.is_(layout.namespace, kind.value):
        return True
    return block.namespace == OSCI and (block.local in {*_ONCE, "ControlBlock", signature_block(kind)})


def _id(found: Element) -> str:
    value = found.get("Id")
    if value is None:
        raise invalid(f"{found.local} without Id")
    return value


def _is_custom(block: Element) -> bool:
    return block.namespace not in {OSCI, OSCI2017}


def _block(envelope: Envelope, namespace: str, local: str) -> Element | None:
    return next((e for e in envelope.headers if e.is_(namespace, local)), None)


def _job(envelope: Envelope) -> Element:
    layout, name = envelope.layout, envelope.kind.value
    if layout.in_body:
        return envelope.body.need(layout.namespace, name)
    found = _block(envelope, layout.namespace, name)
    if found is None:
        raise invalid(f"{name} has no header block of that name")
    _check_body(envelope)
    return found


def _check_body(envelope: Envelope) -> None:
    children = envelope.body.elements()
    allowed = 1 if envelope.layout.package else 0
    if len(children) > allowed or any(not e.is_(OSCI, "ContentPackage") for e in children):
        raise invalid("the Body holds something that its message type does not know")
