"""An inbound Nachricht as API and pages show it."""

from typing import Any

from erv_gateway.eingang.berichte import Bericht, load_berichte
from erv_gateway.eingang.nachricht import SQL, Nachricht, load_nachricht
from erv_gateway.kern.ids import AkteId, NachrichtId
from erv_gateway.kern.zustaende import NachrichtZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.storage.queries import load
from erv_gateway.web.ansicht_protokoll import names_of, protokoll_of
from erv_gateway.web.ansicht_sendung import MAX_LISTE, eeb_sendung, zustand_json
from erv_gateway.web.zustandstexte import nachricht_text

AKTE_SQL = load("akte")


async def list_nachrichten(betrieb: Betrieb) -> list[dict[str, Any]]:
    """Newest first, at most MAX_LISTE."""
    rows = await betrieb.database.fetch_all(SQL.nachrichten, MAX_LISTE)
    return [
        {**dict(row), **_zustand(NachrichtZustand(row["zustand"]), row["eeb_verlangt"] and row["eeb_art"] is None)}
        for row in rows
    ]


async def show_nachricht(betrieb: Betrieb, nachricht_id: NachrichtId) -> dict[str, Any]:
    """Raises NotFound."""
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    anhaenge = await betrieb.database.fetch_all(SQL.anhaenge, nachricht_id)
    entscheidung = await _entscheidung(betrieb, nachricht_id)
    eeb_offen = nachricht.eeb_verlangt and entscheidung is None
    return {
        **_head(nachricht),
        **_zustand(nachricht.zustand, eeb_offen),
        "akte": await _akte(betrieb, nachricht.akte_id),
        "anhaenge": [dict(row) for row in anhaenge],
        "pruefprotokoll": nachricht.pruefprotokoll,
        "berichte": [bericht_json(one) for one in await load_berichte(betrieb.database, nachricht_id)],
        "eeb": {
            "verlangt": nachricht.eeb_verlangt,
            "offen": eeb_offen and nachricht.zustand is NachrichtZustand.ZUGEORDNET,
            "entscheidung": entscheidung,
            "sendung": await eeb_sendung(betrieb, nachricht_id),
        },
        "protokoll": await protokoll_of(betrieb.database, nachricht_id),
    }


def _head(nachricht: Nachricht) -> dict[str, Any]:
    return {
        "id": nachricht.id,
        "postfach": nachricht.postfach,
        "message_id": nachricht.message_id,
        "betreff": nachricht.betreff,
        "absender_name": nachricht.absender_name,
        "absender_safe_id": nachricht.absender_safe_id,
        "gesichert_am": nachricht.gesichert_am,
        "eingang": nachricht.eingang,
        "xjustiz": {"version": nachricht.xjustiz_version, "nachricht": nachricht.xjustiz_nachricht},
        "zuordnung": nachricht.zuordnung,
        "original": {"sha256": nachricht.original_sha256, "bytes": nachricht.original_bytes},
    }


def bericht_json(bericht: Bericht) -> dict[str, Any]:
    datei = bericht.datei
    return {"name": datei.name, "medientyp": bericht.medientyp, "bytes": datei.bytes, "sha256": datei.sha256}


async def _akte(betrieb: Betrieb, akte_id: AkteId | None) -> dict[str, Any] | None:
    row = None if akte_id is None else await betrieb.database.fetch_one(AKTE_SQL.akte, akte_id)
    return None if row is None else {key: row[key] for key in ("id", "aktenzeichen", "titel", "gericht_aktenzeichen")}


async def _entscheidung(betrieb: Betrieb, nachricht_id: NachrichtId) -> dict[str, Any] | None:
    row = await betrieb.database.fetch_one(SQL.eeb, nachricht_id)
    if row is None:
        return None
    namen = await names_of(betrieb.database, (row["entschieden_von"],))
    return {
        "art": row["art"].lower(),
        "datum": row["datum"],
        "kennung": row["stoerung"],
        "grund": row["grund"],
        "entschieden_von": namen.get(str(row["entschieden_von"])),
        "entschieden_am": row["entschieden_am"],
    }


def _zustand(zustand: NachrichtZustand, eeb_offen: bool) -> dict[str, Any]:
    return zustand_json(zustand, nachricht_text(zustand, eeb_offen=eeb_offen))
