"""The states of a client's dialog and what may happen in each (chapter 5), as a table."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from osci.types import MessageType


class State(Enum):
    """NEW: nothing sent. *_SENT: waiting for the answer. OPEN: in an explicit dialog. CLOSED, FAILED: over."""

    NEW = "new"
    INIT_SENT = "init sent"
    OPEN = "open"
    REQUEST_SENT = "request sent"
    EXIT_SENT = "exit sent"
    SINGLE_SENT = "single request sent"
    CLOSED = "closed"
    FAILED = "failed"


_M, _S = MessageType, State
_IN_DIALOG = (
    _M.GET_MESSAGE_ID,
    _M.STORE_DELIVERY,
    _M.FETCH_DELIVERY,
    _M.FETCH_PROCESS_CARD,
    _M.FORWARD_DELIVERY,
    _M.MEDIATE_DELIVERY,
    _M.PARTIAL_STORE_DELIVERY,
    _M.PARTIAL_FETCH_DELIVERY,
)
_ALONE = (_M.GET_MESSAGE_ID, _M.STORE_DELIVERY, _M.FORWARD_DELIVERY)
"""Requests that make an implicit dialog of one request and one answer."""
_SENT = (_S.INIT_SENT, _S.REQUEST_SENT, _S.EXIT_SENT, _S.SINGLE_SENT)

TRANSITIONS: Mapping[tuple[State, MessageType], State] = MappingProxyType(
    {
        (_S.NEW, _M.INIT_DIALOG): _S.INIT_SENT,
        (_S.INIT_SENT, _M.RESPONSE_TO_INIT_DIALOG): _S.OPEN,
        **{(_S.OPEN, request): _S.REQUEST_SENT for request in _IN_DIALOG},
        **{(_S.REQUEST_SENT, request.response): _S.OPEN for request in _IN_DIALOG},
        (_S.OPEN, _M.EXIT_DIALOG): _S.EXIT_SENT,
        (_S.EXIT_SENT, _M.RESPONSE_TO_EXIT_DIALOG): _S.CLOSED,
        **{(_S.NEW, request): _S.SINGLE_SENT for request in _ALONE},
        **{(_S.SINGLE_SENT, request.response): _S.CLOSED for request in _ALONE},
        **{(state, _M.FAULT): _S.FAILED for state in _SENT},
    }
)
"""What may happen in which state. Any answer that does not hold its checks leads to FAILED as well."""


def diagram() -> str:
    """The table as a Mermaid state diagram: one arrow for each pair of states, in the order of the table."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (state, kind), following in TRANSITIONS.items():
        arrows.setdefault((state, following), []).append(kind.value)
    lines = [f"    {a.name} --> {b.name}: {', '.join(kinds)}" for (a, b), kinds in arrows.items()]
    ends = [f"    {state.name} --> [*]" for state in (State.CLOSED, State.FAILED)]
    return "\n".join(["stateDiagram-v2", "    [*] --> NEW", *lines, *ends])
