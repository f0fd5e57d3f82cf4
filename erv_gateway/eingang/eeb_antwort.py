"""The reply 2200007 to a demanded eEB: what a person decided, as a data set that is valid before it is kept."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import xjustiz
from erv_gateway.eingang.nachricht import Nachricht, load_anhaenge
from erv_gateway.eingang.xjustiz_lesen import read_xjustiz
from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.kern.uhr import berlin
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.paket_nachricht import herstellerinformation

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


async def reply_xml(betrieb: Betrieb, nachricht: Nachricht, entscheidung: Entscheidung, nachrichten_id: UUID) -> bytes:
    """Raises EingabeRefused when the incoming message cannot be read or the reply would not be valid."""
    eingegangen = await _incoming(betrieb, nachricht)
    jetzt = berlin(betrieb.uhr.jetzt())
    version = betrieb.platz(nachricht.postfach).xjustiz_version(jetzt)
    try:
        antwort = xjustiz.eeb_reply(
            eingegangen,
            _ergebnis(entscheidung),
            nachrichtenid=xjustiz.Uuid(nachrichten_id),
            erstellt=jetzt,
            herstellerinformation=herstellerinformation(),
        )
        xml = await asyncio.to_thread(xjustiz.write, antwort, version)
    except xjustiz.XJustizError as error:
        raise EingabeRefused(f"the reply cannot be written: {error}", grund="eeb-ungueltig") from error
    if fehler := await asyncio.to_thread(betrieb.schemas.validate, xml, version):
        raise EingabeRefused(f"the reply would not be valid: {fehler[0].text}", grund="eeb-ungueltig")
    return xml


def _ergebnis(entscheidung: Entscheidung) -> date | xjustiz.Stoerung:
    """A person's words in the letters that XJustiz allows; as they were written they stay on record."""
    if isinstance(entscheidung, Bekenntnis):
        return entscheidung.datum
    grund = " ".join(entscheidung.grund.split())
    return xjustiz.Stoerung(xjustiz.Code(entscheidung.kennung), xjustiz.transliterate(grund).text if grund else None)


async def _incoming(betrieb: Betrieb, nachricht: Nachricht) -> xjustiz.Gelesen:
    anhaenge = await load_anhaenge(betrieb.database, nachricht.id)
    befund = await read_xjustiz(betrieb, anhaenge, nachricht.eingang or nachricht.gesichert_am)
    if befund.gelesen is None:
        raise EingabeRefused("the incoming XJustiz message cannot be read", grund="eeb-unlesbar")
    return befund.gelesen
