"""What goes between a checking child process and its parent: JSON only, so that no hostile object can travel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certs.anchors import Zweck
from erv_gateway.signatur.ergebnis_lesen import signatur_of
from erv_gateway.signatur.vhn_ergebnis import RECHTSFOLGEN, VhnErgebnis, VhnPruefung
from erv_gateway.signatur.vhn_xml import VhnAngaben, VhnDatei


def vhn_to_json(result: VhnPruefung) -> dict[str, Any]:
    angaben = result.angaben
    return {
        "result": str(result.ergebnis),
        "reasons": list(result.gruende),
        "way": result.uebermittlungsweg,
        "mailbox": None if result.postfachart is None else str(result.postfachart),
        "signer": result.unterzeichner,
        "statement": None if angaben is None else _statement(angaben),
        "signature": None if result.signatur is None else result.signatur.as_message(),
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
        signatur=None if data["signature"] is None else signatur_of(data["signature"]),
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
