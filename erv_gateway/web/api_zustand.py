"""GET /api/v1/zustand: is the service able to work? Open to all, so it tells nothing but that."""

from aiohttp import web

from erv_gateway import __version__
from erv_gateway.storage.db import StorageUnavailable
from erv_gateway.web.antwort import json_response
from erv_gateway.web.kontext import betrieb_of
from erv_gateway.web.sitzung import SQL

PATH = "/api/v1/zustand"


def routes() -> list[web.RouteDef]:
    return [web.get(PATH, get_zustand)]


async def get_zustand(request: web.Request) -> web.Response:
    """200, or 503 while the database does not answer."""
    try:
        await betrieb_of(request).database.fetch_value(SQL.ping)
    except StorageUnavailable:
        return json_response({"bereit": False, "datenbank": False, "version": __version__}, status=503)
    return json_response({"bereit": True, "datenbank": True, "version": __version__})
