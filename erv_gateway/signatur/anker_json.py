"""Trust anchors as JSON, for child processes and for keeping with a verdict."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint


def anchors_to_json(anchors: Anchors) -> list[dict[str, Any]]:
    return [
        {
            "zweck": str(anchor.zweck),
            "certificate": base64.b64encode(anchor.certificate).decode(),
            "rollen": sorted(anchor.rollen),
            "ab": anchor.gueltig_ab.isoformat(),
            "bis": None if anchor.gueltig_bis is None else anchor.gueltig_bis.isoformat(),
            "quelle": anchor.quelle,
        }
        for anchor in anchors.alle
    ]


def anchors_from_json(entries: list[dict[str, Any]]) -> Anchors:
    return Anchors(tuple(_anchor(entry) for entry in entries))


def _anchor(entry: Mapping[str, Any]) -> Anchor:
    certificate = base64.b64decode(entry["certificate"])
    return Anchor(
        zweck=Zweck(entry["zweck"]),
        certificate=certificate,
        rollen=frozenset(entry["rollen"]),
        gueltig_ab=datetime.fromisoformat(entry["ab"]),
        gueltig_bis=None if entry["bis"] is None else datetime.fromisoformat(entry["bis"]),
        quelle=entry["quelle"],
        sha256=fingerprint(certificate),
    )
