"""Which message answers which request, and its fixed parts (chapter 4)."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from osci.certificates import Certificates
from osci.feedback import DONE_DIALOG_CLOSED, DONE_DIALOG_OPEN, Feedback, FeedbackEntry, feedback
from osci.intermediary.dialogs import Turn
from osci.messages import (
    ChunkInformation,
    ExitDialog,
    FetchDelivery,
    FetchProcessCard,
    ForwardDelivery,
    GetMessageId,
    InitDialog,
    MediateDelivery,
    PartialFetchDelivery,
    PartialStoreDelivery,
    Request,
    Response,
    ResponseToExitDialog,
    ResponseToFetchDelivery,
    ResponseToFetchProcessCard,
    ResponseToForwardDelivery,
    ResponseToGetMessageId,
    ResponseToInitDialog,
    ResponseToMediateDelivery,
    ResponseToPartialFetchDelivery,
    ResponseToPartialStoreDelivery,
    ResponseToStoreDelivery,
    StoreDelivery,
)

_ANSWERS: Final = MappingProxyType[type[Request], type[Response]](
    {
        InitDialog: ResponseToInitDialog,
        GetMessageId: ResponseToGetMessageId,
        StoreDelivery: ResponseToStoreDelivery,
        FetchDelivery: ResponseToFetchDelivery,
        FetchProcessCard: ResponseToFetchProcessCard,
        MediateDelivery: ResponseToMediateDelivery,
        ForwardDelivery: ResponseToForwardDelivery,
        PartialStoreDelivery: ResponseToPartialStoreDelivery,
        PartialFetchDelivery: ResponseToPartialFetchDelivery,
        ExitDialog: ResponseToExitDialog,
    }
)
SUPPORTED: Final = tuple(_ANSWERS)
"""Requests that are answered; all others are refused with fault 9300."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`message_id`: of the delivery that was stored or is handed out, if any."""

    message: Response
    message_id: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(entry.code for entry in self.message.feedback)


def answer(request: Request, turn: Turn, own: Certificates, entries: Feedback, **fields: Any) -> Response:
    """The answer of the right type. `own`: the one certificate an intermediary may send (chapter 6, no. 6)."""
    block = replace(turn.answer, challenge=None) if isinstance(request, ExitDialog) else turn.answer
    values = {"certificates": own, **_echo(request), **fields}
    return _ANSWERS[type(request)](control_block=block, feedback=entries, **values)


def refusal(request: Request, turn: Turn, own: Certificates, reason: str | FeedbackEntry) -> Answer:
    """An answer of the right type that says nothing but the code."""
    entries = feedback(reason) if isinstance(reason, str) else (reason,)
    return Answer(answer(request, turn, own, entries))


def done(turn: Turn) -> Feedback:
    return feedback(DONE_DIALOG_OPEN if turn.explicit else DONE_DIALOG_CLOSED)


def _echo(request: Request) -> dict[str, Any]:
    """The selection, repeated in the answer; of chunks what the answer has to name (section 4.2)."""
    if isinstance(request, FetchDelivery | PartialFetchDelivery):
        return {"selection": request.selection, **_echoed_chunk(request)}
    if isinstance(request, FetchProcessCard):
        return {"selection": request.selection, "limit": request.limit}
    return _echoed_chunk(request)


def _echoed_chunk(request: Request) -> dict[str, Any]:
    if not isinstance(request, PartialFetchDelivery | PartialStoreDelivery):
        return {}
    asked = request.chunk or ChunkInformation()
    if isinstance(request, PartialFetchDelivery):
        return {"chunk": ChunkInformation(number=asked.number or 0, total=0, total_message_size=0)}
    return {"chunk": ChunkInformation(number=asked.number or 0, received=(), total=asked.total or 0)}
