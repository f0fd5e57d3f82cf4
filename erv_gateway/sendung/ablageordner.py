"""The folder the DMS collects from: complete files only, durable before they are visible, never overwritten."""

import os
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import Final

from erv_gateway.storage.blobs import Blobs

CHUNK: Final = 2**20


def export_blob(blobs: Blobs, sha256: str, folder: Path, name: str) -> Path:
    """Copies the blob to `folder/name` (blocking: call it in a thread). The same file twice is no fault."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / name
    with NamedTemporaryFile(dir=folder, prefix=".neu-", delete=False) as draft, blobs.open_file(sha256) as source:
        copyfileobj(source, draft, CHUNK)
        draft.flush()
        os.fsync(draft.fileno())
    Path(draft.name).replace(target)
    _sync_folder(folder)
    return target


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
