"""Letters of the court as the mailbox opens them: real data set, real proof of origin; and what can be wrong."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from stationen import GERICHT, POSTFACH, Werk, pdf

from erv_gateway.eingang.abholen import collect_post
from erv_gateway.eingang.nachricht import Nachricht, load_nachricht
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.ids import MessageId, NachrichtId
from erv_gateway.postfach.base import Lieferung, Pruefergebnis, Pruefschritt
from erv_gateway.sandbox.gericht.datensatz_schreiben import Gerichtsnachricht, write_gerichtsnachricht
from erv_gateway.sandbox.gericht.stammdaten import leaf
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.vhn import ROLLE_JUSTIZ, write_vhn
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei
from xjustiz import SafeId

TRANSPORT = Pruefschritt("Transportsignatur", Pruefergebnis.GUELTIG, "Die Signatur ist gültig.")
UNSIGNIERT = Pruefschritt("Inhaltssignatur", Pruefergebnis.UNBESTIMMT, "Vom Absender nicht signiert.")
VERAENDERT = Pruefschritt("Inhaltssignatur", Pruefergebnis.UNGUELTIG, "Nicht unverändert (OSCI 9601).")
AKTENZEICHEN_GERICHT = "3 K 17/26"


async def herkunft(werk: Werk, dateien: Mapping[str, bytes]) -> dict[str, bytes]:
    """The court's proof of origin over `dateien`."""
    gericht = werk.pki.teilnehmer[GERICHT]
    listed = tuple(VhnDatei(name, sha256(data).hexdigest(), len(data)) for name, data in dateien.items())
    angaben = VhnAngaben(str(gericht.safe_id), ROLLE_JUSTIZ, True, listed, "Test", werk.uhr.jetzt())
    vhn = await write_vhn(angaben, Signer(gericht.schluessel["vhn"].load()))
    return {"vhn.xml": vhn.xml, "vhn.xml.p7s": vhn.p7s}


def datensatz(werk: Werk, name: str, aktenzeichen: str | None, antwort_auf: UUID | None) -> bytes:
    return write_gerichtsnachricht(
        Gerichtsnachricht(
            erstellt=werk.uhr.jetzt(),
            nachrichten_id=uuid4(),
            fremde_nachrichten_id=str(antwort_auf or uuid4()),
            aktenzeichen=AKTENZEICHEN_GERICHT,
            empfaenger="Stadt Musterfurt",
            aktenzeichen_empfaenger=aktenzeichen,
            dokument_id=uuid4(),
            dateiname=name,
            anzeigename="Ladung",
        )
    )


async def schreiben(
    werk: Werk,
    *,
    aktenzeichen: str | None = None,
    antwort_auf: UUID | None = None,
    vhn: bool = True,
    dazu: tuple[tuple[str, bytes], ...] = (),
    **changes: Any,
) -> tuple[MessageId, Lieferung]:
    """A letter that demands an eEB. `dazu`: attachments that no proof of origin lists; `changes`: of the Lieferung."""
    name = f"Ladung_{uuid4()}.pdf"
    dateien = {name: pdf("Ladung"), "xjustiz_nachricht.xml": datensatz(werk, name, aktenzeichen, antwort_auf)}
    alle = {**dateien, **(await herkunft(werk, dateien) if vhn else {})}
    anhaenge = [await werk.vermittler.anhang(name, data) for name, data in (*alle.items(), *dazu)]
    gericht = werk.pki.teilnehmer[GERICHT]
    message_id = MessageId(f"nachricht-{uuid4()}")
    lieferung = Lieferung(
        message_id=message_id,
        eingang=werk.uhr.jetzt(),
        betreff="Ladung",
        absender=SafeId(str(gericht.safe_id)),
        absender_name=gericht.name,
        absender_certificate=leaf(gericht.schluessel["postfach-signatur"]),
        absender_cipher_certificate=leaf(gericht.schluessel["postfach-chiffrat"]),
        aktenzeichen_absender=AKTENZEICHEN_GERICHT,
        aktenzeichen_empfaenger=aktenzeichen,
        anhaenge=tuple(anhaenge),
        schritte=(TRANSPORT,),
    )
    return message_id, replace(lieferung, **changes)


async def receive(werk: Werk, **letter: Any) -> Nachricht:
    """Fetched, acknowledged, examined."""
    message_id, lieferung = await schreiben(werk, **letter)
    await werk.vermittler.deliver(message_id, lieferung)
    await collect_post(werk.betrieb, POSTFACH)
    nachricht_id = await id_of(werk, message_id)
    await process(werk.betrieb, nachricht_id)
    return await load_nachricht(werk.betrieb.database, nachricht_id)


async def id_of(werk: Werk, message_id: str) -> NachrichtId:
    found: UUID = await werk.betrieb.database.fetch_value(
        "SELECT id FROM erv.nachricht WHERE message_id = $1", message_id
    )
    return NachrichtId(found)


def ergebnisse(nachricht: Nachricht) -> dict[str, str]:
    """Result by what was looked at."""
    assert nachricht.pruefprotokoll is not None
    return {schritt["was"]: schritt["ergebnis"] for schritt in nachricht.pruefprotokoll["pruefungen"]}


def ergebnis(nachricht: Nachricht) -> str:
    assert nachricht.pruefprotokoll is not None
    return str(nachricht.pruefprotokoll["ergebnis"])
