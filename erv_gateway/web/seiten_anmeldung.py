"""Logging in with the access key, and out."""

import re
from secrets import token_urlsafe
from typing import Final
from urllib.parse import urlencode

from aiohttp import hdrs, web

from erv_gateway.web import rahmen, sitzung
from erv_gateway.web.fehler import AnmeldungBlocked, AnmeldungRequired, HerkunftRefused
from erv_gateway.web.formular import read_form
from erv_gateway.web.herkunft import csrf_of
from erv_gateway.web.kontext import betrieb_of
from erv_gateway.web.problems import problem_of
from erv_gateway.web.zugang import person_of_key

PATH: Final = "/anmelden"
_OWN_PAGE = re.compile(r"/(?:(?:sendungen|nachrichten)/[0-9a-f-]{36})?", re.ASCII)


def routes() -> list[web.RouteDef]:
    return [web.get(PATH, get_anmelden), web.post(PATH, post_anmelden), web.post("/abmelden", post_abmelden)]


def to_anmeldung(request: web.Request) -> web.HTTPSeeOther:
    """Where to go without a session; after logging in the page asked for is shown."""
    weiter = request.path if request.method in (hdrs.METH_GET, hdrs.METH_HEAD) else "/"
    query = {"weiter": weiter} if _OWN_PAGE.fullmatch(weiter) and weiter != "/" else {}
    return web.HTTPSeeOther(f"{PATH}?{urlencode(query)}" if query else PATH)


async def get_anmelden(request: web.Request) -> web.Response:
    if await sitzung.find(request) is not None:
        raise web.HTTPSeeOther("/")
    return _form(request, _own_page(request.query.get("weiter", "/")))


async def post_anmelden(request: web.Request) -> web.Response:
    vorher = sitzung.read_cookie(request, sitzung.ANMELDUNG_COOKIE)
    if vorher is None:
        raise HerkunftRefused("the login form was not asked for by this browser")
    fields = await read_form(request, csrf_of(vorher))
    weiter = _own_page(fields.get("weiter", "/"))
    try:
        person = await person_of_key(request, fields.get("zugangsschluessel", "").strip())
    except (AnmeldungRequired, AnmeldungBlocked) as error:
        return _form(request, weiter, problem_of(error))
    betrieb = betrieb_of(request)
    await sitzung.end(request)
    token = await sitzung.begin(betrieb.database, person, betrieb.uhr.jetzt())
    response = web.HTTPSeeOther(weiter)
    sitzung.set_cookie(request, response, sitzung.SITZUNG_COOKIE, token)
    sitzung.drop_cookie(request, response, sitzung.ANMELDUNG_COOKIE)
    raise response


async def post_abmelden(request: web.Request) -> web.Response:
    await read_form(request)
    await sitzung.end(request)
    response = web.HTTPSeeOther(PATH)
    sitzung.drop_cookie(request, response, sitzung.SITZUNG_COOKIE)
    raise response


def _form(request: web.Request, weiter: str, problem: dict[str, object] | None = None) -> web.Response:
    """Bound to this browser; a second tab keeps the first one's form good."""
    token = sitzung.read_cookie(request, sitzung.ANMELDUNG_COOKIE) or token_urlsafe(sitzung.TOKEN_BYTES)
    context = {"weiter": weiter, "problem": problem, "csrf": csrf_of(token)}
    status = 200 if problem is None else int(str(problem["status"]))
    response = rahmen.render(request, "anmelden.html", context, status=status)
    sitzung.set_cookie(request, response, sitzung.ANMELDUNG_COOKIE, token)
    return response


def _own_page(weiter: str) -> str:
    """Never another site's address."""
    return weiter if _OWN_PAGE.fullmatch(weiter) else "/"
