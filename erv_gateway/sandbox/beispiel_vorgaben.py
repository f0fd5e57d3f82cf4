"""The sample case as it is written down in `beispiel_daten/*.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from typing import Any
from uuid import UUID, uuid5

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass as checked_dataclass

NAMENSRAUM = UUID("6f1f9f0a-3f0b-5d3e-9a52-0d5f0c1e7b11")  # own, for the deterministic ids of this case
Eintrag = list[str]
"""[zeitpunkt (local), akteur, aktion, metadatum?, alt?, neu?, bemerkung?]"""
Kontakt = tuple[str, str, str, str]
"""institution, unit, first name, last name; empty where there is none"""


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class DokumentVorgabe:
    schluessel: str
    titel: str
    typ: str
    dateiname: str
    datum: date
    erstellt: datetime
    vorlage: str
    daten: dict[str, Any]
    historie: list[Eintrag]
    container: str = ""
    anlage_zu: str | None = None
    fremdes_zeichen: str | None = None
    posteingang: date | None = None
    absender: Kontakt | None = None
    empfaenger: Kontakt | None = None
    bilder: int = 0
    scan: bool = False
    quelldatei: bool = False
    gutachten: bool = False


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class TeilakteVorgabe:
    schluessel: str
    aktenzeichen: str
    titel: str
    typ: str
    laufzeit_beginn: date
    laufzeit_ende: date
    historie: list[Eintrag]


@checked_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class AkteVorgabe:
    schluessel: str
    aktenzeichen: str
    titel: str
    stelle: str
    einheit: str
    stelle_zeile: str
    laufzeit_beginn: date
    laufzeit_ende: date
    exportiert: datetime
    gericht: str
    historie: list[Eintrag]
    teilakte: list[TeilakteVorgabe]


@dataclass(frozen=True, slots=True)
class Vorgaben:
    akte: AkteVorgabe
    dokumente: Mapping[str, tuple[DokumentVorgabe, ...]] = field(default_factory=dict)
    """By container: the key of a Teilakte, or "akte" for what lies beside them."""


def load_vorgaben() -> Vorgaben:
    """The whole case; a mistake in the files raises pydantic's ValidationError at once."""
    kopf = _toml("akte")
    lose = kopf.pop("dokument")
    akte = TypeAdapter(AkteVorgabe).validate_python(kopf)
    je_teilakte = {teilakte.schluessel: _toml(teilakte.schluessel)["dokument"] for teilakte in akte.teilakte}
    adapter = TypeAdapter(tuple[DokumentVorgabe, ...])
    return Vorgaben(
        akte, {name: adapter.validate_python(liste) for name, liste in ({**je_teilakte, "akte": lose}).items()}
    )


def kennung(schluessel: str) -> UUID:
    return uuid5(NAMENSRAUM, schluessel)


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("beispiel_daten", f"{name}.toml").read_text("utf-8"))
