"""The log of one thing, as it is shown: decoded from the canonical bytes, with the names of the people who acted."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from erv_gateway.storage import log
from erv_gateway.storage.db import Database
from erv_gateway.web.sitzung import SQL


async def protokoll_of(database: Database, gegenstand: UUID) -> list[dict[str, Any]]:
    """In the order of writing: zeitpunkt (ISO 8601, UTC), art, handelnd (id or program part), name, angaben."""
    bodies = [json.loads(entry.canonical_body) for entry in await log.entries_of(database, gegenstand)]
    namen = await names_of(database, (body["handelnd"] for body in bodies))
    return [
        {
            "zeitpunkt": body["zeitpunkt"],
            "art": body["art"],
            "handelnd": body["handelnd"],
            "handelnd_name": namen.get(body["handelnd"]),
            "angaben": body["angaben"],
        }
        for body in bodies
    ]


async def names_of(database: Database, handelnde: Iterable[object]) -> dict[str, str]:
    """Names of the people among `handelnde` (ids as text or UUID), by id as text."""
    ids = {person for person in map(_as_uuid, handelnde) if person is not None}
    if not ids:
        return {}
    return {str(row["id"]): row["name"] for row in await database.fetch_all(SQL.personen, list(ids))}


def _as_uuid(value: object) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(str(value))
    except ValueError:
        return None
