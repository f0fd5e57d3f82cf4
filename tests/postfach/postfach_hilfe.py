"""Mailboxes of two offices at one intermediary, and messages between them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from postfach_tls import Ausstellung

from erv_gateway.kern.ids import MessageId
from erv_gateway.postfach.base import Anhang, Auftrag, Empfaenger, Vorbereitet
from erv_gateway.postfach.egvp import NACHRICHTENTYP_ALLGEMEIN, ROLLE_BEBPO, Visitenkarte
from erv_gateway.postfach.osci.adapter import OsciPostfach
from erv_gateway.postfach.osci.konfiguration import OsciZugang
from erv_gateway.sandbox.gericht.stammdaten import leaf
from erv_gateway.sandbox.schluessel import osci_key
from erv_gateway.signatur.pki import Pki, load_pki
from erv_gateway.storage.blobs import Blobs, MemoryBlobs
from osci.dialog import Client, Intermediary
from xjustiz import SafeId

STADT, LANDKREIS, VERMITTLER = "stadt-musterfurt", "landkreis-auental", "vermittler"
BRIEF = b"%PDF-1.7 " + bytes(range(256)) * 5000
ANLAGEN = {"Brief_1.pdf": BRIEF, "xjustiz_nachricht.xml": b"<x/>"}


async def nothing_kept(_: MessageId) -> bool:
    return False


def json_of(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text())
    return value


@cache
def client_of(folder: Path, kennung: str) -> Client:
    """Opening the key files takes longer than what is done with the keys."""
    schluessel = load_pki(folder).teilnehmer[kennung].schluessel
    return Client(*(osci_key(schluessel[name].load()) for name in ("postfach-signatur", "postfach-chiffrat")))


@dataclass(frozen=True)
class Ort:
    """Where the intermediary is, and everybody's keys."""

    pki: Pki
    endpoint: str
    endpoint_tls: str
    """The same intermediary over TLS; it demands a certificate of `tls`."""
    tls: Ausstellung

    def at(self, endpoint: str) -> Self:
        return replace(self, endpoint=endpoint)

    def zertifikat(self, kennung: str, name: str) -> bytes:
        return leaf(self.pki.teilnehmer[kennung].schluessel[name])

    def zugang(self, kennung: str = STADT) -> OsciZugang:
        amt = self.pki.teilnehmer[kennung]
        return OsciZugang(
            name=kennung,
            safe_id=SafeId(str(amt.safe_id)),
            endpoint=self.endpoint,
            client=client_of(self.pki.folder, kennung),
            intermediary=Intermediary(
                self.zertifikat(VERMITTLER, "postfach-chiffrat"), self.zertifikat(VERMITTLER, "postfach-signatur")
            ),
            visitenkarte=Visitenkarte(amt.name, "Musterfurt", str(amt.safe_id), ROLLE_BEBPO),
        )

    def postfach(self, kennung: str = STADT) -> tuple[OsciPostfach, MemoryBlobs]:
        blobs = MemoryBlobs()
        return OsciPostfach(self.zugang(kennung), blobs), blobs

    def empfaenger(self, kennung: str = LANDKREIS) -> Empfaenger:
        amt = self.pki.teilnehmer[kennung]
        return Empfaenger(SafeId(str(amt.safe_id)), amt.name, self.zertifikat(kennung, "postfach-chiffrat"))

    async def auftrag(self, blobs: Blobs, message_id: MessageId, anlagen: Mapping[str, bytes] = ANLAGEN) -> Auftrag:
        anhaenge = []
        for name, data in anlagen.items():
            blob = await blobs.put_bytes(data)
            anhaenge.append(Anhang(name, blob.sha256, blob.bytes))
        return Auftrag(
            message_id=message_id,
            empfaenger=self.empfaenger(),
            nachrichtentyp=NACHRICHTENTYP_ALLGEMEIN,
            betreff="Bauvoranfrage „Lindenhof“ – Größe",
            aktenzeichen_absender="63-1/2026",
            aktenzeichen_empfaenger="LK 7",
            anhaenge=tuple(anhaenge),
        )

    async def vorbereitet(
        self, message_id: MessageId | None = None, anlagen: Mapping[str, bytes] = ANLAGEN
    ) -> tuple[OsciPostfach, MemoryBlobs, MessageId, Vorbereitet]:
        """A delivery of the city to the county, with a fresh MessageId if none is given, not yet sent."""
        postfach, blobs = self.postfach()
        message_id = message_id or await postfach.new_message_id()
        return postfach, blobs, message_id, await postfach.prepare(await self.auftrag(blobs, message_id, anlagen))

    async def deliver(self, anlagen: Mapping[str, bytes] = ANLAGEN) -> MessageId:
        postfach, _, message_id, vorbereitet = await self.vorbereitet(anlagen=anlagen)
        await postfach.hand_over(vorbereitet)
        return message_id
