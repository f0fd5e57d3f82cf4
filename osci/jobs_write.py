"""The job element of each message type as XML, chapter 4. One small function per type, found through a table."""

from collections.abc import Callable
from typing import Any

from osci import messages as m
from osci.blocks import feedback_xml
from osci.c14n import escape_attribute, escape_text
from osci.constants import NEXT, NS5, NS6, OSCI
from osci.errors import LocalProtocolError
from osci.layout import LAYOUTS
from osci.messages import ByMessageId, ByModification, ByReception, ChunkInformation, Message, Selection
from osci.processcard import ProcessCardBundle
from osci.processcard_xml import bundle_xml, element, format_datetime, message_id_xml
from osci.types import MessageType


def job_block(message: Message) -> str:
    """The job element as header block, with namespaces and Id."""
    name, inner = message.type.value, _inner(message)
    if LAYOUTS[message.type].namespace == OSCI:
        return f'<osci:{name}{NS5} Id="{name.lower()}"{NEXT}>{inner}</osci:{name}>'
    return f'<osci2017:{name}{NS6} Id="{name.lower()}"{NEXT}>{inner}</osci2017:{name}>'


def job_body(message: Message) -> str:
    """The job element as child of the Body."""
    return element(message.type.value, _inner(message))


def _inner(message: Message) -> str:
    writer = _WRITERS.get(message.type)
    if writer is None:
        raise LocalProtocolError(f"{message.type.value} has no job element")
    return writer(message)


def selection_xml(selection: Selection) -> str:
    if selection is None:
        return ""
    if isinstance(selection, ByMessageId):
        if not selection.message_ids:
            raise LocalProtocolError("a selection by MessageId needs at least one")
        return element("SelectionRule", "".join(message_id_xml(i) for i in selection.message_ids))
    return element("SelectionRule", _since_xml(selection))


def _since_xml(selection: ByReception | ByModification) -> str:
    name = "ReceptionOfDelivery" if isinstance(selection, ByReception) else "RecentModification"
    missing = ' NoReception="true"' if selection.no_reception else ""
    role = f' Role="{selection.role}"' if selection.role else ""
    return f"<osci:{name}{missing}{role}>{format_datetime(selection.since)}</osci:{name}>"


def chunk_xml(chunk: ChunkInformation | None) -> str:
    if chunk is None:
        return ""
    received = None if chunk.received is None else " ".join(map(str, chunk.received)) or "-1"
    attributes = (
        ("ChunkNumber", chunk.number),
        ("ChunkSize", chunk.size),
        ("ReceivedChunks", received),
        ("TotalChunkNumbers", chunk.total),
        ("TotalMessageSize", chunk.total_message_size),
    )
    given = "".join(f' {name}="{escape_attribute(str(v))}"' for name, v in attributes if v is not None)
    return f"<osci2017:ChunkInformation{given}></osci2017:ChunkInformation>"


def _bundle(bundle: ProcessCardBundle | None, name: str = "ProcessCardBundle") -> str:
    return bundle_xml(bundle, name) if bundle is not None else ""


def _subject(subject: str | None) -> str:
    return element("Subject", escape_text(subject)) if subject is not None else ""


def _id(message_id: str | None, name: str = "MessageId") -> str:
    return message_id_xml(message_id, name) if message_id is not None else ""


def _receiver(uri: str) -> str:
    return f'<osci:ContentReceiver URI="{escape_attribute(uri)}"></osci:ContentReceiver>'


def _process_card_query(message: m.FetchProcessCard | m.ResponseToFetchProcessCard) -> str:
    limit = "" if message.limit is None else f'<osci:Quantity Limit="{message.limit}"></osci:Quantity>'
    return selection_xml(message.selection) + limit


def _plain(_: Message) -> str:
    return ""


def _feedback(message: m.Response) -> str:
    return feedback_xml(message.feedback)


def _response_to_get_message_id(message: m.ResponseToGetMessageId) -> str:
    return feedback_xml(message.feedback) + _id(message.message_id)


def _store(message: m.StoreDelivery) -> str:
    return message_id_xml(message.message_id) + _subject(message.subject)


def _with_card(message: m.ResponseToStoreDelivery | m.ResponseToForwardDelivery) -> str:
    return feedback_xml(message.feedback) + _bundle(message.process_card)


def _fetch(message: m.FetchDelivery) -> str:
    return selection_xml(message.selection)


def _response_to_fetch(message: m.ResponseToFetchDelivery) -> str:
    echo = element("fetchDelivery", selection_xml(message.selection))
    return feedback_xml(message.feedback) + echo + _bundle(message.process_card)


def _response_to_fetch_card(message: m.ResponseToFetchProcessCard) -> str:
    echo = element("fetchProcessCard", _process_card_query(message))
    return feedback_xml(message.feedback) + echo + "".join(map(bundle_xml, message.process_cards))


def _mediate(message: m.MediateDelivery | m.ForwardDelivery) -> str:
    return _receiver(message.receiver) + _id(message.message_id) + _subject(message.subject)


def _response_to_mediate(message: m.ResponseToMediateDelivery) -> str:
    cards = _bundle(message.request_card, "RequestProcessCardBundle")
    return feedback_xml(message.feedback) + cards + _bundle(message.reply_card, "ReplyProcessCardBundle")


def _process(message: m.ProcessDelivery) -> str:
    return _id(message.message_id_response, "MessageIdResponse") + _bundle(message.process_card)


def _accept(message: m.AcceptDelivery) -> str:
    return _bundle(message.process_card)


def _response_to_process(message: m.ResponseToProcessDelivery) -> str:
    return feedback_xml(message.feedback) + _id(message.message_id) + _subject(message.subject)


def _partial_store(message: m.PartialStoreDelivery) -> str:
    chunk = chunk_xml(message.chunk) or "<osci2017:InfoOnly></osci2017:InfoOnly>"
    return message_id_xml(message.message_id) + _subject(message.subject) + chunk


def _response_to_partial_store(message: m.ResponseToPartialStoreDelivery) -> str:
    inside = feedback_xml(message.inside_feedback, "osci2017:InsideFeedback")
    return inside + feedback_xml(message.feedback) + _bundle(message.process_card) + chunk_xml(message.chunk)


def _partial_fetch(message: m.PartialFetchDelivery) -> str:
    return selection_xml(message.selection) + chunk_xml(message.chunk)


def _response_to_partial_fetch(message: m.ResponseToPartialFetchDelivery) -> str:
    echo = element("fetchDelivery", selection_xml(message.selection))
    return feedback_xml(message.feedback) + echo + chunk_xml(message.chunk) + _id(message.message_id)


_WRITERS: dict[MessageType, Callable[[Any], str]] = {
    MessageType.INIT_DIALOG: _plain,
    MessageType.GET_MESSAGE_ID: _plain,
    MessageType.EXIT_DIALOG: _plain,
    MessageType.STORE_DELIVERY: _store,
    MessageType.FETCH_DELIVERY: _fetch,
    MessageType.FETCH_PROCESS_CARD: _process_card_query,
    MessageType.MEDIATE_DELIVERY: _mediate,
    MessageType.FORWARD_DELIVERY: _mediate,
    MessageType.PROCESS_DELIVERY: _process,
    MessageType.ACCEPT_DELIVERY: _accept,
    MessageType.PARTIAL_STORE_DELIVERY: _partial_store,
    MessageType.PARTIAL_FETCH_DELIVERY: _partial_fetch,
    MessageType.RESPONSE_TO_INIT_DIALOG: _feedback,
    MessageType.RESPONSE_TO_EXIT_DIALOG: _feedback,
    MessageType.RESPONSE_TO_ACCEPT_DELIVERY: _feedback,
    MessageType.RESPONSE_TO_GET_MESSAGE_ID: _response_to_get_message_id,
    MessageType.RESPONSE_TO_STORE_DELIVERY: _with_card,
    MessageType.RESPONSE_TO_FORWARD_DELIVERY: _with_card,
    MessageType.RESPONSE_TO_FETCH_DELIVERY: _response_to_fetch,
    MessageType.RESPONSE_TO_FETCH_PROCESS_CARD: _response_to_fetch_card,
    MessageType.RESPONSE_TO_MEDIATE_DELIVERY: _response_to_mediate,
    MessageType.RESPONSE_TO_PROCESS_DELIVERY: _response_to_process,
    MessageType.RESPONSE_TO_PARTIAL_STORE_DELIVERY: _response_to_partial_store,
    MessageType.RESPONSE_TO_PARTIAL_FETCH_DELIVERY: _response_to_partial_fetch,
}
