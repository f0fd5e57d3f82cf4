"""What goes out: JSON, and files from the store, streamed and never shown in the browser."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from aiohttp import hdrs, web

from erv_gateway.kern.fehler import ErvError
from erv_gateway.protokollierung import logger
from erv_gateway.storage.blobs import Blobs


def json_response(data: object, *, status: int = 200) -> web.Response:
    body = json.dumps(data, ensure_ascii=False, default=_plain).encode()
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8")


async def send_blob(
    request: web.Request, blobs: Blobs, sha256: str, *, name: str, content_type: str = "application/octet-stream"
) -> web.StreamResponse:
    """The bytes of a blob as a download under `name`, which must be safe. Raises BlobNotFound.

    The last piece is held back until the digest of all was checked: bytes that changed in the store never arrive whole.
    """
    response = web.StreamResponse(headers={hdrs.CONTENT_DISPOSITION: disposition(name)})
    response.content_type = content_type
    response.content_length = await blobs.size(sha256)
    await response.prepare(request)
    if request.method == hdrs.METH_HEAD:
        return response
    try:
        async for chunk in _last_after_check(blobs.chunks(sha256)):
            await response.write(chunk)
    except ErvError as error:
        logger().error("web.ausgabe.abgebrochen", code=error.code, sha256=sha256)
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


def disposition(name: str) -> str:
    """RFC 6266: a plain name for all, the real one in UTF-8 beside it."""
    ascii_name = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _last_after_check(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    held: bytes | None = None
    async for chunk in chunks:
        if held is not None:
            yield held
        held = chunk
    if held is not None:
        yield held


def _plain(value: Any) -> str:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
