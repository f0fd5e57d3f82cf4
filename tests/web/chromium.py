"""Chromium by its DevTools protocol, with nothing but aiohttp: enough to log in, click and measure."""

import asyncio
import base64
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-port=0",
)  # fmt: skip
START_SECONDS = 60.0


def find() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Tab:
    """One page. `violations`: what the browser refused (such as by the CSP); answers with 4xx are not among them."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self._loaded = asyncio.Event()
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.violations: list[str] = []

    async def read(self) -> None:
        async for message in self._socket:
            data = message.json()
            if "id" in data:
                self._answers.pop(data["id"]).set_result(data.get("result", data))
            elif data["method"] == "Page.loadEventFired":
                self._loaded.set()
            elif data["method"] == "Log.entryAdded":
                entry = data["params"]["entry"]
                if entry["level"] == "error" and entry["source"] != "network":
                    self.violations.append(entry["text"])

    async def send(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        return await asyncio.wait_for(answer, START_SECONDS)

    async def open(self, url: str) -> None:
        self._loaded.clear()
        await self.send("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), START_SECONDS)

    async def run(self, script: str) -> Any:
        answer = await self.send("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def submit(self, script: str) -> None:
        """Runs what leads to another page, and waits for it."""
        self._loaded.clear()
        await self.run(script)
        await asyncio.wait_for(self._loaded.wait(), START_SECONDS)

    async def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            await self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9)

    async def resize(self, width: int, height: int = 900) -> None:
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def screenshot(self, target: Path) -> None:
        answer = await self.send("Page.captureScreenshot", captureBeyondViewport=True)
        await asyncio.to_thread(target.write_bytes, base64.b64decode(answer["data"]))


@asynccontextmanager
async def tab(binary: str, profile: Path) -> AsyncIterator[Tab]:
    process = await asyncio.create_subprocess_exec(
        binary,
        *FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with aiohttp.ClientSession() as session:
            port = await _port(profile / "DevToolsActivePort")
            async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                target = next(entry for entry in await response.json() if entry["type"] == "page")
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Tab(socket)
                reading = asyncio.create_task(page.read())
                for domain in ("Page", "Runtime", "Log"):
                    await page.send(f"{domain}.enable")
                yield page
                reading.cancel()
    finally:
        process.terminate()
        await process.wait()


async def _port(file: Path) -> int:
    async with asyncio.timeout(START_SECONDS):
        while (port := _read_port(file)) is None:  # noqa: ASYNC110 - a foreign process writes it
            await asyncio.sleep(0.05)
    return port


def _read_port(file: Path) -> int | None:
    text = file.read_text() if file.exists() else ""
    return int(text.splitlines()[0]) if "\n" in text else None
