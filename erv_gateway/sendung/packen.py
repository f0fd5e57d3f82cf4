"""The job that makes the package of an approved Sendung: signed, checked once more, on record, then commissioned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from erv_gateway import __version__
from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.egvp import PRODUKT, ROLLE_BEBPO
from erv_gateway.sendung.anschreiben import render_anschreiben, sign_anschreiben
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.packstueck import Packstueck
from erv_gateway.sendung.paket import angaben_of, build_entwurf, check_entwurf, load_korrigiert
from erv_gateway.sendung.paket_namen import XJUSTIZ_NAME
from erv_gateway.sendung.pruefung import befund_to_json, check_empfaenger
from erv_gateway.sendung.sendung import Sendung, SendungArt, SendungDatei, load_sendung
from erv_gateway.sendung.uebergabe import UEBERGEBEN
from erv_gateway.sendung.zustand import SQL, transition
from erv_gateway.signatur.vhn import VHN_NAME, VHN_SIGNATUR_NAME, write_vhn
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei
from erv_gateway.storage.blobs import Blob
from xjustiz import Befund, Schwere

HANDELND: Final = "packen"
AKTENPROTOKOLL_SHA256: Final = "aktenprotokoll_sha256"
ABDECKUNG_SHA256: Final = "abdeckung_sha256"


@dataclass(frozen=True, slots=True)
class Paket:
    """Complete: `dateien` holds everything that travels, xjustiz_nachricht.xml and the VHN at the end."""

    dateien: tuple[SendungDatei, ...]
    xjustiz_sha256: str
    befunde: tuple[Befund, ...]
    belege: Mapping[str, str]
    """What the proof keeps beside: digests by the names they have in the log."""


async def make_package(betrieb: Betrieb, sendung_id: SendungId) -> None:
    """FREIGEGEBEN → BEAUFTRAGT, or → ABGEWIESEN when the finished package fails its checks. Safe to call again."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand is not SendungZustand.FREIGEGEBEN:
        return
    paket = await (_pack_eeb if sendung.art is SendungArt.EEB else _pack_akte)(betrieb, sendung)
    if any(befund.schwere is Schwere.ERROR for befund in paket.befunde):
        await _reject(betrieb, sendung, paket)
    else:
        await _commission(betrieb, sendung, paket)


async def _pack_akte(betrieb: Betrieb, sendung: Sendung) -> Paket:
    erstellt = betrieb.uhr.jetzt()
    fest = await load_korrigiert(betrieb, sendung)
    brief = await render_anschreiben(betrieb, sendung, angaben_of(sendung), erstellt)
    signed = await sign_anschreiben(betrieb, betrieb.platz(sendung.postfach), brief)
    entwurf = await build_entwurf(betrieb, sendung, fest, signed, erstellt)
    befunde = (*check_empfaenger(betrieb, sendung, erstellt), *await check_entwurf(betrieb, entwurf, erstellt))
    xjustiz = await betrieb.blobs.put_bytes(entwurf.nachricht)
    protokoll = await betrieb.blobs.put_bytes(entwurf.aktenprotokoll)
    abdeckung = await betrieb.blobs.put_bytes(entwurf.abdeckung)
    belege = {AKTENPROTOKOLL_SHA256: protokoll.sha256, ABDECKUNG_SHA256: abdeckung.sha256}
    return await _sealed(betrieb, sendung, entwurf.stuecke, xjustiz, befunde, erstellt, belege)


async def _pack_eeb(betrieb: Betrieb, sendung: Sendung) -> Paket:
    """The data set itself is the acknowledgement (BVerwG 9 B 2.22): it travels alone, as it was decided.

    A decision cannot be made again: where the recipient does not hold, the job waits for the administrator.
    """
    if check_empfaenger(betrieb, sendung, betrieb.uhr.jetzt()):
        raise KonfigurationInvalid("the recipient's certificate is not valid", empfaenger=sendung.empfaenger_safe_id)
    sha256 = sendung.angaben["xjustiz_sha256"]
    xjustiz = Blob(sha256, await betrieb.blobs.size(sha256))
    return await _sealed(betrieb, sendung, (), xjustiz, (), betrieb.uhr.jetzt(), {})


async def _sealed(
    betrieb: Betrieb,
    sendung: Sendung,
    stuecke: tuple[Packstueck, ...],
    xjustiz: Blob,
    befunde: tuple[Befund, ...],
    erstellt: datetime,
    belege: Mapping[str, str],
) -> Paket:
    """Adds the message itself and the VHN over everything."""
    listed = [(str(s.name), s.anzeigename, s.sha256, s.bytes) for s in stuecke]
    listed.append((XJUSTIZ_NAME, "XJustiz-Nachricht", xjustiz.sha256, xjustiz.bytes))
    vhn = await write_vhn(
        VhnAngaben(
            safe_id=str(betrieb.postfach(sendung.postfach).safe_id),
            rolle=ROLLE_BEBPO,
            sicher=True,
            dateien=tuple(VhnDatei(name, sha256, size) for name, _, sha256, size in listed),
            software=f"{PRODUKT} {__version__}",
            erstellt=erstellt,
        ),
        betrieb.platz(sendung.postfach).vhn_signer,
    )
    for name, inhalt in ((VHN_NAME, vhn.xml), (VHN_SIGNATUR_NAME, vhn.p7s)):
        blob = await betrieb.blobs.put_bytes(inhalt)
        listed.append((name, "Herkunftsnachweis (VHN)", blob.sha256, blob.bytes))
    dateien = tuple(SendungDatei(n, *entry) for n, entry in enumerate(listed, 1))
    return Paket(dateien, xjustiz.sha256, befunde, belege)


async def _commission(betrieb: Betrieb, sendung: Sendung, paket: Paket) -> None:
    async with betrieb.database.transaction() as tx:
        for datei in paket.dateien:
            await tx.execute(
                SQL.insert_datei, sendung.id, datei.position, datei.name, datei.anzeigename, datei.sha256, datei.bytes
            )
        await transition(
            tx,
            sendung.id,
            SendungZustand.FREIGEGEBEN,
            SendungZustand.BEAUFTRAGT,
            EreignisArt.SENDUNG_BEAUFTRAGT,
            zeitpunkt=betrieb.uhr.jetzt(),
            handelnd=HANDELND,
            empfaenger=sendung.empfaenger_safe_id,
            eigene_nachrichten_id=str(sendung.eigene_nachrichten_id),
            xjustiz_sha256=paket.xjustiz_sha256,
            dateien=len(paket.dateien),
            **paket.belege,
        )
        await tx.enqueue(UEBERGEBEN, {"sendung": str(sendung.id)}, dedupe_key=f"{UEBERGEBEN}:{sendung.id}")


async def _reject(betrieb: Betrieb, sendung: Sendung, paket: Paket) -> None:
    async with betrieb.database.transaction() as tx:
        await tx.execute(SQL.set_befunde, sendung.id, [befund_to_json(befund) for befund in paket.befunde])
        await transition(
            tx,
            sendung.id,
            SendungZustand.FREIGEGEBEN,
            SendungZustand.ABGEWIESEN,
            EreignisArt.SENDUNG_ABGEWIESEN,
            zeitpunkt=betrieb.uhr.jetzt(),
            handelnd=HANDELND,
            befunde=len(paket.befunde),
        )
