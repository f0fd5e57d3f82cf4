"""/api/v1/sendungen: make, check, approve, look at, and the proof."""

from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.ids import AkteId, SendungId
from erv_gateway.sendung.angaben import Beteiligter, SendungAngaben
from erv_gateway.sendung.anlegen import NeueSendung, create_sendung
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.pruefung import befund_to_json
from erv_gateway.sendung.sendung import load_sendung
from erv_gateway.sendung.vorpruefung import load_vorpruefung, request_check
from erv_gateway.web.anfrage import SendungAnfrage, parse_id, parse_json
from erv_gateway.web.ansicht_sendung import list_sendungen, pruefung_json, show_sendung
from erv_gateway.web.antwort import json_response, send_blob
from erv_gateway.web.kontext import betrieb_of, person_of

_ROOT = "/api/v1/sendungen"
GEDULD: Final = timedelta(seconds=10)
"""A program may wait this long for its answer; with every file known even 1,000 of them need less."""


def routes() -> list[web.RouteDef]:
    return [
        web.post(_ROOT, post_sendung),
        web.get(_ROOT, get_sendungen),
        web.get(_ROOT + "/{id}", get_sendung),
        web.post(_ROOT + "/{id}/pruefung", post_pruefung),
        web.post(_ROOT + "/{id}/freigabe", post_freigabe),
        web.get(_ROOT + "/{id}/nachweis", get_nachweis),
    ]


def sendung_id_of(request: web.Request) -> SendungId:
    return SendungId(parse_id(request, "Sendung"))


async def post_sendung(request: web.Request) -> web.Response:
    neu = neue_sendung(await parse_json(request, SendungAnfrage))
    sendung_id = await create_sendung(betrieb_of(request), neu, person_of(request).id)
    response = json_response({"id": sendung_id}, status=201)
    response.headers["Location"] = f"{_ROOT}/{sendung_id}"
    return response


async def get_sendungen(request: web.Request) -> web.Response:
    return json_response({"sendungen": await list_sendungen(betrieb_of(request))})


async def get_sendung(request: web.Request) -> web.Response:
    return json_response(await show_sendung(betrieb_of(request), sendung_id_of(request)))


async def post_pruefung(request: web.Request) -> web.Response:
    """200 also when there are errors among the findings: the check itself went well, `zustand` tells.

    202 when a worker goes on with it.
    """
    sendung_id = sendung_id_of(request)
    befunde = await request_check(betrieb_of(request), sendung_id, person_of(request).id, GEDULD)
    if befunde is None:
        return await _unfinished(request, sendung_id)
    return _checked(await _zustand(request, sendung_id), [befund_to_json(befund) for befund in befunde])


async def _unfinished(request: web.Request, sendung_id: SendungId) -> web.Response:
    """Unless the worker came to its end meanwhile."""
    betrieb = betrieb_of(request)
    sendung = await load_sendung(betrieb.database, sendung_id)
    pruefung = await load_vorpruefung(betrieb, sendung)
    if pruefung is None:
        return _checked(str(sendung.zustand), sendung.befunde)
    return json_response({"zustand": str(sendung.zustand), "pruefung": pruefung_json(pruefung)}, status=202)


def _checked(zustand: str, befunde: list[dict[str, Any]] | None) -> web.Response:
    return json_response({"zustand": zustand, "befunde": befunde})


async def post_freigabe(request: web.Request) -> web.Response:
    sendung_id = sendung_id_of(request)
    await approve(betrieb_of(request), sendung_id, person_of(request).id)
    return json_response({"zustand": await _zustand(request, sendung_id)})


async def get_nachweis(request: web.Request) -> web.StreamResponse:
    betrieb = betrieb_of(request)
    nachweis = (await load_sendung(betrieb.database, sendung_id_of(request))).nachweis
    if nachweis is None:
        raise NotFound("no proof bundle yet", was="Nachweis")
    return await send_blob(
        request, betrieb.blobs, nachweis["sha256"], name=nachweis["name"], content_type="application/zip"
    )


def neue_sendung(anfrage: SendungAnfrage) -> NeueSendung:
    angaben = SendungAngaben(
        absaetze=anfrage.absaetze,
        unterzeichner=anfrage.unterzeichner,
        kurzrubrum=anfrage.kurzrubrum,
        gegenstand=anfrage.gegenstand,
        sachgebiet=anfrage.sachgebiet,
        beteiligte=tuple(Beteiligter(b.rolle, b.name, b.vorname) for b in anfrage.beteiligte),
    )
    return NeueSendung(
        akte_id=AkteId(anfrage.akte_id),
        postfach=anfrage.postfach,
        empfaenger_safe_id=anfrage.empfaenger,
        betreff=anfrage.betreff,
        angaben=angaben,
        aktenzeichen_gericht=anfrage.aktenzeichen_gericht,
    )


async def _zustand(request: web.Request, sendung_id: SendungId) -> str:
    return str((await load_sendung(betrieb_of(request).database, sendung_id)).zustand)
