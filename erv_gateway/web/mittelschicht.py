"""What lies between the server and the handlers: who is calling, and errors turned into answers."""

import time
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web

from erv_gateway.kern.fehler import ErvError
from erv_gateway.protokollierung import frames_of, logger
from erv_gateway.web import api_zustand, seiten_anmeldung, seiten_fehler, sitzung, stil
from erv_gateway.web.fehler import AnmeldungBlocked, AnmeldungRequired, MethodRefused
from erv_gateway.web.kontext import has_begun, set_person
from erv_gateway.web.problems import as_erv_error, internal_problem, problem_of, problem_response, status_of
from erv_gateway.web.zugang import bearer_of, person_of_key

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
API: Final = "/api/"
OPEN: Final = frozenset({api_zustand.PATH, seiten_anmeldung.PATH, stil.PATH})
"""Everything else needs a person. Unknown addresses are answered with 404 to everyone."""


@web.middleware
async def errors_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every error becomes a problem (API) or a page; one line of log per request."""
    begun = time.monotonic()
    try:
        response = await handler(request)
    except Exception as error:  # noqa: BLE001 - the outermost edge: a bug must become a clean 500 and a line of log
        response = _answer(request, error)
    logger().info(
        "web.anfrage",
        methode=request.method,
        route=_route(request),
        http_status=response.status,
        seconds=round(time.monotonic() - begun, 4),
    )
    return response


@web.middleware
async def person_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The API takes keys only and pages take sessions only, so that no page can make a browser call the API."""
    resource = request.match_info.route.resource
    if resource is None or resource.canonical in OPEN:
        return await handler(request)
    if request.path.startswith(API):
        set_person(request, await person_of_key(request, bearer_of(request)))
        return await handler(request)
    person = await sitzung.find(request)
    if person is None:
        raise seiten_anmeldung.to_anmeldung(request)
    set_person(request, person)
    return await handler(request)


def _answer(request: web.Request, error: Exception) -> web.StreamResponse:
    if isinstance(error, web.HTTPException) and error.status < 400:
        raise error
    known = as_erv_error(error)
    if known is None:
        logger().error("web.fehler", error_type=type(error).__name__, frames=frames_of(error), route=_route(request))
    elif status_of(known) >= 500:
        logger().error("web.fehler", code=known.code, frames=frames_of(error), route=_route(request))
    if has_begun(request):
        raise error
    return _with_headers(known, _as_problem(request, known))


def _as_problem(request: web.Request, known: ErvError | None) -> web.Response:
    problem = internal_problem() if known is None else problem_of(known)
    if request.path.startswith(API):
        return problem_response(problem)
    return seiten_fehler.render(request, problem)


def _with_headers(known: ErvError | None, response: web.Response) -> web.Response:
    if isinstance(known, AnmeldungRequired):
        response.headers[hdrs.WWW_AUTHENTICATE] = 'Bearer realm="erv-gateway"'
    if isinstance(known, AnmeldungBlocked):
        response.headers[hdrs.RETRY_AFTER] = str(known.angaben["sekunden"])
    if isinstance(known, MethodRefused):
        response.headers[hdrs.ALLOW] = known.angaben["erlaubt"]
    return response


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return "unbekannt" if resource is None else resource.canonical.replace("{", ":").replace("}", "")
