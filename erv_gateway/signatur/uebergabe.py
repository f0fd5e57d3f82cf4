"""What goes between a checking child process and its parent: JSON only, so that no hostile object can travel."""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certs.anchors import Anchor, Anchors, Zweck
from certs.certificate import fingerprint
from erv_gateway.signatur.vhn_ergebnis import RECHTSFOLGEN, VhnErgebnis, VhnPruefung
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei


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


def vhn_to_json(result: VhnPruefung) -> dict[str, Any]:
    angaben = result.angaben
    return {
        "result": str(result.ergebnis),
        "reasons": list(result.gruende),
        "way": result.uebermittlungsweg,
        "mailbox": None if result.postfachart is None else str(result.postfachart),
        "signer": result.unterzeichner,
        "statement": None if angaben is None else _statement(angaben),
    }


def _statement(angaben: VhnAngaben) -> dict[str, Any]:
    return {
        "safe_id": angaben.safe_id,
        "role": angaben.rolle,
        "safe": angaben.sicher,
        "files": [[datei.name, datei.sha256, datei.bytes] for datei in angaben.dateien],
        "software": angaben.software,
        "created": angaben.erstellt.isoformat(),
    }


def vhn_from_json(data: Mapping[str, Any]) -> VhnPruefung:
    ergebnis = VhnErgebnis(data["result"])
    return VhnPruefung(
        ergebnis=ergebnis,
        gruende=tuple(data["reasons"]),
        rechtsfolge=RECHTSFOLGEN[ergebnis],
        uebermittlungsweg=data["way"],
        postfachart=None if data["mailbox"] is None else Zweck(data["mailbox"]),
        angaben=None if data["statement"] is None else _angaben(data["statement"]),
        unterzeichner=data["signer"],
    )


def _angaben(data: Mapping[str, Any]) -> VhnAngaben:
    return VhnAngaben(
        safe_id=data["safe_id"],
        rolle=data["role"],
        sicher=data["safe"],
        dateien=dateien_from_json(data["files"]),
        software=data["software"],
        erstellt=datetime.fromisoformat(data["created"]),
    )


def dateien_from_json(entries: list[list[Any]]) -> tuple[VhnDatei, ...]:
    return tuple(VhnDatei(name, sha256, size) for name, sha256, size in entries)
