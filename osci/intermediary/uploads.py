"""partialStoreDelivery: a StoreDelivery that arrives in chunks and is then treated like one that came whole (4.2)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from osci import feedback as codes
from osci.chunks import PARTIAL_SUFFIX, partial_id
from osci.errors import RemoteProtocolError
from osci.feedback import Feedback, FeedbackEntry, feedback, first_error
from osci.intermediary.answers import Answer, answer, done, refusal
from osci.intermediary.chunk_rules import broken_rule, chunk_of, size_fault
from osci.intermediary.chunks import ChunkStore, Upload
from osci.intermediary.deliveries import Deliveries
from osci.intermediary.dialogs import Turn
from osci.intermediary.means import Means
from osci.mailbox import CardQuery, UploadKey
from osci.messages import ByMessageId, ChunkInformation, PartialStoreDelivery, StoreDelivery
from osci.processcard import ProcessCardBundle
from osci.reader import read_message
from osci.types import Chunks

UPLOAD_LIFETIME: Final = timedelta(days=1)
"""Own choice: since the newest chunk. A sender whose line breaks in the evening goes on in the morning."""
EXPIRED: Final = "3951"


@dataclass(frozen=True, slots=True)
class _Case:
    """One request about one upload."""

    chunks: ChunkStore
    request: PartialStoreDelivery
    turn: Turn
    key: UploadKey
    now: datetime


class Uploads:
    """Thread-safe. Which upload is being processed is remembered in memory only: after a crash the next request for a
    complete upload processes it."""

    def __init__(self, means: Means, deliveries: Deliveries) -> None:
        self._means = means
        self._deliveries = deliveries
        self._processing: set[UploadKey] = set()
        self._lock = Lock()

    def receive(self, request: PartialStoreDelivery, turn: Turn, now: datetime) -> Answer:
        """One chunk, or the question how far the upload is (InfoOnly)."""
        if self._means.chunks is None:
            raise RemoteProtocolError(codes.INVALID_REQUEST, "partial messages are not offered here")
        case = _Case(self._means.chunks, request, turn, UploadKey(turn.client.cipher, request.message_id), now)
        upload, warnings = _unexpired(case)
        if request.chunk is not None and not (upload and upload.outcome):
            refused = _add(case, upload)
            if refused is not None:
                return self._refused(case, refused, upload)
            upload = case.chunks.upload(case.key)
        if upload is not None and upload.complete and not upload.outcome:
            return self._process(case, upload)
        return self._state(case, upload, warnings)

    # the message inside

    def _process(self, case: _Case, upload: Upload) -> Answer:
        if not self._claim(case.key):
            return self._state(case, upload, feedback(codes.STILL_PROCESSED))
        try:
            upload = case.chunks.upload(case.key) or upload
            if not upload.outcome:
                outcome = self._outcome(case, upload)
                case.chunks.finish(case.key, outcome)
                upload = replace(upload, outcome=outcome)
        finally:
            with self._lock:
                self._processing.discard(case.key)
        return self._state(case, upload, ())

    def _claim(self, key: UploadKey) -> bool:
        with self._lock:
            free = key not in self._processing
            self._processing.add(key)
            return free

    def _outcome(self, case: _Case, upload: Upload) -> Feedback:
        """Feedback of the message inside; what would be a fault for a message of its own is an entry here."""
        source = case.chunks.assembled(case.key)
        wrong = size_fault(upload.plan, source)
        if wrong is not None:
            return feedback(wrong)
        try:
            inner = self._read(source(), case.turn)
            if partial_id(inner.message_id) != case.request.message_id:
                return feedback(codes.MESSAGE_ID_UNKNOWN_OR_USED)
            taken = self._deliveries.take(inner, case.turn.client, case.now, case.key)
        except RemoteProtocolError as error:
            return feedback(error.code)
        return (taken,) if isinstance(taken, FeedbackEntry) else feedback(codes.DONE_DIALOG_CLOSED)

    def _read(self, chunks: Chunks, turn: Turn) -> StoreDelivery:
        received = read_message(chunks, (), self._means.receiving, self._means.spools)
        message = received.message
        if not isinstance(message, StoreDelivery):
            raise RemoteProtocolError(codes.INVALID_REQUEST, "the message inside is no StoreDelivery")
        status = received.transport_signature
        if status.present and status.signer != turn.client.signature:
            raise RemoteProtocolError(codes.SIGNATURE_INVALID, "the message inside is signed by somebody else")
        return message

    # answers

    def _refused(self, case: _Case, code: str, upload: Upload | None) -> Answer:
        if upload is None:
            return refusal(case.request, case.turn, self._means.own, code)
        chunk = _information(case.request, upload)
        return Answer(answer(case.request, case.turn, self._means.own, feedback(code), chunk=chunk))

    def _state(self, case: _Case, upload: Upload | None, warnings: Feedback) -> Answer:
        entries = warnings + done(case.turn)
        if upload is None:
            return Answer(answer(case.request, case.turn, self._means.own, entries))
        chunk = _information(case.request, upload)
        if not upload.outcome:
            return Answer(answer(case.request, case.turn, self._means.own, entries, chunk=chunk))
        return self._finished(case, upload.outcome, chunk)

    def _finished(self, case: _Case, outcome: Feedback, chunk: ChunkInformation) -> Answer:
        failed = first_error(outcome) is not None
        card = None if failed else self._card(case.key)
        message = answer(
            case.request,
            case.turn,
            self._means.own,
            feedback(codes.INSIDE_FEEDBACK_WITH_ERROR) if failed else feedback(codes.INSIDE_FEEDBACK) + done(case.turn),
            inside_feedback=outcome,
            process_card=card,
            chunk=chunk,
        )
        return Answer(message, None if card is None else card.message_id)

    def _card(self, key: UploadKey) -> ProcessCardBundle | None:
        selection = ByMessageId((key.message_id.removesuffix(PARTIAL_SUFFIX),))
        return next(iter(self._means.store.cards(CardQuery(key.client, selection, 1)).bundles), None)


def _unexpired(case: _Case) -> tuple[Upload | None, Feedback]:
    """The upload as far as it counts; warning 3951 if it was too old."""
    upload = case.chunks.upload(case.key)
    if upload is not None and (upload.outcome or case.now - upload.newest <= UPLOAD_LIFETIME):
        return upload, ()
    case.chunks.discard(case.now - UPLOAD_LIFETIME)
    return None, feedback(EXPIRED) if upload is not None else ()


def _add(case: _Case, upload: Upload | None) -> str | None:
    """The code that refuses the chunk, None when it is kept."""
    chunk = chunk_of(case.request)
    if isinstance(chunk, str):
        return chunk
    if not case.request.message_id.endswith(PARTIAL_SUFFIX):
        return codes.CHUNK_DATA_WRONG
    refused = broken_rule(chunk, upload)
    if refused is not None:
        return refused
    kept = case.chunks.add(case.key, chunk.plan, chunk.number, chunk.part.chunks(), case.now)
    return None if kept else codes.CHUNK_TWICE


def _information(request: PartialStoreDelivery, upload: Upload) -> ChunkInformation:
    asked = request.chunk.number if request.chunk else None
    return ChunkInformation(
        number=max(upload.received, default=0) if asked is None else asked,
        received=upload.received,
        total=upload.plan.total,
    )
