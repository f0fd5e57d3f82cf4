"""What the child processes of `isoliert.py` run: one order as JSON in, one answer as JSON out.

Its imports are made once, in the parent that the children are forked from (`erv_gateway.isolation`).
"""

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from certs.anchors import Zweck
from certs.revocation import Beleg
from erv_gateway.signatur import pruefen
from erv_gateway.signatur.anker_json import anchors_from_json
from erv_gateway.signatur.cms_belege import Beigaben
from erv_gateway.signatur.uebergabe import dateien_from_json, vhn_to_json
from erv_gateway.signatur.vhn import check_vhn


def answer(order: bytes) -> bytes:
    return json.dumps(run(json.loads(order))).encode()


def run(order: dict[str, Any]) -> dict[str, Any]:
    """The answer to an order of `isoliert.Pruefdienst`."""
    anchors = None if order["anchors"] is None else anchors_from_json(order["anchors"])
    at = datetime.fromisoformat(order["at"])
    gaben = _gaben(order)
    if order["task"] == "vhn":
        return _vhn(order, anchors, at, gaben)
    zwecke = tuple(Zweck(name) for name in order["purposes"])
    with Path(order["path"]).open("rb") as file:
        if order["task"] == "pdf":
            return pruefen.check_pdf(file, anchors, at, zwecke, gaben).as_message()
        if order["task"] == "detached":
            signature = Path(order["signature"]).read_bytes()
            return pruefen.check_detached(file, signature, anchors, at, zwecke, gaben).as_message()
        return pruefen.check_enclosed(file.read(), anchors, at, zwecke, gaben).as_message()


def _gaben(order: dict[str, Any]) -> Beigaben:
    return Beigaben(
        tuple(Beleg(kind, base64.b64decode(data)) for kind, data in order["revocation"]),
        tuple(base64.b64decode(data) for data in order["certificates"]),
    )


def _vhn(order: dict[str, Any], anchors: Any, at: datetime, gaben: Beigaben) -> dict[str, Any]:
    xml, p7s = (None if order[name] is None else base64.b64decode(order[name]) for name in ("xml", "p7s"))
    files = dateien_from_json(order["files"])
    forwarded = bool(order["forwarded"])
    return vhn_to_json(check_vhn(xml, p7s, files, order["sender"], anchors, at, gaben, weitergeleitet=forwarded))
