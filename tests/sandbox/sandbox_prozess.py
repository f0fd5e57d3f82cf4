"""A sandbox in a process of its own, and an authority that writes to its court."""

import asyncio
import hashlib
import http.client
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import typer
from sandbox_hilfe import attachment_of

from erv_gateway.cli.sandbox import register
from erv_gateway.postfach import egvp
from erv_gateway.sandbox.befunde import read_befunde
from erv_gateway.sandbox.gericht.stammdaten import leaf
from erv_gateway.sandbox.schluessel import osci_key
from erv_gateway.signatur.pki import Pki
from erv_gateway.signatur.signer import Signer
from erv_gateway.signatur.vhn import ROLLE_BEBPO, write_vhn
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei
from osci.content import AttachmentContent, ContentContainer, ContentPackage, DataContent, EncryptedContainer
from osci.dialog import Answer, Client, Delivery, Dialog, Intermediary, OutgoingRequest, RequestRefused
from osci.messages import ByMessageId, ResponseToFetchProcessCard
from osci.processcard import ProcessCardBundle

COMMAND = "import typer; from erv_gateway.cli.sandbox import register; app = typer.Typer(); register(app); app()"
START_SECONDS = 60.0
AMT, GERICHT, VERMITTLER = "stadt-musterfurt", "verwaltungsgericht-musterfurt", "vermittler"


@dataclass
class Sandbox:
    """Started and killed as often as a test wants, always over the same folder and port."""

    dir: Path
    pki: Path
    schemata: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    ready: dict[str, Any] = field(default_factory=dict)

    def start(self, *options: str) -> None:
        ready_file = self.dir / "bereit.json"
        ready_file.unlink(missing_ok=True)
        arguments = ["sandbox", "run", "--dir", str(self.dir), "--pki", str(self.pki), "--port", str(self.port)]
        arguments += ["--ready-file", str(ready_file), "--schemata", str(self.schemata), *options]
        self.process = subprocess.Popen([sys.executable, "-c", COMMAND, *arguments])
        wait_for(ready_file.exists, START_SECONDS)
        self.ready = json.loads(ready_file.read_text())
        self.port = urlsplit(self.ready["osci"]).port or 0

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=15)

    def wait_until_dead(self) -> int:
        assert self.process is not None
        return self.process.wait(timeout=20)

    def befunde(self) -> tuple[dict[str, Any], ...]:
        return read_befunde(self.dir)

    def answered(self) -> bool:
        return any(befund["antwort"] and befund["antwort"]["stand"] == "uebergeben" for befund in self.befunde())

    def request(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def make_app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@dataclass
class Amt:
    """An authority with the keys of the PKI."""

    pki: Pki
    sandbox: Sandbox

    def __post_init__(self) -> None:
        own, vermittler = self.pki.teilnehmer[AMT], self.pki.teilnehmer[VERMITTLER]
        self.name, self.safe_id = own.name, own.safe_id or ""
        self.client = Client(
            osci_key(own.schluessel["postfach-signatur"].load()), osci_key(own.schluessel["postfach-chiffrat"].load())
        )
        self.vhn = own.schluessel["vhn"].load()
        self.intermediary = Intermediary(
            leaf(vermittler.schluessel["postfach-chiffrat"]), leaf(vermittler.schluessel["postfach-signatur"])
        )
        self.court = leaf(self.pki.teilnehmer[GERICHT].schluessel["postfach-chiffrat"])

    def dialog(self) -> Dialog:
        return Dialog(self.client, self.intermediary, io.BytesIO)

    def ask(self, dialog: Dialog, request: OutgoingRequest) -> Answer:
        _, body = self.sandbox.request("POST", "/osci", b"".join(request.wire.chunks()))
        return dialog.receive((body,))

    def opened(self) -> Dialog:
        dialog = self.dialog()
        self.ask(dialog, dialog.init())
        return dialog

    def new_message_id(self) -> str:
        dialog = self.dialog()
        return str(self.ask(dialog, dialog.get_message_id()).message.message_id)  # type: ignore[attr-defined]

    def prepare(self, message_id: str, package: ContentPackage) -> tuple[Dialog, OutgoingRequest]:
        dialog = self.dialog()
        return dialog, dialog.store_delivery(message_id, Delivery(package, self.court, "Allgemeine Nachricht"))

    def laufzettel(self, message_id: str) -> tuple[ProcessCardBundle, ...]:
        """Raises RequestRefused 9804 when there is none."""
        dialog = self.opened()
        message = self.ask(dialog, dialog.fetch_process_card(ByMessageId((message_id,)))).message
        assert isinstance(message, ResponseToFetchProcessCard)
        return message.process_cards

    def collect(self) -> list[Answer]:
        """Everything in the authority's mailbox, acknowledged."""
        dialog, found = self.opened(), []
        with suppress(RequestRefused):
            while True:
                found.append(self.ask(dialog, dialog.fetch_delivery()))
        self.ask(dialog, dialog.exit())
        return found

    def deliver(self, package: ContentPackage) -> str:
        message_id = self.new_message_id()
        self.ask(*self.prepare(message_id, package))
        return message_id

    def package(self, dateien: Mapping[str, bytes], *, vhn: bool = True) -> ContentPackage:
        """An EGVP message with these attachments and their proof of origin."""
        attachments = {**dateien, **(self.herkunft(dateien) if vhn else {})}
        karte = egvp.Visitenkarte(self.name, "Musterfurt", self.safe_id, egvp.ROLLE_BEBPO)
        contents = (
            DataContent(egvp.visitenkarte_xml(karte), egvp.VISITENKARTE),
            *(AttachmentContent(attachment_of(name, data), name) for name, data in attachments.items()),
        )
        container = ContentContainer(contents, egvp.PROJECT_COCO, (self.client.signing_key,))
        return ContentPackage((EncryptedContainer(container, (self.court,)),))

    def herkunft(self, dateien: Mapping[str, bytes]) -> dict[str, bytes]:
        listed = tuple(VhnDatei(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in dateien.items())
        angaben = VhnAngaben(self.safe_id, ROLLE_BEBPO, True, listed, "Test", datetime.now(UTC))
        vhn = asyncio.run(write_vhn(angaben, Signer(self.vhn)))
        return {"vhn.xml": vhn.xml, "vhn.xml.p7s": vhn.p7s}


def end(sandbox: Sandbox) -> None:
    if sandbox.process is not None and sandbox.process.poll() is None:
        with suppress(ProcessLookupError):
            os.kill(sandbox.process.pid, signal.SIGKILL)
        sandbox.process.wait()
