"""The real sandbox over HTTP, and two mailboxes at it."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from postfach_hilfe import Ort, json_of
from postfach_tls import issue
from stationen import vorrat

from erv_gateway.kern.fehler import KonfigurationInvalid
from erv_gateway.sandbox.app import Vorgaben, run
from erv_gateway.sandbox.tls import TlsDienst
from erv_gateway.signatur.pki import Pki
from erv_gateway.storage.schemata import load_schemas


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    try:
        load_schemas()
    except KonfigurationInvalid as missing:
        pytest.skip(f"XJustiz schemata are not installed: {missing}")
    return vorrat(tmp_path_factory.getbasetemp()).pki


@pytest.fixture(scope="module")
def ort(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ort]:
    """The sandbox in a thread with an event loop of its own; everybody talks to it by HTTP only."""
    folder = tmp_path_factory.mktemp("sandbox")
    ready = folder / "ready.json"
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    tls = issue(folder / "tls")
    dienst = TlsDienst(tls["server.pem"], tls["server.key"], tls["ca.pem"])
    vorgaben = Vorgaben(dir=folder / "state", pki=pki.folder, ready_file=ready, tls=dienst)
    thread = threading.Thread(target=_serve, args=(loop, vorgaben, stop))
    thread.start()
    try:
        _wait(ready, thread)
        addresses = json_of(ready)
        yield Ort(pki, str(addresses["osci"]), str(addresses["osci_tls"]), tls)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)


def _serve(loop: asyncio.AbstractEventLoop, vorgaben: Vorgaben, stop: asyncio.Event) -> None:
    loop.run_until_complete(run(vorgaben, stop))
    loop.close()


def _wait(ready: Path, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 60
    while not ready.exists():
        assert thread.is_alive(), "the sandbox does not come up"
        assert time.monotonic() < deadline
        time.sleep(0.02)
