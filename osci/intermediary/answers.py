"""Which message answers which request, and its fixed parts (chapter 4)."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from osci.certificates import Certificates
from osci.feedback import DONE_DIALOG_CLOSED, DONE_DIALOG_OPEN, Feedback, FeedbackEntry, feedback
from osci.intermediary.dialogs import Turn
from osci.messages import (
    ExitDialog,
    FetchDelivery,
    FetchProcessCard,
    GetMessageId,
    InitDialog,
    Request,
    Response,
    ResponseToExitDialog,
    ResponseToFetchDelivery,
    ResponseToFetchProcessCard,
    ResponseToGetMessageId,
    ResponseToInitDialog,
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
    fields.setdefault("certificates", own)
    block = replace(turn.answer, challenge=None) if isinstance(request, ExitDialog) else turn.answer
    return _ANSWERS[type(request)](control_block=block, feedback=entries, **_echo(request), **fields)


def done(turn: Turn) -> Feedback:
    return feedback(DONE_DIALOG_OPEN if turn.explicit else DONE_DIALOG_CLOSED)


def entries_of(refusal: str | FeedbackEntry) -> Feedback:
    return feedback(refusal) if isinstance(refusal, str) else (refusal,)


def _echo(request: Request) -> dict[str, Any]:
    """The selection, repeated in the answer."""
    if isinstance(request, FetchDelivery):
        return {"selection": request.selection}
    if isinstance(request, FetchProcessCard):
        return {"selection": request.selection, "limit": request.limit}
    return {}
