"""The Prüfprotokoll as JSON and back. The bytes are stored and hashed; every other report is made from them."""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from erv_gateway.pruefprotokoll.fehler import ProtokollUnreadable
from erv_gateway.pruefprotokoll.modell import FORMAT, Pruefprotokoll

MAX_PROTOKOLL_BYTES: Final = 64 * 2**20  # ours: 1,000 files with a dozen signatures each stay far below
_ADAPTER: Final = TypeAdapter(Pruefprotokoll)
_UNSAYABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What neither UTF-8 nor the database can hold; it comes with hostile names only."""


def to_json(protokoll: Pruefprotokoll) -> dict[str, Any]:
    """JSON values only; times in UTC, ISO 8601. The colour is written out for readers that know only colours."""
    values: dict[str, Any] = _plain(protokoll)
    return {"format": FORMAT, "ampel": str(protokoll.ampel), **values}


def to_bytes(protokoll: Pruefprotokoll) -> bytes:
    """UTF-8, keys sorted: the same Prüfprotokoll is always the same bytes."""
    return json.dumps(to_json(protokoll), ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def from_json(data: Mapping[str, Any]) -> Pruefprotokoll:
    """The inverse of `to_json`; what is unknown or missing is refused. Raises ProtokollUnreadable."""
    values = dict(data)
    if values.pop("format", None) != FORMAT:
        raise ProtokollUnreadable("not a Prüfprotokoll of a known format")
    ampel = values.pop("ampel", None)
    try:
        protokoll = _ADAPTER.validate_python(values)
    except (ValidationError, RecursionError) as error:
        raise ProtokollUnreadable("not a readable Prüfprotokoll") from error
    if ampel != protokoll.ampel or _plain(protokoll) != values:
        raise ProtokollUnreadable("colour and result of the Prüfprotokoll disagree, or there is more than it may hold")
    return protokoll


def from_bytes(data: bytes) -> Pruefprotokoll:
    """Raises ProtokollUnreadable."""
    if len(data) > MAX_PROTOKOLL_BYTES:
        raise ProtokollUnreadable("larger than any Prüfprotokoll")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ProtokollUnreadable("not JSON") from error
    if not isinstance(values, dict):
        raise ProtokollUnreadable("not a JSON object")
    return from_json(values)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)) if isinstance(value, str) else value
