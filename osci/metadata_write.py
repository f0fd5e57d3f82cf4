"""MessageMetaData as custom header, in the order of its schema (section 3.13)."""

from typing import TypeVar

from osci.c14n import escape_attribute as esc
from osci.c14n import escape_text
from osci.errors import LocalProtocolError
from osci.metadata import HEADER_ID, NAMESPACE, TIMES, WSA, ListedCode, MessageMetaData, Party

_T = TypeVar("_T")


def metadata_header(data: MessageMetaData) -> bytes:
    """The element for `custom_headers`, UTF-8. LocalProtocolError where the schema demands more than is given."""
    test = ' TestMsg="true"' if data.test else ""
    inner = (
        _element("DeliveryAttributes", _attributes(data))
        + _element("Originators", _originators(data))
        + _element("Destinations", _destinations(data))
        + _element("MsgIdentification", _identification(data))
        + _element("Qualifier", _qualifier(data))
        + _optional("MessageProperties", "".join(_property(key, value) for key, value in data.properties))
        + _optional("MsgSize", "" if data.size is None else str(data.size))
    )
    start = f'<om:MessageMetaData xmlns:om="{NAMESPACE}" Id="{HEADER_ID}"{test}>'
    return f"{start}{inner}</om:MessageMetaData>".encode()


def _element(name: str, inner: str, attributes: str = "") -> str:
    return f"<om:{name}{attributes}>{inner}</om:{name}>"


def _optional(name: str, inner: str) -> str:
    return _element(name, inner) if inner else ""


def _text(name: str, value: str | None) -> str:
    return "" if value is None else _element(name, escape_text(value))


def _needed(value: _T | None, name: str) -> _T:
    if value is None:
        raise LocalProtocolError(f"MessageMetaData needs {name}")
    return value


def _attributes(data: MessageMetaData) -> str:
    given = dict(data.times)
    return "".join(_text(n, given.get(n)) for n in TIMES) + _text("ServiceQuality", data.service_quality)


def _originators(data: MessageMetaData) -> str:
    author = _party("Author", _needed(data.author, "an author"))
    sender = _party("Sender", data.sender) if data.sender else ""
    return author + sender + (_party("ReplyTo", data.reply_to) if data.reply_to else "")


def _destinations(data: MessageMetaData) -> str:
    if data.cc_readers and not data.other_readers:
        raise LocalProtocolError("copies need at least one other reader")
    others = "".join(_identifier("OtherReaders", p) for p in data.other_readers)
    others += "".join(_identifier("CcReaders", p) for p in data.cc_readers)
    return _party("Reader", _needed(data.reader, "a reader")) + _optional("OtherDestinations", others)


def _party(name: str, party: Party) -> str:
    return _element(name, _identifier("Identifier", party))


def _identifier(name: str, party: Party) -> str:
    given = (("category", party.category), ("name", party.name), ("type", party.type))
    attributes = "".join(f' {key}="{esc(value)}"' for key, value in given if value is not None)
    return _element(name, escape_text(party.identifier), attributes)


def _identification(data: MessageMetaData) -> str:
    message_id = escape_text(_needed(data.message_id, "a message id"))
    replies = "".join(_text("In-Reply-To", value) for value in data.in_reply_to)
    process = _text("Requester", data.requester) + _text("Responder", data.responder)
    identifier = f'<wsa:MessageID xmlns:wsa="{WSA}">{message_id}</wsa:MessageID>'
    return identifier + replies + _optional("ProcessRef", process)


def _qualifier(data: MessageMetaData) -> str:
    service = _needed(data.service, "a service")
    scenario = data.business_scenario
    if scenario is None:
        raise LocalProtocolError("MessageMetaData needs a business scenario")
    kind = _needed(data.message_type, "a message type")
    schema = _needed(kind.payload_schema, "the payload schema of the message type")
    defined = _code("Defined", scenario) if isinstance(scenario, ListedCode) else _text("Undefined", scenario)
    return (
        _text("Subject", data.subject)
        + _text("Service", service)
        + _element("BusinessScenario", defined)
        + _code("MessageType", kind, f' payloadSchema="{esc(schema)}"')
    )


def _code(name: str, code: ListedCode, more: str = "") -> str:
    """Its children have no namespace (`form="unqualified"`)."""
    label = "" if code.name is None else f"<name>{escape_text(code.name)}</name>"
    attributes = f' listURI="{esc(code.list_uri)}" listVersionID="{esc(code.list_version)}"{more}'
    return _element(name, f"<code>{escape_text(code.code)}</code>{label}", attributes)


def _property(key: ListedCode, value: str) -> str:
    return _element("Property", _code("Key", key) + _text("Value", value))
