"""The page of a Sendung, with the two acts of a person: Prüfen and Freigeben."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from aiohttp import web

from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.sendung import load_sendung
from erv_gateway.sendung.vorpruefung import request_check
from erv_gateway.web import rahmen
from erv_gateway.web.ansicht_sendung import show_sendung
from erv_gateway.web.api_sendungen import get_nachweis, sendung_id_of
from erv_gateway.web.formular import read_form
from erv_gateway.web.kontext import betrieb_of, person_of

_ROOT = "/sendungen/{id}"
GEDULD: Final = timedelta(seconds=1.5)
"""A person sees progress when it takes longer."""
ABSTAND_SEKUNDEN: Final = 4
"""Between two looks of a waiting page: a screen reader must get to the end of the sentence."""
MELDUNGEN: Mapping[str, str] = MappingProxyType(
    {
        "geprueft": "Die Sendung wurde geprüft. Die Befunde stehen unten.",
        "freigegeben": "Die Sendung ist freigegeben. Das Paket wird jetzt erstellt und an das Gericht übergeben.",
    }
)
FREIGABE_FEHLT = "Bitte bestätigen Sie, dass Sie Empfänger, Betreff und Befunde angesehen haben."


def routes() -> list[web.RouteDef]:
    return [
        web.get(_ROOT, get_sendung),
        web.post(_ROOT + "/pruefung", post_pruefung),
        web.post(_ROOT + "/freigabe", post_freigabe),
        web.get(_ROOT + "/nachweis", get_nachweis),
    ]


async def get_sendung(request: web.Request) -> web.Response:
    """A page that waited (`?warten=`) leads on to the findings."""
    wartet = "warten" in request.query
    sendung = await show_sendung(betrieb_of(request), sendung_id_of(request))
    if wartet and sendung["pruefung"] is None and sendung["befunde"] is not None:
        raise web.HTTPSeeOther(f"/sendungen/{sendung['id']}?meldung=geprueft")
    return await _page(request, sendung)


async def post_pruefung(request: web.Request) -> web.Response:
    await read_form(request)
    sendung_id = sendung_id_of(request)
    befunde = await request_check(betrieb_of(request), sendung_id, person_of(request).id, GEDULD)
    raise web.HTTPSeeOther(f"/sendungen/{sendung_id}?{'warten=ja' if befunde is None else 'meldung=geprueft'}")


async def post_freigabe(request: web.Request) -> web.Response:
    fields = await read_form(request)
    if fields.get("angesehen") != "ja":
        sendung = await show_sendung(betrieb_of(request), sendung_id_of(request))
        return await _page(request, sendung, fehler=FREIGABE_FEHLT)
    sendung_id = sendung_id_of(request)
    await approve(betrieb_of(request), sendung_id, person_of(request).id)
    raise web.HTTPSeeOther(f"/sendungen/{sendung_id}?meldung=freigegeben")


async def _page(request: web.Request, sendung: dict[str, Any], fehler: str | None = None) -> web.Response:
    sendung_id, ruhe = sendung_id_of(request), request.query.get("warten") == "nein"
    context: dict[str, Any] = {
        "sendung": sendung,
        "handlung": await _handlung(request, betrieb_of(request), sendung["pruefung"]),
        "abstand": None if ruhe else ABSTAND_SEKUNDEN,
        "meldung": MELDUNGEN.get(request.query.get("meldung", "")),
        "fehler": fehler,
        "pfad": f"/sendungen/{sendung_id}{'?warten=nein' if ruhe else ''}",
    }
    return rahmen.render(request, "sendung.html", context, status=200 if fehler is None else 422)


async def _handlung(request: web.Request, betrieb: Betrieb, pruefung: Mapping[str, Any] | None) -> str:
    """What the person at the page can do: pruefen, warten, freigeben, vier-augen (someone else must), or nothing."""
    if pruefung is not None and not pruefung["angehalten"]:
        return "warten"
    sendung = await load_sendung(betrieb.database, sendung_id_of(request))
    if sendung.zustand is SendungZustand.ENTWURF:
        return "pruefen"
    if sendung.zustand is not SendungZustand.GEPRUEFT:
        return "nichts"
    own = sendung.angelegt_von == person_of(request).id
    return "vier-augen" if betrieb.vier_augen and own else "freigeben"
