"""The Prüfvermerk that goes with a forwarded Nachricht (Leitfaden ERV 6.5): who, what, when, by which way.

XML in the form of the justice system's own pruefvermerk.xml (no namespace, German texts, local time), and the same as
PDF/A. Both are made from the stored Prüfprotokoll: forwarding does not check again.
"""

from dataclasses import dataclass

from erv_gateway.eingang.berichte import PROTOKOLL_JSON, load_berichte
from erv_gateway.eingang.nachricht import load_nachricht
from erv_gateway.eingang.pruefvermerk_angaben import Vermerkangaben
from erv_gateway.eingang.pruefvermerk_bericht import pruefvermerk_bericht
from erv_gateway.eingang.pruefvermerk_xml import pruefvermerk_xml
from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.ids import NachrichtId
from erv_gateway.postfach.base import DeliveryUnreadable, Lieferung
from erv_gateway.pruefprotokoll.json_form import MAX_PROTOKOLL_BYTES, from_bytes
from erv_gateway.pruefprotokoll.modell import Pruefprotokoll
from erv_gateway.pruefprotokoll.pdf import render_bericht
from erv_gateway.sendung.betrieb import Betrieb

__all__ = ["Pruefvermerk", "Vermerkangaben", "load_protokoll", "make_pruefvermerk", "pruefvermerk_of"]


@dataclass(frozen=True, slots=True)
class Pruefvermerk:
    """File names on forwarding: pruefvermerk_<UUID>.xml and pruefvermerk_<UUID>.pdf (Bestandteiltyp 010)."""

    xml: bytes
    pdf: bytes


def make_pruefvermerk(angaben: Vermerkangaben) -> Pruefvermerk:
    """The same bytes for the same values."""
    return Pruefvermerk(pruefvermerk_xml(angaben), render_bericht(pruefvermerk_bericht(angaben)))


async def pruefvermerk_of(betrieb: Betrieb, nachricht_id: NachrichtId) -> Pruefvermerk:
    """For a Nachricht that was checked. Raises NotFound when it was not, or before reports were kept."""
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    protokoll = await load_protokoll(betrieb, nachricht_id)
    platz = betrieb.platz(nachricht.postfach)
    lieferung = await _lieferung(betrieb, nachricht.postfach, nachricht.original_sha256)
    kopf = None if lieferung is None else lieferung.kopf
    return make_pruefvermerk(
        Vermerkangaben(
            protokoll=protokoll,
            absender=None if lieferung is None else lieferung.visitenkarte,
            empfaenger=platz.visitenkarte,
            freitext="" if kopf is None else kopf.freitext,
            erstellt=betrieb.uhr.jetzt(),
        )
    )


async def load_protokoll(betrieb: Betrieb, nachricht_id: NachrichtId) -> Pruefprotokoll:
    """The stored Prüfprotokoll, from its own bytes. Raises NotFound."""
    for bericht in await load_berichte(betrieb.database, nachricht_id):
        if bericht.datei.name == PROTOKOLL_JSON:
            return from_bytes(await betrieb.blobs.read(bericht.datei.sha256, limit=MAX_PROTOKOLL_BYTES))
    raise NotFound(f"no Prüfprotokoll of {nachricht_id}", was="Prüfprotokoll")


async def _lieferung(betrieb: Betrieb, postfach: str, original: str) -> Lieferung | None:
    """What cannot be opened has no sender's card either."""
    try:
        return await betrieb.postfach(postfach).open_delivery(original)
    except DeliveryUnreadable:
        return None
