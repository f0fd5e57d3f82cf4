"""Job elements of requests into their dataclasses, chapter 4. One small function per type."""

from collections.abc import Callable

from osci import job_fields as f
from osci import messages as m
from osci.constants import OSCI2017
from osci.job_fields import Common, Extras
from osci.messages import Message
from osci.types import MessageType
from osci.xml import Element


def _plain(cls: type[m.Request]) -> Callable[[Element, Common, Extras], Message]:
    return lambda _job, common, extras: cls(languages=extras.languages, **common)


def _store(job: Element, common: Common, extras: Extras) -> Message:
    return m.StoreDelivery(
        languages=extras.languages,
        message_id=f.needed_id(job),
        subject=f.text(job, "Subject"),
        package=extras.package,
        quality=f.quality(extras),
        **common,
    )


def _forward(job: Element, common: Common, extras: Extras) -> Message:
    return m.ForwardDelivery(
        languages=extras.languages,
        receiver=f.receiver(job),
        message_id=f.needed_id(job),
        subject=f.text(job, "Subject"),
        package=extras.package,
        quality=f.quality(extras),
        **common,
    )


def _mediate(job: Element, common: Common, extras: Extras) -> Message:
    return m.MediateDelivery(
        languages=extras.languages,
        receiver=f.receiver(job),
        message_id=f.message_id(job),
        subject=f.text(job, "Subject"),
        package=extras.package,
        quality=extras.quality,
        **common,
    )


def _fetch(job: Element, common: Common, extras: Extras) -> Message:
    return m.FetchDelivery(languages=extras.languages, selection=f.selection(job), **common)


def _fetch_card(job: Element, common: Common, extras: Extras) -> Message:
    return m.FetchProcessCard(languages=extras.languages, selection=f.selection(job), limit=f.limit(job), **common)


def _process(job: Element, common: Common, extras: Extras) -> Message:
    return m.ProcessDelivery(
        languages=extras.languages,
        message_id_response=f.message_id(job, "MessageIdResponse"),
        process_card=f.bundle(job),
        package=extras.package,
        **common,
    )


def _accept(job: Element, common: Common, extras: Extras) -> Message:
    return m.AcceptDelivery(
        languages=extras.languages,
        process_card=f.bundle(job),
        package=extras.package,
        **common,
    )


def _partial_store(job: Element, common: Common, extras: Extras) -> Message:
    return m.PartialStoreDelivery(
        languages=extras.languages,
        message_id=f.needed_id(job),
        subject=f.text(job, "Subject"),
        chunk=f.parse_chunk(job.child(OSCI2017, "ChunkInformation")),
        package=extras.package,
        quality=f.quality(extras),
        **common,
    )


def _partial_fetch(job: Element, common: Common, extras: Extras) -> Message:
    chunk = f.parse_chunk(job.child(OSCI2017, "ChunkInformation"))
    return m.PartialFetchDelivery(languages=extras.languages, selection=f.selection(job), chunk=chunk, **common)


REQUEST_READERS: dict[MessageType, Callable[[Element, Common, Extras], Message]] = {
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
}
