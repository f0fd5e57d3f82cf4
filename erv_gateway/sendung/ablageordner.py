"""The folder the DMS collects from: complete files only, durable before they are visible, the same bytes every time."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from erv_gateway.storage.blobs import Blobs, check_content, file_pieces


def export_blob(blobs: Blobs, sha256: str, folder: Path, name: str) -> Path:
    """Copies the blob to `folder/name` (blocking: call it in a thread). The same file twice is no fault.

    Raises BlobNotFound, BlobDamaged; nothing is in the folder then.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / name
    with _draft(folder) as draft, blobs.open_file(sha256) as source:
        digest = hashlib.sha256()
        for piece in file_pieces(source):
            digest.update(piece)
            draft.write(piece)
        check_content(sha256, digest.hexdigest())
        draft.flush()
        os.fsync(draft.fileno())
        Path(draft.name).replace(target)
    _sync_folder(folder)
    return target


@contextmanager
def _draft(folder: Path) -> Iterator[IO[bytes]]:
    """A hidden file that is gone unless it was given its name."""
    with NamedTemporaryFile(dir=folder, prefix=".neu-", delete=False) as draft:
        try:
            yield draft
        finally:
            Path(draft.name).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
