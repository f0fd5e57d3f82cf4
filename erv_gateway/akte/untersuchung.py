"""The job that examines the files of a new state, so that the pre-flight of a Sendung finds them known."""

from functools import partial
from typing import Final
from uuid import UUID

from erv_gateway.akte.modell_json import akte_from_json
from erv_gateway.dateien.pruefdienst import Datei, Dateipruefer
from erv_gateway.kern.fehler import NotFound
from erv_gateway.storage.blobs import Blobs
from erv_gateway.storage.db import Database, Tx
from erv_gateway.storage.queries import load

SQL = load("akte")
UNTERSUCHEN: Final = "untersuchen"
"""Name of the job."""


async def enqueue_untersuchung(tx: Tx, stand: UUID) -> None:
    await tx.enqueue(UNTERSUCHEN, {"stand": str(stand)}, dedupe_key=f"{UNTERSUCHEN}:{stand}")


async def examine_stand(database: Database, blobs: Blobs, pruefer: Dateipruefer, stand: UUID) -> None:
    """What is known is not examined again, and what is found is kept as it is found. Raises NotFound, BlobNotFound."""
    row = await database.fetch_one(SQL.stand, stand)
    if row is None:
        raise NotFound(f"no Aktenstand {stand}", was="Aktenstand")
    dateien = akte_from_json(row["modell"]).alle_dateien()
    await pruefer.examine(Datei(one.sha256, one.bytes, partial(blobs.open_file, one.sha256)) for one in dateien)
