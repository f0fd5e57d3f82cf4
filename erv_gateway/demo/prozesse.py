"""The processes of the demo: sandbox and gateway, started, waited for, ended whatever happens."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import aiohttp

from erv_gateway.demo.orte import Orte
from erv_gateway.kern.fehler import GegenstelleFailed

START_SECONDS: Final = 90.0
POLL_SECONDS: Final = 0.1
GRACE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class SandboxAdressen:
    osci: str
    tsa: str


@asynccontextmanager
async def sandbox(orte: Orte) -> AsyncIterator[SandboxAdressen]:
    ready = orte.wurzel / "sandbox.json"
    ready.unlink(missing_ok=True)
    options = ["--dir", str(orte.sandbox), "--pki", str(orte.pki), "--port", "0", "--ready-file", str(ready)]
    async with _process("sandbox", orte, ["sandbox", "run", *options]) as process:
        value = await _ready_file(process, ready)
        yield SandboxAdressen(value["osci"], value["tsa"])


@asynccontextmanager
async def gateway(orte: Orte, port: int) -> AsyncIterator[str]:
    """Yields the address of the web server."""
    async with _process("gateway", orte, ["run", "--child", "--config", str(orte.config)]) as process:
        url = f"http://127.0.0.1:{port}"
        await _healthy(process, url)
        yield url


async def command(*arguments: str) -> str:
    """Runs an `erv-gateway` command to its end and gives what it printed. Raises GegenstelleFailed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "erv_gateway", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    if process.returncode != 0:
        raise GegenstelleFailed(f"erv-gateway {arguments[0]} ended with {process.returncode}: {err.decode()[-2000:]}")
    return out.decode()


@asynccontextmanager
async def _process(name: str, orte: Orte, arguments: list[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    with orte.log(name).open("ab") as log:
        process = await _start(arguments, log)
        try:
            yield process
        finally:
            await _end(process)


async def _start(arguments: list[str], log: IO[bytes]) -> asyncio.subprocess.Process:
    """In a session of its own, so that Ctrl-C reaches it through us only, in order."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "erv_gateway",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _ready_file(process: asyncio.subprocess.Process, path: Path) -> dict[str, Any]:
    async with asyncio.timeout(START_SECONDS):
        while not path.exists():
            _alive(process)
            await asyncio.sleep(POLL_SECONDS)
    value: dict[str, Any] = json.loads(path.read_text())
    return value


async def _healthy(process: asyncio.subprocess.Process, url: str) -> None:
    async with asyncio.timeout(START_SECONDS), aiohttp.ClientSession() as session:
        while True:
            _alive(process)
            try:
                async with session.get(f"{url}/api/v1/zustand") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(POLL_SECONDS)


def _alive(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        raise GegenstelleFailed(f"a process of the demo ended with {process.returncode}; see its log")
