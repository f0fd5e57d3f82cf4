"""The case file model as JSON for the database; what is read back is checked like any input."""

from typing import Any

from pydantic import TypeAdapter

from erv_gateway.akte.modell import Akte

_ADAPTER: TypeAdapter[Akte] = TypeAdapter(Akte)


def akte_to_json(akte: Akte) -> dict[str, Any]:
    value: dict[str, Any] = _ADAPTER.dump_python(akte, mode="json")
    return value


def akte_from_json(value: object) -> Akte:
    return _ADAPTER.validate_python(value, strict=False)
