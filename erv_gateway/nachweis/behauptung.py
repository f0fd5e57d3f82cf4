"""Reads `nachweis.json`: what the bundle claims. Strict: exactly the agreed fields and types, nothing twice."""

import hashlib
import json
import re
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from erv_gateway.kern.ereignisse import canonical_json
from erv_gateway.nachweis.befund import Mangel
from erv_gateway.nachweis.modell import FORMAT, MANIFEST, NachweisUnreadable

_XSD_DATETIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class BehaupteteDatei(_Strict):
    dateiname: str
    bytes: int
    sha256: str


class Claims(_Strict):
    message_id: str
    eingang: str
    empfaenger: str
    dateien: list[BehaupteteDatei]
    urteil: str


class SendungAngaben(_Strict):
    id: str
    eigene_nachrichten_id: str


class Verzeichniseintrag(_Strict):
    path: str
    sha256: str
    bytes: int


class Behauptung(_Strict):
    """`nachweis.json`, parsed; `computed` is the checksum its fields really have."""

    format: str
    created: str
    sendung: SendungAngaben
    claims: Claims
    files: list[Verzeichniseintrag]
    pruefsumme: str

    @property
    def computed(self) -> str:
        return hashlib.sha256(canonical_json(self.model_dump(exclude={"pruefsumme"}))).hexdigest()


def parse_behauptung(data: bytes) -> Behauptung:
    """Raises NachweisUnreadable."""
    try:
        behauptung = Behauptung.model_validate(parse_json(data))
        parse_time(behauptung.created)
    except (ValidationError, Mangel) as error:
        raise NachweisUnreadable(f"{MANIFEST} does not have the agreed form") from error
    if behauptung.format != FORMAT:
        raise NachweisUnreadable(f"unknown format {behauptung.format!r}")
    return behauptung


def parse_json(data: bytes) -> Any:
    """JSON in UTF-8 without duplicate names and without NaN. Raises Mangel."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Mangel("fehlerhaftes JSON") from error


def parse_time(text: str) -> datetime:
    """xsd:dateTime with a zone. Raises Mangel."""
    if _XSD_DATETIME.fullmatch(text) is None:
        raise Mangel(f"keine Zeitangabe mit Zone: {text!r}")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Mangel(f"unmögliche Zeitangabe: {text!r}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name occurs twice")
    return result


def _refuse(constant: str) -> None:
    raise ValueError(constant)
