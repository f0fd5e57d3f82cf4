"""A delivered case file becomes a state of an Akte: stored, logged, once per delivery."""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from erv_gateway.akte.befund import text_of
from erv_gateway.akte.einlieferung import Einlieferung
from erv_gateway.akte.modell_json import akte_to_json
from erv_gateway.akte.untersuchung import enqueue_untersuchung
from erv_gateway.kern.ereignisse import EreignisArt, canonical_json, new_ereignis
from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.kern.ids import AkteId
from erv_gateway.kern.uhr import Uhr
from erv_gateway.storage import log
from erv_gateway.storage.db import Database, Tx
from erv_gateway.storage.queries import load

SQL = load("akte")


@dataclass(frozen=True, slots=True)
class Uebernommen:
    """`neu` is False when exactly this delivery was there already: nothing was changed then."""

    akte_id: AkteId
    stand: int
    neu: bool


async def take_over(database: Database, uhr: Uhr, einlieferung: Einlieferung, person: UUID) -> Uebernommen:
    """The files of a new state are examined by a job. Raises EingabeRefused when the Akte is known under another
    Aktenzeichen."""
    akte = einlieferung.akte
    akte_id = AkteId(akte.id)
    digest = lieferung_digest(einlieferung)
    jetzt = uhr.jetzt()
    async with database.transaction() as tx:
        await tx.execute(SQL.insert_akte, akte_id, akte.aktenzeichen, akte.titel, jetzt)
        await _check_aktenzeichen(tx, akte_id, akte.aktenzeichen)
        known = await tx.fetch_one(SQL.stand_of_lieferung, akte_id, digest)
        if known is not None:
            return Uebernommen(akte_id, known["nummer"], neu=False)
        hinweise = [text_of(hinweis) for hinweis in einlieferung.hinweise]
        stand_id = uuid4()
        stand = await tx.fetch_value(
            SQL.insert_stand, stand_id, akte_id, akte_to_json(akte), hinweise, digest, jetzt, person
        )
        await enqueue_untersuchung(tx, stand_id)
        await log.append(
            tx,
            new_ereignis(
                EreignisArt.AKTE_UEBERNOMMEN,
                akte_id,
                zeitpunkt=jetzt,
                handelnd=str(person),
                stand=stand,
                lieferung_sha256=digest,
                dateien=len(einlieferung.dateien),
            ),
        )
    return Uebernommen(akte_id, stand, neu=True)


def lieferung_digest(einlieferung: Einlieferung) -> str:
    """SHA-256 over the names and digests of all files of the delivery."""
    entries = sorted([datei.name, datei.sha256] for datei in einlieferung.dateien)
    return sha256(canonical_json(entries)).hexdigest()


async def _check_aktenzeichen(tx: Tx, akte_id: AkteId, aktenzeichen: str) -> None:
    """Locks the Akte, so that two deliveries of it are taken one after the other."""
    if await tx.fetch_value(SQL.lock_akte, akte_id) != aktenzeichen:
        raise EingabeRefused("this Akte is known under another Aktenzeichen", grund="aktenzeichen-anders")
