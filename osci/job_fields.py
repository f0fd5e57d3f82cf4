"""Small readers for what the job elements of several message types share."""

from typing import TypedDict

from osci import messages as m
from osci.blocks import parse_feedback, parse_number
from osci.certificates import Certificates
from osci.constants import OSCI
from osci.content import StoredPackage
from osci.errors import invalid
from osci.feedback import Feedback
from osci.messages import ByMessageId, ByModification, ByReception, ChunkInformation, Selection, SelectionRole
from osci.processcard import ProcessCardBundle
from osci.processcard_xml import parse_bundle, parse_datetime, parse_message_id
from osci.xml import Element


class Common(TypedDict):
    """Header data that every message takes."""

    control_block: m.ControlBlock
    certificates: Certificates
    features: m.FeatureDescription | None
    custom_headers: tuple[bytes, ...]


class Extras:
    """What only some types take: languages and timestamp quality of the header, content of the Body."""

    __slots__ = ("languages", "package", "quality")

    def __init__(self, languages: str | None, quality: m.QualityOfTimestamp | None, package: StoredPackage) -> None:
        self.languages = languages
        self.quality = quality
        self.package = package


def parse_selection(found: Element | None) -> Selection:
    if found is None:
        return None
    rules = found.elements()
    if rules and all(e.is_(OSCI, "MessageId") for e in rules):
        return ByMessageId(tuple(parse_message_id(e) for e in rules))
    if len(rules) != 1 or rules[0].namespace != OSCI:
        raise invalid("a SelectionRule that the standard does not know")
    kinds: dict[str, type[ByReception] | type[ByModification]] = {
        "ReceptionOfDelivery": ByReception,
        "RecentModification": ByModification,
    }
    rule = kinds.get(rules[0].local)
    if rule is None:
        raise invalid("a SelectionRule that the standard does not know")
    return rule(parse_datetime(rules[0].text()), _role(rules[0]), rules[0].get("NoReception") in {"true", "1"})


def _role(found: Element) -> SelectionRole | None:
    value = found.get("Role")
    try:
        return SelectionRole(value) if value is not None else None
    except ValueError as error:
        raise invalid("unknown Role in a SelectionRule") from error


def parse_chunk(found: Element | None) -> ChunkInformation | None:
    if found is None:
        return None
    return ChunkInformation(
        number=parse_number(found, "ChunkNumber"),
        size=parse_number(found, "ChunkSize"),
        received=_received(found.get("ReceivedChunks")),
        total=parse_number(found, "TotalChunkNumbers"),
        total_message_size=parse_number(found, "TotalMessageSize"),
    )


def _received(value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    words = value.split()
    if words == ["-1"]:
        return ()
    if not all(w.isascii() and w.isdigit() and len(w) < 10 for w in words):
        raise invalid("ReceivedChunks is not a list of numbers")
    return tuple(int(w) for w in words)


def bundle(job: Element, name: str = "ProcessCardBundle") -> ProcessCardBundle | None:
    found = job.child(OSCI, name)
    return parse_bundle(found) if found else None


def text(job: Element, name: str) -> str | None:
    found = job.child(OSCI, name)
    return found.text() if found else None


def message_id(job: Element, name: str = "MessageId") -> str | None:
    found = job.child(OSCI, name)
    return parse_message_id(found) if found else None


def needed_id(job: Element) -> str:
    return parse_message_id(job.need(OSCI, "MessageId"))


def receiver(job: Element) -> str:
    uri = job.need(OSCI, "ContentReceiver").get("URI")
    if not uri:
        raise invalid("ContentReceiver without URI")
    return uri


def selection(job: Element) -> Selection:
    return parse_selection(job.child(OSCI, "SelectionRule"))


def limit(query: Element) -> int | None:
    quantity = query.child(OSCI, "Quantity")
    return parse_number(quantity, "Limit") if quantity else None


def feedback(job: Element) -> Feedback:
    return parse_feedback(job.child(OSCI, "Feedback"))


def quality(extras: Extras) -> m.QualityOfTimestamp:
    return extras.quality or m.QualityOfTimestamp(None, None)
