"""Corrections as JSON values for command line, API and pages; texts are German."""

from typing import Any

from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.texte import german_text
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.korrekturen.bestand import Angewandt, load_korrekturen
from erv_gateway.sendung.korrekturen.fehler import KorrekturRefused
from erv_gateway.sendung.korrekturen.register import KORREKTUREN, Korrektur
from erv_gateway.sendung.korrekturen.vorgang import preview
from erv_gateway.sendung.korrekturen.werte import Aenderung, Korrekturplan


async def uebersicht(betrieb: Betrieb, sendung_id: SendungId) -> dict[str, Any]:
    """Every correction with the number of changes it would make now, and everything that was made. Raises NotFound."""
    angewandt = await load_korrekturen(betrieb.database, sendung_id)
    return {
        "sendung": str(sendung_id),
        "korrekturen": [await _offered(betrieb, sendung_id, korrektur) for korrektur in KORREKTUREN.values()],
        "angewandt": [angewandt_json(korrektur) for korrektur in angewandt],
    }


def plan_json(plan: Korrekturplan) -> dict[str, Any]:
    """`plan` is what `apply` wants to be told: it names exactly these changes."""
    return {
        "korrektur": str(plan.korrektur),
        "titel": KORREKTUREN[plan.korrektur].titel,
        "plan": plan.digest,
        "aenderungen": [_aenderung_json(aenderung) for aenderung in plan.aenderungen],
    }


def angewandt_json(korrektur: Angewandt) -> dict[str, Any]:
    zurueck = korrektur.zurueckgenommen_am
    return {
        "nummer": korrektur.nummer,
        "korrektur": str(korrektur.korrektur),
        "titel": KORREKTUREN[korrektur.korrektur].titel,
        "plan": korrektur.plan_sha256,
        "aenderungen": [_aenderung_json(aenderung) for aenderung in korrektur.aenderungen],
        "auslassungen": [{"wo": auslassung.wo, "grund": auslassung.grund} for auslassung in korrektur.auslassungen],
        "angewandt_von": str(korrektur.angewandt_von),
        "angewandt_am": korrektur.angewandt_am.isoformat(),
        "zurueckgenommen_von": None if zurueck is None else str(korrektur.zurueckgenommen_von),
        "zurueckgenommen_am": None if zurueck is None else zurueck.isoformat(),
    }


async def _offered(betrieb: Betrieb, sendung_id: SendungId, korrektur: Korrektur) -> dict[str, Any]:
    anzahl, hindernis = 0, None
    try:
        anzahl = len((await preview(betrieb, sendung_id, korrektur.id)).aenderungen)
    except KorrekturRefused as error:
        hindernis = german_text(error)
    return {
        "id": str(korrektur.id),
        "titel": korrektur.titel,
        "beschreibung": korrektur.beschreibung,
        "quelle": korrektur.quelle,
        "aendert": korrektur.aendert,
        "selbsttaetig": korrektur.selbsttaetig,
        "einzeln": korrektur.einzeln,
        "aenderungen": anzahl,
        "hindernis": hindernis,
    }


def _aenderung_json(aenderung: Aenderung) -> dict[str, Any]:
    return {
        "wo": aenderung.wo,
        "vorher": aenderung.vorher,
        "nachher": aenderung.nachher,
        "warum": aenderung.warum,
        "zeichen": list(aenderung.zeichen),
    }
