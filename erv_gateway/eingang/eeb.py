"""The elektronisches Empfangsbekenntnis (§ 173 (3) ZPO, § 56 (2) VwGO): an act of a person, answered once.

Nothing here runs on its own: `decide` is called with the person who decided. The reply is a Sendung of its own and
takes the same guarded way out as every other.
"""

from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from erv_gateway.eingang.eeb_antwort import STOERUNGEN, Bekenntnis, Entscheidung, Stoerung, reply_xml
from erv_gateway.eingang.nachricht import SQL, Nachricht, load_nachricht, transition
from erv_gateway.kern.ereignisse import EreignisArt, new_ereignis
from erv_gateway.kern.fehler import EingabeRefused, ZustandConflict
from erv_gateway.kern.ids import NachrichtId, SendungId
from erv_gateway.kern.uhr import berlin
from erv_gateway.kern.zustaende import NachrichtZustand, SendungZustand
from erv_gateway.sendung.anlegen import Sendungssatz, insert_sendung
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.freigabe import PAKETIEREN
from erv_gateway.sendung.sendung import SendungArt
from erv_gateway.sendung.zustand import SQL as SENDUNG_SQL
from erv_gateway.sendung.zustand import transition as sendung_transition
from erv_gateway.storage import log
from erv_gateway.storage.db import Tx
from erv_gateway.storage.queries import load

__all__ = ["STOERUNGEN", "Bekenntnis", "Entscheidung", "Stoerung", "decide"]

AKTE_SQL = load("akte")
BETREFF: Final = "Elektronisches Empfangsbekenntnis"


async def decide(betrieb: Betrieb, nachricht_id: NachrichtId, entscheidung: Entscheidung, person: UUID) -> SendungId:
    """Records the decision and commissions the reply, in one transaction. Raises ZustandConflict when it was decided
    before or none is demanded, EingabeRefused for an impossible date."""
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    _check(nachricht, entscheidung, betrieb.uhr.jetzt())
    nachrichten_id = uuid4()
    xml = await reply_xml(betrieb, nachricht, entscheidung, nachrichten_id)
    blob = await betrieb.blobs.put_bytes(xml)
    async with betrieb.database.transaction() as tx:
        await _record_decision(tx, betrieb, nachricht, entscheidung, person)
        return await _commission(tx, betrieb, nachricht, nachrichten_id, blob.sha256, person)


def _check(nachricht: Nachricht, entscheidung: Entscheidung, jetzt: datetime) -> None:
    if not nachricht.eeb_verlangt or nachricht.zustand is not NachrichtZustand.ZUGEORDNET:
        raise ZustandConflict("no eEB is open for this Nachricht", von=str(nachricht.zustand), nach="eEB")
    if isinstance(entscheidung, Stoerung):
        if entscheidung.kennung not in STOERUNGEN:
            raise EingabeRefused("unknown Störung", feld="kennung")
        return
    eingang = berlin(nachricht.eingang or nachricht.gesichert_am).date()
    if not eingang <= entscheidung.datum <= berlin(jetzt).date():
        raise EingabeRefused(
            "the date lies before the arrival or in the future", feld="datum", grund="eeb-datum", ab=eingang.isoformat()
        )


async def _record_decision(
    tx: Tx, betrieb: Betrieb, nachricht: Nachricht, entscheidung: Entscheidung, person: UUID
) -> None:
    jetzt = betrieb.uhr.jetzt()
    art, datum, stoerung, grund = "STOERUNG", None, None, None
    if isinstance(entscheidung, Bekenntnis):
        art, datum = "BEKENNTNIS", entscheidung.datum
    else:
        stoerung, grund = entscheidung.kennung, entscheidung.grund
    if await tx.execute(SQL.insert_eeb, nachricht.id, art, datum, stoerung, grund, person, jetzt) != 1:
        raise ZustandConflict("this eEB was decided already", von="entschieden", nach="eEB")
    await log.append(
        tx,
        new_ereignis(
            EreignisArt.EEB_ENTSCHIEDEN, nachricht.id, zeitpunkt=jetzt, handelnd=str(person), ergebnis=art.lower()
        ),
    )
    await transition(
        tx,
        nachricht.id,
        NachrichtZustand.ZUGEORDNET,
        NachrichtZustand.ERLEDIGT,
        EreignisArt.NACHRICHT_ERLEDIGT,
        zeitpunkt=jetzt,
        handelnd=str(person),
    )


async def _commission(
    tx: Tx, betrieb: Betrieb, nachricht: Nachricht, nachrichten_id: UUID, xjustiz_sha256: str, person: UUID
) -> SendungId:
    """The reply as a Sendung, checked and approved by the decision itself."""
    gericht = betrieb.gericht(nachricht.absender_safe_id or "")
    akte = await tx.fetch_one(AKTE_SQL.akte, nachricht.akte_id)
    if akte is None or nachricht.akte_id is None:
        raise AssertionError("an assigned Nachricht has an Akte")
    satz = Sendungssatz(
        art=SendungArt.EEB,
        akte_id=nachricht.akte_id,
        antwort_auf=nachricht.id,
        postfach=nachricht.postfach,
        empfaenger_safe_id=str(gericht.empfaenger.safe_id),
        betreff=BETREFF,
        angaben={"xjustiz_sha256": xjustiz_sha256},
        eigene_nachrichten_id=nachrichten_id,
        aktenzeichen_absender=akte["aktenzeichen"],
        aktenzeichen_empfaenger=akte["gericht_aktenzeichen"],
    )
    jetzt = betrieb.uhr.jetzt()
    await insert_sendung(tx, satz, person, jetzt, antwort_auf=str(nachricht.id))
    await _approve(tx, satz.id, person, jetzt)
    return satz.id


async def _approve(tx: Tx, sendung_id: SendungId, person: UUID, jetzt: datetime) -> None:
    steps = (
        (SendungZustand.ENTWURF, SendungZustand.GEPRUEFT, EreignisArt.SENDUNG_GEPRUEFT),
        (SendungZustand.GEPRUEFT, SendungZustand.FREIGEGEBEN, EreignisArt.SENDUNG_FREIGEGEBEN),
    )
    for von, nach, art in steps:
        await sendung_transition(tx, sendung_id, von, nach, art, zeitpunkt=jetzt, handelnd=str(person))
    await tx.execute(SENDUNG_SQL.set_freigabe, sendung_id, person, jetzt)
    await tx.enqueue(PAKETIEREN, {"sendung": str(sendung_id)}, dedupe_key=f"{PAKETIEREN}:{sendung_id}")
