"""The reports on a Nachricht, kept with it: JSON as the source of truth; HTML, PDF/A and ETSI report made from it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from erv_gateway.kern.ids import NachrichtId
from erv_gateway.postfach.base import Anhang
from erv_gateway.pruefprotokoll.etsi import render_etsi
from erv_gateway.pruefprotokoll.gliederung import bericht_of
from erv_gateway.pruefprotokoll.html import render_html
from erv_gateway.pruefprotokoll.json_form import to_bytes
from erv_gateway.pruefprotokoll.modell import Pruefprotokoll
from erv_gateway.pruefprotokoll.pdf import render_bericht
from erv_gateway.storage.blobs import Blobs
from erv_gateway.storage.db import Database, Tx
from erv_gateway.storage.queries import load

SQL = load("pruefung", "insert_bericht", "berichte")
PROTOKOLL_JSON: Final = "pruefprotokoll.json"
PROTOKOLL_HTML: Final = "pruefprotokoll.html"
PROTOKOLL_PDF: Final = "pruefprotokoll.pdf"
ETSI_XML: Final = "pruefbericht-etsi.xml"


@dataclass(frozen=True, slots=True)
class Bericht:
    """A report in the blob store; `medientyp` is its media type, `datei.name` the name it is handed out under."""

    datei: Anhang
    medientyp: str


async def make_berichte(
    blobs: Blobs, protokoll: Pruefprotokoll, zertifikate: Mapping[str, bytes]
) -> tuple[Bericht, ...]:
    """All reports on `protokoll`, the JSON first. `zertifikate`: DER by SHA-256, for the ETSI report."""
    forms = await asyncio.to_thread(_render, protokoll, zertifikate)
    written = [await _put(blobs, name, medientyp, data) for name, (medientyp, data) in forms.items()]
    return (*written, *[one async for one in _grundlagen(blobs, protokoll)])


def _render(protokoll: Pruefprotokoll, zertifikate: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    bericht = bericht_of(protokoll)
    forms = {
        PROTOKOLL_JSON: ("application/json", to_bytes(protokoll)),
        PROTOKOLL_HTML: ("text/html", render_html(bericht)),
        PROTOKOLL_PDF: ("application/pdf", render_bericht(bericht)),
    }
    if any(datei.signaturen for datei in protokoll.signaturen):
        forms[ETSI_XML] = ("application/xml", render_etsi(protokoll, zertifikate))
    return forms


async def _put(blobs: Blobs, name: str, medientyp: str, data: bytes) -> Bericht:
    blob = await blobs.put_bytes(data)
    return Bericht(Anhang(name, blob.sha256, blob.bytes), medientyp)


async def _grundlagen(blobs: Blobs, protokoll: Pruefprotokoll) -> AsyncIterator[Bericht]:
    """What the checks rested on, one file each, so that they can be repeated from the folder alone."""
    weg = () if protokoll.uebermittlungsweg is None else (protokoll.uebermittlungsweg.grundlage_sha256,)
    digests = dict.fromkeys((*weg, *(one.grundlage_sha256 for one in protokoll.signaturen)))
    for nummer, sha256 in enumerate((one for one in digests if one is not None), 1):
        name = f"pruefgrundlage-{nummer:03}.json"
        yield Bericht(Anhang(name, sha256, await blobs.size(sha256)), "application/json")


async def store_berichte(tx: Tx, nachricht_id: NachrichtId, berichte: tuple[Bericht, ...]) -> None:
    for one in berichte:
        datei = one.datei
        await tx.execute(SQL.insert_bericht, nachricht_id, datei.name, one.medientyp, datei.sha256, datei.bytes)


async def load_berichte(source: Database | Tx, nachricht_id: NachrichtId) -> tuple[Bericht, ...]:
    """By name; empty before the check, and for what was checked before reports were kept."""
    rows = await source.fetch_all(SQL.berichte, nachricht_id)
    return tuple(Bericht(Anhang(row["name"], row["sha256"], row["bytes"]), row["medientyp"]) for row in rows)
