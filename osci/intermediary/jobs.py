"""What the intermediary does for each request it offers (chapter 6, step 5)."""

from datetime import datetime
from secrets import token_hex
from typing import Final

from osci import feedback as codes
from osci.errors import RemoteProtocolError
from osci.feedback import FeedbackEntry, feedback
from osci.intermediary.answers import Answer, answer, done, refusal
from osci.intermediary.deliveries import Deliveries
from osci.intermediary.dialogs import Turn
from osci.intermediary.downloads import Downloads
from osci.intermediary.means import Means
from osci.intermediary.relay import Outbound, Relay
from osci.intermediary.uploads import Uploads
from osci.mailbox import CardQuery
from osci.messages import (
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
    StoreDelivery,
)

MAX_CARDS: Final = 200
"""Own choice: cards in one answer (about 150 KB); the client learns of more by 3801."""
MESSAGE_ID_BYTES: Final = 16
MORE_CARDS: Final = "3801"
_IMPLICIT: Final = (InitDialog, GetMessageId, StoreDelivery, ForwardDelivery)
"""Possible outside of an explicit dialog (chapter 5)."""


class Jobs:
    """One method per request; partial messages and relayed deliveries have classes of their own."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._deliveries = Deliveries(means)
        self._uploads = Uploads(means, self._deliveries)
        self._downloads = Downloads(means, self._deliveries)
        self.relay = Relay(means, new_message_id)

    def do(self, request: Request, turn: Turn, now: datetime) -> Answer | Outbound:
        """Raises RemoteProtocolError (it becomes a fault) where no feedback code fits."""
        if not turn.explicit and not isinstance(request, _IMPLICIT):
            return self.refuse(request, turn, codes.EXPLICIT_DIALOG_NEEDED)
        match request:
            case MediateDelivery() | ForwardDelivery():
                return self.relay.begin(request, turn, now)
            case PartialStoreDelivery():
                return self._uploads.receive(request, turn, now)
            case PartialFetchDelivery():
                return self._downloads.hand_out(request, turn, now)
        return self._plain(request, turn, now)

    def refuse(self, request: Request, turn: Turn, reason: str | FeedbackEntry) -> Answer:
        return refusal(request, turn, self._means.own, reason)

    def _plain(self, request: Request, turn: Turn, now: datetime) -> Answer:
        match request:
            case InitDialog():
                return self._init(request, turn, now)
            case GetMessageId():
                return self._get_message_id(request, turn)
            case StoreDelivery():
                return self._store_delivery(request, turn, now)
            case FetchDelivery():
                return self._deliveries.hand_out(request, turn, now)
            case FetchProcessCard():
                return self._fetch_process_card(request, turn)
            case ExitDialog():
                return self._exit(request, turn)
        raise RemoteProtocolError(codes.INVALID_REQUEST, f"{request.type.value} is not offered here")

    def _init(self, request: InitDialog, turn: Turn, now: datetime) -> Answer:
        self._means.dialogs.open(turn, now)
        return Answer(answer(request, turn, self._means.own, done(turn)))

    def _exit(self, request: ExitDialog, turn: Turn) -> Answer:
        self._means.dialogs.close(turn)
        return Answer(answer(request, turn, self._means.own, feedback(codes.DONE_DIALOG_CLOSED)))

    def _get_message_id(self, request: GetMessageId, turn: Turn) -> Answer:
        message_id = new_message_id()
        self._means.store.issue(message_id)
        return Answer(answer(request, turn, self._means.own, done(turn), message_id=message_id))

    def _store_delivery(self, request: StoreDelivery, turn: Turn, now: datetime) -> Answer:
        card = self._deliveries.take(request, turn.client, now)
        if isinstance(card, FeedbackEntry):
            return self.refuse(request, turn, card)
        return Answer(answer(request, turn, self._means.own, done(turn), process_card=card), card.message_id)

    def _fetch_process_card(self, request: FetchProcessCard, turn: Turn) -> Answer:
        turn.require_proof()
        limit = MAX_CARDS if request.limit is None else min(max(request.limit, 1), MAX_CARDS)
        page = self._means.store.cards(CardQuery(turn.client.cipher, request.selection, limit))
        if not page.bundles:
            return self.refuse(request, turn, codes.NO_PROCESS_CARD)
        entries = done(turn) + (feedback(MORE_CARDS) if page.more else ())
        return Answer(answer(request, turn, self._means.own, entries, process_cards=page.bundles))


def new_message_id() -> str:
    return token_hex(MESSAGE_ID_BYTES)
