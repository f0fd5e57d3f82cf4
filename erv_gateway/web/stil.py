"""Style sheet and icon, read once at the start."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from aiohttp import hdrs, web

from erv_gateway.kern.fehler import NotFound

PATH: Final = "/statisch/{name}"
MAX_AGE: Final = "private, max-age=300"
"""Short, so that after an update nobody sees the old style for long."""
TYPES: Mapping[str, str] = MappingProxyType({"erv.css": "text/css", "erv.svg": "image/svg+xml"})
DATEIEN: web.AppKey[Mapping[str, bytes]] = web.AppKey("statisch", Mapping)


def read_statisch() -> Mapping[str, bytes]:
    folder = files("erv_gateway.web").joinpath("statisch")
    return MappingProxyType({name: folder.joinpath(name).read_bytes() for name in TYPES})


def routes() -> list[web.RouteDef]:
    return [web.get(PATH, get_statisch)]


async def get_statisch(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    dateien = request.app[DATEIEN]
    if name not in dateien:
        raise NotFound("no such static file", was="Datei")
    return web.Response(
        body=dateien[name], content_type=TYPES[name], charset="utf-8", headers={hdrs.CACHE_CONTROL: MAX_AGE}
    )
