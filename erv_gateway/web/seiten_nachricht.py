"""The page of a Nachricht: Prüfprotokoll, attachments, and the decision on the Empfangsbekenntnis in two steps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from aiohttp import web

from erv_gateway.eingang.eeb import Bekenntnis, Entscheidung, decide
from erv_gateway.eingang.nachricht import load_nachricht
from erv_gateway.kern.fehler import ZustandConflict
from erv_gateway.kern.uhr import berlin
from erv_gateway.web import rahmen
from erv_gateway.web.anfrage import parse_fields
from erv_gateway.web.anfrage_eeb import EebAnfrage
from erv_gateway.web.ansicht_nachricht import show_nachricht
from erv_gateway.web.api_nachrichten import get_anhang, get_bericht, nachricht_id_of
from erv_gateway.web.fehler import AnfrageInvalid
from erv_gateway.web.formular import read_form
from erv_gateway.web.kontext import betrieb_of, person_of

_ROOT = "/nachrichten/{id}"
_FELDER: Mapping[str, frozenset[str]] = MappingProxyType(
    {"bekenntnis": frozenset({"art", "datum"}), "stoerung": frozenset({"art", "kennung", "grund"})}
)
"""Which fields count for which decision: the form has both."""
MELDUNGEN: Mapping[str, str] = MappingProxyType(
    {"eeb": "Ihre Entscheidung ist festgehalten. Die Antwort an das Gericht wird jetzt gesendet."}
)
_HINWEISE: Mapping[str, str] = MappingProxyType(
    {
        "art": "Bitte wählen Sie, ob Sie den Empfang bekennen oder nicht.",
        "datum": "Bitte geben Sie das Datum des Empfangs an; es darf nicht vor dem Eingang und nicht in der "
        "Zukunft liegen.",
        "kennung": "Bitte wählen Sie, warum Sie den Empfang nicht bekennen.",
        "grund": "Bitte erläutern Sie den Grund (höchstens 10.000 Zeichen).",
    }
)


def routes() -> list[web.RouteDef]:
    return [
        web.get(_ROOT, get_nachricht),
        web.get(_ROOT + "/anhaenge/{position}", get_anhang),
        web.get(_ROOT + "/berichte/{name}", get_bericht),
        web.post(_ROOT + "/eeb/bestaetigen", post_bestaetigen),
        web.post(_ROOT + "/eeb", post_eeb),
    ]


async def get_nachricht(request: web.Request) -> web.Response:
    return await _page(request, {}, {})


async def post_bestaetigen(request: web.Request) -> web.Response:
    """Shows what would be sent; nothing is decided yet."""
    fields = await read_form(request)
    eingabe = _relevant(fields)
    nachricht = await show_nachricht(betrieb_of(request), nachricht_id_of(request))
    if not nachricht["eeb"]["offen"]:
        raise ZustandConflict("no eEB is open for this Nachricht", von=nachricht["zustand_text"])
    try:
        _check_datum(request, parse_fields(EebAnfrage, eingabe).entscheidung(), nachricht)
    except AnfrageInvalid as error:
        return await _page(request, fields, _fehler(error))
    return rahmen.render(request, "eeb_bestaetigen.html", {"nachricht": nachricht, "eingabe": eingabe})


async def post_eeb(request: web.Request) -> web.Response:
    anfrage = parse_fields(EebAnfrage, _relevant(await read_form(request)))
    nachricht_id = nachricht_id_of(request)
    await decide(betrieb_of(request), nachricht_id, anfrage.entscheidung(), person_of(request).id)
    raise web.HTTPSeeOther(f"/nachrichten/{nachricht_id}?meldung=eeb")


async def _page(request: web.Request, eingabe: Mapping[str, str], fehler: Mapping[str, str]) -> web.Response:
    betrieb, nachricht_id = betrieb_of(request), nachricht_id_of(request)
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    context: dict[str, Any] = {
        "nachricht": await show_nachricht(betrieb, nachricht_id),
        "eingabe": {"art": "", "datum": "", "kennung": "", "grund": "", **eingabe},
        "fehler": fehler,
        "frueheste": berlin(nachricht.eingang or nachricht.gesichert_am).date(),
        "spaeteste": berlin(betrieb.uhr.jetzt()).date(),
        "meldung": MELDUNGEN.get(request.query.get("meldung", "")),
        "pfad": f"/nachrichten/{nachricht_id}",
    }
    return rahmen.render(request, "nachricht.html", context, status=422 if fehler else 200)


def _relevant(fields: Mapping[str, str]) -> dict[str, str]:
    allowed = _FELDER.get(fields.get("art", ""), frozenset({"art"}))
    return {name: value for name, value in fields.items() if name in allowed}


def _check_datum(request: web.Request, entscheidung: Entscheidung, nachricht: Mapping[str, Any]) -> None:
    """The station checks it again; here it is said beside the field, before anything is confirmed."""
    if not isinstance(entscheidung, Bekenntnis):
        return
    frueheste = berlin(nachricht["eingang"] or nachricht["gesichert_am"]).date()
    if not frueheste <= entscheidung.datum <= berlin(betrieb_of(request).uhr.jetzt()).date():
        raise AnfrageInvalid("impossible date", (("datum", ""),))


def _fehler(error: AnfrageInvalid) -> dict[str, str]:
    """By field of the form, in its order."""
    felder = {feld.rpartition(".")[2] or "art" for feld, _ in error.fehler}
    return {feld: text for feld, text in _HINWEISE.items() if feld in felder} or {"art": _HINWEISE["art"]}
