"""Answering a delivery exactly once, whatever is killed when.

Order: message id obtained, complete bytes and `antwort.json` durable, only then sent. After a crash the same bytes
with the same message id go out again; the intermediary stores an id once (9801), its Laufzettel tells which it was.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from erv_gateway.kern.fehler import ErvError
from erv_gateway.kern.uhr import berlin
from erv_gateway.sandbox.dauerhaft import write_durable
from erv_gateway.sandbox.gericht.befund import Befund
from erv_gateway.sandbox.gericht.datensatz import DATENSATZ_NAME, Schemapruefung
from erv_gateway.sandbox.gericht.eingang import Eingaenge
from erv_gateway.sandbox.gericht.postfach import ALREADY_THERE, Gerichtspostfach
from erv_gateway.sandbox.gericht.schreiben import BETREFF, Schreiben, build_dateien, build_package
from erv_gateway.sandbox.gericht.stammdaten import Gerichtsdaten
from osci.constants import CHUNK_BYTES
from osci.dialog import Expectation, RequestRefused
from osci.errors import LocalProtocolError

ANTWORT: Final = "antwort.json"
BYTES: Final = "antwort.osci"
ERSTE_NUMMER: Final = 123


class AntwortImpossible(ErvError):
    """What the sender gave about itself leads to no valid answer."""

    code = "antwort-unmoeglich"


class Antwortstand(StrEnum):
    VORBEREITET = "vorbereitet"
    UEBERGEBEN = "uebergeben"
    ABGEWIESEN = "abgewiesen"


@dataclass(frozen=True, slots=True)
class Antwort:
    """`nummer` of the register; `erwartung` = what the intermediary's answer must fit to; `code` of a refusal."""

    stand: Antwortstand
    message_id: str
    nummer: int
    aktenzeichen: str
    erwartung: dict[str, Any]
    code: str | None = None

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def antwort_in(folder: Path) -> Antwort | None:
    """The answer to the delivery in this folder, None when there is none yet."""
    file = folder / ANTWORT
    if not file.exists():
        return None
    fields = json.loads(file.read_bytes())
    return Antwort(**{**fields, "stand": Antwortstand(fields["stand"])})


class Beantwortung:
    """Answers every delivery that wants an answer; safe to call again and again.

    What is settled is remembered only to save reading it again.
    """

    def __init__(
        self,
        eingaenge: Eingaenge,
        postfach: Gerichtspostfach,
        daten: Gerichtsdaten,
        schema: Schemapruefung,
        now: Callable[[], datetime],
    ) -> None:
        self._eingaenge = eingaenge
        self._postfach = postfach
        self._daten = daten
        self._schema = schema
        self._now = now
        self._settled: set[str] = set()

    def run(self) -> int:
        """How many answers were handed over now. GegenstelleFailed: the rest waits for the next time."""
        return sum(
            self._settle(*delivery) for delivery in self._eingaenge.open(self._eingaenge.names() - self._settled)
        )

    def _settle(self, folder: Path, befund: Befund) -> bool:
        known = antwort_in(folder)
        over = known is not None and known.stand is not Antwortstand.VORBEREITET
        handed_over = not over and befund.will_antwort and self._answer(folder, befund, known)
        self._settled.add(folder.name)
        return handed_over

    def _answer(self, folder: Path, befund: Befund, known: Antwort | None) -> bool:
        antwort = known or self._prepared(folder, befund)
        done = self._send(folder, antwort) if antwort.stand is Antwortstand.VORBEREITET else antwort
        write_durable(folder / ANTWORT, (done.to_json(),))
        return done.stand is Antwortstand.UEBERGEBEN

    def _prepared(self, folder: Path, befund: Befund) -> Antwort:
        """What cannot be written for this sender never will be: noted, and the others get their answers."""
        try:
            return self._prepare(folder, befund)
        except (AntwortImpossible, LocalProtocolError):
            return Antwort(Antwortstand.ABGEWIESEN, "", 0, "", {}, code=AntwortImpossible.code)

    def _prepare(self, folder: Path, befund: Befund) -> Antwort:
        now = self._now()
        nummer, aktenzeichen = self._register(befund, now)
        schreiben = Schreiben(befund, aktenzeichen, now)
        dateien = build_dateien(schreiben, self._daten)
        faults = self._schema(dateien[DATENSATZ_NAME])
        if faults:
            raise AntwortImpossible(f"the court's own data set is not valid: {faults[0]}")
        message_id = self._postfach.new_message_id()
        package = build_package(schreiben, self._daten, dateien)
        request = self._postfach.prepare(message_id, package, bytes.fromhex(befund.absender.chiffrat or ""), BETREFF)
        write_durable(folder / BYTES, request.wire.chunks())
        erwartung = request.expectation.to_dict()
        antwort = Antwort(Antwortstand.VORBEREITET, message_id, nummer, aktenzeichen, dict(erwartung))
        write_durable(folder / ANTWORT, (antwort.to_json(),))
        return antwort

    def _send(self, folder: Path, antwort: Antwort) -> Antwort:
        file = folder / BYTES
        try:
            expectation = Expectation.from_dict(antwort.erwartung)
            self._postfach.send(file.stat().st_size, _chunks(file), expectation)
        except RequestRefused as error:
            there = error.code == ALREADY_THERE and self._postfach.has_laufzettel(antwort.message_id)
            if not there:
                return replace(antwort, stand=Antwortstand.ABGEWIESEN, code=error.code)
        return replace(antwort, stand=Antwortstand.UEBERGEBEN)

    def _register(self, befund: Befund, now: datetime) -> tuple[int, str]:
        """A number of its own, or the one the sender already writes to."""
        places = (folder for folder, _ in self._eingaenge.open(self._eingaenge.names()))
        given = [antwort for folder in places if (antwort := antwort_in(folder))]
        known = next((a for a in given if a.aktenzeichen == befund.aktenzeichen_gericht), None)
        if known is not None:
            return known.nummer, known.aktenzeichen
        nummer = max((antwort.nummer for antwort in given), default=ERSTE_NUMMER - 1) + 1
        return nummer, f"1 K {nummer}/{berlin(now):%y}"


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(CHUNK_BYTES):
            yield block
