"""A new Sendung: which state of which case file goes to whom, with which words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.fehler import EingabeRefused, NotFound
from erv_gateway.kern.ids import AkteId, NachrichtId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.angaben import SendungAngaben, angaben_to_json
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.sendung import SendungArt
from erv_gateway.sendung.zustand import SQL, record
from erv_gateway.storage.db import Tx
from erv_gateway.storage.queries import load

AKTE_SQL = load("akte")


@dataclass(frozen=True, slots=True)
class NeueSendung:
    akte_id: AkteId
    postfach: str
    empfaenger_safe_id: str
    betreff: str
    angaben: SendungAngaben
    aktenzeichen_gericht: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendungssatz:
    """What a new Sendung is stored with."""

    art: SendungArt
    akte_id: AkteId
    postfach: str
    empfaenger_safe_id: str
    betreff: str
    angaben: Mapping[str, Any]
    aktenzeichen_absender: str
    aktenzeichen_empfaenger: str | None
    aktenstand_id: UUID | None = None
    antwort_auf: NachrichtId | None = None
    id: SendungId = field(default_factory=lambda: SendungId(uuid4()))
    eigene_nachrichten_id: UUID = field(default_factory=uuid4)


async def create_sendung(betrieb: Betrieb, neu: NeueSendung, person: UUID) -> SendungId:
    """A Sendung in ENTWURF over the newest state of the case file. Raises NotFound, EingabeRefused."""
    betrieb.platz(neu.postfach)
    betrieb.gericht(neu.empfaenger_safe_id)
    _check_words(neu)
    async with betrieb.database.transaction() as tx:
        akte = await tx.fetch_one(AKTE_SQL.akte, neu.akte_id)
        stand = await tx.fetch_one(AKTE_SQL.latest_stand, neu.akte_id)
        if akte is None or stand is None:
            raise NotFound(f"no Akte {neu.akte_id}", was="Akte")
        satz = Sendungssatz(
            art=SendungArt.AKTE,
            akte_id=neu.akte_id,
            aktenstand_id=stand["id"],
            postfach=neu.postfach,
            empfaenger_safe_id=neu.empfaenger_safe_id,
            betreff=neu.betreff,
            angaben=angaben_to_json(neu.angaben),
            aktenzeichen_absender=akte["aktenzeichen"],
            aktenzeichen_empfaenger=neu.aktenzeichen_gericht or akte["gericht_aktenzeichen"],
        )
        await insert_sendung(tx, satz, person, betrieb.uhr.jetzt(), akte=str(neu.akte_id), stand=stand["nummer"])
    return satz.id


async def insert_sendung(tx: Tx, satz: Sendungssatz, person: UUID, jetzt: datetime, **angaben: Any) -> None:
    """Writes a Sendung in ENTWURF with its log entry, which names `angaben`."""
    await tx.execute(
        SQL.insert_sendung,
        satz.id,
        satz.art,
        SendungZustand.ENTWURF,
        satz.akte_id,
        satz.aktenstand_id,
        satz.antwort_auf,
        satz.postfach,
        satz.empfaenger_safe_id,
        satz.betreff,
        satz.angaben,
        satz.eigene_nachrichten_id,
        satz.aktenzeichen_absender,
        satz.aktenzeichen_empfaenger,
        person,
        jetzt,
    )
    await record(tx, satz.id, EreignisArt.SENDUNG_ANGELEGT, zeitpunkt=jetzt, handelnd=str(person), **angaben)


def _check_words(neu: NeueSendung) -> None:
    """A letter without words or without a typed name below it is no letter."""
    words = {
        "Betreff": neu.betreff,
        "Unterzeichner": neu.angaben.unterzeichner,
        "Anschreiben": "".join(neu.angaben.absaetze),
    }
    for feld, text in words.items():
        if not text.strip():
            raise EingabeRefused(f"{feld} is empty", feld=feld)
