"""A Sendung as API and pages show it."""

from dataclasses import asdict
from typing import Any, Final

from erv_gateway.kern.ids import NachrichtId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.bestand import load_corrected
from erv_gateway.sendung.sendung import SQL, Sendung, SendungArt, load_dateien, load_sendung
from erv_gateway.sendung.teilen import gruppenstand
from erv_gateway.sendung.vorpruefung import Vorpruefung, load_vorpruefung, running_checks
from erv_gateway.sendung.wiederholung import wiederholung_of
from erv_gateway.web.ansicht_protokoll import names_of, protokoll_of
from erv_gateway.web.zustandstexte import Zustandstext, sendung_text

MAX_LISTE: Final = 200  # own limit: the newest; searching and paging come with their own issue
VOR_DER_UEBERGABE: Final = frozenset({SendungZustand.ENTWURF, SendungZustand.GEPRUEFT, SendungZustand.FREIGEGEBEN})
_LAUFZETTEL_ZEITEN: Final = ("eingang", "weitergeleitet", "empfangen")


async def list_sendungen(betrieb: Betrieb) -> list[dict[str, Any]]:
    """Newest first, at most MAX_LISTE."""
    rows = await betrieb.database.fetch_all(SQL.sendungen, MAX_LISTE)
    laufende = await running_checks(betrieb)
    return [{**dict(row), **_zustand(SendungZustand(row["zustand"]), row["id"] in laufende)} for row in rows]


async def show_sendung(betrieb: Betrieb, sendung_id: SendungId) -> dict[str, Any]:
    """Raises NotFound."""
    sendung = await load_sendung(betrieb.database, sendung_id)
    dateien = await load_dateien(betrieb.database, sendung_id)
    pruefung = await load_vorpruefung(betrieb, sendung)
    versuche = await betrieb.database.fetch_all(SQL.versuche, sendung_id)
    personen = (sendung.angelegt_von, sendung.freigegeben_von)
    namen = await names_of(betrieb.database, personen)
    return {
        **_head(betrieb, sendung),
        **_zustand(sendung.zustand, pruefung is not None and not pruefung.angehalten),
        "pruefung": pruefung_json(pruefung),
        "teile": await _teile(betrieb, sendung_id),
        "vergleich": await _vergleich(betrieb, sendung),
        "angelegt_von": namen.get(str(sendung.angelegt_von)),
        "freigegeben_von": namen.get(str(sendung.freigegeben_von)),
        "dateien": [
            {"name": d.name, "anzeigename": d.anzeigename, "bytes": d.bytes, "sha256": d.sha256} for d in dateien
        ],
        "befunde": sendung.befunde,
        "urteil": sendung.urteil,
        "laufzettel": _laufzettel(sendung),
        "versuche": [dict(row) for row in versuche],
        "nachweis": sendung.nachweis,
        "protokoll": await protokoll_of(betrieb.database, sendung_id),
    }


async def eeb_sendung(betrieb: Betrieb, nachricht_id: NachrichtId) -> dict[str, Any] | None:
    """The Sendung that carries the reply to a Nachricht."""
    row = await betrieb.database.fetch_one(SQL.eeb_sendung, nachricht_id)
    return None if row is None else {"id": row["id"], **_zustand(SendungZustand(row["zustand"]))}


def _head(betrieb: Betrieb, sendung: Sendung) -> dict[str, Any]:
    gericht = betrieb.verzeichnis.get(sendung.empfaenger_safe_id)
    return {
        "id": sendung.id,
        "art": sendung.art,
        "akte_id": sendung.akte_id,
        "antwort_auf": sendung.antwort_auf,
        "postfach": sendung.postfach,
        "empfaenger": {
            "safe_id": sendung.empfaenger_safe_id,
            "name": None if gericht is None else gericht.empfaenger.name,
        },
        "betreff": sendung.betreff_mit_teil,
        "aktenzeichen": sendung.aktenzeichen_absender,
        "aktenzeichen_gericht": sendung.aktenzeichen_empfaenger,
        "eigene_nachrichten_id": sendung.eigene_nachrichten_id,
        "message_id": sendung.message_id,
        "angelegt_am": sendung.angelegt_am,
        "freigegeben_am": sendung.freigegeben_am,
        "uebergeben_am": sendung.uebergeben_am,
        "eingang": sendung.eingang,
    }


async def _teile(betrieb: Betrieb, sendung_id: SendungId) -> list[dict[str, Any]]:
    """All parts of a split case file, this one among them; empty when it travels in one message."""
    stand = await gruppenstand(betrieb.database, sendung_id)
    teile = () if stand is None else stand.teile
    return [{"nummer": teil.nummer, "id": teil.sendung_id, **_zustand(teil.zustand)} for teil in teile]


async def _vergleich(betrieb: Betrieb, sendung: Sendung) -> str | None:
    """What is new since this file last arrived at this court, while it can still be decided upon."""
    if sendung.art is not SendungArt.AKTE or sendung.zustand not in VOR_DER_UEBERGABE:
        return None
    akte = (await load_corrected(betrieb.database, sendung)).akte
    wiederholung = await wiederholung_of(betrieb, sendung, akte)
    return None if wiederholung is None else wiederholung.satz


def _zustand(zustand: SendungZustand, wird_geprueft: bool = False) -> dict[str, Any]:
    return zustand_json(zustand, sendung_text(zustand, wird_geprueft=wird_geprueft))


def pruefung_json(pruefung: Vorpruefung | None) -> dict[str, Any] | None:
    return None if pruefung is None else asdict(pruefung)


def zustand_json(zustand: str, text: Zustandstext) -> dict[str, Any]:
    return {
        "zustand": str(zustand),
        "zustand_text": text.name,
        "naechstes": text.naechstes,
        "handelnd": text.handelnd.value,
        "farbe": text.farbe.value,
    }


def _laufzettel(sendung: Sendung) -> dict[str, Any] | None:
    if sendung.laufzettel is None:
        return None
    zeiten = {key: sendung.laufzettel[key] for key in _LAUFZETTEL_ZEITEN}
    return {**zeiten, "sha256": sendung.laufzettel["original"]["sha256"]}
