"""The Eingangsbestätigung (§ 130a (5) ZPO, § 55a (5) VwGO): fetched, verified, compared with what was to arrive.

A green verdict says: the intermediary's signed record names our MessageId and a time of receipt, and the bytes that
were handed over under this MessageId, signed by us, hold exactly the approved files. Whatever is missing makes the
Sendung BEANSTANDET; a later, better record can still confirm it.
"""

from datetime import timedelta
from typing import Any, Final

from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.ids import MessageId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import Laufzettel, LaufzettelRefused, Teil
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.sendung import Sendung, SendungDatei, load_dateien, load_sendung
from erv_gateway.sendung.wire_json import laufzettel_to_json, vorbereitet_from_json
from erv_gateway.sendung.zustand import SQL, transition
from erv_gateway.storage.db import Tx
from erv_gateway.storage.jobs import Later

BESTAETIGEN: Final = "bestaetigen"
"""Name of the job."""
ABLEGEN: Final = "ablegen"
"""Name of the job that follows a green verdict."""
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""Two clocks kept by NTP differ by less; a record older than the approval is not ours."""
HANDELND: Final = "eingangsbestaetigung"

_Z = SendungZustand


async def confirm(betrieb: Betrieb, sendung_id: SendungId) -> None:
    """UEBERGEBEN or BEANSTANDET → BESTAETIGT, or → BEANSTANDET. Raises Later while the intermediary has no record."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    if sendung.zustand not in (_Z.UEBERGEBEN, _Z.BEANSTANDET):
        return
    if sendung.message_id is None:
        raise AssertionError("a Sendung that was handed over has a MessageId")
    try:
        laufzettel = await betrieb.postfach(sendung.postfach).fetch_laufzettel(MessageId(sendung.message_id))
    except LaufzettelRefused as refused:
        await _object(betrieb, sendung, None, {"dateien": [], "gruende": [str(refused.angaben.get("grund", refused))]})
        raise Later(betrieb.nachfrage) from refused
    if laufzettel is None:
        raise Later(betrieb.nachfrage)
    urteil = await _judge(betrieb, sendung, laufzettel)
    if urteil["gruende"]:
        await _object(betrieb, sendung, laufzettel, urteil)
    else:
        await _confirm(betrieb, sendung, laufzettel, urteil)


async def _judge(betrieb: Betrieb, sendung: Sendung, laufzettel: Laufzettel) -> dict[str, Any]:
    erwartet = await load_dateien(betrieb.database, sendung.id)
    vorbereitet = vorbereitet_from_json(sendung.vorbereitet)
    uebergeben = await betrieb.postfach(sendung.postfach).handed_over(vorbereitet)
    urteil = compare(erwartet, uebergeben)
    if laufzettel.message_id != sendung.message_id:
        urteil["gruende"].append("Der Laufzettel gehört zu einer anderen Nachricht.")
    if sendung.freigegeben_am is not None and laufzettel.eingang < sendung.freigegeben_am - CLOCK_TOLERANCE:
        urteil["gruende"].append(
            "Die Eingangszeit liegt vor der Freigabe: Uhr des Intermediärs oder eigene Uhr falsch."
        )
    return urteil


def compare(erwartet: tuple[SendungDatei, ...], uebergeben: tuple[Teil, ...]) -> dict[str, Any]:
    """File by file: name, bytes and SHA-256 must agree, none missing, none surplus."""
    vorhanden = {teil.name: teil for teil in uebergeben}
    zeilen = [_line(datei, vorhanden.get(datei.name)) for datei in erwartet]
    gruende = [f"Nicht übereinstimmend: {zeile['name']}" for zeile in zeilen if not zeile["ok"]]
    surplus = sorted(set(vorhanden) - {datei.name for datei in erwartet})
    gruende += [f"Nicht freigegeben, aber übergeben: {name}" for name in surplus]
    if len(vorhanden) != len(uebergeben):
        gruende.append("Ein Dateiname kommt in der übergebenen Nachricht mehrfach vor.")
    if not erwartet:
        gruende.append("Die Sendung hat keine Dateien: es gibt nichts zu bestätigen.")
    return {"dateien": zeilen, "gruende": gruende}


def _line(datei: SendungDatei, teil: Teil | None) -> dict[str, Any]:
    ok = teil is not None and (teil.bytes, teil.sha256) == (datei.bytes, datei.sha256)
    return {
        "name": datei.name,
        "anzeigename": datei.anzeigename,
        "bytes": datei.bytes,
        "sha256": datei.sha256,
        "ok": ok,
    }


async def _confirm(betrieb: Betrieb, sendung: Sendung, laufzettel: Laufzettel, urteil: dict[str, Any]) -> None:
    async with betrieb.database.transaction() as tx:
        await _store(tx, betrieb, sendung, laufzettel, urteil, _Z.BESTAETIGT, EreignisArt.SENDUNG_BESTAETIGT)
        await tx.enqueue(ABLEGEN, {"sendung": str(sendung.id)}, dedupe_key=f"{ABLEGEN}:{sendung.id}")


async def _object(betrieb: Betrieb, sendung: Sendung, laufzettel: Laufzettel | None, urteil: dict[str, Any]) -> None:
    if sendung.zustand is _Z.BEANSTANDET:
        return
    async with betrieb.database.transaction() as tx:
        await _store(tx, betrieb, sendung, laufzettel, urteil, _Z.BEANSTANDET, EreignisArt.SENDUNG_BEANSTANDET)


async def _store(
    tx: Tx,
    betrieb: Betrieb,
    sendung: Sendung,
    laufzettel: Laufzettel | None,
    urteil: dict[str, Any],
    nach: SendungZustand,
    art: EreignisArt,
) -> None:
    record = None if laufzettel is None else laufzettel_to_json(laufzettel)
    eingang = None if laufzettel is None else laufzettel.eingang
    await tx.execute(SQL.set_laufzettel, sendung.id, record, eingang, urteil)
    await transition(
        tx,
        sendung.id,
        sendung.zustand,
        nach,
        art,
        zeitpunkt=betrieb.uhr.jetzt(),
        handelnd=HANDELND,
        message_id=sendung.message_id,
        eingang=None if eingang is None else eingang.isoformat(),
        laufzettel_sha256=None if laufzettel is None else laufzettel.original.sha256,
        dateien=len(urteil["dateien"]),
        gruende=len(urteil["gruende"]),
    )
