"""MessageMetaData (OSCI MessageMetaData 2.0.2, XTA 2) as a custom header of a delivery, section 3.13."""

from dataclasses import dataclass
from typing import Final

from osci.errors import invalid
from osci.messages import Message
from osci.xml import Element, parse

NAMESPACE: Final = "http://www.osci.eu/ws/2014/10/transport"
WSA: Final = "http://www.w3.org/2005/08/addressing"
HEADER_ID: Final = "MetaData"


@dataclass(frozen=True, slots=True)
class Party:
    """PartyIdentifier: e.g. type `xoev`, identifier `ags:05315000`."""

    identifier: str
    type: str
    name: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A value of an XÖV code list. `payload_schema` only on the message type."""

    list_uri: str
    list_version: str
    code: str
    name: str | None = None
    payload_schema: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMetaData:
    """What a delivery says about itself. None or () where the header is silent; `size` in bytes.

    `business_scenario` is a ListedCode, or plain text where it is not defined anywhere.
    """

    author: Party | None = None
    sender: Party | None = None
    reply_to: Party | None = None
    reader: Party | None = None
    other_readers: tuple[Party, ...] = ()
    cc_readers: tuple[Party, ...] = ()
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    requester: str | None = None
    responder: str | None = None
    subject: str | None = None
    service: str | None = None
    business_scenario: ListedCode | str | None = None
    message_type: ListedCode | None = None
    service_quality: str | None = None
    times: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[ListedCode, str], ...] = ()
    size: int | None = None
    test: bool = False


def metadata_of(message: Message) -> MessageMetaData | None:
    """The MessageMetaData among the custom headers, None if there is none; RemoteProtocolError 9100 for several."""
    roots = [parse(_in_context(header)).elements()[0] for header in message.custom_headers]
    found = [root for root in roots if root.is_(NAMESPACE, "MessageMetaData")]
    if len(found) > 1:
        raise invalid("MessageMetaData twice")
    return _read(found[0]) if found else None


def _in_context(header: bytes) -> bytes:
    return b"<x>" + header + b"</x>"


# reading

TIMES: Final = ("Origin", "InitialSend", "NotBefore", "ObsoleteAfter", "Delivery", "InitialFetch", "Reception")
"""Moments of DeliveryAttributes, kept as the text of the wire (xsd:dateTime; ObsoleteAfter is a date)."""


def _read(root: Element) -> MessageMetaData:
    attributes = root.child(NAMESPACE, "DeliveryAttributes")
    origin, goal = root.child(NAMESPACE, "Originators"), root.child(NAMESPACE, "Destinations")
    others = goal.child(NAMESPACE, "OtherDestinations") if goal else None
    ids, qualifier = root.child(NAMESPACE, "MsgIdentification"), root.child(NAMESPACE, "Qualifier")
    process = ids.child(NAMESPACE, "ProcessRef") if ids else None
    return MessageMetaData(
        author=_party(origin, "Author"),
        sender=_party(origin, "Sender"),
        reply_to=_party(origin, "ReplyTo"),
        reader=_party(goal, "Reader"),
        other_readers=_identifiers(others, "OtherReaders"),
        cc_readers=_identifiers(others, "CcReaders"),
        message_id=_text(ids, "MessageID", WSA),
        in_reply_to=tuple(e.text() for e in ids.all(NAMESPACE, "In-Reply-To")) if ids else (),
        requester=_text(process, "Requester"),
        responder=_text(process, "Responder"),
        subject=_text(qualifier, "Subject"),
        service=_text(qualifier, "Service"),
        business_scenario=_scenario(qualifier),
        message_type=_code(qualifier.child(NAMESPACE, "MessageType")) if qualifier else None,
        service_quality=_text(attributes, "ServiceQuality"),
        times=tuple((name, value) for name in TIMES if (value := _text(attributes, name)) is not None),
        properties=_properties(root.child(NAMESPACE, "MessageProperties")),
        size=_size(root),
        test=root.get("TestMsg") in {"true", "1"},
    )


def _text(parent: Element | None, name: str, namespace: str = NAMESPACE) -> str | None:
    found = parent.child(namespace, name) if parent else None
    return found.text() if found else None


def _party(parent: Element | None, name: str) -> Party | None:
    found = parent.child(NAMESPACE, name) if parent else None
    return _identifier(found.need(NAMESPACE, "Identifier")) if found else None


def _identifiers(parent: Element | None, name: str) -> tuple[Party, ...]:
    return tuple(_identifier(e) for e in parent.all(NAMESPACE, name)) if parent else ()


def _identifier(found: Element) -> Party:
    return Party(found.text(), found.get("type") or "", found.get("name"), found.get("category"))


def _code(found: Element | None) -> ListedCode | None:
    if found is None:
        return None
    return ListedCode(
        list_uri=found.get("listURI") or "",
        list_version=found.get("listVersionID") or "",
        code=_text(found, "code", "") or "",
        name=_text(found, "name", ""),
        payload_schema=found.get("payloadSchema"),
    )


def _scenario(qualifier: Element | None) -> ListedCode | str | None:
    found = qualifier.child(NAMESPACE, "BusinessScenario") if qualifier else None
    if found is None:
        return None
    return _code(found.child(NAMESPACE, "Defined")) or _text(found, "Undefined")


def _properties(parent: Element | None) -> tuple[tuple[ListedCode, str], ...]:
    pairs = []
    for found in parent.all(NAMESPACE, "Property") if parent else ():
        key = _code(found.need(NAMESPACE, "Key"))
        if key is not None:
            pairs.append((key, found.need(NAMESPACE, "Value").text()))
    return tuple(pairs)


def _size(root: Element) -> int | None:
    text = _text(root, "MsgSize")
    if text is None:
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or len(text) > 18:
        raise invalid("MsgSize is not a number")
    return int(text)
