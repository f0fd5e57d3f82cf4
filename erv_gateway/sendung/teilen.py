"""Splitting a Sendung: a person sees the plan, then it is laid down in one transaction, and can be taken back.

The Sendung itself becomes part 1; the other parts are Sendungen of their own, each with its own approval, package,
receipt and proof.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from erv_gateway.kern.ereignisse import EreignisArt, canonical_json
from erv_gateway.kern.fehler import EingabeRefused, ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.anlegen import Sendungssatz, insert_sendung
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.bestand import check_acts, count_acts, load_corrected
from erv_gateway.sendung.sendung import Sendung, SendungArt, load_sendung
from erv_gateway.sendung.teilung import Teilungsplan, plan_of
from erv_gateway.sendung.zustand import SQL as SENDUNG_SQL
from erv_gateway.sendung.zustand import record, transition
from erv_gateway.storage.db import Database, Tx
from erv_gateway.storage.queries import load

SQL = load("teilung")
ANGEKOMMEN = frozenset({SendungZustand.BESTAETIGT, SendungZustand.ABGELEGT})


@dataclass(frozen=True, slots=True)
class Teilstand:
    nummer: int
    sendung_id: SendungId
    zustand: SendungZustand


@dataclass(frozen=True, slots=True)
class Gruppenstand:
    """All parts of a split Sendung. The file has arrived when the last of them has."""

    teilung_id: UUID
    teile: tuple[Teilstand, ...]

    @property
    def alle_bestaetigt(self) -> bool:
        return all(teil.zustand in ANGEKOMMEN for teil in self.teile)


def plan_digest(plan: Teilungsplan) -> str:
    """What a person agrees to: the documents of each part, in order."""
    return sha256(canonical_json([[str(kennung) for kennung in teil.dokumente] for teil in plan.teile])).hexdigest()


async def plan_teilung(betrieb: Betrieb, sendung_id: SendungId) -> Teilungsplan:
    """The plan for a Sendung as it is now. Raises EingabeRefused for an eEB, NotFound."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.art is not SendungArt.AKTE:
        raise EingabeRefused("only a case file can be split", grund="keine-akte")
    return plan_of((await load_corrected(betrieb.database, sendung)).akte)


async def split(betrieb: Betrieb, sendung_id: SendungId, person: UUID, digest: str) -> tuple[SendungId, ...]:
    """Lays the plan down that `digest` names; returns the Sendungen of all parts in order.

    Raises EingabeRefused when the plan is another by now, when nothing need or can be split; ZustandConflict when the
    Sendung is no draft or is split already.
    """
    sendung = await load_sendung(betrieb.database, sendung_id)
    korrigiert = await count_acts(betrieb.database, sendung_id)
    plan = await plan_teilung(betrieb, sendung_id)
    _check_plan(plan, digest)
    jetzt, teilung_id = betrieb.uhr.jetzt(), uuid4()
    async with betrieb.database.transaction() as tx:
        await _check_free(tx, sendung_id)
        await check_acts(tx, sendung_id, korrigiert)
        await tx.execute(SQL.insert_teilung, teilung_id, sendung.akte_id, digest, person, jetzt)
        kennungen = [sendung_id]
        for _ in plan.teile[1:]:
            satz = _satz(sendung)
            await insert_sendung(tx, satz, person, jetzt, akte=str(sendung.akte_id), teilung=str(teilung_id))
            kennungen.append(satz.id)
        for teil, kennung in zip(plan.teile, kennungen, strict=True):
            await tx.execute(SQL.insert_teil, teilung_id, teil.nummer, len(plan.teile), kennung, list(teil.dokumente))
        await tx.execute(SENDUNG_SQL.set_befunde, sendung_id, None)
        await record(
            tx,
            sendung_id,
            EreignisArt.SENDUNG_GETEILT,
            zeitpunkt=jetzt,
            handelnd=str(person),
            teilung=str(teilung_id),
            teile=len(plan.teile),
            plan_sha256=digest,
        )
    return tuple(kennungen)


async def rejoin(betrieb: Betrieb, sendung_id: SendungId, person: UUID) -> None:
    """Takes a split back: part 1 is the whole again, the others are withdrawn. Raises ZustandConflict once one part is
    approved, or when the Sendung is not split."""
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        teil = await tx.fetch_one(SQL.teil, sendung_id)
        if teil is None:
            raise ZustandConflict(f"Sendung {sendung_id} is not split", von="ungeteilt", nach="ganz")
        for row in await tx.fetch_all(SQL.lock_teile, teil["teilung_id"]):
            await _back(tx, SendungId(row["id"]), SendungZustand(row["zustand"]), person, betrieb, teil["teilung_id"])
        if await tx.execute(SQL.set_aufgehoben, teil["teilung_id"], person, jetzt) != 1:
            raise ZustandConflict("the split was taken back already", von="ganz", nach="ganz")


async def gruppenstand(source: Database | Tx, sendung_id: SendungId) -> Gruppenstand | None:
    """None for a Sendung that is not split."""
    teil = await source.fetch_one(SQL.teil, sendung_id)
    if teil is None:
        return None
    rows = await source.fetch_all(SQL.teile, teil["teilung_id"])
    teile = (Teilstand(r["nummer"], SendungId(r["sendung_id"]), SendungZustand(r["zustand"])) for r in rows)
    return Gruppenstand(teil["teilung_id"], tuple(teile))


def _check_plan(plan: Teilungsplan, digest: str) -> None:
    if plan.zu_gross:
        raise EingabeRefused("a document alone is too big", grund="dokument-zu-gross", titel=plan.zu_gross[0].titel)
    if len(plan.teile) < 2:
        raise EingabeRefused("the Sendung fits into one message", grund="teilung-unnoetig")
    if plan_digest(plan) != digest:
        raise EingabeRefused("the plan is another by now", grund="plan-anders")


async def _check_free(tx: Tx, sendung_id: SendungId) -> None:
    """Under a lock: two people splitting at once split once."""
    zustand = await tx.fetch_value(SQL.lock_sendung, sendung_id)
    if zustand != SendungZustand.ENTWURF:
        raise ZustandConflict(f"Sendung {sendung_id} is no draft", von=str(zustand), nach="geteilt")
    if await tx.fetch_one(SQL.teil, sendung_id) is not None:
        raise ZustandConflict(f"Sendung {sendung_id} is split already", von="geteilt", nach="geteilt")


def _satz(sendung: Sendung) -> Sendungssatz:
    return Sendungssatz(
        art=sendung.art,
        akte_id=sendung.akte_id,
        aktenstand_id=sendung.aktenstand_id,
        postfach=sendung.postfach,
        empfaenger_safe_id=sendung.empfaenger_safe_id,
        betreff=sendung.betreff,
        angaben=sendung.angaben,
        aktenzeichen_absender=sendung.aktenzeichen_absender,
        aktenzeichen_empfaenger=sendung.aktenzeichen_empfaenger,
    )


async def _back(
    tx: Tx, sendung_id: SendungId, zustand: SendungZustand, person: UUID, betrieb: Betrieb, teilung_id: UUID
) -> None:
    """Part 1 becomes a draft, the others are withdrawn."""
    teil = await tx.fetch_one(SQL.teil, sendung_id)
    erster = teil is not None and teil["nummer"] == 1
    if zustand not in {SendungZustand.ENTWURF, SendungZustand.GEPRUEFT}:
        raise ZustandConflict("a part is approved already", von=str(zustand), nach="ganz")
    jetzt, angaben = betrieb.uhr.jetzt(), {"teilung": str(teilung_id)}
    if not erster:
        ziel, art = SendungZustand.ZURUECKGEZOGEN, EreignisArt.SENDUNG_ZURUECKGEZOGEN
        await transition(tx, sendung_id, zustand, ziel, art, zeitpunkt=jetzt, handelnd=str(person), **angaben)
        return
    art = EreignisArt.SENDUNG_TEILUNG_AUFGEHOBEN
    if zustand is SendungZustand.GEPRUEFT:
        ziel = SendungZustand.ENTWURF
        await transition(tx, sendung_id, zustand, ziel, art, zeitpunkt=jetzt, handelnd=str(person), **angaben)
    else:
        await record(tx, sendung_id, art, zeitpunkt=jetzt, handelnd=str(person), **angaben)
