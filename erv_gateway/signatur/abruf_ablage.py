"""Fetched answers in PostgreSQL, shared by all workers. What is kept is public and proves itself by its signature."""

import hashlib
from datetime import datetime
from typing import Final

from erv_gateway.storage.db import Database
from erv_gateway.storage.queries import load

SQL: Final = load("abruf", "cached", "store", "delete_expired")


class Abrufablage:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, url: str, body: bytes | None, jetzt: datetime) -> bytes | None:
        found: bytes | None = await self._database.fetch_value(SQL.cached, _key(url, body), jetzt)
        return found

    async def store(self, url: str, body: bytes | None, data: bytes, jetzt: datetime, bis: datetime) -> None:
        """Keep `data` until `bis`, and forget whatever has run out."""
        async with self._database.transaction() as tx:
            await tx.execute(SQL.delete_expired, jetzt)
            await tx.execute(SQL.store, _key(url, body), url, data, jetzt, bis)


def _key(url: str, body: bytes | None) -> bytes:
    return hashlib.sha256(url.encode() + b"\0" + (body or b"")).digest()
