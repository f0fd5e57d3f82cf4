"""A delivery as a folder: metadata as JSON, the content's XML and each MIME part as files of their own."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from erv_gateway.sandbox.dauerhaft import sync_folder, write_new
from osci.certificates import CertificateEntry, Certificates
from osci.constants import CHUNK_BYTES
from osci.content import Part, StoredPackage
from osci.mailbox import StoredDelivery
from osci.types import Role, Use

METADATA: Final = "zustellung.json"
CONTENT: Final = "inhalt.xml"


def write_delivery(folder: Path, delivery: StoredDelivery) -> None:
    """Durable on return, the folder's own name included. `folder` must not exist yet."""
    folder.mkdir(mode=0o700)
    for number, part in enumerate(delivery.package.parts):
        write_new(folder / _part_name(number), part.chunks())
    write_new(folder / CONTENT, (delivery.package.xml,))
    write_new(folder / METADATA, (json.dumps(_metadata(delivery)).encode(),))
    sync_folder(folder)
    sync_folder(folder.parent)


def read_delivery(folder: Path) -> StoredDelivery:
    """The parts are read from the files whenever their chunks are asked for."""
    data = json.loads((folder / METADATA).read_bytes())
    parts = tuple(_part(folder / _part_name(number), part) for number, part in enumerate(data["parts"]))
    return StoredDelivery(
        message_id=data["message_id"],
        subject=data["subject"],
        originator=b64decode(data["originator"]),
        addressee=b64decode(data["addressee"]),
        certificates=Certificates(tuple(_certificate(entry) for entry in data["certificates"])),
        custom_headers=tuple(b64decode(header) for header in data["custom_headers"]),
        package=StoredPackage((folder / CONTENT).read_bytes(), parts),
    )


def _metadata(delivery: StoredDelivery) -> dict[str, Any]:
    return {
        "message_id": delivery.message_id,
        "subject": delivery.subject,
        "originator": _text(delivery.originator),
        "addressee": _text(delivery.addressee),
        "certificates": [[str(e.role), str(e.use), e.id, _text(e.der)] for e in delivery.certificates],
        "custom_headers": [_text(header) for header in delivery.custom_headers],
        "parts": [
            [part.content_id, part.content_type, part.encoding, part.length, [list(header) for header in part.headers]]
            for part in delivery.package.parts
        ],
    }


def _certificate(entry: list[str]) -> CertificateEntry:
    role, use, identifier, der = entry
    return CertificateEntry(Role(role), Use(use), identifier, b64decode(der))


def _part(file: Path, data: list[Any]) -> Part:
    content_id, content_type, encoding, length, headers = data
    return Part(content_id, content_type, encoding, length, lambda: _chunks(file), tuple((n, v) for n, v in headers))


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while block := source.read(CHUNK_BYTES):
            yield block


def _part_name(number: int) -> str:
    return f"teil-{number:04d}"


def _text(data: bytes) -> str:
    return b64encode(data).decode("ascii")
