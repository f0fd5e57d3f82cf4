"""The package: the same function makes the draft for the checks and the final one that is signed and sent."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from erv_gateway.akte.aktenprotokoll import render_aktenprotokoll
from erv_gateway.akte.modell import Akte
from erv_gateway.akte.modell_json import akte_from_json
from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.uhr import berlin
from erv_gateway.sendung.angaben import SendungAngaben, angaben_from_json
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.packstueck import Packstueck, name_dateien, packstuecke_of
from erv_gateway.sendung.paket_nachricht import Beigaben, Partnerangaben, beigabe_id, build_nachricht
from erv_gateway.sendung.paket_namen import dateiname
from erv_gateway.sendung.sendung import Sendung
from erv_gateway.sendung.umschrift import Umschreiber
from erv_gateway.storage.queries import load
from xjustiz import Anlage, Befund, Paket, Richtung, check, version_for, write

AKTE_SQL = load("akte")
SNIFF_BYTES = 1024  # what the check of the real type looks at


@dataclass(frozen=True, slots=True)
class Entwurf:
    """A package without its VHN. `umschriften`: German sentences about text that could not travel as it was."""

    stuecke: tuple[Packstueck, ...]
    nachricht: bytes
    umschriften: tuple[str, ...]


async def load_akte(betrieb: Betrieb, sendung: Sendung) -> Akte:
    row = await betrieb.database.fetch_one(AKTE_SQL.stand, sendung.aktenstand_id)
    if row is None:
        raise NotFound(f"no Aktenstand {sendung.aktenstand_id}", was="Aktenstand")
    return akte_from_json(row["modell"])


def angaben_of(sendung: Sendung) -> SendungAngaben:
    return angaben_from_json(sendung.angaben)


async def build_entwurf(
    betrieb: Betrieb, sendung: Sendung, akte: Akte, anschreiben: bytes, erstellt: datetime
) -> Entwurf:
    """Raises NachrichtInvalid or WertInvalid (XJustizError) when the case file cannot be said in XJustiz."""
    protokoll = await asyncio.to_thread(render_aktenprotokoll, akte, erstellt=erstellt)
    beigaben = Beigaben(
        anschreiben=await _beigabe(betrieb, sendung, "Anschreiben", anschreiben),
        aktenprotokoll=await _beigabe(betrieb, sendung, "Aktenprotokoll", protokoll),
    )
    namen = name_dateien(akte)
    um = Umschreiber()
    partner = Partnerangaben(
        betrieb.platz(sendung.postfach).visitenkarte.organisation, betrieb.gericht(sendung.empfaenger_safe_id).code
    )
    nachricht = build_nachricht(sendung, angaben_of(sendung), akte, namen, beigaben, partner, berlin(erstellt), um)
    xml = await asyncio.to_thread(write, nachricht, version_for(berlin(erstellt).date()).nummer)
    stuecke = (*packstuecke_of(akte, namen), beigaben.anschreiben, beigaben.aktenprotokoll)
    return Entwurf(stuecke, xml, um.meldungen)


async def check_entwurf(betrieb: Betrieb, entwurf: Entwurf, am: datetime) -> tuple[Befund, ...]:
    """XSD and rules over the package as it would be sent."""
    anlagen = await asyncio.to_thread(lambda: tuple(_anlage(betrieb, stueck) for stueck in entwurf.stuecke))
    ergebnis = await asyncio.to_thread(
        lambda: check(
            Paket(entwurf.nachricht, anlagen),
            schemas=betrieb.schemas,
            codelisten=betrieb.codelisten,
            am=berlin(am).date(),
            richtung=Richtung.AUSGANG,
        )
    )
    return tuple(ergebnis.befunde)


def _anlage(betrieb: Betrieb, stueck: Packstueck) -> Anlage:
    with betrieb.blobs.open_file(stueck.sha256) as file:
        return Anlage(stueck.name, stueck.bytes, file.read(SNIFF_BYTES))


async def _beigabe(betrieb: Betrieb, sendung: Sendung, titel: str, pdf: bytes) -> Packstueck:
    blob = await betrieb.blobs.put_bytes(pdf)
    name = dateiname(titel, beigabe_id(sendung, titel.lower()), "pdf")
    return Packstueck(name, titel, blob.sha256, blob.bytes)
