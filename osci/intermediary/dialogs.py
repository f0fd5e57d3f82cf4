"""Open dialogs and the control block rules of chapter 5, as the supplier enforces them."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import compare_digest, randbelow, token_bytes
from threading import Lock
from typing import Final

from osci.errors import LocalProtocolError, RemoteProtocolError, invalid
from osci.feedback import DIALOG_MISMATCH, INVALID_REQUEST
from osci.messages import ControlBlock

DIALOG_LIFETIME: Final = timedelta(minutes=30)
"""Own choice: since the last request. Longer than fetching 200 MB over a slow line takes."""
MAX_DIALOGS: Final = 10_000
"""Own choice: what a flood of InitDialog may keep in memory; the oldest one goes first."""
CHALLENGE_BYTES: Final = 10  # section 3.15
_CONVERSATION_IDS: Final = 10**18


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: certificates (DER). `encrypted`: its answers are encrypted for `cipher`, so whoever goes on in an
    explicit dialog has shown to hold that private key."""

    cipher: bytes
    signature: bytes | None
    encrypted: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """One request that fits its dialog. `answer` is the control block of the answer to it.

    `delivered`: the message id of the delivery that this request proves to have arrived.
    """

    client: Client
    answer: ControlBlock
    explicit: bool
    delivered: str | None = None

    def require_proof(self) -> None:
        """Naming somebody's certificate must not open the mailbox: the dialog has to be encrypted (see Client).

        Raises RemoteProtocolError 9300.
        """
        if not self.client.encrypted:
            raise RemoteProtocolError(INVALID_REQUEST, "a mailbox is opened in an encrypted dialog only")


@dataclass(slots=True)
class _Dialog:
    client: Client
    challenge: str
    expires: datetime
    sequence_number: int = 0
    delivered: str | None = None


class Dialogs:
    """The table of open dialogs. Thread-safe; lost with its object (clients then get 9400 and start again)."""

    def __init__(self) -> None:
        self._open: dict[str, _Dialog] = {}
        self._lock = Lock()

    def open(self, turn: Turn, now: datetime) -> None:
        """What was offered becomes an open dialog."""
        conversation_id, challenge = turn.answer.conversation_id, turn.answer.challenge
        if conversation_id is None or challenge is None:
            raise LocalProtocolError("only what `offered` made can be opened")
        with self._lock:
            self._make_room(now)
            self._open[conversation_id] = _Dialog(turn.client, challenge, now + DIALOG_LIFETIME)

    def enter(self, control_block: ControlBlock, now: datetime) -> Turn:
        """The next request of an explicit dialog. Raises RemoteProtocolError 9400 when anything does not fit."""
        request_challenge = _challenge_of(control_block)
        with self._lock:
            dialog = self._open.get(control_block.conversation_id or "")
            if dialog is None or now >= dialog.expires or not _fits(dialog, control_block):
                raise RemoteProtocolError(DIALOG_MISMATCH, "no such dialog, or not its next request")
            delivered, dialog.delivered = dialog.delivered, None
            dialog.challenge = new_challenge()
            dialog.sequence_number += 1
            dialog.expires = now + DIALOG_LIFETIME
            answer = ControlBlock(
                response=request_challenge,
                challenge=dialog.challenge,
                conversation_id=control_block.conversation_id,
                sequence_number=control_block.sequence_number,
            )
            return Turn(dialog.client, answer, explicit=True, delivered=delivered)

    def handed_out(self, turn: Turn, message_id: str) -> None:
        """The answer of this turn carries the delivery: the next valid request shows that it arrived."""
        with self._lock:
            dialog = self._open.get(turn.answer.conversation_id or "")
            if dialog is not None:
                dialog.delivered = message_id

    def close(self, turn: Turn) -> None:
        with self._lock:
            self._open.pop(turn.answer.conversation_id or "", None)

    def _make_room(self, now: datetime) -> None:
        for conversation_id in [key for key, dialog in self._open.items() if now >= dialog.expires]:
            del self._open[conversation_id]
        while len(self._open) >= MAX_DIALOGS:
            del self._open[next(iter(self._open))]


def offered(control_block: ControlBlock, client: Client) -> Turn:
    """The answer to InitDialog: no sequence number, a fresh conversation. Not yet an open dialog."""
    answer = ControlBlock(
        response=_challenge_of(control_block), challenge=new_challenge(), conversation_id=_new_conversation_id()
    )
    return Turn(client, answer, explicit=True)


def implicit(control_block: ControlBlock, client: Client, *, challenge: bool = False) -> Turn:
    """A dialog of one request. A stale Response is ignored (chapter 5); `challenge`: the answer's type demands one."""
    answer = ControlBlock(
        response=_challenge_of(control_block),
        challenge=new_challenge() if challenge else None,
        conversation_id=_new_conversation_id(),
        sequence_number=control_block.sequence_number or 0,
    )
    return Turn(client, answer, explicit=False)


def new_challenge() -> str:
    return b64encode(token_bytes(CHALLENGE_BYTES)).decode("ascii")


def _fits(dialog: _Dialog, control_block: ControlBlock) -> bool:
    response = (control_block.response or "").encode()
    return control_block.sequence_number == dialog.sequence_number and compare_digest(
        response, dialog.challenge.encode()
    )


def _challenge_of(control_block: ControlBlock) -> str:
    if not control_block.challenge:
        raise invalid("a request without Challenge")
    return control_block.challenge


def _new_conversation_id() -> str:
    return str(randbelow(_CONVERSATION_IDS))
