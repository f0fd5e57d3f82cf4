"""What is written to the log: event types and the canonical form whose hash is the leaf of the tree to come."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Final
from uuid import UUID, uuid4

from erv_gateway.kern.fehler import ErvError

FORMAT: Final = 1
NONCE_BYTES: Final = 16
Angabe = str | int | bool | None
"""Details are ids, digests, codes and counts, never content or names of parties."""


class EreignisArt(StrEnum):
    AKTE_UEBERNOMMEN = "akte.uebernommen"
    AKTE_ABGEWIESEN = "akte.abgewiesen"
    SENDUNG_ANGELEGT = "sendung.angelegt"
    SENDUNG_GETEILT = "sendung.geteilt"
    SENDUNG_TEILUNG_AUFGEHOBEN = "sendung.teilung-aufgehoben"
    SENDUNG_GEPRUEFT = "sendung.geprueft"
    SENDUNG_KORRIGIERT = "sendung.korrigiert"
    SENDUNG_KORREKTUR_ZURUECKGENOMMEN = "sendung.korrektur-zurueckgenommen"
    SENDUNG_FREIGEGEBEN = "sendung.freigegeben"
    SENDUNG_BEAUFTRAGT = "sendung.beauftragt"
    SENDUNG_KENNUNG_ERHALTEN = "sendung.kennung-erhalten"
    SENDUNG_UEBERGABE_BEGONNEN = "sendung.uebergabe-begonnen"
    SENDUNG_UEBERGEBEN = "sendung.uebergeben"
    SENDUNG_UNGEWISS = "sendung.ungewiss"
    SENDUNG_NICHT_ANGEKOMMEN = "sendung.nicht-angekommen"
    SENDUNG_ABGEWIESEN = "sendung.abgewiesen"
    SENDUNG_BESTAETIGT = "sendung.bestaetigt"
    SENDUNG_BEANSTANDET = "sendung.beanstandet"
    SENDUNG_ABGELEGT = "sendung.abgelegt"
    SENDUNG_ZURUECKGEZOGEN = "sendung.zurueckgezogen"
    SENDUNG_ERSATZ_EINGEREICHT = "sendung.ersatz-eingereicht"
    NACHRICHT_GESICHERT = "nachricht.gesichert"
    NACHRICHT_QUITTIERT = "nachricht.quittiert"
    NACHRICHT_UNQUITTIERBAR = "nachricht.unquittierbar"
    NACHRICHT_GEPRUEFT = "nachricht.geprueft"
    NACHRICHT_ZUGEORDNET = "nachricht.zugeordnet"
    NACHRICHT_ZU_KLAEREN = "nachricht.zu-klaeren"
    NACHRICHT_ERLEDIGT = "nachricht.erledigt"
    EEB_ENTSCHIEDEN = "eeb.entschieden"


@dataclass(frozen=True, slots=True)
class Ereignis:
    """One log entry. `nonce` (hex, 128 bit) keeps a leaf hash from being guessed from its content."""

    id: UUID
    art: EreignisArt
    gegenstand: UUID
    zeitpunkt: datetime
    handelnd: str
    angaben: Mapping[str, Angabe]
    nonce: str

    def body(self) -> bytes:
        """Canonical bytes: RFC 8785 for what is used here (ASCII keys, no floats), UTF-8."""
        if self.zeitpunkt.tzinfo is None:
            raise ErvError("a log entry needs an aware time")
        return canonical_json(
            {
                "angaben": dict(self.angaben),
                "art": str(self.art),
                "format": FORMAT,
                "gegenstand": str(self.gegenstand),
                "handelnd": self.handelnd,
                "id": str(self.id),
                "nonce": self.nonce,
                "zeitpunkt": self.zeitpunkt.astimezone(UTC).isoformat(timespec="microseconds"),
            }
        )


def canonical_json(value: object) -> bytes:
    """RFC 8785 for objects with ASCII keys, strings, integers, booleans and null."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def leaf_hash(body: bytes) -> bytes:
    """RFC 6962 §2.1: SHA-256 over 0x00 and the entry."""
    return hashlib.sha256(b"\x00" + body).digest()


def new_ereignis(
    art: EreignisArt, gegenstand: UUID, *, zeitpunkt: datetime, handelnd: str, **angaben: Angabe
) -> Ereignis:
    """An entry with a fresh id and nonce. `handelnd`: a person's id, or the name of the program part that acted."""
    return Ereignis(uuid4(), art, gegenstand, zeitpunkt, handelnd, angaben, token_hex(NONCE_BYTES))
