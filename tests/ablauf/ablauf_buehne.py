"""The stage of the tests in this folder: processes, a small case file, and what they can be asked."""

import asyncio
import http.client
import json
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

from ablauf_prozess import WAIT_SECONDS, Prozess, end, fork, fork_mortal

from erv_gateway.akte.einlieferung import read_delivery
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.modell import Akte, Datei, Dokument, HistorienArt, HistorienEintrag, Teilakte
from erv_gateway.akte.uebernahme import take_over
from erv_gateway.demo.einrichtung import POSTFACH, write_config
from erv_gateway.demo.orte import Orte
from erv_gateway.demo.prozesse import SandboxAdressen
from erv_gateway.druck import render_pdf
from erv_gateway.kern.ids import SendungId
from erv_gateway.sandbox.befunde import read_befunde
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Sandbox:
    """The sandbox as a process that can be killed and started again at the same address."""

    def __init__(self, folder: Path, pki: Path) -> None:
        self._folder, self._pki, self.port = folder, pki, free_port()
        self._process: Prozess | None = None

    @property
    def adressen(self) -> SandboxAdressen:
        return SandboxAdressen(f"http://127.0.0.1:{self.port}/osci", f"http://127.0.0.1:{self.port}/tsa")

    def start(self) -> None:
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        options = ["--dir", str(self._folder / "state"), "--pki", str(self._pki), "--port", str(self.port)]
        log = self._folder / "sandbox.log"
        self._process = fork("sandbox", "run", *options, "--ready-file", str(ready), log=log)
        deadline = time.monotonic() + WAIT_SECONDS
        while not ready.exists():
            assert self._process.poll() is None, log.read_text()[-2000:]
            assert time.monotonic() < deadline, "the sandbox does not come up"
            time.sleep(0.02)

    def play(self, szenario: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        connection.request("POST", "/szenario", json.dumps({"name": szenario}))
        assert connection.getresponse().status == 200
        connection.close()

    def stop(self) -> None:
        if self._process is not None:
            end(self._process)

    def wait_dead(self) -> None:
        assert self._process is not None
        self._process.wait(WAIT_SECONDS)

    def befunde(self) -> tuple[dict[str, Any], ...]:
        return read_befunde(self._folder / "state")


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

    def worker(self) -> Prozess:
        return fork("work", "--config", str(self.config), log=self.folder / "worker.log")

    def mortal(self, punkt: str) -> Prozess:
        """A worker that kills itself with SIGKILL when it reaches `punkt`."""
        return fork_mortal(self.config, punkt, log=self.folder / "absturz.log")

    @property
    def config(self) -> Path:
        return self.folder / "erv-gateway.toml"

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
