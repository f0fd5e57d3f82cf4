"""A Sendung as it stands in the database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from erv_gateway.kern.fehler import NotFound
from erv_gateway.kern.ids import AkteId, MessageId, NachrichtId, SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.postfach.base import Anhang
from erv_gateway.storage.db import Database, Tx
from erv_gateway.storage.queries import load

SQL = load("sendung")


class SendungArt(StrEnum):
    AKTE = "AKTE"
    EEB = "EEB"


@dataclass(frozen=True, slots=True)
class Sendung:
    id: SendungId
    art: SendungArt
    zustand: SendungZustand
    akte_id: AkteId
    aktenstand_id: UUID | None
    antwort_auf: NachrichtId | None
    postfach: str
    empfaenger_safe_id: str
    betreff: str
    angaben: dict[str, Any]
    eigene_nachrichten_id: UUID
    aktenzeichen_absender: str
    aktenzeichen_empfaenger: str | None
    angelegt_von: UUID
    angelegt_am: datetime
    befunde: list[dict[str, Any]] | None
    freigegeben_von: UUID | None
    freigegeben_am: datetime | None
    message_id: MessageId | None
    vorbereitet: dict[str, Any] | None
    annahme: dict[str, Any] | None
    uebergeben_am: datetime | None
    laufzettel: dict[str, Any] | None
    eingang: datetime | None
    urteil: dict[str, Any] | None
    nachweis: dict[str, Any] | None
    teil_nummer: int | None = None
    teil_von: int | None = None

    @property
    def betreff_mit_teil(self) -> str:
        """The subject as it travels: the parts of one case file are told apart."""
        if self.teil_von is None:
            return self.betreff
        return f"{self.betreff} (Teil {self.teil_nummer} von {self.teil_von})"


@dataclass(frozen=True, slots=True)
class SendungDatei:
    """A file of the package: `anzeigename` is what people call it, `name` what travels."""

    position: int
    name: str
    anzeigename: str
    sha256: str
    bytes: int

    def anhang(self) -> Anhang:
        return Anhang(self.name, self.sha256, self.bytes)


async def load_sendung(source: Database | Tx, sendung_id: SendungId) -> Sendung:
    """Raises NotFound."""
    row = await source.fetch_one(SQL.sendung, sendung_id)
    if row is None:
        raise NotFound(f"no Sendung {sendung_id}", was="Sendung")
    values = dict(row)
    return Sendung(**{**values, "art": SendungArt(values["art"]), "zustand": SendungZustand(values["zustand"])})


async def load_dateien(source: Database | Tx, sendung_id: SendungId) -> tuple[SendungDatei, ...]:
    rows = await source.fetch_all(SQL.dateien, sendung_id)
    return tuple(SendungDatei(**dict(row)) for row in rows)
