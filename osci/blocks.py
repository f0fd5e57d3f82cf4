"""Header blocks on the wire, section 3.5: each string written here is its own canonical form."""

from osci import base64text
from osci import constants as k
from osci.c14n import escape_attribute as esc
from osci.c14n import escape_text
from osci.certificates import CertificateEntry, Certificates
from osci.constants import NEXT, NONE, NS5, NS6, OSCI, OSCI2017, XML
from osci.errors import invalid
from osci.feedback import Feedback, FeedbackEntry
from osci.messages.base import ControlBlock, FeatureDescription, QualityOfTimestamp, TimestampQuality
from osci.processcard_xml import element
from osci.types import Role, Use
from osci.xml import Element


def control_block_xml(block: ControlBlock) -> str:
    conversation = f' ConversationId="{esc(block.conversation_id)}"' if block.conversation_id is not None else ""
    sequence = f' SequenceNumber="{block.sequence_number}"' if block.sequence_number is not None else ""
    inner = "" if block.response is None else element("Response", escape_text(block.response))
    inner += "" if block.challenge is None else element("Challenge", escape_text(block.challenge))
    return f'<osci:ControlBlock{NS5}{conversation} Id="controlblock"{sequence}{NEXT}>{inner}</osci:ControlBlock>'


def parse_control_block(found: Element) -> ControlBlock:
    response, challenge = found.child(OSCI, "Response"), found.child(OSCI, "Challenge")
    return ControlBlock(
        response=response.text() if response else None,
        challenge=challenge.text() if challenge else None,
        conversation_id=found.get("ConversationId"),
        sequence_number=parse_number(found, "SequenceNumber"),
    )


def parse_number(found: Element, name: str) -> int | None:
    """A non-negative decimal attribute of at most 18 digits, None if missing."""
    value = found.get(name)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise invalid(f"{name} of {found.local} is not a number")
    return int(value)


def languages_xml(languages: str) -> str:
    start = f'<osci:DesiredLanguages{NS5} Id="desiredlanguages" LanguagesList="{esc(languages)}"{NEXT}>'
    return f"{start}</osci:DesiredLanguages>"


def quality_xml(quality: QualityOfTimestamp) -> list[str]:
    services = (("creation", quality.creation), ("reception", quality.reception))
    return [
        f'<osci:QualityOfTimestamp{NS5} Id="qualityoftimestamp_{service}" Quality="{value}" Service="{service}"{NEXT}>'
        "</osci:QualityOfTimestamp>"
        for service, value in services
        if value is not None
    ]


def parse_quality(found: list[Element]) -> QualityOfTimestamp | None:
    given: dict[str, TimestampQuality] = {}
    for block in found:
        service, quality = block.get("Service"), block.get("Quality")
        if service not in {"creation", "reception"} or quality not in set(TimestampQuality) or service in given:
            raise invalid("QualityOfTimestamp with unknown or repeated values")
        given[service] = TimestampQuality(quality)
    return QualityOfTimestamp(given.get("creation"), given.get("reception")) if given else None


# certificates

_ORDER = [
    (Role.ORIGINATOR, Use.CIPHER),
    (Role.OTHER_AUTHOR, Use.CIPHER),
    (Role.ADDRESSEE, Use.CIPHER),
    (Role.OTHER_READER, Use.CIPHER),
    (Role.ORIGINATOR, Use.SIGNATURE),
    (Role.ADDRESSEE, Use.SIGNATURE),
    (Role.OTHER_AUTHOR, Use.SIGNATURE),
]
_NAMES = {f"{use}Certificate{role}": (role, use) for role in Role for use in Use}
_SEVERAL = {Role.OTHER_AUTHOR, Role.OTHER_READER}


def intermediary_xml(certificates: Certificates) -> str:
    ordered = sorted(certificates.intermediary, key=lambda e: e.use)
    inner = "".join(_certificate_xml(e) for e in ordered)
    name = "osci:IntermediaryCertificates"
    return f'<{name}{NS5} Id="intermediarycertificates"{NONE}>{inner}</{name}>' if inner else ""


def others_xml(certificates: Certificates) -> str:
    ordered = sorted(certificates.others, key=lambda e: _ORDER.index((e.role, e.use)))
    inner = "".join(_certificate_xml(e) for e in ordered)
    name = "osci:NonIntermediaryCertificates"
    return f'<{name}{NS5} Id="nonintermediarycertificates"{NONE}>{inner}</{name}>' if inner else ""


def _certificate_xml(entry: CertificateEntry) -> str:
    text = base64text.encode_lines(entry.der)
    return (
        f'<osci:{entry.element} Id="{esc(entry.id)}"><ds:X509Data><ds:X509Certificate>{text}'
        f"</ds:X509Certificate></ds:X509Data></osci:{entry.element}>"
    )


def parse_certificates(block: Element) -> Certificates:
    """All certificates of IntermediaryCertificates or NonIntermediaryCertificates."""
    children = block.elements()
    if len(children) > k.MAX_CERTIFICATES:
        raise invalid(f"more than {k.MAX_CERTIFICATES} certificates")
    entries = tuple(_parse_certificate(e) for e in children)
    single = [(e.role, e.use) for e in entries if e.role not in _SEVERAL]
    if len(set(single)) != len(single):
        raise invalid(f"the same certificate role twice in {block.local}")
    inside = block.local == "IntermediaryCertificates"
    if any((e.role is Role.INTERMEDIARY) != inside for e in entries):
        raise invalid(f"a certificate of a foreign role in {block.local}")
    return Certificates(entries)


def _parse_certificate(found: Element) -> CertificateEntry:
    names = _NAMES.get(found.local)
    identifier = found.get("Id")
    if names is None or found.namespace != OSCI or not identifier:
        raise invalid(f"unknown certificate element {found.local} or no Id on it")
    text = found.need(k.DS, "X509Data").need(k.DS, "X509Certificate").text()
    return CertificateEntry(names[0], names[1], identifier, base64text.decode(text))


# features and feedback


def features_xml(features: FeatureDescription) -> str:
    sizes = (
        ("ChunkMessageTimeout", features.chunk_message_timeout),
        ("Id", "featuredescription"),
        ("MaxChunkSize", features.max_chunk_size),
        ("MaxMessageSize", features.max_message_size),
        ("MinChunkSize", features.min_chunk_size),
    )
    attributes = "".join(f' {name}="{value}"' for name, value in sizes if value is not None)
    inner = "".join(
        f'<osci2017:Feature Key="{esc(key)}" Version="{esc(version)}"></osci2017:Feature>'
        for key, version in features.features
    )
    supported = f"<osci2017:SupportedFeatures>{inner}</osci2017:SupportedFeatures>"
    return f"<osci2017:FeatureDescription{NS6}{attributes}>{supported}</osci2017:FeatureDescription>"


def parse_features(block: Element) -> FeatureDescription:
    supported = block.child(OSCI2017, "SupportedFeatures")
    found = supported.all(OSCI2017, "Feature") if supported else []
    return FeatureDescription(
        tuple((e.get("Key") or "", e.get("Version") or "") for e in found),
        min_chunk_size=parse_number(block, "MinChunkSize"),
        max_chunk_size=parse_number(block, "MaxChunkSize"),
        max_message_size=parse_number(block, "MaxMessageSize"),
        chunk_message_timeout=parse_number(block, "ChunkMessageTimeout"),
    )


def feedback_xml(entries: Feedback, name: str = "osci:Feedback") -> str:
    inner = "".join(_entry_xml(entry) for entry in entries)
    return f"<{name}>{inner}</{name}>" if inner else ""


def _entry_xml(entry: FeedbackEntry) -> str:
    language = f' xml:lang="{esc(entry.language)}"' if entry.language is not None else ""
    inner = element("Code", escape_text(entry.code)) + element("Text", escape_text(entry.text))
    return f"<osci:Entry{language}>{inner}</osci:Entry>"


def parse_feedback(found: Element | None) -> Feedback:
    """Entries of a Feedback element; () where it is missing."""
    return tuple(_parse_entry(e) for e in found.all(OSCI, "Entry")) if found else ()


def _parse_entry(found: Element) -> FeedbackEntry:
    text = found.child(OSCI, "Text")
    language = next((v for n, ns, v in found.attributes if ns == XML and n == "xml:lang"), None)
    return FeedbackEntry(found.need(OSCI, "Code").text().strip(), text.text() if text else "", language)
