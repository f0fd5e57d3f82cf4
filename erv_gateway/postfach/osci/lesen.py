"""A stored delivery read again: decrypted, every signature checked, EGVP fields and attachments taken out.

A bad signature hides nothing: what can be read is shown, and the step that failed says so.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Anhang, DeliveryUnreadable, Lieferung, Pruefergebnis, Pruefschritt
from erv_gateway.postfach.egvp import (
    NACHRICHT,
    PROJECT_COCO,
    VISITENKARTE,
    EgvpKopf,
    Visitenkarte,
    read_nachricht,
    read_visitenkarte,
)
from erv_gateway.postfach.osci.gespraech import file_chunks
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.postfach.osci.laufzettel import utc
from erv_gateway.postfach.osci.richtlinie import mail_of, outdated
from erv_gateway.storage.blobs import Blobs
from osci.errors import OsciError
from osci.messages import ResponseToFetchDelivery
from osci.opened import OpenedContainer, OpenedContent
from osci.reader import Received, read_message
from osci.types import Role, Use, Verdict
from xjustiz import SafeId, XJustizError

MAX_EGVP_XML: Final = 2**20
TRANSPORT: Final = "Transportsignatur des Intermediärs"
INHALT: Final = "Inhaltssignatur und Verschlüsselung"
ABSENDER: Final = "Angaben des Absenders"

_ERGEBNIS: Final[Mapping[Verdict, Pruefergebnis]] = {
    Verdict.VALID: Pruefergebnis.GUELTIG,
    Verdict.INDETERMINATE: Pruefergebnis.UNBESTIMMT,
    Verdict.INVALID: Pruefergebnis.UNGUELTIG,
}


@dataclass(frozen=True, slots=True)
class _Offen:
    received: Received
    message: ResponseToFetchDelivery
    containers: tuple[OpenedContainer, ...]
    am: datetime

    def contents(self) -> Iterator[OpenedContent]:
        for container in self.containers:
            if container.id == PROJECT_COCO:
                yield from container.unsafe_contents


async def read_delivery(zugang: OsciZugang, blobs: Blobs, original: str, am: datetime) -> Lieferung:
    """`am`: when it came. Raises DeliveryUnreadable; everything less is said in the steps."""
    with blobs.open_file(original) as file:
        try:
            offen = await asyncio.to_thread(_open, zugang, blobs, file_chunks(file), am)
        except OsciError as error:
            raise DeliveryUnreadable(f"the stored delivery cannot be read: {error}") from error
        anhaenge = [await _keep(blobs, content) for content in offen.contents() if _is_file(content)]
    data = await asyncio.to_thread(_data, offen)
    return _lieferung(zugang, offen, tuple(anhang for anhang in anhaenge if anhang is not None), data)


def _open(zugang: OsciZugang, blobs: Blobs, chunks: Iterator[bytes], am: datetime) -> _Offen:
    keys = zugang.client.decryption_keys
    received = read_message(chunks, keys, mail_of(am), blobs.spool)
    message = received.unsafe_message
    if not isinstance(message, ResponseToFetchDelivery):
        raise DeliveryUnreadable(f"a {received.message_type} is no delivery")
    return _Offen(received, message, received.open_containers(keys), am)


def _is_file(content: OpenedContent) -> bool:
    return content.kind == "attachment" and content.source is not None


async def _keep(blobs: Blobs, content: OpenedContent) -> Anhang | None:
    try:
        blob = await blobs.put(content.chunks())
    except OsciError:
        return None
    return Anhang(content.name or content.id, blob.sha256, blob.bytes)


def _data(offen: _Offen) -> dict[str, bytes]:
    """The small XML files, as far as they are of a sane size."""
    return {
        content.id: b"".join(content.chunks())
        for content in offen.contents()
        if content.kind == "data" and content.source is not None and (content.length or 0) <= MAX_EGVP_XML
    }


def _lieferung(zugang: OsciZugang, offen: _Offen, anhaenge: tuple[Anhang, ...], data: dict[str, bytes]) -> Lieferung:
    kopf, karte, schritt = _absender(data)
    certificates = offen.received.certificates
    card = offen.message.process_card
    return Lieferung(
        message_id=MessageId("" if card is None else card.message_id),
        eingang=None if card is None else utc(card.card.creation),
        betreff=None if kopf is None else kopf.betreff,
        absender=_safe_id(karte),
        absender_name=None if karte is None else karte.organisation,
        absender_certificate=certificates.find(Role.ORIGINATOR, Use.SIGNATURE),
        absender_cipher_certificate=certificates.find(Role.ORIGINATOR, Use.CIPHER),
        aktenzeichen_absender=None if kopf is None else kopf.aktenzeichen_absender or None,
        aktenzeichen_empfaenger=None if kopf is None else kopf.aktenzeichen_empfaenger or None,
        anhaenge=anhaenge,
        schritte=(_transport(zugang, offen), *_inhalte(offen), schritt),
        kopf=kopf,
        visitenkarte=karte,
        weitergeleitet=None if card is None else utc(card.card.forwarding),
        empfangen=None if card is None else utc(card.card.reception),
        vermittler_certificate=offen.received.transport_signature.signer,
    )


def _transport(zugang: OsciZugang, offen: _Offen) -> Pruefschritt:
    status = offen.received.transport_signature
    if not status.present:
        return Pruefschritt(TRANSPORT, Pruefergebnis.UNBESTIMMT, "Die Antwort des Intermediärs ist nicht signiert.")
    expected = zugang.intermediary.signature_certificate
    if status.verdict is Verdict.VALID and expected is not None and status.signer != expected:
        return Pruefschritt(
            TRANSPORT, Pruefergebnis.UNGUELTIG, "Ein anderer als der erwartete Intermediär hat signiert."
        )
    if status.verdict is Verdict.VALID:
        return Pruefschritt(TRANSPORT, Pruefergebnis.GUELTIG, "Unverändert, vom erwarteten Intermediär signiert.")
    return Pruefschritt(TRANSPORT, _ERGEBNIS[status.verdict], "Die Signatur des Intermediärs ist nicht gültig.")


def _inhalte(offen: _Offen) -> Iterator[Pruefschritt]:
    if not any(container.id == PROJECT_COCO for container in offen.containers):
        yield Pruefschritt(INHALT, Pruefergebnis.UNBESTIMMT, "Die Nachricht enthält keinen EGVP-Inhalt.")
    absender = offen.received.certificates.find(Role.ORIGINATOR, Use.SIGNATURE)
    for container in offen.containers:
        yield Pruefschritt(f"{INHALT} ({container.id})", *_inhalt(container, absender, offen.am))


def _inhalt(container: OpenedContainer, absender: bytes | None, am: datetime) -> tuple[Pruefergebnis, str]:
    if container.locked:
        return Pruefergebnis.UNBESTIMMT, "Nicht mit unserem Schlüssel zu öffnen."
    if container.verdict is not Verdict.VALID:
        codes = ", ".join(dict.fromkeys(problem.code for problem in container.problems)) or "9601"
        return _ERGEBNIS[container.verdict], f"Nicht unverändert oder nicht lesbar (OSCI {codes})."
    if not container.signatures:
        return Pruefergebnis.UNBESTIMMT, "Unverändert angekommen, aber vom Absender nicht signiert."
    if absender not in {signature.signer for signature in container.signatures}:
        return Pruefergebnis.UNBESTIMMT, "Unverändert angekommen, aber von jemand anderem als dem Absender signiert."
    if alt := _outdated(container, am):
        return Pruefergebnis.UNBESTIMMT, f"Vom Absender signiert, aber veraltet verschlüsselt ({', '.join(alt)})."
    return Pruefergebnis.GUELTIG, "Vom Absender signiert und unverändert."


def _outdated(container: OpenedContainer, am: datetime) -> tuple[str, ...]:
    used = container.encryption
    attachments = [content.method.algorithm for content in container.unsafe_contents if content.method is not None]
    if used is None:
        return outdated(am, attachments, None)
    return outdated(am, (used.symmetric, *attachments), used.key_transport)


def _absender(data: dict[str, bytes]) -> tuple[EgvpKopf | None, Visitenkarte | None, Pruefschritt]:
    try:
        kopf = read_nachricht(data[NACHRICHT]) if NACHRICHT in data else None
        karte = read_visitenkarte(data[VISITENKARTE]) if VISITENKARTE in data else None
    except EingabeRefused:
        return (
            None,
            None,
            Pruefschritt(ABSENDER, Pruefergebnis.UNGUELTIG, "nachricht.xml oder visitenkarte.xml ist unlesbar."),
        )
    if karte is None or not karte.nutzer_id:
        return kopf, karte, Pruefschritt(ABSENDER, Pruefergebnis.UNBESTIMMT, "Keine Visitenkarte mit SAFE-ID.")
    return kopf, karte, Pruefschritt(ABSENDER, Pruefergebnis.GUELTIG, "Visitenkarte mit SAFE-ID liegt bei.")


def _safe_id(karte: Visitenkarte | None) -> SafeId | None:
    if karte is None or not karte.nutzer_id:
        return None
    try:
        return SafeId(karte.nutzer_id)
    except XJustizError:
        return None
