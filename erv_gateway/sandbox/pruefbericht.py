"""Inspections of a process card as JSON."""

import json
from datetime import datetime

from osci.processcard import Inspection, MathResult, OfflineResult, Timestamp


def to_json(inspections: tuple[Inspection, ...]) -> str:
    """Of our own inspections: plain timestamps, nothing online."""
    return json.dumps([_values(inspection) for inspection in inspections])


def from_json(text: str | None) -> tuple[Inspection, ...]:
    return tuple(_inspection(values) for values in json.loads(text)) if text else ()


def _values(inspection: Inspection) -> list[str]:
    return [
        _text(inspection.timestamp),
        inspection.subject,
        inspection.issuer,
        str(inspection.serial_number),
        inspection.certificate_type,
        inspection.math_result.value,
        inspection.offline_result.value,
    ]


def _inspection(values: list[str]) -> Inspection:
    at, subject, issuer, serial, kind, math, offline = values
    moment = datetime.fromisoformat(at)
    return Inspection(moment, subject, issuer, int(serial), kind, MathResult(math), OfflineResult(offline))


def _text(timestamp: Timestamp) -> str:
    if not isinstance(timestamp, datetime):
        raise TypeError("the sandbox writes plain timestamps only")
    return timestamp.isoformat()
