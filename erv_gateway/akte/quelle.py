"""Where a delivery lies: a folder or a ZIP file. Both list their files with a checked size and open them one by one."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from erv_gateway.akte.befund import Befund
from erv_gateway.akte.namen import collisions, name_fault

MAX_DATEIEN = 20_000  # own limit: twenty full messages (ERVB 2025: 1 000 files each)
MAX_DATEI_BYTES = 2 * 10**9  # own limit, far above the 200 MB of one message (ERVB 2025), so that data carriers work
MAX_LIEFERUNG_BYTES = 20 * 10**9  # own limit: a hundred full messages


@dataclass(frozen=True, slots=True)
class Eintrag:
    """A file of the delivery: path inside it ("/" between folders) and its size in bytes."""

    name: str
    bytes: int


class Quelle(Protocol):
    def eintraege(self) -> tuple[Eintrag, ...]:
        """All regular files, in the order of their names; the names are checked."""
        ...

    def open(self, name: str) -> BinaryIO:
        """The bytes of one entry. Errors: OSError, zipfile.BadZipFile or zlib.error when it cannot be read."""
        ...


class OrdnerQuelle:
    """A folder. Symbolic links are never followed, also not when one appears between listing and opening."""

    def __init__(self, wurzel: Path, befund: Befund) -> None:
        self._wurzel = wurzel
        self._eintraege = checked(_walk(wurzel, befund), befund)

    def eintraege(self) -> tuple[Eintrag, ...]:
        return self._eintraege

    def open(self, name: str) -> BinaryIO:
        with _directory(self._wurzel) as wurzel:
            return os.fdopen(_open_below(wurzel, name.split("/")), "rb")


def checked(eintraege: Iterator[Eintrag], befund: Befund) -> tuple[Eintrag, ...]:
    """The entries in order of name, after counting them and checking their names and sizes; faults go to `befund`."""
    found: list[Eintrag] = []
    for eintrag in eintraege:
        found.append(eintrag)
        if len(found) > MAX_DATEIEN:
            befund.mangel("zu-viele-dateien", "", anzahl=len(found), grenze=MAX_DATEIEN)
            break
    _check_names(found, befund)
    _check_sizes(found, befund)
    return tuple(sorted(found, key=lambda eintrag: eintrag.name))


def _check_names(eintraege: list[Eintrag], befund: Befund) -> None:
    for eintrag in eintraege:
        if (grund := name_fault(eintrag.name)) is not None:
            befund.mangel("name-unzulaessig", eintrag.name, grund=grund)
    for later, earlier in collisions(eintrag.name for eintrag in eintraege):
        befund.mangel("name-doppelt", later, anderer=earlier)


def _check_sizes(eintraege: list[Eintrag], befund: Befund) -> None:
    for eintrag in eintraege:
        if eintrag.bytes > MAX_DATEI_BYTES:
            befund.mangel("datei-zu-gross", eintrag.name, bytes=eintrag.bytes, grenze=MAX_DATEI_BYTES)
    total = sum(eintrag.bytes for eintrag in eintraege)
    if total > MAX_LIEFERUNG_BYTES:
        befund.mangel("lieferung-zu-gross", "", bytes=total, grenze=MAX_LIEFERUNG_BYTES)


def _walk(wurzel: Path, befund: Befund) -> Iterator[Eintrag]:
    offen = [""]
    while offen:
        ordner = offen.pop()
        with os.scandir(wurzel / ordner) as liste:
            for kind in liste:
                name = f"{ordner}/{kind.name}" if ordner else kind.name
                if kind.is_dir(follow_symlinks=False):
                    offen.append(name)
                elif kind.is_file(follow_symlinks=False):
                    yield Eintrag(name, kind.stat(follow_symlinks=False).st_size)
                else:
                    befund.mangel("keine-regulaere-datei", name)


@contextmanager
def _directory(pfad: Path) -> Iterator[int]:
    descriptor = os.open(pfad, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _open_below(ordner: int, teile: list[str]) -> int:
    if len(teile) > 1:
        inner = os.open(teile[0], os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=ordner)
        try:
            return _open_below(inner, teile[1:])
        finally:
            os.close(inner)
    datei = os.open(teile[0], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=ordner)
    if not stat.S_ISREG(os.fstat(datei).st_mode):
        os.close(datei)
        raise OSError(f"not a regular file: {teile[0]!r}")
    return datei
