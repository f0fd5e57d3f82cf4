"""What was found out about files, kept by their hash and by who found it out."""

from collections.abc import Iterable, Mapping

from erv_gateway.dateien.uebergabe import merkmale_from_json, merkmale_to_json
from erv_gateway.kern.uhr import Uhr
from erv_gateway.storage.db import Database
from erv_gateway.storage.queries import load
from xjustiz.merkmale import Dateimerkmale

SQL = load("dateimerkmale", "known", "known_hashes", "keep")


class Merkmalspeicher:
    """`pruefstand` names the checkers and their versions: with another one everything is examined again."""

    def __init__(self, database: Database, uhr: Uhr) -> None:
        self._database = database
        self._uhr = uhr

    async def known(self, pruefstand: str, hashes: Iterable[str]) -> Mapping[str, Dateimerkmale]:
        """By SHA-256; what is not known is missing."""
        rows = await self._database.fetch_all(SQL.known, pruefstand, sorted(set(hashes)))
        return {row["sha256"]: merkmale_from_json(row["merkmale"]) for row in rows}

    async def known_hashes(self, pruefstand: str, hashes: Iterable[str]) -> frozenset[str]:
        rows = await self._database.fetch_all(SQL.known_hashes, pruefstand, sorted(set(hashes)))
        return frozenset(row["sha256"] for row in rows)

    async def keep(self, pruefstand: str, merkmale: Mapping[str, Dateimerkmale]) -> None:
        hashes = sorted(merkmale)
        values = [merkmale_to_json(merkmale[sha256]) for sha256 in hashes]
        async with self._database.transaction() as tx:
            await tx.execute(SQL.keep, pruefstand, hashes, values, self._uhr.jetzt())
