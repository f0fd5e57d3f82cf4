"""The court at work: fetch, check, keep, and only then let the intermediary know; then answer."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final, cast

from erv_gateway.kern.fehler import ErvError
from erv_gateway.protokollierung import logger
from erv_gateway.sandbox.gericht.antwort import Beantwortung
from erv_gateway.sandbox.gericht.cms import load_anchors
from erv_gateway.sandbox.gericht.datensatz import Schemapruefung
from erv_gateway.sandbox.gericht.eingang import Eingaenge
from erv_gateway.sandbox.gericht.postfach import Gerichtspostfach
from erv_gateway.sandbox.gericht.pruefung import Geprueft, Pruefer, unpruefbar
from erv_gateway.sandbox.gericht.stammdaten import gerichtsdaten
from erv_gateway.signatur.pki import Pki
from osci.dialog import Answer
from osci.errors import OsciError
from osci.messages import ResponseToFetchDelivery

INTERVAL_SECONDS: Final = 0.5
VHN_ANCHORS: Final = "vhn-bebpo"
EINGAENGE: Final = "eingaenge"


@dataclass(frozen=True, slots=True)
class Gericht:
    """One court over one folder. Nothing it needs to know after a crash lives in memory."""

    postfach: Gerichtspostfach
    pruefer: Pruefer
    eingaenge: Eingaenge
    beantwortung: Beantwortung
    now: Callable[[], datetime]

    def turn(self) -> tuple[int, int]:
        """Everything that waits is fetched and kept, what wants an answer gets it. (new deliveries, answers)"""
        return self._fetch(), self.beantwortung.run()

    def run(self, stop: Event) -> None:
        """Until `stop`. What fails now is tried again at the next turn."""
        log = logger()
        while not stop.is_set():
            try:
                self.turn()
            except (ErvError, OsciError) as error:
                log.warning("sandbox.gericht.fehlschlag", error_type=type(error).__name__)
            stop.wait(INTERVAL_SECONDS)

    def _fetch(self) -> int:
        new = 0
        for message, answer in self.postfach.collect():
            message_id = message.process_card.message_id if message.process_card else ""
            befund = self.eingaenge.known(message_id)
            if befund is not None:
                self.eingaenge.count_again(befund)
                continue
            self.eingaenge.add(self._judge(message, answer), answer.inner.chunks())
            new += 1
        return new

    def _judge(self, message: ResponseToFetchDelivery, answer: Answer) -> Geprueft:
        try:
            return self.pruefer.check(message, answer.received, self.now())
        except Exception as error:  # noqa: BLE001 - one message that breaks the check must not close the mailbox
            logger().error("sandbox.gericht.pruefung", error_type=type(error).__name__)
            return unpruefbar(message, f"Prüfung abgebrochen ({type(error).__name__})")


def build_gericht(pki: Pki, folder: Path, url: str, schema: Schemapruefung, now: Callable[[], datetime]) -> Gericht:
    """The court of this PKI, with its memory in `folder`. `url`: its intermediary. KonfigurationInvalid."""
    daten = gerichtsdaten(pki)
    eingaenge = Eingaenge(folder / EINGAENGE)
    postfach = Gerichtspostfach(daten, url, _spool)
    anchors = load_anchors(pki.anchors_folder / VHN_ANCHORS)
    pruefer = Pruefer(daten.chiffrat, anchors, schema, _spool)
    return Gericht(postfach, pruefer, eingaenge, Beantwortung(eingaenge, postfach, daten, schema, now), now)


def _spool() -> BinaryIO:
    return cast(BinaryIO, tempfile.TemporaryFile())
