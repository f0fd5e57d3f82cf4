"""An Einlieferung, or its refusal, as JSON values for command line and API."""

from collections.abc import Iterable
from typing import Any

from erv_gateway.akte.befund import EinlieferungRefused, Hinweis, Mangel, text_of
from erv_gateway.akte.einlieferung import Einlieferung
from erv_gateway.akte.manifest_schreiben import akte_json
from erv_gateway.akte.modell import abdeckung


def einlieferung_json(einlieferung: Einlieferung) -> dict[str, Any]:
    """`akte` has the shape of the manifest format, so that it can be read back."""
    stand = abdeckung(einlieferung.akte)
    return {
        "angenommen": True,
        "format": str(einlieferung.format),
        "formatversion": einlieferung.formatversion,
        "akte": akte_json(einlieferung.akte),
        "historie": {
            "dokumente": stand.dokumente,
            "mit_historie": stand.mit_historie,
            "eintraege": stand.eintraege,
            "ohne_historie": [str(kennung) for kennung in stand.ohne_historie],
        },
        "dateien": [
            {"name": d.name, "sha256": d.sha256, "bytes": d.bytes, "medientyp": d.medientyp}
            for d in einlieferung.dateien
        ],
        "hinweise": befunde_json(einlieferung.hinweise),
    }


def refused_json(refused: EinlieferungRefused) -> dict[str, Any]:
    return {"angenommen": False, "maengel": befunde_json(refused.maengel)}


def befunde_json(befunde: Iterable[Mangel | Hinweis]) -> list[dict[str, Any]]:
    return [{"code": b.code, "wo": b.wo, "angaben": dict(b.angaben), "text": text_of(b)} for b in befunde]
