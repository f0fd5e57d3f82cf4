"""The court's memory: one folder per delivery, written completely before the intermediary learns of it.

eingaenge/<MessageId>/befund.json, original.osci, anhaenge/..., later antwort.json, antwort.osci
"""

import hashlib
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import uuid4

from erv_gateway.sandbox.dauerhaft import sync_folder, write_durable, write_new
from erv_gateway.sandbox.gericht.anlagen import Anlage
from erv_gateway.sandbox.gericht.befund import Befund, befund_from_json
from erv_gateway.sandbox.gericht.pruefung import Geprueft
from osci.types import Chunks

BEFUND: Final = "befund.json"
ORIGINAL: Final = "original.osci"
ANHAENGE: Final = "anhaenge"
_TEMPORARY: Final = ".neu-"
_SAFE_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
_SAFE_NAME: Final = re.compile(r"[A-Za-z0-9ÄÖÜäöüß][A-Za-z0-9ÄÖÜäöüß._-]{0,199}")


class Eingaenge:
    """Folders below `folder`. What a killed process left half written is removed when this is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for leftover in folder.glob(f"{_TEMPORARY}*"):
            shutil.rmtree(leftover)

    def known(self, message_id: str) -> Befund | None:
        file = self.place(message_id) / BEFUND
        return befund_from_json(file.read_bytes()) if file.exists() else None

    def count_again(self, befund: Befund) -> None:
        """Fetched once more: no second delivery. Durable on return."""
        write_durable(self.place(befund.message_id) / BEFUND, (befund.once_more().to_json(),))

    def add(self, geprueft: Geprueft, original: Chunks) -> None:
        """Durable on return, or not there at all."""
        temporary = self._folder / f"{_TEMPORARY}{uuid4().hex}"
        attachments = temporary / ANHAENGE
        attachments.mkdir(mode=0o700, parents=True)
        for number, anlage in enumerate(geprueft.anlagen):
            write_new(attachments / _file_name(anlage, number, attachments), anlage.chunks())
        write_new(temporary / ORIGINAL, original)
        write_new(temporary / BEFUND, (geprueft.befund.to_json(),))
        sync_folder(attachments)
        sync_folder(temporary)
        temporary.rename(self.place(geprueft.befund.message_id))
        sync_folder(self._folder)

    def names(self) -> frozenset[str]:
        """The folders of all deliveries."""
        return frozenset(folder.name for folder in self._folder.iterdir() if not folder.name.startswith("."))

    def open(self, names: Iterable[str]) -> list[tuple[Path, Befund]]:
        """These deliveries with their folders, oldest entry first."""
        folders = [self._folder / name for name in names]
        found = [(folder, befund_from_json((folder / BEFUND).read_bytes())) for folder in folders]
        return sorted(found, key=lambda item: (item[1].eingang or "", item[1].message_id))

    def place(self, message_id: str) -> Path:
        """A message id comes from outside: only harmless ones become names."""
        harmless = _SAFE_ID.fullmatch(message_id)
        return self._folder / (message_id if harmless else hashlib.sha256(message_id.encode()).hexdigest())


def _file_name(anlage: Anlage, number: int, folder: Path) -> str:
    harmless = _SAFE_NAME.fullmatch(anlage.name) and not (folder / anlage.name).exists()
    return anlage.name if harmless else f"anhang-{number:04d}"
