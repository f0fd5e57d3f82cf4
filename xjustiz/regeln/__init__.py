"""What a court may refuse, as small named functions in one table."""

from xjustiz.regeln.befund import KOPF_BYTES, Anlage, Befund, Paket, Pruefergebnis, Regel, Richtung, Schwere, Versand
from xjustiz.regeln.dateien import MAX_DATEIEN, MAX_NACHRICHT_BYTES
from xjustiz.regeln.pruefung import check
from xjustiz.regeln.tabelle import REGELN

__all__ = [
    "KOPF_BYTES",
    "MAX_DATEIEN",
    "MAX_NACHRICHT_BYTES",
    "REGELN",
    "Anlage",
    "Befund",
    "Paket",
    "Pruefergebnis",
    "Regel",
    "Richtung",
    "Schwere",
    "Versand",
    "check",
]
