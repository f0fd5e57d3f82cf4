"""A new Sendung: which state of which case file goes to whom, with which words."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.fehler import EingabeRefused, NotFound
from erv_gateway.kern.ids import AkteId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.angaben import SendungAngaben, angaben_to_json
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.sendung import SendungArt
from erv_gateway.sendung.zustand import SQL, record
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


async def create_sendung(betrieb: Betrieb, neu: NeueSendung, person: UUID) -> SendungId:
    """A Sendung in ENTWURF over the newest state of the case file. Raises NotFound, EingabeRefused."""
    betrieb.platz(neu.postfach)
    betrieb.gericht(neu.empfaenger_safe_id)
    _check_words(neu)
    sendung_id = SendungId(uuid4())
    eigene_nachrichten_id = uuid4()
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        akte = await tx.fetch_one(AKTE_SQL.akte, neu.akte_id)
        stand = await tx.fetch_one(AKTE_SQL.latest_stand, neu.akte_id)
        if akte is None or stand is None:
            raise NotFound(f"no Akte {neu.akte_id}", was="Akte")
        await tx.execute(
            SQL.insert_sendung,
            sendung_id,
            SendungArt.AKTE,
            SendungZustand.ENTWURF,
            neu.akte_id,
            stand["id"],
            None,
            neu.postfach,
            neu.empfaenger_safe_id,
            neu.betreff,
            angaben_to_json(neu.angaben),
            eigene_nachrichten_id,
            akte["aktenzeichen"],
            neu.aktenzeichen_gericht or akte["gericht_aktenzeichen"],
            person,
            jetzt,
        )
        await record(
            tx,
            sendung_id,
            EreignisArt.SENDUNG_ANGELEGT,
            zeitpunkt=jetzt,
            handelnd=str(person),
            akte=str(neu.akte_id),
            stand=stand["nummer"],
        )
    return sendung_id


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
