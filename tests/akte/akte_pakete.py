"""Builds small deliveries for the tests of intake."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from lxml import etree

from erv_gateway.storage.blobs import Blob, Chunks, MemoryBlobs

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
TIFF = b"II*\x00\x08\x00\x00\x00rest of a scan"
NS = UUID("00000000-0000-0000-0000-00000000abcd")


class CountingBlobs(MemoryBlobs):
    """Remembers what was put, so that a test can say "nothing"."""

    def __init__(self) -> None:
        super().__init__()
        self.puts: list[str] = []

    async def put(self, chunks: Chunks, *, limit: int | None = None) -> Blob:
        blob = await super().put(chunks, limit=limit)
        self.puts.append(blob.sha256)
        return blob


def uid(name: str) -> str:
    return str(uuid5(NS, name))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def datei(name: str, data: bytes, **mehr: Any) -> dict[str, Any]:
    return {"name": name, "sha256": sha(data), "bytes": len(data), **mehr}


def manifest(*dokumente: dict[str, Any], **mehr: Any) -> dict[str, Any]:
    akte = {"id": uid("akte"), "aktenzeichen": "63-1/26", "titel": "Testakte", "abgebende_stelle": "Stadt Test"}
    return {"format": "erv-gateway-akte", "version": 1, "akte": {**akte, "dokumente": list(dokumente), **mehr}}


def dokument(name: str, *dateien: dict[str, Any], **mehr: Any) -> dict[str, Any]:
    return {"id": uid(name), "titel": name, "dateien": list(dateien), **mehr}


def paket(**mehr: Any) -> dict[str, bytes]:
    """A good delivery of two documents, the file names as keys."""
    zwei = PDF + b"zwei"
    inhalt = manifest(
        dokument("Antrag", datei("antrag.pdf", PDF), nummer=1),
        dokument("Bescheid", datei("ordner/bescheid.pdf", zwei), nummer=2),
        **mehr,
    )
    return {"manifest.json": as_json(inhalt), "antrag.pdf": PDF, "ordner/bescheid.pdf": zwei}


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def as_zip(dateien: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    ziel = io.BytesIO()
    with zipfile.ZipFile(ziel, "w", method) as archiv:
        for name, data in dateien.items():
            archiv.writestr(name, data)
    return ziel.getvalue()


def write_folder(ordner: Path, dateien: dict[str, bytes]) -> Path:
    for name, data in dateien.items():
        (ordner / name).parent.mkdir(parents=True, exist_ok=True)
        (ordner / name).write_bytes(data)
    return ordner


def xdomea_schema(version: str) -> etree.XMLSchema:
    pfad = SHARED / "schemas" / "xdomea" / version / "xdomea-Nachrichten-AbgabeDurchfuehren.xsd"
    if not pfad.exists():
        pytest.skip(f"the xdomea {version} schema does not lie beside the checkout")
    return etree.XMLSchema(etree.parse(pfad))
