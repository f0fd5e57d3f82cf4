"""What a correction is made of: single changes that a person can read and the package builder can apply again.

A change is complete in itself. It names what it found (`vorher`), so that one that does not fit any more is noticed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from erv_gateway.akte.modell import Datei, HistorienEintrag
from erv_gateway.kern.ereignisse import canonical_json
from xjustiz import Datentyp


class KorrekturId(StrEnum):
    """Stable: they stand in the database, the log and the API."""

    NUMMERIERUNG = "nummerierung"
    FEHLBLATT = "fehlblatt"
    DATEINAMEN = "dateinamen"
    UMSCHRIFT = "umschrift"
    PDFA = "pdfa-kopie"


@dataclass(frozen=True, slots=True)
class Nummer:
    """A Teilakte or a Dokument gets another place in its container."""

    objekt: UUID
    vorher: int
    nachher: int
    art: Literal["nummer"] = "nummer"


@dataclass(frozen=True, slots=True)
class Name:
    """The file `datei` (name in the delivery) travels as `name`; with `titel` the document is called that."""

    dokument: UUID
    datei: str
    name: str
    titel_vorher: str
    titel: str | None = None
    art: Literal["name"] = "name"


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the data set that DIN 91379 does not let pass, and what is written instead."""

    datentyp: Datentyp
    vorher: str
    nachher: str
    art: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Kopie:
    """A readable copy beside the Original, which stays as it is. `datei` is None until the copy was made."""

    dokument: UUID
    original_sha256: str
    datei: Datei | None = None
    art: Literal["kopie"] = "kopie"


@dataclass(frozen=True, slots=True)
class Fehlblatt:
    """A sheet in the place of a document that was removed: in `container` behind `nach`, or first where that is None.

    `entfernt` says in German what is known of the removal; `datei` is None until the sheet was printed.
    """

    container: UUID
    nach: UUID | None
    dokument: UUID
    titel: str
    entfernt: str
    bekannt_am: datetime
    historie: tuple[HistorienEintrag, ...] = ()
    datei: Datei | None = None
    art: Literal["fehlblatt"] = "fehlblatt"


Wirkung = Annotated[Nummer | Name | Text | Kopie | Fehlblatt, Field(discriminator="art")]


@dataclass(frozen=True, slots=True)
class Aenderung:
    """One line of a plan, in German, and what it does. `zeichen`: for a text, each replaced character by itself."""

    wo: str
    vorher: str
    nachher: str
    warum: str
    wirkung: Wirkung
    zeichen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Auslassung:
    """A change of the plan that could not be carried out, and the reason in German."""

    wo: str
    grund: str


@dataclass(frozen=True, slots=True)
class Korrekturplan:
    """What a correction would do to a Sendung as it stands: `grundlage` is the number of the last record before it."""

    korrektur: KorrekturId
    grundlage: int
    aenderungen: tuple[Aenderung, ...]

    @property
    def digest(self) -> str:
        """SHA-256 (64 lower-case hex digits) over everything that a person sees of the plan and that it does."""
        return sha256(canonical_json(plan_to_json(self))).hexdigest()


_AENDERUNGEN: TypeAdapter[tuple[Aenderung, ...]] = TypeAdapter(tuple[Aenderung, ...])
_AUSLASSUNGEN: TypeAdapter[tuple[Auslassung, ...]] = TypeAdapter(tuple[Auslassung, ...])


def aenderungen_to_json(aenderungen: tuple[Aenderung, ...]) -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = _AENDERUNGEN.dump_python(aenderungen, mode="json")
    return value


def aenderungen_from_json(value: object) -> tuple[Aenderung, ...]:
    return _AENDERUNGEN.validate_python(value, strict=False)


def auslassungen_to_json(auslassungen: tuple[Auslassung, ...]) -> list[dict[str, Any]]:
    value: list[dict[str, Any]] = _AUSLASSUNGEN.dump_python(auslassungen, mode="json")
    return value


def auslassungen_from_json(value: object) -> tuple[Auslassung, ...]:
    return _AUSLASSUNGEN.validate_python(value, strict=False)


def plan_to_json(plan: Korrekturplan) -> dict[str, Any]:
    return {
        "korrektur": str(plan.korrektur),
        "grundlage": plan.grundlage,
        "aenderungen": aenderungen_to_json(plan.aenderungen),
    }
