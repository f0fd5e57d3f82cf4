"""People and their access keys: 256 random bits, of which the database keeps the SHA-256 only."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final
from uuid import UUID, uuid4

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.storage.db import Database, UniqueViolation
from erv_gateway.storage.queries import load

SQL = load("person")
KEY_BYTES: Final = 32
KEY_PREFIX: Final = "erv_"
"""So that a key that went astray is found by those who look for secrets."""
MAX_KEY_ZEICHEN: Final = 100  # a real one has 47
MAX_NAME_ZEICHEN: Final = 200
_KENNUNG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class PersonInvalid(EingabeRefused):
    code = "person-angaben"


class PersonExists(EingabeRefused):
    code = "person-vorhanden"


@dataclass(frozen=True, slots=True)
class NeuePerson:
    """`kennung`: lower-case letters, digits, `._-`; `name`: as it stands below the log entries."""

    kennung: str
    name: str

    def __post_init__(self) -> None:
        if not _KENNUNG.fullmatch(self.kennung):
            raise PersonInvalid("not a kennung", feld="Kennung (erlaubt: a–z, 0–9, Punkt, Binde- und Unterstrich)")
        if not (self.name.strip() and self.name.isprintable() and len(self.name) <= MAX_NAME_ZEICHEN):
            raise PersonInvalid("not a name", feld=f"Name (1 bis {MAX_NAME_ZEICHEN} druckbare Zeichen)")


def new_key() -> str:
    return KEY_PREFIX + token_urlsafe(KEY_BYTES)


def digest_of(secret: str) -> bytes:
    """What the database is asked for. Looking up a hash tells nothing about the secret through time."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


async def add_person(database: Database, neu: NeuePerson, key: str, jetzt: datetime) -> UUID:
    """Raises PersonExists."""
    person_id = uuid4()
    try:
        async with database.transaction() as tx:
            await tx.execute(SQL.insert_person, person_id, neu.kennung, neu.name.strip(), digest_of(key), jetzt)
    except UniqueViolation as error:
        raise PersonExists("this kennung is taken", kennung=neu.kennung) from error
    return person_id
