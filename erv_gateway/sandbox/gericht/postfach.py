"""The court as OSCI client: fetches from its mailbox, and hands over what it has to say."""

from collections.abc import Iterator
from typing import Final

from erv_gateway.sandbox.gericht.leitung import post
from erv_gateway.sandbox.gericht.stammdaten import Gerichtsdaten
from osci.content import ContentPackage
from osci.dialog import (
    Answer,
    Client,
    Delivery,
    Dialog,
    Expectation,
    Intermediary,
    OutgoingRequest,
    RequestRefused,
    check_answer,
)
from osci.feedback import MESSAGE_ID_UNKNOWN_OR_USED, NO_DELIVERY, NO_PROCESS_CARD
from osci.messages import ByMessageId, ResponseToFetchDelivery, ResponseToGetMessageId
from osci.policy import SENDING
from osci.types import Chunks, SpoolFactory

ALREADY_THERE: Final = MESSAGE_ID_UNKNOWN_OR_USED


class Gerichtspostfach:
    """One mailbox at one intermediary (`url`). Network trouble: GegenstelleFailed; refusals: RemoteProtocolError."""

    def __init__(self, daten: Gerichtsdaten, url: str, spools: SpoolFactory) -> None:
        self._client = Client(daten.signatur, daten.chiffrat)
        self._intermediary = Intermediary(daten.vermittler_chiffrat, daten.vermittler_signatur)
        self._url = url
        self._spools = spools

    def collect(self) -> Iterator[tuple[ResponseToFetchDelivery, Answer]]:
        """What waits. Asking for the next one tells the intermediary that this one arrived; stopping does not."""
        dialog = self._dialog()
        self._ask(dialog, dialog.init())
        while answer := self._next(dialog):
            if isinstance(answer.message, ResponseToFetchDelivery):
                yield answer.message, answer
        self._ask(dialog, dialog.exit())

    def new_message_id(self) -> str:
        dialog = self._dialog()
        message = self._ask(dialog, dialog.get_message_id()).message
        return (message.message_id or "") if isinstance(message, ResponseToGetMessageId) else ""

    def prepare(self, message_id: str, package: ContentPackage, addressee: bytes, subject: str) -> OutgoingRequest:
        """A delivery, signed and encrypted, to be kept before it is sent. `addressee`: DER cipher certificate."""
        return self._dialog().store_delivery(message_id, Delivery(package, addressee, subject=subject))

    def send(self, length: int, wire: Chunks, expectation: Expectation) -> None:
        """Sends prepared bytes, the first time or again. Raises RequestRefused."""
        with post(self._url, length, wire) as body:
            check_answer(body, expectation, self._client, self._intermediary, SENDING, self._spools)

    def has_laufzettel(self, message_id: str) -> bool:
        """Whether the intermediary holds the delivery with this id."""
        dialog = self._dialog()
        self._ask(dialog, dialog.init())
        try:
            self._ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,))))
        except RequestRefused as error:
            if error.code != NO_PROCESS_CARD:
                raise
            return False
        return True

    def _next(self, dialog: Dialog) -> Answer | None:
        try:
            return self._ask(dialog, dialog.fetch_delivery())
        except RequestRefused as error:
            if error.code != NO_DELIVERY:
                raise
            return None

    def _ask(self, dialog: Dialog, request: OutgoingRequest) -> Answer:
        with post(self._url, request.wire.length, request.wire.chunks()) as body:
            return dialog.receive(body)

    def _dialog(self) -> Dialog:
        return Dialog(self._client, self._intermediary, self._spools)
