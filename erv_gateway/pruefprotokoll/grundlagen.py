"""The Pruefgrundlage beside a Prüfprotokoll: the bytes that are stored, and reading them again."""

import json
from typing import Final

from erv_gateway.kern.ereignisse import canonical_json
from erv_gateway.signatur.fehler import GrundlageInvalid
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.pruefen import Pruefung

MAX_GRUNDLAGE_BYTES: Final = 256 * 2**20  # ours: 200 answers; the largest CRLs of German issuers have some MB


def grundlage_bytes(pruefung: Pruefung) -> bytes | None:
    """Where there is no signature there is nothing to repeat."""
    if pruefung.grundlage is None or not pruefung.signaturen:
        return None
    return to_bytes(pruefung.grundlage)


def to_bytes(grundlage: Pruefgrundlage) -> bytes:
    """UTF-8 JSON, keys sorted: the same Pruefgrundlage is always the same bytes."""
    return canonical_json(grundlage.to_json())


def from_bytes(data: bytes) -> Pruefgrundlage:
    """Raises GrundlageInvalid."""
    if len(data) > MAX_GRUNDLAGE_BYTES:
        raise GrundlageInvalid("larger than any Pruefgrundlage")
    try:
        values = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise GrundlageInvalid("not JSON") from error
    if not isinstance(values, dict):
        raise GrundlageInvalid("not a JSON object")
    return Pruefgrundlage.from_json(values)
