"""Sessions of the pages: an opaque random id in a cookie, its SHA-256 in the database, two limits in time."""

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final

from aiohttp import web

from erv_gateway.storage.db import Database
from erv_gateway.storage.queries import load
from erv_gateway.web.herkunft import csrf_of
from erv_gateway.web.kontext import ADRESSE, Person, betrieb_of
from erv_gateway.web.person import MAX_KEY_ZEICHEN, digest_of

SQL = load("web")
MAX_DAUER: Final = timedelta(hours=12)  # own limit: a working day
MAX_RUHE: Final = timedelta(hours=1)  # own limit: a lunch break
TOUCH_EVERY: Final = timedelta(minutes=1)
"""A page view writes to the database at most this often."""
TOKEN_BYTES: Final = 32
SITZUNG_COOKIE: Final = "erv"
ANMELDUNG_COOKIE: Final = "erv-anmeldung"


async def begin(database: Database, person: Person, jetzt: datetime) -> str:
    """A new session; the returned token exists in the cookie only. Whatever has expired is cleared away."""
    token = token_urlsafe(TOKEN_BYTES)
    async with database.transaction() as tx:
        await tx.execute(SQL.delete_expired, jetzt - MAX_DAUER, jetzt - MAX_RUHE)
        await tx.execute(SQL.insert_sitzung, digest_of(token), person.id, jetzt)
    return token


async def find(request: web.Request) -> Person | None:
    """Whose session the cookie is, and its time of rest begins anew; None when there is none or it has expired."""
    token = read_cookie(request, SITZUNG_COOKIE)
    if token is None:
        return None
    betrieb = betrieb_of(request)
    jetzt = betrieb.uhr.jetzt()
    digest = digest_of(token)
    row = await betrieb.database.fetch_one(SQL.person_of_sitzung, digest, jetzt - MAX_DAUER, jetzt - MAX_RUHE)
    if row is None:
        return None
    if jetzt - row["zuletzt_am"] >= TOUCH_EVERY:
        async with betrieb.database.transaction() as tx:
            await tx.execute(SQL.touch_sitzung, digest, jetzt)
    return Person(row["id"], row["kennung"], row["name"], csrf_of(token))


async def end(request: web.Request) -> None:
    token = read_cookie(request, SITZUNG_COOKIE)
    if token is not None:
        async with betrieb_of(request).database.transaction() as tx:
            await tx.execute(SQL.delete_sitzung, digest_of(token))


def read_cookie(request: web.Request, name: str) -> str | None:
    token = request.cookies.get(_cookie_name(request, name))
    return token if token and len(token) <= MAX_KEY_ZEICHEN else None


def set_cookie(request: web.Request, response: web.StreamResponse, name: str, token: str) -> None:
    """For this browser session, this host, this site, and not for scripts."""
    secure = request.app[ADRESSE].is_secure(request)
    response.set_cookie(_cookie_name(request, name), token, path="/", httponly=True, samesite="Strict", secure=secure)


def drop_cookie(request: web.Request, response: web.StreamResponse, name: str) -> None:
    secure = request.app[ADRESSE].is_secure(request)
    response.del_cookie(_cookie_name(request, name), path="/", httponly=True, samesite="Strict", secure=secure)


def _cookie_name(request: web.Request, name: str) -> str:
    """`__Host-` binds a Secure cookie to this very host (RFC 6265bis §4.1.3.2)."""
    return f"__Host-{name}" if request.app[ADRESSE].is_secure(request) else name
