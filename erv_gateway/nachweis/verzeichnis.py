"""`nachweis.json`: the claims of a bundle and the list of its files."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from erv_gateway.kern.ereignisse import canonical_json
from erv_gateway.nachweis.modell import FORMAT, GesendeteDatei, NachweisTeile, NachweisUrteil


def build_verzeichnis(teile: NachweisTeile, files: Mapping[str, bytes]) -> bytes:
    """The manifest over `files` ({path: content}), UTF-8 JSON. `pruefsumme` covers all the rest in canonical form."""
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "created": utc_text(teile.created),
        "sendung": {"id": str(teile.sendung_id), "eigene_nachrichten_id": teile.eigene_nachrichten_id},
        "claims": {
            "message_id": teile.message_id,
            "eingang": utc_text(teile.eingang),
            "empfaenger": teile.empfaenger,
            "dateien": [_datei(datei) for datei in teile.dateien],
            "urteil": NachweisUrteil.GUELTIG.value,
        },
        "files": [
            {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
            for path, data in sorted(files.items())
        ],
    }
    manifest["pruefsumme"] = hashlib.sha256(canonical_json(manifest)).hexdigest()
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"


def utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _datei(datei: GesendeteDatei) -> dict[str, Any]:
    return {"dateiname": datei.dateiname, "bytes": datei.bytes, "sha256": datei.sha256}
