"""What a person does with a correction: look at the plan, make it, take it back; each in one transaction, logged."""

from dataclasses import dataclass
from uuid import UUID

from erv_gateway.kern.ereignisse import Angabe, EreignisArt
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.anwenden import korrigiere
from erv_gateway.sendung.korrekturen.bestand import (
    SQL,
    Angewandt,
    check_acts,
    count_acts,
    is_part,
    load_corrected,
    load_delivered,
    load_korrekturen,
)
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.lage import Ausgefuehrt, Lage
from erv_gateway.sendung.korrekturen.register import KORREKTUREN, Korrektur
from erv_gateway.sendung.korrekturen.werte import (
    Aenderung,
    KorrekturId,
    Korrekturplan,
    aenderungen_to_json,
    auslassungen_to_json,
)
from erv_gateway.sendung.sendung import Sendung, SendungArt, load_sendung
from erv_gateway.sendung.zustand import SQL as SENDUNG_SQL
from erv_gateway.sendung.zustand import record, transition
from erv_gateway.storage.db import Database, Tx

OFFEN = frozenset({SendungZustand.ENTWURF, SendungZustand.GEPRUEFT})


@dataclass(frozen=True, slots=True)
class Akt:
    """Who does what: for the log."""

    art: EreignisArt
    person: UUID
    angaben: dict[str, Angabe]


async def preview(betrieb: Betrieb, sendung_id: SendungId, kennung: KorrekturId) -> Korrekturplan:
    """Changes nothing. Raises NotFound, KorrekturRefused; a plan without changes means that there is nothing to do."""
    plan, _ = await _plan(betrieb, sendung_id, KORREKTUREN[kennung])
    return plan


async def apply(
    betrieb: Betrieb,
    sendung_id: SendungId,
    kennung: KorrekturId,
    person: UUID,
    *,
    plan_sha256: str,
    nur: frozenset[int] = frozenset(),
) -> Angewandt:
    """Makes the correction that the person has seen (`Korrekturplan.digest`); the Sendung is a draft again after it.

    `nur`: only these changes of the plan, counted from 1; all when empty.
    Raises KorrekturRefused, NotFound. Files are made before the transaction, so a crash leaves the Sendung as it was.
    """
    korrektur = KORREKTUREN[kennung]
    plan, lage = await _plan(betrieb, sendung_id, korrektur)
    if plan.digest != plan_sha256:
        raise KorrekturRefused("the plan is another by now", grund="vorschau-veraltet")
    if not plan.aenderungen:
        raise KorrekturRefused("nothing to correct", grund="leer")
    getan = await korrektur.ausfuehren(lage, _chosen(korrektur, plan, nur))
    async with betrieb.database.transaction() as tx:
        zustand = await _hold(tx, sendung_id)
        await check_acts(tx, sendung_id, plan.grundlage)
        nummer = await _insert(tx, betrieb, sendung_id, plan, getan, person)
        angaben: dict[str, Angabe] = {"nummer": nummer, "korrektur": str(kennung), "plan_sha256": plan_sha256}
        anzahlen: dict[str, Angabe] = {"aenderungen": len(getan.aenderungen), "auslassungen": len(getan.auslassungen)}
        akt = Akt(EreignisArt.SENDUNG_KORRIGIERT, person, {**angaben, **anzahlen})
        await _back_to_draft(tx, betrieb, sendung_id, zustand, akt)
        return (await load_korrekturen(tx, sendung_id))[nummer - 1]


async def undo(betrieb: Betrieb, sendung_id: SendungId, nummer: int, person: UUID) -> None:
    """Takes the correction with this number back. Raises KorrekturRefused, among others when a later one needs it."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    async with betrieb.database.transaction() as tx:
        zustand = await _hold(tx, sendung_id)
        gelten = [k for k in await load_korrekturen(tx, sendung_id) if k.gilt]
        weg = next((k for k in gelten if k.nummer == nummer), None)
        if weg is None:
            raise KorrekturRefused(f"correction {nummer} does not hold", grund="nicht-angewandt")
        await _check_independent(tx, sendung, [k for k in gelten if k is not weg])
        await tx.execute(SQL.withdraw_korrektur, sendung_id, nummer, person, betrieb.uhr.jetzt())
        angaben: dict[str, Angabe] = {"nummer": nummer, "korrektur": str(weg.korrektur)}
        akt = Akt(EreignisArt.SENDUNG_KORREKTUR_ZURUECKGENOMMEN, person, angaben)
        await _back_to_draft(tx, betrieb, sendung_id, zustand, akt)


async def _plan(betrieb: Betrieb, sendung_id: SendungId, korrektur: Korrektur) -> tuple[Korrekturplan, Lage]:
    database = betrieb.database
    sendung = await load_sendung(database, sendung_id)
    _check_open(sendung.zustand, sendung.art)
    await _check_whole(database, sendung_id)
    grundlage = await count_acts(database, sendung_id)
    lage = Lage(betrieb, sendung, await load_corrected(database, sendung))
    return Korrekturplan(korrektur.id, grundlage, await korrektur.planen(lage)), lage


def _chosen(korrektur: Korrektur, plan: Korrekturplan, nur: frozenset[int]) -> tuple[Aenderung, ...]:
    chosen = tuple(a for n, a in enumerate(plan.aenderungen, 1) if not nur or n in nur)
    if nur and (not korrektur.einzeln or len(chosen) != len(nur)):
        raise KorrekturRefused("these changes cannot be made by themselves", grund="auswahl")
    return chosen


async def _hold(tx: Tx, sendung_id: SendungId) -> SendungZustand:
    """Locks the Sendung: of two people who act at once the second finds what the first has done."""
    row = await tx.fetch_one(SQL.lock_sendung, sendung_id)
    if row is None:
        raise KorrekturRefused(f"no Sendung {sendung_id}", grund="freigegeben")
    zustand = SendungZustand(row["zustand"])
    _check_open(zustand, SendungArt(row["art"]))
    await _check_whole(tx, sendung_id)
    return zustand


def _check_open(zustand: SendungZustand, art: SendungArt) -> None:
    if art is not SendungArt.AKTE:
        raise KorrekturRefused("an eEB goes as it was decided", grund="eeb")
    if zustand not in OFFEN:
        raise KorrekturRefused(f"the Sendung is {zustand}", grund="freigegeben")


async def _check_whole(source: Database | Tx, sendung_id: SendungId) -> None:
    if await is_part(source, sendung_id):
        raise KorrekturRefused("the Sendung is split", grund="geteilt")


async def _insert(
    tx: Tx, betrieb: Betrieb, sendung_id: SendungId, plan: Korrekturplan, getan: Ausgefuehrt, person: UUID
) -> int:
    nummer: int = await tx.fetch_value(
        SQL.insert_korrektur,
        sendung_id,
        str(plan.korrektur),
        plan.digest,
        aenderungen_to_json(getan.aenderungen),
        auslassungen_to_json(getan.auslassungen),
        person,
        betrieb.uhr.jetzt(),
    )
    return nummer


async def _back_to_draft(tx: Tx, betrieb: Betrieb, sendung_id: SendungId, zustand: SendungZustand, akt: Akt) -> None:
    """What was found about the package before is not true of the new one: it is to be checked again."""
    jetzt, handelnd = betrieb.uhr.jetzt(), str(akt.person)
    await tx.execute(SENDUNG_SQL.set_befunde, sendung_id, None)
    if zustand is SendungZustand.ENTWURF:
        await record(tx, sendung_id, akt.art, zeitpunkt=jetzt, handelnd=handelnd, **akt.angaben)
    else:
        ziel = SendungZustand.ENTWURF
        await transition(tx, sendung_id, zustand, ziel, akt.art, zeitpunkt=jetzt, handelnd=handelnd, **akt.angaben)


async def _check_independent(tx: Tx, sendung: Sendung, bleiben: list[Angewandt]) -> None:
    """Makes the others again without it: the first that does not fit is the one that builds on it."""
    akte = await load_delivered(tx, sendung)
    for anzahl, letzte in enumerate(bleiben, 1):
        try:
            korrigiere(akte, [k.aenderungen for k in bleiben[:anzahl]])
        except KorrekturRefused as error:
            titel = KORREKTUREN[letzte.korrektur].titel
            raise KorrekturRefused(
                f"correction {letzte.nummer} builds on it", grund="abhaengig", nummer=letzte.nummer, titel=titel
            ) from error
