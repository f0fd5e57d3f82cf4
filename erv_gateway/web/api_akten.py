"""POST /api/v1/akten: a delivery as a ZIP."""

import asyncio
from typing import BinaryIO, Final

from aiohttp import web

from erv_gateway.akte.einlieferung import read_zip
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.web.ansicht_akte import show_uebernahme
from erv_gateway.web.antwort import json_response
from erv_gateway.web.fehler import AnfrageTooLarge, MedientypRefused
from erv_gateway.web.kontext import betrieb_of, person_of

MAX_UPLOAD_BYTES: Final = (
    2 * 10**9
)  # own limit: ten full messages (200 MB each, ERVB 2025); more is taken from a folder
PIECE_BYTES: Final = 2**20
ZIP: Final = "application/zip"


def routes() -> list[web.RouteDef]:
    return [web.post("/api/v1/akten", post_akte)]


async def post_akte(request: web.Request) -> web.Response:
    """201 with the tree; 200 when exactly this delivery was here before. Raises EinlieferungRefused."""
    if request.content_type != ZIP:
        raise MedientypRefused("not a ZIP", erwartet=ZIP)
    betrieb = betrieb_of(request)
    with betrieb.blobs.spool() as spool:
        await _receive(request, spool)
        einlieferung = await read_zip(spool, betrieb.blobs)
    uebernommen = await take_over(betrieb.database, betrieb.uhr, einlieferung, person_of(request).id)
    return json_response(show_uebernahme(einlieferung, uebernommen), status=201 if uebernommen.neu else 200)


async def _receive(request: web.Request, spool: BinaryIO) -> None:
    """The body into the spool, at its start again afterwards. What it says of its length is only a first check."""
    _check_size(request.content_length or 0)
    received = 0
    async for piece in request.content.iter_chunked(PIECE_BYTES):
        received += len(piece)
        _check_size(received)
        await asyncio.to_thread(spool.write, piece)
    await asyncio.to_thread(spool.seek, 0)


def _check_size(size: int) -> None:
    if size > MAX_UPLOAD_BYTES:
        raise AnfrageTooLarge("delivery too large", grenze=MAX_UPLOAD_BYTES)
