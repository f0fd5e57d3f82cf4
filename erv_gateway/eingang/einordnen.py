"""An assigned Nachricht goes to the folder of the DMS: its attachments, the original, the reports on its check."""

import asyncio
import json
import re
from typing import Final

from erv_gateway.eingang.berichte import PROTOKOLL_JSON, load_berichte
from erv_gateway.eingang.nachricht import Nachricht, load_anhaenge, load_nachricht
from erv_gateway.kern.ids import NachrichtId
from erv_gateway.postfach.base import Anhang
from erv_gateway.sendung.ablageordner import export_blob
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.zustand import SQL

EINORDNEN: Final = "einordnen"
"""Name of the job."""
MAX_NAME: Final = 120  # characters; leaves room on every file system
_UNSAFE = re.compile(r"[^A-Za-z0-9ÄÖÜäöüß._-]+")


async def file_nachricht(betrieb: Betrieb, nachricht_id: NachrichtId) -> None:
    """Safe to call again: the same files get the same names."""
    nachricht = await load_nachricht(betrieb.database, nachricht_id)
    if nachricht.akte_id is None:
        return
    for name, anhang in await _files(betrieb, nachricht):
        folder = betrieb.ablage / str(nachricht.akte_id) / str(nachricht.id)
        await asyncio.to_thread(export_blob, betrieb.blobs, anhang.sha256, folder, name)
        async with betrieb.database.transaction() as tx:
            jetzt = betrieb.uhr.jetzt()
            await tx.execute(
                SQL.insert_ablage, nachricht.akte_id, nachricht.id, name, anhang.sha256, anhang.bytes, jetzt
            )


def safe_name(position: int, name: str) -> str:
    """A file name from outside, made harmless for a view; the name inside the evidence stays as it came."""
    base = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(".") or "datei"
    return f"{position:03}_{base[-MAX_NAME:]}"


async def _files(betrieb: Betrieb, nachricht: Nachricht) -> list[tuple[str, Anhang]]:
    anhaenge = await load_anhaenge(betrieb.database, nachricht.id)
    files = [(safe_name(n, anhang.name), anhang) for n, anhang in enumerate(anhaenge, 1)]
    files.append(("original.osci", Anhang("original.osci", nachricht.original_sha256, nachricht.original_bytes)))
    return [*files, *[(one.name, one) for one in await _berichte(betrieb, nachricht)]]


async def _berichte(betrieb: Betrieb, nachricht: Nachricht) -> list[Anhang]:
    """What was checked before reports were kept has its JSON only."""
    berichte = [one.datei for one in await load_berichte(betrieb.database, nachricht.id)]
    if berichte:
        return berichte
    protokoll = json.dumps(nachricht.pruefprotokoll, ensure_ascii=False, indent=2, sort_keys=True).encode()
    blob = await betrieb.blobs.put_bytes(protokoll)
    return [Anhang(PROTOKOLL_JSON, blob.sha256, blob.bytes)]
