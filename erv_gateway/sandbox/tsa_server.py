"""A time stamp authority over HTTP (RFC 3161 §3.4): POST /tsa."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from aiohttp import web

from certs.keys import KeyHandle
from erv_gateway.signatur.tsa import timestamp_response

REPLY_TYPE: Final = "application/timestamp-reply"


class TsaServer:
    """Stamps with `key` and the clock `now`."""

    def __init__(self, key: KeyHandle, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/tsa", self.stamp)]

    async def stamp(self, request: web.Request) -> web.Response:
        body = await request.read()
        answer = await asyncio.to_thread(timestamp_response, body, self._key, self._now())
        return web.Response(body=answer, content_type=REPLY_TYPE)
