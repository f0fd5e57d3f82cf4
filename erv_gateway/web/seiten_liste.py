"""The first page: all Sendungen and Nachrichten, with what happens next."""

from aiohttp import web

from erv_gateway.web import rahmen
from erv_gateway.web.ansicht_nachricht import list_nachrichten
from erv_gateway.web.ansicht_sendung import MAX_LISTE, list_sendungen
from erv_gateway.web.kontext import betrieb_of


def routes() -> list[web.RouteDef]:
    return [web.get("/", get_liste)]


async def get_liste(request: web.Request) -> web.Response:
    betrieb = betrieb_of(request)
    context = {
        "sendungen": await list_sendungen(betrieb),
        "nachrichten": await list_nachrichten(betrieb),
        "hoechstens": MAX_LISTE,
    }
    return rahmen.render(request, "liste.html", context)
