"""Filing back: the proof bundle goes to the case, in the store and in the folder that the DMS collects from."""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

from certs.anchors import Zweck
from certs.chain import verify_chain
from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.ids import MessageId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.nachweis.bundle import GesendeteDatei, NachweisTeile, Protokolleintrag, write_nachweis
from erv_gateway.nachweis.pruefen import verify_nachweis
from erv_gateway.sendung.ablageordner import export_blob
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.packen import ABDECKUNG_SHA256, AKTENPROTOKOLL_SHA256
from erv_gateway.sendung.paket_namen import XJUSTIZ_NAME
from erv_gateway.sendung.sendung import Sendung, SendungDatei, load_dateien, load_sendung
from erv_gateway.sendung.wire_json import anhang_from_json, laufzettel_from_json, vorbereitet_from_json
from erv_gateway.sendung.zustand import SQL, transition
from erv_gateway.storage import log
from erv_gateway.storage.blobs import Blob

MAX_EVIDENCE_BYTES: Final = 32 * 2**20
"""Envelope, containers and answers of one message; the files themselves are not in the bundle."""
HANDELND: Final = "ablage"


class NachweisBroken(ErvError):
    """The bundle that was just written does not hold against our own verifier."""

    code = "nachweis-fehlerhaft"


async def file_back(betrieb: Betrieb, sendung_id: SendungId) -> None:
    """BESTAETIGT → ABGELEGT. Safe to call again: the bundle is made anew, its place in the case is one."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand is not SendungZustand.BESTAETIGT:
        return
    teile = await collect_teile(betrieb, sendung)
    bundle = await asyncio.to_thread(_write, betrieb, teile)
    name = f"nachweis_{sendung.id}.zip"
    folder = betrieb.ablage / str(sendung.akte_id) / str(sendung.id)
    await asyncio.to_thread(export_blob, betrieb.blobs, bundle.sha256, folder, name)
    jetzt = betrieb.uhr.jetzt()
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.insert_ablage, sendung.akte_id, sendung.id, name, bundle.sha256, bundle.bytes, jetzt)
        await tx.execute(SQL.set_nachweis, sendung.id, {"name": name, "sha256": bundle.sha256, "bytes": bundle.bytes})
        await transition(
            tx,
            sendung.id,
            SendungZustand.BESTAETIGT,
            SendungZustand.ABGELEGT,
            EreignisArt.SENDUNG_ABGELEGT,
            zeitpunkt=jetzt,
            handelnd=HANDELND,
            nachweis_sha256=bundle.sha256,
        )


def _write(betrieb: Betrieb, teile: NachweisTeile) -> Blob:
    """Blocking."""
    with betrieb.blobs.spool() as spool:
        write_nachweis(teile, spool)
        spool.seek(0)
        _check_own(spool)
        spool.seek(0)
        return asyncio.run(betrieb.blobs.put_file(spool))


def _check_own(bundle: BinaryIO) -> None:
    """What is filed as proof must prove: a bundle that does not verify is a fault of ours and goes to a person."""
    pruefung = verify_nachweis(bundle)
    if pruefung.verdict != "gueltig":
        failed = [check.name for check in pruefung.checks if not check.ok]
        raise NachweisBroken(f"our own bundle is {pruefung.verdict}: {', '.join(failed)}", checks=" ".join(failed))


async def collect_teile(betrieb: Betrieb, sendung: Sendung) -> NachweisTeile:
    """Everything the proof consists of, from the store and the log."""
    dateien = await load_dateien(betrieb.database, sendung.id)
    laufzettel = laufzettel_from_json(sendung.laufzettel)
    vorbereitet = vorbereitet_from_json(sendung.vorbereitet)
    platz = betrieb.platz(sendung.postfach)
    eintraege = await _eintraege(betrieb, sendung.id)
    ketten = (*platz.absender_kette, *_kette(betrieb, laufzettel.vermittler, laufzettel.eingang))
    return NachweisTeile(
        sendung_id=sendung.id,
        eigene_nachrichten_id=str(sendung.eigene_nachrichten_id),
        message_id=MessageId(laufzettel.message_id),
        eingang=laufzettel.eingang,
        empfaenger=sendung.empfaenger_safe_id,
        dateien=tuple(GesendeteDatei(datei.name, datei.bytes, datei.sha256) for datei in dateien),
        xjustiz=await _read(betrieb, _xjustiz(dateien).sha256),
        umschlag=await _read(betrieb, vorbereitet.umschlag.sha256),
        inhalte=tuple([await _read(betrieb, inhalt.sha256) for inhalt in vorbereitet.inhalte]),
        annahme=await _annahme(betrieb, sendung),
        laufzettel=await _read(betrieb, laufzettel.original.sha256),
        vermittler=laufzettel.vermittler,
        absender=platz.absender_certificate,
        ketten=tuple(dict.fromkeys(ketten)),
        eintraege=eintraege,
        created=betrieb.uhr.jetzt(),
        aktenprotokoll=await _beleg(betrieb, eintraege, AKTENPROTOKOLL_SHA256),
        abdeckung=await _beleg(betrieb, eintraege, ABDECKUNG_SHA256),
    )


async def _beleg(betrieb: Betrieb, eintraege: Iterable[Protokolleintrag], name: str) -> bytes | None:
    """What the log names by its digest; None for a Sendung without (eEB)."""
    for eintrag in eintraege:
        entry = json.loads(eintrag.body)
        if entry["art"] == EreignisArt.SENDUNG_BEAUFTRAGT and name in entry["angaben"]:
            return await _read(betrieb, entry["angaben"][name])
    return None


async def _annahme(betrieb: Betrieb, sendung: Sendung) -> bytes | None:
    if sendung.annahme is None:
        return None
    return await _read(betrieb, anhang_from_json(sendung.annahme["original"]).sha256)


async def _eintraege(betrieb: Betrieb, sendung_id: SendungId) -> tuple[Protokolleintrag, ...]:
    entries = await log.entries_of(betrieb.database, sendung_id)
    return tuple(Protokolleintrag(entry.seq, entry.canonical_body, entry.leaf_hash) for entry in entries)


async def _read(betrieb: Betrieb, sha256: str) -> bytes:
    return await betrieb.blobs.read(sha256, limit=MAX_EVIDENCE_BYTES)


def _xjustiz(dateien: tuple[SendungDatei, ...]) -> SendungDatei:
    return next(datei for datei in dateien if datei.name == XJUSTIZ_NAME)


def _kette(betrieb: Betrieb, leaf: bytes, at: datetime) -> tuple[bytes, ...]:
    return verify_chain(leaf, (), betrieb.anchors, (Zweck.MAILBOX,), at).kette[1:]
