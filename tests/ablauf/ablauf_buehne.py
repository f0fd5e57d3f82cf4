"""The stage of the tests in this folder: processes, a small case file, and what they can be asked."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

from erv_gateway.akte.einlieferung import read_delivery
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, Datei, Dokument, HistorienArt, HistorienEintrag, Teilakte
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.demo.einrichtung import POSTFACH, write_config
from erv_gateway.demo.orte import Orte
from erv_gateway.demo.prozesse import SandboxAdressen
from erv_gateway.druck import render_pdf
from erv_gateway.kern.ids import SendungId
from erv_gateway.sandbox.gericht.stammdaten import GERICHT_CODE
from erv_gateway.sendung.angaben import SendungAngaben
from erv_gateway.sendung.anlegen import NeueSendung, create_sendung
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.freigabe import approve
from erv_gateway.sendung.pruefung import check_sendung
from erv_gateway.sendung.sendung import Sendung, load_sendung
from erv_gateway.settings import Settings, load
from erv_gateway.signatur.pki import Pki
from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.wiring import build_betrieb

ERSTELLT = datetime(2026, 3, 2, 9, tzinfo=UTC)
AMT = "stadt-musterfurt"
GERICHT = "verwaltungsgericht-musterfurt"
WAIT_SECONDS = 60.0
"""Generous: a test must not fail because the machine is busy."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Sandbox:
    """The sandbox as a process that can be killed and started again at the same address."""

    def __init__(self, folder: Path, pki: Path) -> None:
        self._folder, self._pki, self.port = folder, pki, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def adressen(self) -> SandboxAdressen:
        return SandboxAdressen(f"http://127.0.0.1:{self.port}/osci", f"http://127.0.0.1:{self.port}/tsa")

    def start(self, szenario: str | None = None) -> None:
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        options = ["--dir", str(self._folder / "state"), "--pki", str(self._pki), "--port", str(self.port)]
        options += ["--ready-file", str(ready)] + ([] if szenario is None else ["--szenario", szenario])
        self._process = spawn("sandbox", "run", *options, log=self._folder / "sandbox.log")
        deadline = time.monotonic() + WAIT_SECONDS
        while not ready.exists():
            assert self._process.poll() is None, (self._folder / "sandbox.log").read_text()[-2000:]
            assert time.monotonic() < deadline, "the sandbox does not come up"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(WAIT_SECONDS)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(WAIT_SECONDS)

    def wait_dead(self) -> None:
        assert self._process is not None
        self._process.wait(WAIT_SECONDS)

    def befunde(self) -> list[dict[str, Any]]:
        command = [sys.executable, "-m", "erv_gateway", "sandbox", "befunde", "--dir", str(self._folder / "state")]
        out = subprocess.run([*command, "--json"], check=True, capture_output=True).stdout
        value: list[dict[str, Any]] = json.loads(out)
        return value


def spawn(*arguments: str, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as stream:
        return subprocess.Popen(
            [sys.executable, "-m", "erv_gateway", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
        )


def write_settings(folder: Path, pki: Pki, sandbox: Sandbox) -> Settings:
    orte = Orte(folder)
    write_config(orte, pki, sandbox.adressen, free_port(), GERICHT_CODE, namen=(AMT, GERICHT))
    text = orte.config.read_text().replace("heartbeat_seconds = 5", "heartbeat_seconds = 2")
    orte.config.write_text(
        text.replace("_seconds = 1\n", "_seconds = 0.3\n").replace("nachfrage_seconds = 2", "nachfrage_seconds = 0.5")
    )
    return load(orte.config)


@dataclass(frozen=True, slots=True)
class Buehne:
    folder: Path
    pki: Pki
    sandbox: Sandbox
    settings: Settings
    server: EmbeddedPostgres
    betrieb: Betrieb
    personen: tuple[UUID, UUID]
    akte_id: UUID

    @classmethod
    async def open(cls, folder: Path, pki: Pki, sandbox: Sandbox, settings: Settings, server: EmbeddedPostgres) -> Self:
        betrieb = build_betrieb(settings, await Database.open(server.dsn("gateway")))
        personen = (await add_person(betrieb, "a"), await add_person(betrieb, "b"))
        einlieferung = await read_delivery(small_case(folder / "lieferung"), betrieb.blobs)
        uebernommen = await take_over(betrieb.database, betrieb.uhr, einlieferung, personen[0])
        return cls(folder, pki, sandbox, settings, server, betrieb, personen, uebernommen.akte_id)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.betrieb.database.close()

    async def again(self, server: EmbeddedPostgres) -> Self:
        """The same stage on a server that was started anew."""
        return replace(self, server=server, betrieb=build_betrieb(self.settings, await Database.open(server.dsn())))

    async def approved(self) -> SendungId:
        """A Sendung that a person prepared, checked, and another one approved."""
        betrieb = self.betrieb
        neu = NeueSendung(
            akte_id=self.akte_id,
            postfach=POSTFACH,
            empfaenger_safe_id=str(self.pki.teilnehmer[GERICHT].safe_id),
            betreff="Behördenakte",
            angaben=SendungAngaben(("Anbei die Akte.",), "Karin Brandt"),
        )
        sendung_id = await create_sendung(betrieb, neu, self.personen[0])
        befunde = await check_sendung(betrieb, sendung_id, self.personen[0])
        assert not [befund for befund in befunde if befund.schwere.value == "error"], befunde
        await approve(betrieb, sendung_id, self.personen[1])
        return sendung_id

    async def sendung(self, sendung_id: SendungId) -> Sendung:
        return await load_sendung(self.betrieb.database, sendung_id)

    def worker(self) -> subprocess.Popen[bytes]:
        return spawn("work", "--config", str(self.folder / "erv-gateway.toml"), log=self.folder / "worker.log")

    def crashing_worker(self, punkt: str) -> subprocess.Popen[bytes]:
        """A worker that kills itself with SIGKILL when it reaches `punkt` (see absturz_worker.py)."""
        script = Path(__file__).parent / "absturz_worker.py"
        with (self.folder / "absturz.log").open("ab") as log:
            command = [sys.executable, str(script), str(self.folder / "erv-gateway.toml"), punkt]
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def logs(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in self.folder.glob("*.log"))


async def until(look: Callable[[], Awaitable[Any]], done: Callable[[Any], bool], seconds: float = WAIT_SECONDS) -> Any:
    async with asyncio.timeout(seconds):
        while not done(value := await look()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return value


async def add_person(betrieb: Betrieb, kennung: str) -> UUID:
    person = uuid4()
    async with betrieb.database.transaction() as tx:
        await tx.execute(
            "INSERT INTO erv.person (id, kennung, name, zugang_sha256, angelegt_am) VALUES ($1, $2, $2, $3, $4)",
            person,
            kennung,
            os.urandom(32),
            betrieb.uhr.jetzt(),
        )
    return person


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(WAIT_SECONDS)


def small_case(folder: Path) -> Path:
    """A case file as a manifest folder: one Teilakte, two searchable PDF/A documents, one with a history."""
    folder.mkdir()
    teilakte = Teilakte(uuid4(), 1, "Verfahren", dokumente=(_dokument(folder, 1, "Antrag", True),))
    akte = Akte(uuid4(), "63-1/2026", "Baugenehmigung", "Stadt Musterfurt", teilakten=(teilakte,))
    akte = replace(akte, dokumente=(_dokument(folder, 2, "Bescheid", False),))
    (folder / "manifest.json").write_bytes(write_manifest(akte))
    return folder


def _dokument(folder: Path, nummer: int, titel: str, with_history: bool) -> Dokument:
    daten = {
        "absender": "Stadt",
        "absenderzeile": "",
        "empfaenger": [],
        "datum": "",
        "zeichen": "",
        "betreff": titel,
        "absaetze": ["Text."],
        "unterzeichner": "",
    }
    pdf = render_pdf("schreiben", daten, erstellt=ERSTELLT)
    name = f"{titel}.pdf"
    (folder / name).write_bytes(pdf)
    datei = Datei(name, sha256(pdf).hexdigest(), len(pdf), "application/pdf")
    eintrag = HistorienEintrag(ERSTELLT, "Lindner", "Angelegt", HistorienArt.ANGELEGT)
    return Dokument(uuid4(), nummer, titel, (datei,), historie=(eintrag,) if with_history else ())
