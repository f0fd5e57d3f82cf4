"""The JSON of the canonical intake package, as `docs/einlieferung.md` describes it. Unknown keys are refused."""

import unicodedata
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from erv_gateway.akte.modell import HistorienArt
from erv_gateway.akte.namen import FORBIDDEN_CATEGORIES
from erv_gateway.akte.werte import checked_date

FORMAT = "erv-gateway-akte"
SOFT_HYPHEN = "\u00ad"  # harmless, and common in titles that come out of a word processor
MAX_TEXT_ZEICHEN = 4000  # own limit


def _one_line(value: str) -> str:
    if any(unicodedata.category(z) in FORBIDDEN_CATEGORIES and z != SOFT_HYPHEN for z in value):
        raise ValueError("Steuerzeichen und unsichtbare Zeichen sind nicht zugelassen")
    return value


def _lines(value: str) -> str:
    """Several lines: values of a history may be long."""
    _one_line(value.replace("\n", " ").replace("\t", " "))
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_ZEICHEN), AfterValidator(_one_line)]
LangerText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT_ZEICHEN), AfterValidator(_lines)]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Nummer = Annotated[int, Field(ge=1, le=10**9)]
Tag = Annotated[date, AfterValidator(checked_date)]
Zeitpunkt = Annotated[AwareDatetime, AfterValidator(checked_date)]


class _Objekt(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ManifestRolle(StrEnum):
    ORIGINAL = "original"
    REPRAESENTAT = "repraesentat"
    SIGNATURDATEI = "signaturdatei"
    TRANSFERVERMERK = "transfervermerk"


class ManifestEintrag(_Objekt):
    zeitpunkt: Zeitpunkt
    akteur: Text
    aktion: Text
    art: HistorienArt = HistorienArt.SONSTIGES
    metadatum: LangerText | None = None
    alter_wert: LangerText | None = None
    neuer_wert: LangerText | None = None
    bemerkung: LangerText | None = None


class ManifestDatei(_Objekt):
    name: Text
    sha256: Sha256
    bytes: Annotated[int, Field(ge=1)]
    rolle: ManifestRolle = ManifestRolle.ORIGINAL
    bezug: Text | None = None


class ManifestScan(_Objekt):
    datum: Tag
    ersetzend: bool


class ManifestDokument(_Objekt):
    id: UUID
    nummer: Nummer | None = None
    titel: Text
    klasse: Code = "001"
    dateien: tuple[ManifestDatei, ...] = ()
    fremdes_geschaeftszeichen: Text | None = None
    posteingang: Tag | None = None
    datum_des_schreibens: Tag | None = None
    erstellt_am: Zeitpunkt | None = None
    veraktet_am: Tag | None = None
    scan: ManifestScan | None = None
    absender: Text | None = None
    adressat: Text | None = None
    anlage_zu: UUID | None = None
    historie: tuple[ManifestEintrag, ...] = ()


class ManifestTeilakte(_Objekt):
    id: UUID
    nummer: Nummer | None = None
    titel: Text
    typ: Code = "001"
    aktenzeichen: Text | None = None
    laufzeit_beginn: Tag | None = None
    laufzeit_ende: Tag | None = None
    teilakten: tuple["ManifestTeilakte", ...] = ()
    dokumente: tuple[ManifestDokument, ...] = ()
    historie: tuple[ManifestEintrag, ...] = ()


class ManifestAkte(_Objekt):
    id: UUID
    aktenzeichen: Text
    titel: Text
    abgebende_stelle: Text
    laufzeit_beginn: Tag | None = None
    laufzeit_ende: Tag | None = None
    exportiert_am: Zeitpunkt | None = None
    teilakten: tuple[ManifestTeilakte, ...] = ()
    dokumente: tuple[ManifestDokument, ...] = ()
    historie: tuple[ManifestEintrag, ...] = ()


class Manifest(_Objekt):
    format: Literal["erv-gateway-akte"]
    version: Literal[1]
    akte: ManifestAkte
