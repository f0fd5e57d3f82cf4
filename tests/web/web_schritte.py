"""Steps of a case on a running gateway: deliver, create, send, receive."""

import hashlib
import io
import json
import zipfile
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pikepdf
from kleines_pdf import OBJEKTE, PDF, build_pdf
from web_hilfe import GERICHT_SAFE_ID, POSTFACH, Gateway

from erv_gateway.eingang.abholen import collect_post
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.ereignisse import EreignisArt
from erv_gateway.kern.ids import MessageId, NachrichtId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import (
    Anhang,
    Lieferung,
    Pruefergebnis,
    Pruefschritt,
)
from erv_gateway.sandbox.gericht.datensatz_schreiben import Gerichtsnachricht, write_gerichtsnachricht
from erv_gateway.sendung.eingangsbestaetigung import confirm
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.uebergabe import hand_over
from erv_gateway.sendung.zustand import SQL as SENDUNG_SQL
from erv_gateway.sendung.zustand import transition
from xjustiz import SafeId


async def receive_letter(
    gateway: Gateway, *, betreff: str = "Ladung", name: str = "Ladung_1.pdf", aktenzeichen: str = "63-1/26"
) -> NachrichtId:
    """A letter of the court that demands an eEB, all the way through fetching and checking."""
    blobs = gateway.betrieb.blobs
    nachricht = Gerichtsnachricht(
        erstellt=gateway.uhr.jetzt(),
        nachrichten_id=uuid4(),
        fremde_nachrichten_id="",
        aktenzeichen="3 K 17/26",
        empfaenger="Stadt Test",
        aktenzeichen_empfaenger=aktenzeichen,
        dokument_id=uuid4(),
        dateiname=name,
        anzeigename=betreff,
    )
    anhaenge = []
    for anhang, data in ((name, brief()), ("xjustiz_nachricht.xml", write_gerichtsnachricht(nachricht))):
        blob = await blobs.put_bytes(data)
        anhaenge.append(Anhang(anhang, blob.sha256, blob.bytes))
    message_id = MessageId(f"eingang-{uuid4()}")
    await gateway.postfach.deliver(_lieferung(gateway, message_id, betreff, tuple(anhaenge)))
    await collect_post(gateway.betrieb, POSTFACH)
    nachricht_id: UUID = await gateway.database.fetch_value(
        "SELECT id FROM erv.nachricht WHERE message_id = $1", message_id
    )
    await process(gateway.betrieb, NachrichtId(nachricht_id))
    return NachrichtId(nachricht_id)


def _lieferung(gateway: Gateway, message_id: MessageId, betreff: str, anhaenge: tuple[Anhang, ...]) -> Lieferung:
    gericht = gateway.betrieb.verzeichnis[GERICHT_SAFE_ID].empfaenger
    return Lieferung(
        message_id=message_id,
        eingang=gateway.uhr.jetzt(),
        betreff=betreff,
        absender=SafeId(GERICHT_SAFE_ID),
        absender_name="Verwaltungsgericht Test",
        absender_certificate=gericht.cipher_certificate,
        absender_cipher_certificate=gericht.cipher_certificate,
        aktenzeichen_absender="3 K 17/26",
        aktenzeichen_empfaenger=None,
        anhaenge=anhaenge,
        schritte=(Pruefschritt("Transportsignatur", Pruefergebnis.GUELTIG, "Die Signatur ist gültig."),),
    )


@cache
def brief() -> bytes:
    """A PDF of one empty page."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def akte_zip(aktenzeichen: str = "63-1/26", *, titel: str = "Bauantrag", akte_id: UUID | None = None) -> bytes:
    """A small delivery with one document; without `akte_id` a new Akte."""
    datei = {"name": "antrag.pdf", "sha256": hashlib.sha256(PDF).hexdigest(), "bytes": len(PDF)}
    historie = [{"zeitpunkt": "2026-03-01T09:00:00+01:00", "akteur": "Meier", "aktion": "angelegt", "art": "angelegt"}]
    dokument = {"id": str(uuid4()), "titel": titel, "nummer": 1, "dateien": [datei], "historie": historie}
    akte = {
        "id": str(akte_id or uuid4()),
        "aktenzeichen": aktenzeichen,
        "titel": "Bauakte",
        "abgebende_stelle": "Stadt Test",
        "dokumente": [dokument],
    }
    manifest = {"format": "erv-gateway-akte", "version": 1, "akte": akte}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("antrag.pdf", PDF)
    return target.getvalue()


def viele_zip(anzahl: int) -> bytes:
    """A delivery with so many PDFs that nobody has seen before; the last one has a script, which stops a Sendung."""
    dateien = {f"Blatt_{n:04}.pdf": neues_pdf(OBJEKTE[0]) for n in range(1, anzahl)}
    dateien["Skript.pdf"] = neues_pdf(b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(x)>>>>")
    dokumente = [
        {
            "id": str(uuid4()),
            "titel": name.removesuffix(".pdf").replace("_", " "),
            "nummer": nummer,
            "dateien": [{"name": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}],
        }
        for nummer, (name, data) in enumerate(dateien.items(), 1)
    ]
    akte = {
        "id": str(uuid4()),
        "aktenzeichen": f"63-{uuid4().hex[:8]}/26",
        "titel": "Bauakte",
        "abgebende_stelle": "Stadt Test",
        "dokumente": dokumente,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "erv-gateway-akte", "version": 1, "akte": akte}))
        for name, data in dateien.items():
            archive.writestr(name, data)
    return target.getvalue()


def neues_pdf(katalog: bytes) -> bytes:
    return build_pdf(katalog, *OBJEKTE[1:], kopf=b"%%PDF-1.7\n%% %s\n" % uuid4().hex.encode())


async def upload(session: aiohttp.ClientSession, data: bytes) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/zip"}
    async with session.post("/api/v1/akten", data=data, headers=headers) as response:
        return response.status, await response.json(content_type=None)


def neue_sendung(akte_id: str, **mehr: Any) -> dict[str, Any]:
    return {
        "akte_id": akte_id,
        "postfach": POSTFACH,
        "empfaenger": GERICHT_SAFE_ID,
        "betreff": "Behördenakte zum Verfahren 3 K 17/26",
        "absaetze": ["Anbei die Akte."],
        "unterzeichner": "Anna Anlegen",
        "kurzrubrum": "Lindenhof ./. Stadt Test",
        "gegenstand": "Baugenehmigung",
        "sachgebiet": "056",
        "beteiligte": [
            {"rolle": "101", "name": "Lindenhof", "vorname": "Erika"},
            {"rolle": "028", "name": "Stadt Test"},
        ],
        **mehr,
    }


async def create(session: aiohttp.ClientSession, aktenzeichen: str = "63-1/26", **mehr: Any) -> str:
    """A Sendung in ENTWURF over a new Akte."""
    return await create_of(session, akte_zip(aktenzeichen), **mehr)


async def create_of(session: aiohttp.ClientSession, lieferung: bytes, **mehr: Any) -> str:
    """A Sendung in ENTWURF over a delivery."""
    _, akte = await upload(session, lieferung)
    async with session.post("/api/v1/sendungen", json=neue_sendung(akte["akte_id"], **mehr)) as response:
        assert response.status == 201, await response.text()
        return str((await response.json())["id"])


async def set_geprueft(gateway: Gateway, sendung_id: str) -> None:
    """By the station's own step, for tests that are not about the checks."""
    async with gateway.database.transaction() as tx:
        await transition(
            tx,
            SendungId(UUID(sendung_id)),
            SendungZustand.ENTWURF,
            SendungZustand.GEPRUEFT,
            EreignisArt.SENDUNG_GEPRUEFT,
            zeitpunkt=gateway.uhr.jetzt(),
            handelnd="test",
        )


async def send(gateway: Gateway, sendung_id: str) -> None:
    """What the workers do after the approval, up to BESTAETIGT."""
    known = SendungId(UUID(sendung_id))
    await make_package(gateway.betrieb, known)
    await hand_over(gateway.betrieb, known)
    await confirm(gateway.betrieb, known)


async def file_nachweis(gateway: Gateway, sendung_id: str, bundle: bytes = b"PK bundle") -> str:
    """A bundle in its place, as the last station leaves it. Returns its digest."""
    blob = await gateway.betrieb.blobs.put_bytes(bundle)
    nachweis = {"name": f"nachweis_{sendung_id}.zip", "sha256": blob.sha256, "bytes": blob.bytes}
    async with gateway.database.transaction() as tx:
        await tx.execute(SENDUNG_SQL.set_nachweis, UUID(sendung_id), nachweis)
        await transition(
            tx,
            SendungId(UUID(sendung_id)),
            SendungZustand.BESTAETIGT,
            SendungZustand.ABGELEGT,
            EreignisArt.SENDUNG_ABGELEGT,
            zeitpunkt=gateway.uhr.jetzt(),
            handelnd="ablage",
        )
    return blob.sha256
