"""Job elements of answers into their dataclasses, chapter 4. One small function per type."""

from collections.abc import Callable

from osci import job_fields as f
from osci import messages as m
from osci.blocks import parse_feedback
from osci.constants import OSCI, OSCI2017
from osci.job_fields import Common, Extras
from osci.messages import Message
from osci.processcard_xml import parse_bundle
from osci.types import MessageType
from osci.xml import Element


def _feedback_only(cls: type[m.Response]) -> Callable[[Element, Common, Extras], Message]:
    return lambda job, common, _extras: cls(feedback=f.feedback(job), **common)


def _response_to_get_message_id(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToGetMessageId(feedback=f.feedback(job), message_id=f.message_id(job), **common)


def _response_to_store(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToStoreDelivery(feedback=f.feedback(job), process_card=f.bundle(job), **common)


def _response_to_forward(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToForwardDelivery(feedback=f.feedback(job), process_card=f.bundle(job), **common)


def _response_to_fetch(job: Element, common: Common, extras: Extras) -> Message:
    echo = job.child(OSCI, "fetchDelivery")
    return m.ResponseToFetchDelivery(
        feedback=f.feedback(job),
        selection=f.selection(echo) if echo else None,
        process_card=f.bundle(job),
        package=extras.package,
        **common,
    )


def _response_to_fetch_card(job: Element, common: Common, _: Extras) -> Message:
    echo = job.child(OSCI, "fetchProcessCard")
    return m.ResponseToFetchProcessCard(
        feedback=f.feedback(job),
        selection=f.selection(echo) if echo else None,
        limit=f.limit(echo) if echo else None,
        process_cards=tuple(parse_bundle(e) for e in job.all(OSCI, "ProcessCardBundle")),
        **common,
    )


def _response_to_mediate(job: Element, common: Common, extras: Extras) -> Message:
    return m.ResponseToMediateDelivery(
        feedback=f.feedback(job),
        request_card=f.bundle(job, "RequestProcessCardBundle"),
        reply_card=f.bundle(job, "ReplyProcessCardBundle"),
        package=extras.package,
        **common,
    )


def _response_to_process(job: Element, common: Common, extras: Extras) -> Message:
    return m.ResponseToProcessDelivery(
        feedback=f.feedback(job),
        message_id=f.message_id(job),
        subject=f.text(job, "Subject"),
        package=extras.package,
        quality=extras.quality,
        **common,
    )


def _response_to_partial_store(job: Element, common: Common, _: Extras) -> Message:
    return m.ResponseToPartialStoreDelivery(
        feedback=f.feedback(job),
        inside_feedback=parse_feedback(job.child(OSCI2017, "InsideFeedback")),
        process_card=f.bundle(job),
        chunk=f.parse_chunk(job.child(OSCI2017, "ChunkInformation")),
        **common,
    )


def _response_to_partial_fetch(job: Element, common: Common, extras: Extras) -> Message:
    echo = job.child(OSCI, "fetchDelivery")
    return m.ResponseToPartialFetchDelivery(
        feedback=f.feedback(job),
        selection=f.selection(echo) if echo else None,
        chunk=f.parse_chunk(job.child(OSCI2017, "ChunkInformation")),
        message_id=f.message_id(job),
        package=extras.package,
        **common,
    )


RESPONSE_READERS: dict[MessageType, Callable[[Element, Common, Extras], Message]] = {
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
