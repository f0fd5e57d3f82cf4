"""The folder of trusted lists: imported only when signed by whom they should be, never replaced by older ones.

The originals stay in it as they came; every load verifies them again from the pinned signers of the list of lists.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree
from pyhanko.sign.validation.qualified.eutl_parse import latest_known_lotl_tlso_certs

from erv_gateway.signatur.fehler import VertrauenslisteRefused
from erv_gateway.signatur.vertrauensdienst import Listenstand, Vertrauensdienst, Vertrauenslisten
from erv_gateway.signatur.vertrauensliste_lesen import (
    Zeiger,
    is_lotl,
    read_pointers,
    read_services,
    read_stand,
    territory,
)
from erv_gateway.signatur.vertrauensliste_xml import MAX_LIST_BYTES, read_list, verified_list

MAX_FILES: Final = 200  # ours
LOTL_NAME: Final = "eu-lotl.xml"


@dataclass(frozen=True, slots=True)
class Gelesen:
    """One verified list. `data` is the file."""

    data: bytes
    root: etree._Element
    stand: Listenstand


@dataclass(frozen=True, slots=True)
class Listenbestand:
    """What a set of files gives: verified lists, and why the others were refused (file name, reason)."""

    lotl: Gelesen
    listen: tuple[Gelesen, ...]
    abgewiesen: tuple[tuple[str, str], ...] = ()

    @property
    def vertrauenslisten(self) -> Vertrauenslisten:
        dienste: list[Vertrauensdienst] = []
        for one in self.listen:
            dienste += read_services(one.root)
        return Vertrauenslisten(tuple(one.stand for one in self.listen), tuple(dienste))


def pinned_signers() -> tuple[bytes, ...]:
    """Who may sign the European list of lists, as published in the Official Journal and shipped with pyHanko."""
    return tuple(bytes(certificate.dump()) for certificate in latest_known_lotl_tlso_certs())


def verify_lists(files: Mapping[str, bytes], signers: Iterable[bytes]) -> Listenbestand:
    """The lists among `files` (name to content), starting from those who may sign the list of lists (DER).

    `VertrauenslisteRefused` without a list of lists that one of them signed; a bad national list is only left out.
    """
    refused: list[tuple[str, str]] = []
    roots = dict(_readable(files, refused))
    lotl = _newest_lotl({name: files[name] for name, root in roots.items() if is_lotl(root)}, tuple(signers), refused)
    pointers = read_pointers(lotl.root)
    national: dict[str, Gelesen] = {}
    for name, root in roots.items():
        if is_lotl(root):
            continue
        try:
            gelesen = _verified(files[name], _may_sign(pointers, territory(root)))
            known = national.get(gelesen.stand.land)
            if known is None or known.stand.nummer < gelesen.stand.nummer:
                national[gelesen.stand.land] = gelesen
        except VertrauenslisteRefused as error:
            refused.append((name, str(error)))
    return Listenbestand(lotl, tuple(national[land] for land in sorted(national)), tuple(refused))


def _readable(files: Mapping[str, bytes], refused: list[tuple[str, str]]) -> Iterator[tuple[str, etree._Element]]:
    for name, data in files.items():
        try:
            root = read_list(data)
            is_lotl(root)
            yield name, root
        except VertrauenslisteRefused as error:
            refused.append((name, str(error)))


def _newest_lotl(files: Mapping[str, bytes], signers: tuple[bytes, ...], refused: list[tuple[str, str]]) -> Gelesen:
    """Older lists of lists may be there to lead from the pinned signers to the present ones, step by step."""
    found: Gelesen | None = None
    for name, data in sorted(files.items(), key=lambda item: _number(item[1])):
        try:
            found = _verified(data, signers)
        except VertrauenslisteRefused as error:
            refused.append((name, str(error)))
            continue
        signers = (*signers, *(der for one in read_pointers(found.root) if one.ist_lotl for der in one.unterzeichner))
    if found is None:
        raise VertrauenslisteRefused("there is no list of lists that one of the pinned signers signed")
    return found


def _number(data: bytes) -> int:
    try:
        return read_stand(read_list(data), b"").nummer
    except VertrauenslisteRefused:
        return -1


def _may_sign(pointers: Iterable[Zeiger], land: str) -> tuple[bytes, ...]:
    return tuple(der for one in pointers if one.land == land and not one.ist_lotl for der in one.unterzeichner)


def _verified(data: bytes, signers: tuple[bytes, ...]) -> Gelesen:
    root = verified_list(data, signers)
    return Gelesen(data, root, read_stand(root, data))


def load_lists(folder: Path, signers: Iterable[bytes]) -> Listenbestand:
    """Every list in the folder, verified. `VertrauenslisteRefused`."""
    return verify_lists(read_files([folder]), signers)


def import_lists(folder: Path, files: Mapping[str, bytes], signers: Iterable[bytes]) -> Listenbestand:
    """Take lists into `folder`; what is there already counts as well.

    Written is only what is verified and newer; `VertrauenslisteRefused` as `verify_lists`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bestand = verify_lists({**read_files([folder]), **files}, tuple(signers))
    _write(folder / LOTL_NAME, bestand.lotl.data)
    for one in bestand.listen:
        _write(folder / f"{_file_name(one.stand.land)}.xml", one.data)
    return bestand


def _file_name(land: str) -> str:
    if not (land.isascii() and land.isalpha() and land.isupper()):
        raise VertrauenslisteRefused("the list names no territory")
    return land


def read_files(sources: Iterable[Path]) -> dict[str, bytes]:
    """Name to content of all XML files; `VertrauenslisteRefused` for what cannot be read."""
    paths = [path for source in sources for path in (sorted(source.glob("*.xml")) if source.is_dir() else [source])]
    if len(paths) > MAX_FILES:
        raise VertrauenslisteRefused(f"more than {MAX_FILES} files")
    return {str(path): _read(path) for path in paths}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_LIST_BYTES + 1)
    except OSError as error:
        raise VertrauenslisteRefused(f"{path.name} cannot be read: {error.strerror}") from error
    if len(data) > MAX_LIST_BYTES:
        raise VertrauenslisteRefused(f"{path.name} is larger than {MAX_LIST_BYTES} bytes")
    return data


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
