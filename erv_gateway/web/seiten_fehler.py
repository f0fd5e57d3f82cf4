"""A problem as a page."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from erv_gateway.web import rahmen


def render(request: web.Request, problem: Mapping[str, Any]) -> web.Response:
    return rahmen.render(request, "fehler.html", {"problem": problem}, status=problem["status"])
