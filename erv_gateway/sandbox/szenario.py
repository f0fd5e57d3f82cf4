"""Scenarios: what the sandbox does wrong on purpose, so that a sender can show what it does then (docs/sandbox.md)."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from types import MappingProxyType
from typing import Final

from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.sandbox.speicher import Speicher
from osci.feedback import FeedbackEntry
from osci.intermediary import DeliveryRequest
from osci.mailbox import CardPage, CardQuery, Passage, StoredDelivery, UploadKey, Waiting
from osci.messages import Selection
from osci.processcard import ProcessCard
from osci.types import Role, Use


class Szenario(StrEnum):
    NORMAL = "normal"
    ANTWORT_VERLOREN = "antwort-verloren"
    ABSTURZ_NACH_ANNAHME = "absturz-nach-annahme"
    LANGSAM = "langsam"
    LAUFZETTEL_SPAETER = "laufzettel-spaeter"
    ABGEWIESEN = "abgewiesen"


ENGLISH: Final = MappingProxyType(
    {
        "normal": Szenario.NORMAL,
        "answer-lost": Szenario.ANTWORT_VERLOREN,
        "crash-after-store": Szenario.ABSTURZ_NACH_ANNAHME,
        "slow": Szenario.LANGSAM,
        "process-card-late": Szenario.LAUFZETTEL_SPAETER,
        "refused": Szenario.ABGEWIESEN,
    }
)
EINMALIG: Final = frozenset({Szenario.ANTWORT_VERLOREN, Szenario.ABSTURZ_NACH_ANNAHME})
SEKUNDEN: Final = MappingProxyType({Szenario.LANGSAM: 3.0, Szenario.LAUFZETTEL_SPAETER: 10.0})
MAX_SEKUNDEN: Final = 3600.0
REFUSAL: Final = FeedbackEntry("9707", "Das Chiffrierzertifikat des Empfängers ist gesperrt (Szenario abgewiesen)")
_MERKER: Final = "szenario"


class SzenarioUnknown(EingabeRefused):
    code = "szenario"


def szenario_of(name: str) -> Szenario:
    """By its German or English name. Raises SzenarioUnknown."""
    try:
        return ENGLISH.get(name) or Szenario(name)
    except ValueError as error:
        raise SzenarioUnknown(f"there is no scenario {name!r}", name=name, namen=", ".join(Szenario)) from error


@dataclass(frozen=True, slots=True)
class Regieanweisung:
    """The scenario that is on; `sekunden` is how long (langsam, laufzettel-spaeter)."""

    szenario: Szenario
    sekunden: float

    def as_json(self) -> str:
        return json.dumps({"szenario": self.szenario, "sekunden": self.sekunden})


class Regie:
    """Plays the scenario, for everybody but the court (`ausgenommen`: DER of its cipher certificate).

    It stands between the server and its store as a DeliveryStore. What is on is remembered there, and a scenario that
    plays once is over, durably, before it does its harm: a restart is normal.
    """

    def __init__(self, speicher: Speicher, now: Callable[[], datetime], ausgenommen: bytes) -> None:
        self._speicher = speicher
        self._now = now
        self._ausgenommen = ausgenommen
        self._lock = Lock()
        self._betroffen: set[str] = set()

    @property
    def aktuell(self) -> Regieanweisung:
        remembered = self._speicher.merker(_MERKER)
        if remembered is None:
            return Regieanweisung(Szenario.NORMAL, 0.0)
        data = json.loads(remembered)
        return Regieanweisung(Szenario(data["szenario"]), float(data["sekunden"]))

    def choose(self, szenario: Szenario, sekunden: float | None = None) -> Regieanweisung:
        """From now on. Raises SzenarioUnknown for a duration outside 0 to MAX_SEKUNDEN."""
        dauer = SEKUNDEN.get(szenario, 0.0) if sekunden is None else sekunden
        if not 0 <= dauer <= MAX_SEKUNDEN:
            raise SzenarioUnknown(f"{dauer} seconds", name=szenario, namen=", ".join(Szenario))
        anweisung = Regieanweisung(szenario, dauer)
        self._speicher.set_merker(_MERKER, anweisung.as_json())
        return anweisung

    def begin(self, szenario: Szenario) -> None:
        """At the start of the process: chosen unless it was at an earlier start, so a one-time scenario plays once."""
        note = f"start:{szenario}"
        if self._speicher.merker(note) is None or szenario not in EINMALIG:
            self._speicher.set_merker(note, "ja")
            self.choose(szenario)

    def play(self, message_id: str | None) -> Szenario:
        """What is to happen to the answer about this delivery. A one-time scenario is over when this returns it."""
        with self._lock:
            if message_id is None or message_id not in self._betroffen:
                return Szenario.NORMAL
            self._betroffen.discard(message_id)
            szenario = self.aktuell.szenario
            if szenario not in EINMALIG:
                return Szenario.NORMAL
            self.choose(Szenario.NORMAL)
            return szenario

    def delay(self) -> float:
        """Seconds to wait before an answer is written."""
        anweisung = self.aktuell
        return anweisung.sekunden if anweisung.szenario is Szenario.LANGSAM else 0.0

    def admit(self, request: DeliveryRequest) -> FeedbackEntry | None:
        sender = request.certificates.find(Role.ORIGINATOR, Use.CIPHER)
        refusing = self.aktuell.szenario is Szenario.ABGEWIESEN and sender != self._ausgenommen
        return REFUSAL if refusing else None

    def issue(self, message_id: str) -> None:
        self._speicher.issue(message_id)

    def register(self, passage: Passage, created: datetime) -> bool:
        return self._speicher.register(passage, created)

    def store(self, delivery: StoredDelivery, created: datetime, upload: UploadKey | None = None) -> bool:
        stored = self._speicher.store(delivery, created, upload)
        if stored and delivery.originator != self._ausgenommen:
            with self._lock:
                self._betroffen.add(delivery.message_id)
        return stored

    def pick(self, addressee: bytes, selection: Selection) -> Waiting | None:
        return self._speicher.pick(addressee, selection)

    def mark_forwarded(self, message_id: str, at: datetime) -> ProcessCard:
        return self._speicher.mark_forwarded(message_id, at)

    def mark_received(self, message_id: str, at: datetime) -> None:
        self._speicher.mark_received(message_id, at)

    def cards(self, query: CardQuery) -> CardPage:
        page = self._speicher.cards(query)
        anweisung = self.aktuell
        if anweisung.szenario is not Szenario.LAUFZETTEL_SPAETER or query.requester == self._ausgenommen:
            return page
        visible = self._now() - timedelta(seconds=anweisung.sekunden)
        return CardPage(tuple(b for b in page.bundles if _created(b.card) <= visible), page.more)


def _created(card: ProcessCard) -> datetime:
    return card.creation if isinstance(card.creation, datetime) else card.recent_modification
