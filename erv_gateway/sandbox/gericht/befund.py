"""What the court found in one delivery. It lies as `befund.json` beside the attachments."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from erv_gateway.sandbox.gericht.datensatz import UEBERMITTLUNG


class Urteil(StrEnum):
    GUELTIG = "gueltig"
    UNBESTIMMT = "unbestimmt"
    UNGUELTIG = "ungueltig"


@dataclass(frozen=True, slots=True)
class Dateibefund:
    """`gelistet`: the data set names this file."""

    name: str
    bytes: int
    sha256: str
    gelistet: bool


@dataclass(frozen=True, slots=True)
class Absenderangaben:
    """The sender: SAFE-ID and name of the business card, certificate to encrypt answers for (hex of DER)."""

    safe_id: str | None
    name: str | None
    chiffrat: str | None


@dataclass(frozen=True, slots=True)
class Befund:
    """`abrufe` counts how often the delivery was fetched; times are ISO 8601 with offset."""

    message_id: str
    abrufe: int
    eingang: str | None
    betreff: str | None
    urteil: Urteil
    gruende: tuple[str, ...]
    absender: Absenderangaben
    nachricht: str | None = None
    xjustiz_version: str | None = None
    nachrichten_id: str | None = None
    fremde_nachrichten_id: str | None = None
    aktenzeichen_absender: str | None = None
    aktenzeichen_gericht: str | None = None
    dateien: tuple[Dateibefund, ...] = ()

    @property
    def will_antwort(self) -> bool:
        return self.urteil is Urteil.GUELTIG and self.nachricht == UEBERMITTLUNG and bool(self.absender.chiffrat)

    def once_more(self) -> "Befund":
        return replace(self, abrufe=self.abrufe + 1)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def befund_from_json(data: bytes) -> Befund:
    """The inverse of `to_json`, for our own files."""
    fields: dict[str, Any] = json.loads(data)
    return Befund(
        **{
            **fields,
            "urteil": Urteil(fields["urteil"]),
            "gruende": tuple(fields["gruende"]),
            "absender": Absenderangaben(**fields["absender"]),
            "dateien": tuple(Dateibefund(**datei) for datei in fields["dateien"]),
        }
    )
