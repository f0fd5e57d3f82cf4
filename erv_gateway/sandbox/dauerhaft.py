"""Files that are there as a whole or not at all, also after the process was killed."""

import os
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4


def write_durable(target: Path, chunks: Iterable[bytes]) -> None:
    """Replaces `target` atomically; durable on return."""
    temporary = target.with_name(f".{target.name}.{uuid4().hex}")
    write_new(temporary, chunks)
    temporary.replace(target)
    sync_folder(target.parent)


def write_new(target: Path, chunks: Iterable[bytes]) -> None:
    """A new file with its bytes on disk; its name is durable after `sync_folder` of the parent."""
    with target.open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
