"""Who is calling: an access key, looked up by its hash, with wrong ones logged and limited per address."""

from typing import Final

from aiohttp import web

from erv_gateway.protokollierung import logger
from erv_gateway.web.drossel import Drossel
from erv_gateway.web.fehler import AnmeldungRequired
from erv_gateway.web.kontext import ADRESSE, Person, betrieb_of
from erv_gateway.web.person import MAX_KEY_ZEICHEN, SQL, digest_of

DROSSEL: web.AppKey[Drossel] = web.AppKey("drossel", Drossel)
_SCHEME: Final = "bearer"


async def person_of_key(request: web.Request, key: str) -> Person:
    """Raises AnmeldungRequired for a wrong key, AnmeldungBlocked after too many from this address."""
    betrieb, drossel = betrieb_of(request), request.app[DROSSEL]
    adresse, jetzt = request.app[ADRESSE].of_caller(request), betrieb.uhr.jetzt()
    drossel.check(adresse, jetzt)
    row = None
    if 0 < len(key) <= MAX_KEY_ZEICHEN:
        row = await betrieb.database.fetch_one(SQL.person_by_zugang, digest_of(key))
    if row is None:
        anzahl = drossel.count(adresse, jetzt)
        logger().warning("web.zugang.abgewiesen", endpoint=adresse, anzahl=anzahl)
        raise AnmeldungRequired("wrong key")
    return Person(row["id"], row["kennung"], row["name"])


def bearer_of(request: web.Request) -> str:
    """The key of the Authorization header (RFC 6750 §2.1). Raises AnmeldungRequired when there is none."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME or not key.strip():
        raise AnmeldungRequired("no bearer key")
    return key.strip()
