"""Akte -> manifest.json: for exports by a DMS adapter, for tests, and for the sample case."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from erv_gateway.akte.manifest_format import FORMAT
from erv_gateway.akte.modell import Akte, Datei, Rolle

_DATEI_WITHOUT = frozenset({"medientyp"})  # follows from the name and is checked against the content


def write_manifest(akte: Akte) -> bytes:
    """UTF-8 JSON of format 1, indented; the same Akte always gives the same bytes. Empty fields are left out."""
    inhalt = {"format": FORMAT, "version": 1, "akte": akte_json(akte)}
    return (json.dumps(inhalt, ensure_ascii=False, indent=2) + "\n").encode()


def akte_json(akte: Akte) -> dict[str, Any]:
    """The `akte` object of the manifest."""
    return _objekt(akte)


def _objekt(value: Any) -> dict[str, Any]:
    ausgelassen = _DATEI_WITHOUT if isinstance(value, Datei) else frozenset[str]()
    paare = ((field.name, getattr(value, field.name)) for field in fields(value) if field.name not in ausgelassen)
    return {name: _wert(inhalt) for name, inhalt in paare if inhalt is not None and inhalt != ()}


def _wert(value: Any) -> Any:
    match value:
        case Rolle():
            return value.name.lower()
        case str() | int():
            return value
        case date():  # and datetime
            return value.isoformat()
        case UUID():
            return str(value)
        case Sequence():
            return [_wert(eines) for eines in value]
        case _:
            return _objekt(value)
