"""What a Sendung tells the mailbox to send."""

from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Auftrag
from erv_gateway.postfach.egvp import NACHRICHTENTYP_ALLGEMEIN
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.sendung import Sendung, load_dateien


async def auftrag_of(betrieb: Betrieb, sendung: Sendung) -> Auftrag:
    if sendung.message_id is None:
        raise AssertionError("the MessageId comes before the message")
    dateien = await load_dateien(betrieb.database, sendung.id)
    return Auftrag(
        message_id=MessageId(sendung.message_id),
        empfaenger=betrieb.gericht(sendung.empfaenger_safe_id).empfaenger,
        nachrichtentyp=NACHRICHTENTYP_ALLGEMEIN,
        betreff=sendung.betreff_mit_teil,
        aktenzeichen_absender=sendung.aktenzeichen_absender,
        aktenzeichen_empfaenger=sendung.aktenzeichen_empfaenger or "",
        anhaenge=tuple(datei.anhang() for datei in dateien),
    )
