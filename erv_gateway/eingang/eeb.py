"""The elektronisches Empfangsbekenntnis (§ 173 (3) ZPO, § 56 (2) VwGO): an act of a person, answered once.

Nothing here runs on its own: `decide` is called with the person who decided. The reply is a Sendung of its own and
takes the same guarded way out as every other.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

import xjustiz
from erv_gateway.eingang.nachricht import SQL, Nachricht, load_anhaenge, load_nachricht, transition
from erv_gateway.eingang.xjustiz_lesen import read_xjustiz
from erv_gateway.kern.ereignisse import EreignisArt, new_ereignis
from erv_gateway.kern.fehler import EingabeRefused, ZustandConflict
from erv_gateway.kern.ids import NachrichtId, SendungId
from erv_gateway.kern.uhr import berlin
from erv_gateway.kern.zustaende import NachrichtZustand, SendungZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.freigabe import PAKETIEREN
from erv_gateway.sendung.paket_nachricht import herstellerinformation
from erv_gateway.sendung.sendung import SendungArt
from erv_gateway.sendung.zustand import SQL as SENDUNG_SQL
from erv_gateway.sendung.zustand import record
from erv_gateway.sendung.zustand import transition as sendung_transition
from erv_gateway.storage import log
from erv_gateway.storage.db import Tx
from erv_gateway.storage.queries import load

AKTE_SQL = load("akte")
BETREFF: Final = "Elektronisches Empfangsbekenntnis"
STOERUNGEN: Final = frozenset({"1", "2", "3"})
"""eeb.stoerungs-id: not a party; content unclear or incomplete; signature check failed."""


@dataclass(frozen=True, slots=True)
class Bekenntnis:
    """The document was received, willing to accept it as served, on `datum` (local day)."""

    datum: date


@dataclass(frozen=True, slots=True)
class Stoerung:
    """It is not acknowledged: `kennung` says why (STOERUNGEN), `grund` in the person's words."""

    kennung: str
    grund: str


Entscheidung = Bekenntnis | Stoerung


async def decide(betrieb: Betrieb, nachricht_id: NachrichtId, entscheidung: Entscheidung, person: UUID) -> SendungId:
    """Records the decision and commissions the reply, in one transaction. Raises ZustandConflict when it was decided
    before or none is demanded, EingabeRefused for an impossible date."""
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    _check(nachricht, entscheidung, betrieb.uhr.jetzt())
    nachrichten_id = uuid4()
    xml = await _reply_xml(betrieb, nachricht, entscheidung, nachrichten_id)
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


async def _reply_xml(betrieb: Betrieb, nachricht: Nachricht, entscheidung: Entscheidung, nachrichten_id: UUID) -> bytes:
    eingegangen = await _incoming(betrieb, nachricht)
    jetzt = berlin(betrieb.uhr.jetzt())
    ergebnis = (
        entscheidung.datum
        if isinstance(entscheidung, Bekenntnis)
        else xjustiz.Stoerung(xjustiz.Code(entscheidung.kennung), entscheidung.grund or None)
    )
    antwort = xjustiz.eeb_reply(
        eingegangen,
        ergebnis,
        nachrichtenid=xjustiz.Uuid(nachrichten_id),
        erstellt=jetzt,
        herstellerinformation=herstellerinformation(),
    )
    version = xjustiz.version_for(jetzt.date()).nummer
    xml = await asyncio.to_thread(xjustiz.write, antwort, version)
    if fehler := await asyncio.to_thread(betrieb.schemas.validate, xml, version):
        raise EingabeRefused(f"the reply would not be valid: {fehler[0].text}", grund="eeb-ungueltig")
    return xml


async def _incoming(betrieb: Betrieb, nachricht: Nachricht) -> xjustiz.Gelesen:
    anhaenge = await load_anhaenge(betrieb.database, nachricht.id)
    befund = await read_xjustiz(betrieb, anhaenge, nachricht.eingang or nachricht.gesichert_am)
    if befund.gelesen is None:
        raise EingabeRefused("the incoming XJustiz message cannot be read", grund="eeb-unlesbar")
    return befund.gelesen


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
    if akte is None:
        raise AssertionError("an assigned Nachricht has an Akte")
    sendung_id, jetzt = SendungId(uuid4()), betrieb.uhr.jetzt()
    await tx.execute(
        SENDUNG_SQL.insert_sendung,
        sendung_id,
        SendungArt.EEB,
        SendungZustand.ENTWURF,
        nachricht.akte_id,
        None,
        nachricht.id,
        nachricht.postfach,
        str(gericht.empfaenger.safe_id),
        BETREFF,
        {"xjustiz_sha256": xjustiz_sha256},
        nachrichten_id,
        akte["aktenzeichen"],
        akte["gericht_aktenzeichen"],
        person,
        jetzt,
    )
    await record(
        tx,
        sendung_id,
        EreignisArt.SENDUNG_ANGELEGT,
        zeitpunkt=jetzt,
        handelnd=str(person),
        antwort_auf=str(nachricht.id),
    )
    await _approve(tx, sendung_id, person, jetzt)
    return sendung_id


async def _approve(tx: Tx, sendung_id: SendungId, person: UUID, jetzt: datetime) -> None:
    steps = (
        (SendungZustand.ENTWURF, SendungZustand.GEPRUEFT, EreignisArt.SENDUNG_GEPRUEFT),
        (SendungZustand.GEPRUEFT, SendungZustand.FREIGEGEBEN, EreignisArt.SENDUNG_FREIGEGEBEN),
    )
    for von, nach, art in steps:
        await sendung_transition(tx, sendung_id, von, nach, art, zeitpunkt=jetzt, handelnd=str(person))
    await tx.execute(SENDUNG_SQL.set_freigabe, sendung_id, person, jetzt)
    await tx.enqueue(PAKETIEREN, {"sendung": str(sendung_id)}, dedupe_key=f"{PAKETIEREN}:{sendung_id}")
