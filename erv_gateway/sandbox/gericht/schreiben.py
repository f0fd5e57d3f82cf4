"""The court's answer as a package: letter, data set and proof of origin in the two EGVP containers."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from erv_gateway.druck import render_pdf
from erv_gateway.kern.uhr import berlin
from erv_gateway.postfach import egvp
from erv_gateway.sandbox.gericht.befund import Befund
from erv_gateway.sandbox.gericht.datensatz import DATENSATZ_NAME
from erv_gateway.sandbox.gericht.datensatz_schreiben import Gerichtsnachricht, write_gerichtsnachricht
from erv_gateway.sandbox.gericht.herkunft import VHN, VHN_SIGNATUR
from erv_gateway.sandbox.gericht.stammdaten import BEZEICHNUNG, ORT, Gerichtsdaten
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.vhn import ROLLE_JUSTIZ, write_vhn
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei
from osci.content import (
    Attachment,
    AttachmentContent,
    Content,
    ContentContainer,
    ContentPackage,
    DataContent,
    EncryptedContainer,
)

SOFTWARE: Final = "erv-gateway Sandbox"
BETREFF: Final = "Mitteilung des Aktenzeichens"
HINWEIS: Final = "Übungsnachricht: Dieses Gericht gibt es nicht. Das Schreiben hat keine rechtliche Wirkung."


@dataclass(frozen=True, slots=True)
class Schreiben:
    """What is answered: the finding, under which file number, when (aware)."""

    befund: Befund
    aktenzeichen: str
    erstellt: datetime


def build_package(schreiben: Schreiben, daten: Gerichtsdaten, dateien: Mapping[str, bytes]) -> ContentPackage:
    """`dateien` from `build_dateien`. Signed by the court, readable for the sender of what is answered."""
    reader = bytes.fromhex(schreiben.befund.absender.chiffrat or "")
    containers = (
        ContentContainer(_project(schreiben, daten, dateien), egvp.PROJECT_COCO, signers=(daten.signatur,)),
        ContentContainer(
            (DataContent(egvp.additional_infos(daten.safe_id, BETREFF), egvp.ADDITIONAL_INFOS),),
            egvp.GOVELLO_COCO,
            signers=(daten.signatur,),
        ),
    )
    return ContentPackage(tuple(EncryptedContainer(container, (reader,)) for container in containers))


def build_dateien(schreiben: Schreiben, daten: Gerichtsdaten) -> dict[str, bytes]:
    """All attachments by name: the letter, xjustiz_nachricht.xml, vhn.xml and its signature."""
    dokument_id = uuid4()
    name = f"Aktenzeichenmitteilung_{dokument_id}.pdf"
    nachricht = Gerichtsnachricht(
        erstellt=schreiben.erstellt,
        nachrichten_id=uuid4(),
        fremde_nachrichten_id=schreiben.befund.nachrichten_id or "",
        aktenzeichen=schreiben.aktenzeichen,
        empfaenger=schreiben.befund.absender.name or "",
        aktenzeichen_empfaenger=schreiben.befund.aktenzeichen_absender,
        dokument_id=dokument_id,
        dateiname=name,
        anzeigename=BETREFF,
    )
    dateien = {name: _letter(schreiben), DATENSATZ_NAME: write_gerichtsnachricht(nachricht)}
    return {**dateien, **_herkunftsnachweis(dateien, schreiben.erstellt, daten)}


def _project(schreiben: Schreiben, daten: Gerichtsdaten, dateien: Mapping[str, bytes]) -> tuple[Content, ...]:
    kopf = egvp.EgvpKopf(
        nachrichtentyp=egvp.NACHRICHTENTYP_ALLGEMEIN,
        empfaengerkennung=schreiben.befund.absender.safe_id or "",
        betreff=BETREFF,
        aktenzeichen_empfaenger=schreiben.befund.aktenzeichen_absender or "",
        aktenzeichen_absender=schreiben.aktenzeichen,
    )
    karte = egvp.Visitenkarte(BEZEICHNUNG, ORT, daten.safe_id, egvp.ROLLE_JUSTIZ)
    return (
        DataContent(egvp.nachricht_xml(kopf), egvp.NACHRICHT),
        DataContent(egvp.visitenkarte_xml(karte), egvp.VISITENKARTE),
        DataContent(egvp.herstellerinformation_xml("Sandbox", ""), egvp.HERSTELLERINFORMATION),
        *(AttachmentContent(_attachment(name, data), name) for name, data in dateien.items()),
    )


def _attachment(name: str, data: bytes) -> Attachment:
    return Attachment(name, len(data), lambda: iter((data,)))


def _letter(schreiben: Schreiben) -> bytes:
    befund = schreiben.befund
    aktenzeichen = befund.aktenzeichen_absender or "nicht mitgeteilt"
    daten = {
        "gericht": BEZEICHNUNG,
        "hinweis": HINWEIS,
        "empfaenger": befund.absender.name or "",
        "datum": berlin(schreiben.erstellt).strftime("%d.%m.%Y"),
        "aktenzeichen": schreiben.aktenzeichen,
        "ihr_zeichen": aktenzeichen,
        "betreff": f"{BETREFF} und Bitte um Empfangsbekenntnis",
        "absaetze": [
            f"Ihre Sendung zum Zeichen {aktenzeichen} ist mit {len(befund.dateien)} Dateien eingegangen.",
            f"Das Verfahren wird hier unter dem Aktenzeichen {schreiben.aktenzeichen} geführt. "
            "Bitte geben Sie es bei allen weiteren Eingaben an.",
            "Dieses Schreiben wird gegen elektronisches Empfangsbekenntnis zugestellt (§ 56 Abs. 2 VwGO, "
            "§ 173 Abs. 3 ZPO). Das Empfangsbekenntnis ist als Datensatz zurückzusenden.",
        ],
        "unterzeichner": "Die Urkundsbeamtin der Geschäftsstelle (simuliert)",
    }
    return render_pdf("gericht_schreiben", daten, erstellt=schreiben.erstellt)


def _herkunftsnachweis(dateien: Mapping[str, bytes], erstellt: datetime, daten: Gerichtsdaten) -> dict[str, bytes]:
    listed = tuple(VhnDatei(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in dateien.items())
    angaben = VhnAngaben(daten.safe_id, ROLLE_JUSTIZ, True, listed, SOFTWARE, erstellt)
    vhn = asyncio.run(write_vhn(angaben, Signer(daten.vhn)))
    return {VHN: vhn.xml, VHN_SIGNATUR: vhn.p7s}
