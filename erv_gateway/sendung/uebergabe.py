"""Handing over to the intermediary: at most once without knowing.

The steps and what a crash after each of them leaves behind are in docs/lifecycle.md. The rule: before the first byte
leaves, the attempt is on record; while an attempt is open its outcome is unknown, and the intermediary is asked for
the Laufzettel of the same MessageId before anything is sent again. The intermediary takes a MessageId once only, so
sending the same prepared bytes again after it verifiably had none cannot make a second delivery.
"""

from datetime import timedelta
from typing import Final

from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.ids import MessageId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import (
    Annahme,
    AntwortLost,
    Laufzettel,
    MessageIdSpent,
    NotReached,
    UebergabeRefused,
    Vorbereitet,
)
from erv_gateway.sendung.auftrag import auftrag_of
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.eingangsbestaetigung import BESTAETIGEN
from erv_gateway.sendung.sendung import Sendung, load_sendung
from erv_gateway.sendung.wire_json import annahme_to_json, vorbereitet_from_json, vorbereitet_to_json
from erv_gateway.sendung.zustand import SQL, record, transition
from erv_gateway.storage.jobs import Later

UEBERGEBEN: Final = "uebergeben"
"""Name of the job."""
HANDELND: Final = "uebergabe"
VERLOREN: Final = "antwort-verloren"
NICHT_ERREICHT: Final = "nicht-erreicht"
VERBRAUCHT: Final = "kennung-verbraucht"
MAX_PAUSE: Final = timedelta(minutes=15)
"""Between two attempts, at the most: each of them leaves its entries in the log, also when nobody answers for days."""

_Z = SendungZustand


async def hand_over(betrieb: Betrieb, sendung_id: SendungId) -> None:
    """BEAUFTRAGT or UNGEWISS → UEBERGEBEN. Safe to call again at any point, by any worker, one at a time."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand not in (_Z.BEAUFTRAGT, _Z.UNGEWISS):
        return
    if await betrieb.database.fetch_value(SQL.open_versuch, sendung_id) is not None:
        await _declare_ungewiss(betrieb, sendung, VERLOREN)
        sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand is _Z.UNGEWISS:
        await _settle(betrieb, sendung)
        sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand is _Z.BEAUFTRAGT:
        await _attempt(betrieb, await _prepared(betrieb, sendung))


async def _prepared(betrieb: Betrieb, sendung: Sendung) -> Sendung:
    if sendung.message_id is None:
        await _obtain_message_id(betrieb, sendung)
        sendung = await load_sendung(betrieb.database, sendung.id)
    if sendung.vorbereitet is None:
        await _prepare(betrieb, sendung)
        sendung = await load_sendung(betrieb.database, sendung.id)
    return sendung


async def _obtain_message_id(betrieb: Betrieb, sendung: Sendung) -> None:
    """An id that is lost in a crash is never used: harmless."""
    message_id = await betrieb.postfach(sendung.postfach).new_message_id()
    async with betrieb.database.transaction() as tx:
        if await tx.execute(SQL.set_message_id, sendung.id, message_id) == 1:
            await record(
                tx,
                sendung.id,
                EreignisArt.SENDUNG_KENNUNG_ERHALTEN,
                zeitpunkt=betrieb.uhr.jetzt(),
                handelnd=HANDELND,
                message_id=message_id,
            )


async def _prepare(betrieb: Betrieb, sendung: Sendung) -> None:
    """The bytes for the wire, once: what may be sent again must be the same."""
    auftrag = await auftrag_of(betrieb, sendung)
    vorbereitet = await betrieb.postfach(sendung.postfach).prepare(auftrag)
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.set_vorbereitet, sendung.id, vorbereitet_to_json(vorbereitet))


async def _attempt(betrieb: Betrieb, sendung: Sendung) -> None:
    vorbereitet = vorbereitet_from_json(sendung.vorbereitet)
    nummer = await _begin(betrieb, sendung, vorbereitet)
    try:
        annahme = await betrieb.postfach(sendung.postfach).hand_over(vorbereitet)
    except NotReached as error:
        await _not_reached(betrieb, sendung, nummer)
        raise Later(pause(betrieb, nummer)) from error
    except AntwortLost as error:
        await _declare_ungewiss(betrieb, sendung, VERLOREN)
        raise Later(pause(betrieb, nummer)) from error
    except MessageIdSpent as error:
        await _declare_ungewiss(betrieb, sendung, VERBRAUCHT)
        raise Later(pause(betrieb, nummer)) from error
    except UebergabeRefused as refused:
        await _refused(betrieb, sendung, nummer, refused)
        return
    await _accepted(betrieb, sendung, nummer, annahme)


def pause(betrieb: Betrieb, versuche: int) -> timedelta:
    """Twice as long after every attempt."""
    return max(betrieb.nachfrage, min(betrieb.nachfrage * (1 << min(versuche - 1, 16)), MAX_PAUSE))


async def _begin(betrieb: Betrieb, sendung: Sendung, vorbereitet: Vorbereitet) -> int:
    """The intention, on record before the first byte leaves. The log names what is about to be sent by digest."""
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        nummer: int = await tx.fetch_value(SQL.begin_versuch, sendung.id, jetzt)
        inhalte = {f"inhalt_{n}_sha256": inhalt.sha256 for n, inhalt in enumerate(vorbereitet.inhalte, 1)}
        await record(
            tx,
            sendung.id,
            EreignisArt.SENDUNG_UEBERGABE_BEGONNEN,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            versuch=nummer,
            message_id=sendung.message_id,
            umschlag_sha256=vorbereitet.umschlag.sha256,
            uebertragung_sha256=vorbereitet.uebertragung.sha256,
            **inhalte,
        )
    return nummer


async def _accepted(betrieb: Betrieb, sendung: Sendung, nummer: int, annahme: Annahme) -> None:
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.end_versuch, sendung.id, nummer, jetzt, "angenommen")
        await tx.execute(SQL.set_annahme, sendung.id, annahme_to_json(annahme), jetzt)
        await transition(
            tx,
            sendung.id,
            _Z.BEAUFTRAGT,
            _Z.UEBERGEBEN,
            EreignisArt.SENDUNG_UEBERGEBEN,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            message_id=sendung.message_id,
            annahme_sha256=annahme.original.sha256,
            codes=" ".join(annahme.codes),
        )
        await tx.enqueue(BESTAETIGEN, {"sendung": str(sendung.id)}, dedupe_key=f"{BESTAETIGEN}:{sendung.id}")


async def _not_reached(betrieb: Betrieb, sendung: Sendung, nummer: int) -> None:
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.end_versuch, sendung.id, nummer, betrieb.uhr.jetzt(), NICHT_ERREICHT)


async def _refused(betrieb: Betrieb, sendung: Sendung, nummer: int, refused: UebergabeRefused) -> None:
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.end_versuch, sendung.id, nummer, jetzt, "abgewiesen")
        await transition(
            tx,
            sendung.id,
            _Z.BEAUFTRAGT,
            _Z.ABGEWIESEN,
            EreignisArt.SENDUNG_ABGEWIESEN,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            codes=str(refused.angaben.get("codes", "")),
        )


async def _declare_ungewiss(betrieb: Betrieb, sendung: Sendung, ergebnis: str) -> None:
    """An attempt was begun and its answer is not here."""
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        nummer = await tx.fetch_value(SQL.open_versuch, sendung.id)
        if nummer is None or sendung.zustand is not _Z.BEAUFTRAGT:
            return
        await tx.execute(SQL.end_versuch, sendung.id, nummer, jetzt, ergebnis)
        await transition(
            tx,
            sendung.id,
            _Z.BEAUFTRAGT,
            _Z.UNGEWISS,
            EreignisArt.SENDUNG_UNGEWISS,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            versuch=nummer,
            ergebnis=ergebnis,
        )


async def _settle(betrieb: Betrieb, sendung: Sendung) -> None:
    """Asks the intermediary what became of the MessageId. Network trouble leaves the Sendung as it is."""
    if sendung.message_id is None:
        raise AssertionError("an attempt without a MessageId cannot exist")
    laufzettel = await betrieb.postfach(sendung.postfach).fetch_laufzettel(MessageId(sendung.message_id))
    if laufzettel is None:
        await _require_unspent(betrieb, sendung)
        await _settled(betrieb, sendung, _Z.BEAUFTRAGT, EreignisArt.SENDUNG_NICHT_ANGEKOMMEN, None)
    else:
        await _settled(betrieb, sendung, _Z.UEBERGEBEN, EreignisArt.SENDUNG_UEBERGEBEN, laufzettel)


async def _require_unspent(betrieb: Betrieb, sendung: Sendung) -> None:
    """Spent at the intermediary, yet without a record there: contradictory, so a person decides and we keep asking."""
    if await betrieb.database.fetch_value(SQL.last_ergebnis, sendung.id) == VERBRAUCHT:
        raise Later(betrieb.nachfrage)


async def _settled(
    betrieb: Betrieb, sendung: Sendung, nach: SendungZustand, art: EreignisArt, laufzettel: Laufzettel | None
) -> None:
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        await transition(
            tx,
            sendung.id,
            _Z.UNGEWISS,
            nach,
            art,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            message_id=sendung.message_id,
            quelle="laufzettel",
        )
        if laufzettel is not None:
            await tx.execute(SQL.set_annahme, sendung.id, None, jetzt)
            await tx.enqueue(BESTAETIGEN, {"sendung": str(sendung.id)}, dedupe_key=f"{BESTAETIGEN}:{sendung.id}")
