"""Orders for the checking children, as JSON."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certs.anchors import Zweck
from erv_gateway.signatur.anker_json import anchors_to_json
from erv_gateway.signatur.grundlage import Pruefgrundlage
from erv_gateway.signatur.vertrauensanker import anchors_with
from erv_gateway.signatur.vhn_xml import VhnDatei


@dataclass(frozen=True, slots=True)
class Auftrag:
    """What is to be checked: "pdf", "detached" (with `p7s`), or "enclosed"."""

    art: str
    path: Path
    p7s: Path | None = None

    def order(self, zwecke: Iterable[Zweck]) -> dict[str, Any]:
        return {
            "task": self.art,
            "path": str(self.path.absolute()),
            "signature": None if self.p7s is None else str(self.p7s.absolute()),
            "purposes": [str(zweck) for zweck in zwecke],
        }


def vhn_order(
    xml: bytes | None,
    p7s: bytes | None,
    dateien: tuple[VhnDatei, ...],
    absender: str | None,
    *,
    weitergeleitet: bool = False,
) -> dict[str, Any]:
    return {
        "task": "vhn",
        "xml": None if xml is None else _b64(xml),
        "p7s": None if p7s is None else _b64(p7s),
        "files": [[datei.name, datei.sha256, datei.bytes] for datei in dateien],
        "sender": absender,
        "forwarded": weitergeleitet,
    }


def grounds(grundlage: Pruefgrundlage) -> dict[str, Any]:
    """What the verdict is to rest on; the anchors of the trusted lists are anchors like any other."""
    anchors = anchors_with(grundlage.anchors, grundlage.listen)
    return {
        "anchors": None if anchors is None else anchors_to_json(anchors),
        "at": grundlage.eingang.isoformat(),
        "revocation": [[datum.art, _b64(datum.daten)] for datum in grundlage.sperrdaten],
        "certificates": [_b64(one) for one in grundlage.zertifikate],
    }


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
