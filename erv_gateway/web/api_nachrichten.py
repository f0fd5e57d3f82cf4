"""/api/v1/nachrichten: look at what came in, fetch its attachments, decide on an Empfangsbekenntnis."""

from typing import Final

from aiohttp import web

from erv_gateway.eingang.berichte import load_berichte
from erv_gateway.eingang.eeb import decide
from erv_gateway.eingang.einordnen import safe_name
from erv_gateway.eingang.nachricht import load_anhaenge, load_nachricht
from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.ids import NachrichtId
from erv_gateway.web.anfrage import parse_id, parse_json
from erv_gateway.web.anfrage_eeb import EebAnfrage
from erv_gateway.web.ansicht_nachricht import list_nachrichten, show_nachricht
from erv_gateway.web.antwort import json_response, send_blob
from erv_gateway.web.kontext import betrieb_of, person_of

_ROOT = "/api/v1/nachrichten"
MAX_POSITION_DIGITS: Final = 6  # own limit, above the 1,000 files of a message (ERVB 2025)


def routes() -> list[web.RouteDef]:
    return [
        web.get(_ROOT, get_nachrichten),
        web.get(_ROOT + "/{id}", get_nachricht),
        web.get(_ROOT + "/{id}/anhaenge/{position}", get_anhang),
        web.get(_ROOT + "/{id}/berichte/{name}", get_bericht),
        web.post(_ROOT + "/{id}/eeb", post_eeb),
    ]


def nachricht_id_of(request: web.Request) -> NachrichtId:
    return NachrichtId(parse_id(request, "Nachricht"))


async def get_nachrichten(request: web.Request) -> web.Response:
    return json_response({"nachrichten": await list_nachrichten(betrieb_of(request))})


async def get_nachricht(request: web.Request) -> web.Response:
    return json_response(await show_nachricht(betrieb_of(request), nachricht_id_of(request)))


async def get_anhang(request: web.Request) -> web.StreamResponse:
    """Always as a download without a type: what comes from outside is never shown by the browser in our name."""
    betrieb, nachricht_id = betrieb_of(request), nachricht_id_of(request)
    await load_nachricht(betrieb.database, nachricht_id)
    anhaenge = await load_anhaenge(betrieb.database, nachricht_id)
    position = _position(request.match_info["position"])
    if not 1 <= position <= len(anhaenge):
        raise NotFound("no such attachment", was="Anhang")
    anhang = anhaenge[position - 1]
    return await send_blob(request, betrieb.blobs, anhang.sha256, name=safe_name(position, anhang.name))


async def get_bericht(request: web.Request) -> web.StreamResponse:
    """A report on the check, as a download; its name is ours."""
    betrieb = betrieb_of(request)
    berichte = await load_berichte(betrieb.database, nachricht_id_of(request))
    bericht = next((one for one in berichte if one.datei.name == request.match_info["name"]), None)
    if bericht is None:
        raise NotFound("no such report", was="Bericht")
    datei = bericht.datei
    return await send_blob(request, betrieb.blobs, datei.sha256, name=datei.name, content_type=bericht.medientyp)


async def post_eeb(request: web.Request) -> web.Response:
    anfrage = await parse_json(request, EebAnfrage)
    sendung_id = await decide(
        betrieb_of(request), nachricht_id_of(request), anfrage.entscheidung(), person_of(request).id
    )
    return json_response({"sendung_id": sendung_id}, status=201)


def _position(text: str) -> int:
    """0, which no attachment has, for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_POSITION_DIGITS else 0
