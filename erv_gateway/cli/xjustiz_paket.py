"""A package on disk as `xjustiz.Paket`: a folder, a ZIP or a lone XML file. Nothing is extracted or changed."""

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from erv_gateway.kern.fehler import EingabeRefused
from xjustiz import KOPF_BYTES, MAX_XML_BYTES, NACHRICHT_DATEINAME, Anlage, Paket, Versand

MAX_EINTRAEGE = 20_000
"""Own limit; a lawful message has 1,000 attachments."""
_ZIP_FEHLER = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)
"""OSError too: a directory that lies about its place makes the seek fail, and bz2 reports with it."""
_TECHNISCHE, _ANLAGEN = "Technische Dokumente", "Anlagen"
"""Folders in the ZIP of Mein Justizpostfach."""


class Weg(StrEnum):
    BEBPO = "bebpo"
    EGVP = "egvp"
    ANDERS = "anders"


def versand_of(weg: Weg | None) -> Versand | None:
    """What a way means for the rules: only the beBPo is secure, only the last is not OSCI."""
    return None if weg is None else Versand(sicherer_weg=weg is Weg.BEBPO, osci=weg is not Weg.ANDERS)


@dataclass(frozen=True, slots=True)
class Quelle:
    """An attachment with the way to its bytes, for as long as what it lies in is open."""

    anlage: Anlage
    open: Callable[[], BinaryIO]


def read_paket(pfad: Path) -> Paket:
    """As `open_paket`, when only the first bytes of the attachments matter."""
    with open_paket(pfad) as (paket, _quellen):
        return paket


@contextmanager
def open_paket(pfad: Path) -> Iterator[tuple[Paket, tuple[Quelle, ...]]]:
    """Raises EingabeRefused (with the German sentence `satz`) for anything that is no package, OSError from disk.

    Folder: the files beside xjustiz_nachricht.xml are the attachments. ZIP: everything below the folder of the
    message. XML: attachments unknown.
    """
    if pfad.is_dir():
        yield _folder(pfad)
    elif not pfad.is_file():
        raise _refused(f"{pfad}: no such file", f"{pfad} gibt es nicht.")
    elif zipfile.is_zipfile(pfad):
        try:
            with zipfile.ZipFile(pfad) as archiv:
                yield _zip(archiv, pfad.name)
        except _ZIP_FEHLER as error:
            raise _refused(f"{pfad.name}: {error}", "Das ZIP-Archiv ist nicht lesbar.") from error
    else:
        yield Paket(_limited(pfad), None, pfad.name), ()


def _folder(ordner: Path) -> tuple[Paket, tuple[Quelle, ...]]:
    dateien = sorted(datei for datei in ordner.iterdir() if datei.is_file())
    if len(dateien) > MAX_EINTRAEGE:
        raise _refused(f"{ordner}: too many files", "Der Ordner enthält zu viele Dateien.")
    nachricht = ordner / _message_name((datei.name for datei in dateien), ordner.name)
    quellen = tuple(Quelle(_attachment(datei), partial(_opened, datei)) for datei in dateien if datei != nachricht)
    return _paket(_limited(nachricht), quellen, nachricht.name), quellen


def _opened(datei: Path) -> BinaryIO:
    return datei.open("rb")


def _paket(xml: bytes, quellen: Iterable[Quelle], name: str) -> Paket:
    return Paket(xml, tuple(quelle.anlage for quelle in quellen), name)


def _attachment(datei: Path) -> Anlage:
    with datei.open("rb") as strom:
        anfang = strom.read(KOPF_BYTES)
    return Anlage(_readable(datei.name), datei.stat().st_size, anfang)


def _readable(name: str) -> str:
    """A name that is no UTF-8 on disk as text that can be shown; it is unlawful in any case."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _limited(datei: Path) -> bytes:
    with datei.open("rb") as strom:
        return strom.read(MAX_XML_BYTES + 1)


def _zip(archiv: zipfile.ZipFile, name: str) -> tuple[Paket, tuple[Quelle, ...]]:
    eintraege = [eintrag for eintrag in archiv.infolist() if not eintrag.is_dir()]
    if len(eintraege) > MAX_EINTRAEGE:
        raise _refused(f"{name}: too many entries", "Das Archiv enthält zu viele Dateien.")
    return _from_entries(archiv, eintraege, name)


def _from_entries(
    archiv: zipfile.ZipFile, eintraege: list[zipfile.ZipInfo], name: str
) -> tuple[Paket, tuple[Quelle, ...]]:
    nachricht = _message_name((eintrag.filename for eintrag in eintraege), name)
    ordner = PurePosixPath(nachricht).parent
    quellen: list[Quelle] = []
    for eintrag in eintraege:
        relativ = _relative(PurePosixPath(eintrag.filename), ordner)
        if eintrag is not archiv.getinfo(nachricht) and relativ is not None:
            anlage = Anlage(relativ, eintrag.file_size, _head(archiv, eintrag, KOPF_BYTES))
            quellen.append(Quelle(anlage, partial(_member, archiv, eintrag)))
    xml = _head(archiv, archiv.getinfo(nachricht), MAX_XML_BYTES + 1)
    return _paket(xml, quellen, PurePosixPath(nachricht).name), tuple(quellen)


def _member(archiv: zipfile.ZipFile, eintrag: zipfile.ZipInfo) -> BinaryIO:
    return cast("BinaryIO", archiv.open(eintrag))


def _relative(pfad: PurePosixPath, ordner: PurePosixPath) -> str | None:
    if ordner.name == _TECHNISCHE and pfad.parent == ordner.parent / _ANLAGEN:
        return pfad.name
    return str(pfad.relative_to(ordner)) if pfad.is_relative_to(ordner) else None


def _head(archiv: zipfile.ZipFile, eintrag: zipfile.ZipInfo, hoechstens: int) -> bytes:
    with archiv.open(eintrag) as strom:
        return strom.read(hoechstens)


def _message_name(namen: Iterable[str], wo: str) -> str:
    """The message among the names: exactly named, else the only one that is an XML file beginning that way."""
    alle = list(namen)
    genau = [name for name in alle if PurePosixPath(name).name == NACHRICHT_DATEINAME]
    if genau:
        return min(genau, key=lambda name: (name.count("/"), name))
    aehnlich = [name for name in alle if PurePosixPath(name).name.lower().startswith("xjustiz_nachricht")]
    xml = [name for name in aehnlich or alle if name.lower().endswith(".xml")]
    if len(xml) == 1:
        return xml[0]
    raise _refused(f"{wo}: no {NACHRICHT_DATEINAME}", f"{wo} enthält keine {NACHRICHT_DATEINAME}.")


def _refused(message: str, satz: str) -> EingabeRefused:
    return EingabeRefused(message, satz=satz)
