"""Reading a Nachricht: from its original bytes to the Prüfprotokoll, the case and the folder of the DMS."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certs.urteil import Urteil
from erv_gateway.eingang.berichte import Bericht, make_berichte, store_berichte
from erv_gateway.eingang.dateien_pruefen import check_dateien
from erv_gateway.eingang.einordnen import EINORDNEN
from erv_gateway.eingang.nachricht import SQL, Nachricht, load_nachricht, transition
from erv_gateway.eingang.pruefprotokoll import absender_schritt, build_pruefprotokoll
from erv_gateway.eingang.unlesbar import NICHT_GELESEN, NICHT_PRUEFBAR, UNQUITTIERT, unreadable, with_abholung
from erv_gateway.eingang.xjustiz_lesen import XJustizBefund, read_xjustiz
from erv_gateway.eingang.zuordnen import assign
from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.ids import AkteId, NachrichtId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.postfach.base import Anhang, DeliveryUnreadable, Lieferung
from erv_gateway.pruefprotokoll.grundlagen import to_bytes
from erv_gateway.pruefprotokoll.json_form import to_json
from erv_gateway.pruefprotokoll.modell import Pruefprotokoll
from erv_gateway.pruefprotokoll.signaturen import ders_of
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.signatur.vhn import VHN_NAME, VHN_SIGNATUR_NAME
from erv_gateway.signatur.vhn_ergebnis import VhnPruefung
from erv_gateway.signatur.vhn_xml import VhnDatei
from erv_gateway.storage.db import Tx
from erv_gateway.storage.queries import load

AKTE_SQL = load("akte")
MAX_VHN_BYTES: Final = 2**20
HANDELND: Final = "verarbeiten"

_Z = NachrichtZustand
ZU_PRUEFEN: Final = frozenset({_Z.QUITTIERT, _Z.UNQUITTIERBAR})


@dataclass(frozen=True, slots=True)
class Befund:
    lieferung: Lieferung
    xjustiz: XJustizBefund
    protokoll: Pruefprotokoll
    berichte: tuple[Bericht, ...]


async def process(betrieb: Betrieb, nachricht_id: NachrichtId) -> None:
    """QUITTIERT → GEPRUEFT → ZUGEORDNET or ZU_KLAEREN, in one transaction. Safe to call again.

    From UNQUITTIERBAR the same way, but always to ZU_KLAEREN.
    """
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    if nachricht.zustand not in ZU_PRUEFEN:
        return
    befund = await examine(betrieb, nachricht)
    async with betrieb.database.transaction() as tx:
        await _store_befund(tx, betrieb, nachricht, befund)
        await _assign(tx, betrieb, nachricht, befund)


async def examine(betrieb: Betrieb, nachricht: Nachricht) -> Befund:
    """Everything that can be said from the original bytes; nothing is written but attachments to the store."""
    jetzt = betrieb.uhr.jetzt()
    original = Anhang("original.osci", nachricht.original_sha256, nachricht.original_bytes)
    try:
        lieferung = with_abholung(nachricht, await _open(betrieb, nachricht))
    except DeliveryUnreadable:
        nichts = with_abholung(nachricht, unreadable(nachricht))
        absender = absender_schritt(nichts, betrieb.anchors, jetzt)
        protokoll = build_pruefprotokoll(nichts, original, NICHT_PRUEFBAR, NICHT_GELESEN, (), absender, jetzt)
        return Befund(nichts, NICHT_GELESEN, protokoll, await make_berichte(betrieb.blobs, protokoll, {}))
    am = lieferung.eingang or nachricht.gesichert_am
    vhn = await _check_vhn(betrieb, lieferung, am)
    xjustiz = await read_xjustiz(betrieb, lieferung.anhaenge, am)
    signaturen = await check_dateien(betrieb, lieferung.anhaenge, am)
    absender = absender_schritt(lieferung, betrieb.anchors, am)
    grundlage = await _keep(betrieb, vhn)
    protokoll = build_pruefprotokoll(lieferung, original, vhn, xjustiz, signaturen.dateien, absender, jetzt, grundlage)
    berichte = await make_berichte(betrieb.blobs, protokoll, ders_of(signaturen.pruefungen))
    return Befund(lieferung, xjustiz, protokoll, berichte)


async def _open(betrieb: Betrieb, nachricht: Nachricht) -> Lieferung:
    postfach = betrieb.postfach(nachricht.postfach)
    return await postfach.open_delivery(nachricht.original_sha256, nachricht.gesichert_am)


async def _check_vhn(betrieb: Betrieb, lieferung: Lieferung, am: datetime) -> VhnPruefung:
    """Every attachment counts, also a second one of the same name: what the proof does not list is no part of it."""
    vhn = {name: _first(lieferung.anhaenge, name) for name in (VHN_NAME, VHN_SIGNATUR_NAME)}
    rest = [anhang for anhang in lieferung.anhaenge if vhn.get(anhang.name) is not anhang]
    xml, p7s = [await _small(betrieb, anhang) for anhang in vhn.values()]
    dateien = tuple(VhnDatei(anhang.name, anhang.sha256, anhang.bytes) for anhang in rest)
    absender = None if lieferung.absender is None else str(lieferung.absender)
    return await betrieb.pruefdienst.check_vhn(xml, p7s, dateien, absender, betrieb.anchors, am)


async def _keep(betrieb: Betrieb, vhn: VhnPruefung) -> str | None:
    """What the check of the proof of origin rested on, for repeating it."""
    if vhn.grundlage is None or vhn.signatur is None:
        return None
    return (await betrieb.blobs.put_bytes(to_bytes(vhn.grundlage))).sha256


def _first(anhaenge: tuple[Anhang, ...], name: str) -> Anhang | None:
    return next((anhang for anhang in anhaenge if anhang.name == name), None)


async def _small(betrieb: Betrieb, anhang: Anhang | None) -> bytes | None:
    """An oversized VHN is none."""
    if anhang is None or anhang.bytes > MAX_VHN_BYTES:
        return None
    return await betrieb.blobs.read(anhang.sha256, limit=MAX_VHN_BYTES)


async def _store_befund(tx: Tx, betrieb: Betrieb, nachricht: Nachricht, befund: Befund) -> None:
    lieferung, xjustiz = befund.lieferung, befund.xjustiz
    await tx.execute(
        SQL.set_befund,
        nachricht.id,
        lieferung.eingang,
        lieferung.betreff,
        None if lieferung.absender is None else str(lieferung.absender),
        lieferung.absender_name,
        lieferung.absender_cipher_certificate,
        to_json(befund.protokoll),
        None if xjustiz.gelesen is None else xjustiz.gelesen.version,
        xjustiz.art,
        xjustiz.fremde_nachrichten_id,
        xjustiz.eeb_verlangt,
    )
    for position, anhang in enumerate(lieferung.anhaenge, 1):
        await tx.execute(SQL.insert_anhang, nachricht.id, position, anhang.name, anhang.sha256, anhang.bytes)
    await store_berichte(tx, nachricht.id, befund.berichte)
    await transition(
        tx,
        nachricht.id,
        nachricht.zustand,
        _Z.GEPRUEFT,
        EreignisArt.NACHRICHT_GEPRUEFT,
        zeitpunkt=betrieb.uhr.jetzt(),
        handelnd=HANDELND,
        ergebnis=str(befund.protokoll.ergebnis),
        anhaenge=len(lieferung.anhaenge),
        protokoll_sha256=befund.berichte[0].datei.sha256,
    )


async def _assign(tx: Tx, betrieb: Betrieb, nachricht: Nachricht, befund: Befund) -> None:
    unverified = nachricht.zustand is _Z.UNQUITTIERBAR
    zuordnung = UNQUITTIERT if unverified else await assign(tx, befund.xjustiz)
    await tx.execute(SQL.set_zuordnung, nachricht.id, zuordnung.akte_id, zuordnung.grund)
    nach, art = _Z.ZUGEORDNET, EreignisArt.NACHRICHT_ZUGEORDNET
    if zuordnung.akte_id is None:
        nach, art = _Z.ZU_KLAEREN, EreignisArt.NACHRICHT_ZU_KLAEREN
    else:
        await _learn_aktenzeichen(tx, betrieb, zuordnung.akte_id, befund)
        await tx.enqueue(EINORDNEN, {"nachricht": str(nachricht.id)}, dedupe_key=f"{EINORDNEN}:{nachricht.id}")
    await transition(
        tx,
        nachricht.id,
        _Z.GEPRUEFT,
        nach,
        art,
        zeitpunkt=betrieb.uhr.jetzt(),
        handelnd=HANDELND,
        akte=None if zuordnung.akte_id is None else str(zuordnung.akte_id),
    )


async def _learn_aktenzeichen(tx: Tx, betrieb: Betrieb, akte_id: AkteId, befund: Befund) -> None:
    """The court's file number is taken from a court's own, fully valid message only."""
    aktenzeichen = befund.xjustiz.aktenzeichen_absender
    bekannt = str(befund.lieferung.absender) in betrieb.verzeichnis
    if aktenzeichen and bekannt and befund.protokoll.ergebnis is Urteil.GUELTIG:
        await tx.execute(AKTE_SQL.set_gericht_aktenzeichen, akte_id, aktenzeichen)
