"""The job element of each message type into its dataclass, chapter 4. One small function per type."""

from collections.abc import Callable
from typing import TypedDict

from osci import messages as m
from osci.blocks import parse_feedback, parse_number
from osci.certificates import Certificates
from osci.constants import OSCI, OSCI2017
from osci.content import StoredPackage
from osci.errors import invalid
from osci.feedback import Feedback
from osci.messages import ByMessageId, ByModification, ByReception, ChunkInformation, Message, Selection, SelectionRole
from osci.processcard import ProcessCardBundle
from osci.processcard_xml import parse_bundle, parse_datetime, parse_message_id
from osci.types import MessageType
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


def read_job(kind: MessageType, job: Element, common: Common, extras: Extras) -> Message:
    """The typed message. RemoteProtocolError 9100 where the job element does not hold what its type needs."""
    return _READERS[kind](job, common, extras)


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


def _bundle(job: Element, name: str = "ProcessCardBundle") -> ProcessCardBundle | None:
    found = job.child(OSCI, name)
    return parse_bundle(found) if found else None


def _text(job: Element, name: str) -> str | None:
    found = job.child(OSCI, name)
    return found.text() if found else None


def _id(job: Element, name: str = "MessageId") -> str | None:
    found = job.child(OSCI, name)
    return parse_message_id(found) if found else None


def _needed_id(job: Element) -> str:
    return parse_message_id(job.need(OSCI, "MessageId"))


def _receiver(job: Element) -> str:
    uri = job.need(OSCI, "ContentReceiver").get("URI")
    if not uri:
        raise invalid("ContentReceiver without URI")
    return uri


def _selection(job: Element) -> Selection:
    return parse_selection(job.child(OSCI, "SelectionRule"))


def _limit(query: Element) -> int | None:
    quantity = query.child(OSCI, "Quantity")
    return parse_number(quantity, "Limit") if quantity else None


def _feedback(job: Element) -> Feedback:
    return parse_feedback(job.child(OSCI, "Feedback"))


def _quality(extras: Extras) -> m.QualityOfTimestamp:
    return extras.quality or m.QualityOfTimestamp(None, None)


def _plain(cls: type[m.Request]) -> Callable[[Element, Common, Extras], Message]:
    return lambda _job, common, extras: cls(languages=extras.languages, **common)


def _feedback_only(cls: type[m.Response]) -> Callable[[Element, Common, Extras], Message]:
    return lambda job, common, _extras: cls(feedback=_feedback(job), **common)


def _response_to_get_message_id(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToGetMessageId(feedback=_feedback(job), message_id=_id(job), **common)


def _store(job: Element, common: Common, extras: Extras) -> Message:
    return m.StoreDelivery(
        languages=extras.languages,
        message_id=_needed_id(job),
        subject=_text(job, "Subject"),
        package=extras.package,
        quality=_quality(extras),
        **common,
    )


def _forward(job: Element, common: Common, extras: Extras) -> Message:
    return m.ForwardDelivery(
        languages=extras.languages,
        receiver=_receiver(job),
        message_id=_needed_id(job),
        subject=_text(job, "Subject"),
        package=extras.package,
        quality=_quality(extras),
        **common,
    )


def _mediate(job: Element, common: Common, extras: Extras) -> Message:
    return m.MediateDelivery(
        languages=extras.languages,
        receiver=_receiver(job),
        message_id=_id(job),
        subject=_text(job, "Subject"),
        package=extras.package,
        quality=extras.quality,
        **common,
    )


def _fetch(job: Element, common: Common, extras: Extras) -> Message:
    return m.FetchDelivery(languages=extras.languages, selection=_selection(job), **common)


def _fetch_card(job: Element, common: Common, extras: Extras) -> Message:
    return m.FetchProcessCard(languages=extras.languages, selection=_selection(job), limit=_limit(job), **common)


def _response_to_store(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToStoreDelivery(feedback=_feedback(job), process_card=_bundle(job), **common)


def _response_to_forward(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToForwardDelivery(feedback=_feedback(job), process_card=_bundle(job), **common)


def _response_to_fetch(job: Element, common: Common, extras: Extras) -> Message:
    echo = job.child(OSCI, "fetchDelivery")
    return m.ResponseToFetchDelivery(
        feedback=_feedback(job),
        selection=_selection(echo) if echo else None,
        process_card=_bundle(job),
        package=extras.package,
        **common,
    )


def _response_to_fetch_card(job: Element, common: Common, _: Extras) -> Message:
    echo = job.child(OSCI, "fetchProcessCard")
    return m.ResponseToFetchProcessCard(
        feedback=_feedback(job),
        selection=_selection(echo) if echo else None,
        limit=_limit(echo) if echo else None,
        process_cards=tuple(parse_bundle(e) for e in job.all(OSCI, "ProcessCardBundle")),
        **common,
    )


def _response_to_mediate(job: Element, common: Common, extras: Extras) -> Message:
    return m.ResponseToMediateDelivery(
        feedback=_feedback(job),
        request_card=_bundle(job, "RequestProcessCardBundle"),
        reply_card=_bundle(job, "ReplyProcessCardBundle"),
        package=extras.package,
        **common,
    )


def _process(job: Element, common: Common, extras: Extras) -> Message:
    return m.ProcessDelivery(
        languages=extras.languages,
        message_id_response=_id(job, "MessageIdResponse"),
        process_card=_bundle(job),
        package=extras.package,
        **common,
    )


def _accept(job: Element, common: Common, extras: Extras) -> Message:
    return m.AcceptDelivery(
        languages=extras.languages,
        process_card=_bundle(job),
        package=extras.package,
        **common,
    )


def _response_to_process(job: Element, common: Common, extras: Extras) -> Message:
    return m.ResponseToProcessDelivery(
        feedback=_feedback(job),
        message_id=_id(job),
        subject=_text(job, "Subject"),
        package=extras.package,
        quality=extras.quality,
        **common,
    )


def _partial_store(job: Element, common: Common, extras: Extras) -> Message:
    return m.PartialStoreDelivery(
        languages=extras.languages,
        message_id=_needed_id(job),
        subject=_text(job, "Subject"),
        chunk=parse_chunk(job.child(OSCI2017, "ChunkInformation")),
        package=extras.package,
        quality=_quality(extras),
        **common,
    )


def _response_to_partial_store(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToPartialStoreDelivery(
        feedback=_feedback(job),
        inside_feedback=parse_feedback(job.child(OSCI2017, "InsideFeedback")),
        process_card=_bundle(job),
        chunk=parse_chunk(job.child(OSCI2017, "ChunkInformation")),
        **common,
    )


def _partial_fetch(job: Element, common: Common, extras: Extras) -> Message:
    chunk = parse_chunk(job.child(OSCI2017, "ChunkInformation"))
    return m.PartialFetchDelivery(languages=extras.languages, selection=_selection(job), chunk=chunk, **common)


def _response_to_partial_fetch(job: Element, common: Common, extras: Extras) -> Message:
    echo = job.child(OSCI, "fetchDelivery")
    return m.ResponseToPartialFetchDelivery(
        feedback=_feedback(job),
        selection=_selection(echo) if echo else None,
        chunk=parse_chunk(job.child(OSCI2017, "ChunkInformation")),
        message_id=_id(job),
        package=extras.package,
        **common,
    )


_READERS: dict[MessageType, Callable[[Element, Common, Extras], Message]] = {
    MessageType.INIT_DIALOG: _plain(m.InitDialog),
    MessageType.GET_MESSAGE_ID: _plain(m.GetMessageId),
    MessageType.EXIT_DIALOG: _plain(m.ExitDialog),
    MessageType.STORE_DELIVERY: _store,
    MessageType.FETCH_DELIVERY: _fetch,
    MessageType.FETCH_PROCESS_CARD: _fetch_card,
    MessageType.MEDIATE_DELIVERY: _mediate,
    MessageType.FORWARD_DELIVERY: _forward,
    MessageType.PROCESS_DELIVERY: _process,
    MessageType.ACCEPT_DELIVERY: _accept,
    MessageType.PARTIAL_STORE_DELIVERY: _partial_store,
    MessageType.PARTIAL_FETCH_DELIVERY: _partial_fetch,
    MessageType.RESPONSE_TO_INIT_DIALOG: _feedback_only(m.ResponseToInitDialog),
    MessageType.RESPONSE_TO_EXIT_DIALOG: _feedback_only(m.ResponseToExitDialog),
    MessageType.RESPONSE_TO_ACCEPT_DELIVERY: _feedback_only(m.ResponseToAcceptDelivery),
    MessageType.RESPONSE_TO_GET_MESSAGE_ID: _response_to_get_message_id,
    MessageType.RESPONSE_TO_STORE_DELIVERY: _response_to_store,
    MessageType.RESPONSE_TO_FORWARD_DELIVERY: _response_to_forward,
    MessageType.RESPONSE_TO_FETCH_DELIVERY: _response_to_fetch,
    MessageType.RESPONSE_TO_FETCH_PROCESS_CARD: _response_to_fetch_card,
    MessageType.RESPONSE_TO_MEDIATE_DELIVERY: _response_to_mediate,
    MessageType.RESPONSE_TO_PROCESS_DELIVERY: _response_to_process,
    MessageType.RESPONSE_TO_PARTIAL_STORE_DELIVERY: _response_to_partial_store,
    MessageType.RESPONSE_TO_PARTIAL_FETCH_DELIVERY: _response_to_partial_fetch,
}
