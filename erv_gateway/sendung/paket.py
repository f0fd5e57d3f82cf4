"""The package: the same function makes the draft for the checks and the final one that is signed and sent."""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from erv_gateway.akte.aktenprotokoll import aktenprotokoll_json, render_aktenprotokoll
from erv_gateway.akte.ausschnitt import ausschnitt
from erv_gateway.akte.modell import Akte
from erv_gateway.akte.vergleich import with_stable_ids
from erv_gateway.dateien.pruefdienst import Datei
from erv_gateway.kern.uhr import berlin
from erv_gateway.sendung.abdeckung import abdeckung_json
from erv_gateway.sendung.angaben import SendungAngaben, angaben_from_json
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.anwenden import Korrigiert, retold
from erv_gateway.sendung.korrekturen.bestand import load_corrected
from erv_gateway.sendung.packstueck import Packstueck, name_dateien, packstuecke_of
from erv_gateway.sendung.paket_nachricht import Beigaben, Partnerangaben, beigabe_id, build_nachricht
from erv_gateway.sendung.paket_namen import dateiname
from erv_gateway.sendung.paket_schriftgut import Schriftgutbau
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.sendung.umschrift import Umschreiber
from erv_gateway.sendung.wiederholung import transmitted_before
from erv_gateway.storage.queries import load
from xjustiz import KALENDER, Anlage, Befund, Paket, Richtung, Versand, Version, check, read, write
from xjustiz.merkmale import Dateimerkmale

TEILUNG_SQL = load("teilung")
BEBPO = Versand(sicherer_weg=True, osci=True)  # every package gets its VHN in `packen`
SNIFF_BYTES = 1024  # what the check of the real type looks at


@dataclass(frozen=True, slots=True)
class Entwurf:
    """A package without its VHN. `umschriften`: German sentences about text that could not travel as it was."""

    stuecke: tuple[Packstueck, ...]
    nachricht: bytes
    umschriften: tuple[str, ...]
    aktenprotokoll: bytes
    """JSON; the same content as the PDF in the package."""
    abdeckung: bytes
    """JSON: what of the DMS's knowledge is where in this package."""
    kalender: tuple[Version, ...] = KALENDER
    """By which the XJustiz version was chosen."""


async def load_korrigiert(betrieb: Betrieb, sendung: Sendung) -> Korrigiert:
    """The case file as this Sendung carries it: corrected, its part of a split one, under the UUIDs the court knows."""
    ganz = await load_corrected(betrieb.database, sendung)
    teil = await betrieb.database.fetch_one(TEILUNG_SQL.teil, sendung.id)
    akte = ganz.akte
    if teil is not None:
        akte = ausschnitt(akte, set(teil["dokumente"]), mit_leeren=teil["nummer"] == 1)
    frueher = [uebermittelt.akte for uebermittelt in await transmitted_before(betrieb, sendung)]
    return retold(replace(ganz, akte=akte), with_stable_ids(akte, frueher))


async def load_akte(betrieb: Betrieb, sendung: Sendung) -> Akte:
    return (await load_korrigiert(betrieb, sendung)).akte


def angaben_of(sendung: Sendung) -> SendungAngaben:
    return angaben_from_json(sendung.angaben)


async def build_entwurf(
    betrieb: Betrieb, sendung: Sendung, fest: Korrigiert, anschreiben: bytes, erstellt: datetime
) -> Entwurf:
    """Raises NachrichtInvalid or WertInvalid (XJustizError) when the case file cannot be said in XJustiz."""
    akte = fest.akte
    platz, gericht = betrieb.platz(sendung.postfach), betrieb.gericht(sendung.empfaenger_safe_id)
    weg = gericht.historienweg
    protokoll = await asyncio.to_thread(render_aktenprotokoll, akte, erstellt=erstellt, mit_lesenden=weg.lesende)
    beigaben = Beigaben(
        anschreiben=await _beigabe(betrieb, sendung, "Anschreiben", anschreiben),
        aktenprotokoll=await _beigabe(betrieb, sendung, "Aktenprotokoll", protokoll),
    )
    namen = name_dateien(akte, fest.namen)
    um = Umschreiber(fest.texte)
    partner = Partnerangaben(platz.visitenkarte.organisation, gericht.code)
    gut = Schriftgutbau(namen, um, weg).akte(akte, 1)
    nachricht = build_nachricht(sendung, angaben_of(sendung), gut, beigaben, partner, berlin(erstellt), um)
    xml = await asyncio.to_thread(write, nachricht, platz.xjustiz_version(erstellt))
    stuecke = (*packstuecke_of(akte, namen), beigaben.anschreiben, beigaben.aktenprotokoll)
    historie = aktenprotokoll_json(akte, erstellt=erstellt, mit_lesenden=weg.lesende)
    bericht = await asyncio.to_thread(lambda: abdeckung_json(akte, read(xml), weg))
    return Entwurf(stuecke, xml, um.meldungen, _json(historie), _json(bericht), platz.kalender)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


async def check_entwurf(betrieb: Betrieb, entwurf: Entwurf, am: datetime) -> tuple[Befund, ...]:
    """XSD and rules over the package as it would be sent; files that are known are not examined again."""
    merkmale = await betrieb.dateipruefer.examine(_datei(betrieb, stueck) for stueck in entwurf.stuecke)
    anlagen = await asyncio.to_thread(
        lambda: tuple(_anlage(betrieb, stueck, merkmale[stueck.sha256]) for stueck in entwurf.stuecke)
    )
    ergebnis = await asyncio.to_thread(
        lambda: check(
            Paket(entwurf.nachricht, anlagen, versand=BEBPO),
            schemas=betrieb.schemas,
            codelisten=betrieb.codelisten,
            am=berlin(am).date(),
            richtung=Richtung.AUSGANG,
            kalender=entwurf.kalender,
        )
    )
    return tuple(ergebnis.befunde)


def _datei(betrieb: Betrieb, stueck: Packstueck) -> Datei:
    return Datei(stueck.sha256, stueck.bytes, lambda: betrieb.blobs.open_file(stueck.sha256))


def _anlage(betrieb: Betrieb, stueck: Packstueck, merkmale: Dateimerkmale) -> Anlage:
    with betrieb.blobs.open_file(stueck.sha256) as file:
        return Anlage(stueck.name, stueck.bytes, file.read(SNIFF_BYTES), merkmale)


async def _beigabe(betrieb: Betrieb, sendung: Sendung, titel: str, pdf: bytes) -> Packstueck:
    blob = await betrieb.blobs.put_bytes(pdf)
    name = dateiname(titel, beigabe_id(sendung, titel.lower()), "pdf")
    return Packstueck(name, titel, blob.sha256, blob.bytes)
