"""The intermediary's record of one delivery, out of its verified answer."""

from datetime import UTC, datetime

from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Anhang, Laufzettel, LaufzettelRefused
from erv_gateway.storage.blobs import Blobs
from osci.dialog import Answer
from osci.messages import ResponseToFetchProcessCard
from osci.processcard import ProcessCardBundle, Timestamp


async def laufzettel_of(answer: Answer, message_id: MessageId, blobs: Blobs) -> Laufzettel:
    """`answer` was checked by the dialog: signed by the expected intermediary. Raises LaufzettelRefused."""
    bundle = _bundle(answer, message_id)
    eingang = utc(bundle.card.creation)
    if eingang is None:
        raise LaufzettelRefused(
            "the ProcessCard has no plain Creation", grund="Der Laufzettel nennt keine Eingangszeit."
        )
    original = await blobs.put(answer.inner.chunks())
    return Laufzettel(
        message_id=message_id,
        eingang=eingang,
        weitergeleitet=utc(bundle.card.forwarding),
        empfangen=utc(bundle.card.reception),
        betreff=bundle.card.subject,
        original=Anhang("laufzettel.osci", original.sha256, original.bytes),
        vermittler=signer_of(answer),
    )


def signer_of(answer: Answer) -> bytes:
    """DER of the intermediary's signature certificate."""
    signer = answer.received.transport_signature.signer
    if signer is None:
        raise LaufzettelRefused("the answer is unsigned", grund="Die Antwort des Intermediärs ist nicht signiert.")
    return signer


def utc(timestamp: Timestamp | None) -> datetime | None:
    """Cryptographic time stamps are not read here: without a plain time there is none."""
    return timestamp.astimezone(UTC) if isinstance(timestamp, datetime) else None


def _bundle(answer: Answer, message_id: MessageId) -> ProcessCardBundle:
    message = answer.message
    bundles = message.process_cards if isinstance(message, ResponseToFetchProcessCard) else ()
    matching = [bundle for bundle in bundles if bundle.message_id == message_id]
    if len(matching) != 1 or len(bundles) != 1:
        raise LaufzettelRefused(
            f"{len(bundles)} ProcessCards, {len(matching)} for our MessageId",
            grund="Der Intermediär hat nicht genau den Laufzettel unserer Nachricht geliefert.",
        )
    return matching[0]
