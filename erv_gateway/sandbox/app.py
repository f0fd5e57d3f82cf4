"""The sandbox in one process: intermediary and time stamp authority over HTTP on loopback, the court in a thread.

Everything it must remember lies below one folder; killed at any moment and started again it goes on.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final

from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding

from erv_gateway.sandbox.dauerhaft import write_durable
from erv_gateway.sandbox.gericht.betrieb import build_gericht
from erv_gateway.sandbox.gericht.cms import load_anchors
from erv_gateway.sandbox.gericht.datensatz import schemapruefung
from erv_gateway.sandbox.gericht.stammdaten import leaf, member
from erv_gateway.sandbox.schluessel import osci_key
from erv_gateway.sandbox.speicher import Speicher
from erv_gateway.sandbox.szenario import Regie, Szenario
from erv_gateway.sandbox.tls import TlsDienst
from erv_gateway.sandbox.tsa_server import TsaServer
from erv_gateway.sandbox.vermittler import Vermittler
from erv_gateway.signatur.pki import Pki, load_pki
from erv_gateway.storage.schemata import load_schemas
from osci.intermediary import Identity

HOST: Final = "127.0.0.1"
"""Never anything else: the sandbox trusts whoever reaches it."""
SHUTDOWN_SECONDS: Final = 2.0
MAILBOX_ANCHORS: Final = "mailbox"


@dataclass(frozen=True, slots=True)
class Vorgaben:
    """What the command line says. `port` 0: any free one; `schemata` None: the user's data folder."""

    dir: Path
    pki: Path
    port: int = 0
    szenario: Szenario | None = None
    ready_file: Path | None = None
    schemata: Path | None = None
    tls: TlsDienst | None = None


@dataclass(frozen=True, slots=True)
class Adressen:
    """`osci_tls`: the same intermediary over TLS, where that was asked for."""

    osci: str
    tsa: str
    osci_tls: str | None = None

    def to_json(self) -> bytes:
        tls = {} if self.osci_tls is None else {"osci_tls": self.osci_tls}
        return json.dumps({"osci": self.osci, "tsa": self.tsa, **tls, "pid": os.getpid()}).encode()


async def run(vorgaben: Vorgaben, stop: asyncio.Event) -> None:
    """Until `stop`. Raises KonfigurationInvalid for a PKI, a schema or a folder that does not serve."""
    pki = load_pki(vorgaben.pki)
    schema = schemapruefung(load_schemas(vorgaben.schemata))
    async with _serving(vorgaben, pki) as adressen:
        gericht = build_gericht(
            pki,
            vorgaben.dir / "gericht",
            adressen.osci,
            schema,
            _now,
        )
        if vorgaben.ready_file is not None:
            write_durable(vorgaben.ready_file, (adressen.to_json(),))
        ending = Event()
        working = asyncio.create_task(asyncio.to_thread(gericht.run, ending))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            ending.set()
            stopping.cancel()
            await working


@asynccontextmanager
async def _serving(vorgaben: Vorgaben, pki: Pki) -> AsyncIterator[Adressen]:
    speicher = Speicher(vorgaben.dir / "vermittler")
    runner = web.AppRunner(_application(vorgaben, pki, speicher), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        await web.TCPSite(runner, HOST, vorgaben.port, reuse_address=True).start()
        base = f"http://{HOST}:{runner.addresses[0][1]}"
        yield Adressen(f"{base}/osci", f"{base}/tsa", await _serve_tls(runner, vorgaben.tls))
    finally:
        await runner.cleanup()
        speicher.close()


async def _serve_tls(runner: web.AppRunner, tls: TlsDienst | None) -> str | None:
    if tls is None:
        return None
    site = web.TCPSite(runner, HOST, tls.port, reuse_address=True, ssl_context=tls.context())
    await site.start()
    return f"https://{HOST}:{runner.addresses[-1][1]}/osci"


def _application(vorgaben: Vorgaben, pki: Pki, speicher: Speicher) -> web.Application:
    vermittler, tsa, gericht = member(pki, "vermittler"), member(pki, "tsa"), member(pki, "gericht")
    identity = Identity(
        osci_key(vermittler.schluessel["postfach-signatur"].load()),
        osci_key(vermittler.schluessel["postfach-chiffrat"].load()),
    )
    regie = Regie(speicher, _now, leaf(gericht.schluessel["postfach-chiffrat"]))
    if vorgaben.szenario is not None:
        regie.begin(vorgaben.szenario)
    app = web.Application()
    spools = _empty(vorgaben.dir / "spool")
    app.add_routes(Vermittler(identity, speicher, regie, _now, spools, _issuers(pki)).routes())
    app.add_routes(TsaServer(tsa.schluessel["tsa"].load(), _now).routes())
    return app


def _issuers(pki: Pki) -> tuple[bytes, ...]:
    """Whose certificates a process card calls valid (DER)."""
    return tuple(anchor.public_bytes(Encoding.DER) for anchor in load_anchors(pki.anchors_folder / MAILBOX_ANCHORS))


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    return folder


def _now() -> datetime:
    return datetime.now(UTC)
