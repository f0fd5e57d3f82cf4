"""ProcessCardBundle, timestamps and inspections on the wire, section 4.1."""

import re
from datetime import datetime

from osci import base64text
from osci.c14n import escape_attribute, escape_text
from osci.constants import OSCI
from osci.errors import LocalProtocolError, invalid
from osci.processcard import (
    CryptographicTimestamp,
    Inspection,
    MathResult,
    OfflineResult,
    OnlineResult,
    ProcessCard,
    ProcessCardBundle,
    Timestamp,
)
from osci.xml import Element

_DATE_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)")


def format_datetime(moment: datetime) -> str:
    """xsd:dateTime with offset, whole seconds, milliseconds where there are any."""
    if moment.tzinfo is None:
        raise LocalProtocolError("a timestamp needs an offset")
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def parse_datetime(text: str) -> datetime:
    match = _DATE_TIME.fullmatch(text.strip())
    if match is None:
        raise invalid("a dateTime is not of the form 2026-01-02T03:04:05+01:00")
    seconds, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{seconds}{'+00:00' if zone == 'Z' else zone}")
    except ValueError as error:
        raise invalid("a dateTime does not exist in the calendar") from error
    return moment.replace(microsecond=int((fraction or "0")[:6].ljust(6, "0")))


def element(name: str, inner: str) -> str:
    return f"<osci:{name}>{inner}</osci:{name}>"


def message_id_xml(message_id: str, name: str = "MessageId") -> str:
    """Base64 of the UTF-8 id, on one line (section 3.15)."""
    return element(name, base64text.encode(message_id.encode()))


def parse_message_id(found: Element) -> str:
    try:
        return base64text.decode(found.text()).decode()
    except UnicodeDecodeError as error:
        raise invalid("a MessageId is not UTF-8") from error


# process card


def bundle_xml(bundle: ProcessCardBundle, name: str = "ProcessCardBundle") -> str:
    card = bundle.card
    stamps = (("Creation", card.creation), ("Forwarding", card.forwarding), ("Reception", card.reception))
    inner = "".join(element(kind, _timestamp_xml(stamp)) for kind, stamp in stamps if stamp is not None)
    if card.subject is not None:
        inner += element("Subject", escape_text(card.subject))
    report = element("InspectionReport", "".join(_inspection_xml(i) for i in bundle.inspections))
    modified = format_datetime(card.recent_modification)
    card_xml = f'<osci:ProcessCard RecentModification="{modified}">{inner}</osci:ProcessCard>'
    return element(name, message_id_xml(bundle.message_id) + card_xml + report)


def parse_bundle(found: Element) -> ProcessCardBundle:
    card = found.need(OSCI, "ProcessCard")
    subject = card.child(OSCI, "Subject")
    report = found.child(OSCI, "InspectionReport")
    return ProcessCardBundle(
        message_id=parse_message_id(found.need(OSCI, "MessageId")),
        card=ProcessCard(
            recent_modification=parse_datetime(_attribute(card, "RecentModification")),
            creation=_stamp(card, "Creation"),
            forwarding=_stamp(card, "Forwarding"),
            reception=_stamp(card, "Reception"),
            subject=subject.text() if subject else None,
        ),
        inspections=tuple(_parse_inspection(e) for e in report.all(OSCI, "Inspection")) if report else (),
    )


def _timestamp_xml(stamp: Timestamp) -> str:
    if isinstance(stamp, CryptographicTimestamp):
        token = base64text.encode_lines(stamp.token)
        return f'<osci:Cryptographic Algorithm="{escape_attribute(stamp.algorithm)}">{token}</osci:Cryptographic>'
    return element("Plain", format_datetime(stamp))


def _stamp(card: Element, kind: str) -> Timestamp | None:
    found = card.child(OSCI, kind)
    return _parse_timestamp(found) if found else None


def _parse_timestamp(found: Element) -> Timestamp:
    plain = found.child(OSCI, "Plain")
    if plain is not None:
        return parse_datetime(plain.text())
    token = found.need(OSCI, "Cryptographic")
    return CryptographicTimestamp(_attribute(token, "Algorithm"), base64text.decode(token.text()))


def _inspection_xml(i: Inspection) -> str:
    return element(
        "Inspection",
        element("Timestamp", _timestamp_xml(i.timestamp))
        + element("X509SubjectName", escape_text(i.subject))
        + element("X509IssuerName", escape_text(i.issuer))
        + element("X509SerialNumber", str(i.serial_number))
        + f'<osci:CertType Type="{escape_attribute(i.certificate_type)}"></osci:CertType>'
        + f'<osci:MathResult Result="{i.math_result}"></osci:MathResult>'
        + f'<osci:OfflineResult Result="{i.offline_result}"></osci:OfflineResult>'
        + (_online_xml(i.online_result) if i.online_result else ""),
    )


def _online_xml(online: OnlineResult) -> str:
    evidence = "".join(element(kind, escape_text(text)) for kind, text in online.evidence)
    return f'<osci:OnlineResult Result="{escape_attribute(online.result)}">{evidence}</osci:OnlineResult>'


def _parse_inspection(found: Element) -> Inspection:
    try:
        return Inspection(
            timestamp=_parse_timestamp(found.need(OSCI, "Timestamp")),
            subject=found.need(OSCI, "X509SubjectName").text(),
            issuer=found.need(OSCI, "X509IssuerName").text(),
            serial_number=int(found.need(OSCI, "X509SerialNumber").text()),
            certificate_type=_attribute(found.need(OSCI, "CertType"), "Type"),
            math_result=MathResult(_attribute(found.need(OSCI, "MathResult"), "Result")),
            offline_result=OfflineResult(_attribute(found.need(OSCI, "OfflineResult"), "Result")),
            online_result=_parse_online(found.child(OSCI, "OnlineResult")),
        )
    except ValueError as error:
        raise invalid("an Inspection has a value that the standard does not know") from error


def _parse_online(found: Element | None) -> OnlineResult | None:
    if found is None:
        return None
    return OnlineResult(_attribute(found, "Result"), tuple((e.local, e.text()) for e in found.elements()))


def _attribute(found: Element, name: str) -> str:
    value = found.get(name)
    if value is None:
        raise invalid(f"{found.local} without {name}")
    return value
