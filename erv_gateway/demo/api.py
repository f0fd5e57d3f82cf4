"""The gateway's HTTP API, as a client program of an authority would use it."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from erv_gateway.kern.fehler import GegenstelleFailed

WAIT_SECONDS: Final = 120.0
POLL_SECONDS: Final = 0.25
MAX_PROBLEM: Final = 500


class Abgelehnt(GegenstelleFailed):
    """The gateway answered with a problem (RFC 9457)."""

    code = "demo-abgelehnt"

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"HTTP {status}: {str(problem)[:MAX_PROBLEM]}")
        self.status = status
        self.problem = problem


class Api:
    """One person's access."""

    def __init__(self, url: str, key: str) -> None:
        self._base = f"{url}/api/v1"
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {key}"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, path: str) -> Any:
        return await self._json("GET", path)

    async def post(self, path: str, value: dict[str, Any] | None = None) -> Any:
        return await self._json("POST", path, json=value or {})

    async def upload(self, path: str, file: Path) -> Any:
        with file.open("rb") as stream:
            return await self._json("POST", path, data=stream, headers={"Content-Type": "application/zip"})

    async def download(self, path: str, target: Path) -> None:
        async with self._session.get(f"{self._base}{path}") as response:
            if response.status != 200:
                raise Abgelehnt(response.status, await response.json())
            target.write_bytes(await response.read())

    async def _json(self, method: str, path: str, **options: Any) -> Any:
        async with self._session.request(method, f"{self._base}{path}", **options) as response:
            value = await response.json(content_type=None)
            if response.status >= 400:
                raise Abgelehnt(response.status, value)
            return value


async def wait_for(look: Any, done: Any) -> Any:
    """Calls `look` until `done(value)`. Raises TimeoutError after WAIT_SECONDS."""
    async with asyncio.timeout(WAIT_SECONDS):
        while not done(value := await look()):
            await asyncio.sleep(POLL_SECONDS)
    return value
