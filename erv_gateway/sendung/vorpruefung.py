"""The pre-flight a person asked for: done at once when it is short, else by a worker, with its progress to look at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from erv_gateway.kern.fehler import ZustandConflict
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.paket import load_akte
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.sendung import Sendung, load_sendung
from erv_gateway.storage.jobs import Later
from erv_gateway.storage.queries import load
from xjustiz import Befund

SQL = load("vorpruefung", "status", "running", "forget_held")
VORPRUEFEN: Final = "vorpruefen"
"""Name of the job."""
_GEHALTEN: Final = "failed"


@dataclass(frozen=True, slots=True)
class Vorpruefung:
    """One that is not finished: so many of the files of the Akte are examined. `angehalten`: a person must help."""

    dateien: int
    fertig: int
    angehalten: bool


async def request_check(
    betrieb: Betrieb, sendung_id: SendungId, person: UUID, geduld: timedelta
) -> tuple[Befund, ...] | None:
    """As `check_sendung`, or None when it takes longer than `geduld`: then a worker does it in the name of `person`.

    A pre-flight that was held is forgotten: the person asks anew.
    """
    sendung = await load_sendung(betrieb.database, sendung_id)
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.forget_held, _key(sendung_id))
    if await load_vorpruefung(betrieb, sendung) is not None:
        return None
    try:
        return await check_sendung(betrieb, sendung_id, person, geduld)
    except TimeoutError:
        await _enqueue(betrieb, sendung, person)
        return None


async def check_in_background(betrieb: Betrieb, sendung_id: SendungId, person: UUID) -> None:
    """The job. Safe to call again: what is no draft any more is left alone, and known files are not examined again."""
    try:
        await check_sendung(betrieb, sendung_id, person)
    except KorrekturRefused as error:
        if error.angaben.get("grund") != "vorschau-veraltet":
            raise
        raise Later(betrieb.nachfrage) from error
    except ZustandConflict:
        return


async def load_vorpruefung(betrieb: Betrieb, sendung: Sendung) -> Vorpruefung | None:
    """None when no pre-flight of this Sendung is waiting for a worker or being done by one."""
    if sendung.zustand is not SendungZustand.ENTWURF:
        return None
    status = await betrieb.database.fetch_value(SQL.status, _key(sendung.id))
    if status is None:
        return None
    hashes = [datei.sha256 for datei in (await load_akte(betrieb, sendung)).alle_dateien()]
    bekannt = await betrieb.dateipruefer.known(hashes)
    return Vorpruefung(len(hashes), sum(sha256 in bekannt for sha256 in hashes), angehalten=status == _GEHALTEN)


async def running_checks(betrieb: Betrieb) -> frozenset[SendungId]:
    """The Sendungen whose pre-flight is with the workers."""
    rows = await betrieb.database.fetch_all(SQL.running, VORPRUEFEN)
    return frozenset(SendungId(UUID(row["dedupe_key"].partition(":")[2])) for row in rows)


async def _enqueue(betrieb: Betrieb, sendung: Sendung, person: UUID) -> None:
    """With its Aktenstand, so that the examination after the intake and this one do not examine the same twice."""
    payload = {"sendung": str(sendung.id), "stand": str(sendung.aktenstand_id), "person": str(person)}
    async with betrieb.database.transaction() as tx:
        await tx.enqueue(VORPRUEFEN, payload, dedupe_key=_key(sendung.id))


def _key(sendung_id: SendungId) -> str:
    return f"{VORPRUEFEN}:{sendung_id}"
