"""The web application: the API under /api/v1 and the pages."""

from typing import Final

from aiohttp import web

from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.web import (
    api_akten,
    api_nachrichten,
    api_sendungen,
    api_zustand,
    seiten_anmeldung,
    seiten_liste,
    seiten_nachricht,
    seiten_sendung,
    stil,
)
from erv_gateway.web.drossel import Drossel
from erv_gateway.web.herkunft import Adresse
from erv_gateway.web.kontext import ADRESSE, BETRIEB
from erv_gateway.web.kopfzeilen import add_kopfzeilen
from erv_gateway.web.mittelschicht import errors_middleware, person_middleware
from erv_gateway.web.rahmen import setup_vorlagen
from erv_gateway.web.zugang import DROSSEL

MAX_BODY_BYTES: Final = 2**20  # own limit for JSON and forms; a delivery is streamed under its own limit


def build_app(betrieb: Betrieb, *, public_url: str | None = None) -> web.Application:
    """`public_url`: how browsers reach us through a proxy on this machine, such as `https://erv.example.de`."""
    app = web.Application(middlewares=[errors_middleware, person_middleware], client_max_size=MAX_BODY_BYTES)
    app[BETRIEB] = betrieb
    app[ADRESSE] = Adresse(public_url)
    app[DROSSEL] = Drossel()
    app[stil.DATEIEN] = stil.read_statisch()
    setup_vorlagen(app)
    app.on_response_prepare.append(add_kopfzeilen)
    app.add_routes(routes())
    return app


def routes() -> list[web.RouteDef]:
    return [
        *api_zustand.routes(),
        *api_akten.routes(),
        *api_sendungen.routes(),
        *api_nachrichten.routes(),
        *stil.routes(),
        *seiten_anmeldung.routes(),
        *seiten_liste.routes(),
        *seiten_sendung.routes(),
        *seiten_nachricht.routes(),
    ]
