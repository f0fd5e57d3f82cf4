"""What handlers find in the application and in the request."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiohttp import web

from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.web.fehler import AnmeldungRequired
from erv_gateway.web.herkunft import Adresse

BETRIEB: web.AppKey[Betrieb] = web.AppKey("betrieb", Betrieb)
ADRESSE: web.AppKey[Adresse] = web.AppKey("adresse", Adresse)
_PERSON = web.RequestKey("person", object)
_BEGUN = web.RequestKey("begun", bool)


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. `csrf`: what the forms of this session carry; None for a caller of the API."""

    id: UUID
    kennung: str
    name: str
    csrf: str | None = None


def betrieb_of(request: web.Request) -> Betrieb:
    return request.app[BETRIEB]


def set_person(request: web.Request, person: Person) -> None:
    request[_PERSON] = person


def person_of(request: web.Request) -> Person:
    """Raises AnmeldungRequired when nobody is known."""
    person = person_or_none(request)
    if person is None:
        raise AnmeldungRequired("nobody is logged in")
    return person


def person_or_none(request: web.Request) -> Person | None:
    person: Any = request.get(_PERSON)
    return person if isinstance(person, Person) else None


def mark_begun(request: web.Request) -> None:
    """The head of the answer is on its way: from now on no other answer is possible."""
    request[_BEGUN] = True


def has_begun(request: web.Request) -> bool:
    return bool(request.get(_BEGUN))
