"""The official Schematron files, which no package of a registry holds: installed from the official ZIP or a folder.

They lie beside the schemata in the folder `schematron`, each with its hash in `manifest.json`. Without them everything
else is checked all the same.
"""

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from erv_gateway.kern.fehler import EingabeRefused, KonfigurationInvalid
from xjustiz import SchemaBroken, Schematron

ORDNER: Final = "schematron"
MAX_DATEI_BYTES: Final = 2**20
"""Own limit; the largest file of 3.6.2 has 71 KB."""
MAX_DATEIEN: Final = 200
_NAME = re.compile(r"xjustiz\.[A-Za-z0-9_.]{1,60}\.sch")
_MANIFEST: Final = "manifest.json"
_ZIP_FEHLER = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError)


def install_schematron(quelle: Path, ziel: Path) -> tuple[str, ...]:
    """Takes the `xjustiz.*.sch` of a ZIP or folder into `ziel`/schematron, instead of what was there; their names.

    Raises EingabeRefused (with the German sentence `satz`) for a source without them or with one that is broken,
    KonfigurationInvalid when `ziel` cannot be written.
    """
    dateien = dict(_from_folder(quelle) if quelle.is_dir() else _from_zip(quelle))
    if not dateien:
        raise _refused(f"{quelle.name}: no Schematron", "Die Quelle enthält keine Schematron-Dateien von XJustiz.")
    for name, inhalt in dateien.items():
        _check(name, inhalt)
    try:
        _write(dateien, ziel / ORDNER)
    except OSError as error:
        satz = f"In {ziel} kann nicht geschrieben werden."
        raise KonfigurationInvalid(f"{ziel}: {error}", satz=satz) from error
    return tuple(sorted(dateien))


def load_schematron(ordner: Path) -> Schematron:
    """What is installed in `ordner`/schematron, perhaps nothing. Raises KonfigurationInvalid for damaged files."""
    ort = ordner / ORDNER
    if not (ort / _MANIFEST).is_file():
        return Schematron({})
    try:
        hashes: dict[str, str] = json.loads((ort / _MANIFEST).read_text(encoding="utf-8"))
        dateien = {name: (ort / Path(name).name).read_bytes() for name in hashes}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise _damaged(ort) from error
    if any(hashlib.sha256(inhalt).hexdigest() != hashes[name] for name, inhalt in dateien.items()):
        raise _damaged(ort)
    return Schematron(dateien)


def _check(name: str, inhalt: bytes) -> None:
    """Only what is run must be understood: other modules may use more of the language."""
    try:
        Schematron({name: inhalt}).verify()
    except SchemaBroken as error:
        raise _refused(str(error), f"Die Schematron-Datei {name} ist nicht verwendbar.") from error


def _write(dateien: Mapping[str, bytes], ort: Path) -> None:
    ort.mkdir(parents=True, exist_ok=True)
    (ort / _MANIFEST).unlink(missing_ok=True)
    for alt in ort.glob("*.sch"):
        alt.unlink()
    for name, inhalt in dateien.items():
        (ort / name).write_bytes(inhalt)
    hashes = {name: hashlib.sha256(inhalt).hexdigest() for name, inhalt in sorted(dateien.items())}
    (ort / _MANIFEST).write_text(json.dumps(hashes, indent=1), encoding="utf-8")


def _from_folder(ordner: Path) -> Iterator[tuple[str, bytes]]:
    for nummer, datei in enumerate(sorted(ordner.glob("*.sch"))):
        if nummer >= MAX_DATEIEN:
            raise _refused(f"{ordner.name}: too many files", "Der Ordner enthält zu viele Dateien.")
        if _NAME.fullmatch(datei.name) and datei.is_file():
            with datei.open("rb") as strom:
                yield datei.name, _limited(datei.name, strom.read(MAX_DATEI_BYTES + 1))


def _from_zip(datei: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(datei) as archiv:
            namen = {e.filename: PurePosixPath(e.filename).name for e in archiv.infolist()}
            gewollt = [(pfad, name) for pfad, name in namen.items() if _NAME.fullmatch(name)]
            for pfad, name in gewollt[:MAX_DATEIEN]:
                with archiv.open(pfad) as strom:
                    yield name, _limited(name, strom.read(MAX_DATEI_BYTES + 1))
    except _ZIP_FEHLER as error:
        raise _refused(f"{datei.name}: {error}", "Die Quelle ist kein lesbares ZIP-Archiv.") from error


def _limited(name: str, inhalt: bytes) -> bytes:
    if len(inhalt) > MAX_DATEI_BYTES:
        raise _refused(f"{name}: too big", "Eine Datei der Quelle ist zu groß.")
    return inhalt


def _refused(message: str, satz: str) -> EingabeRefused:
    return EingabeRefused(message, satz=satz)


def _damaged(ort: Path) -> KonfigurationInvalid:
    satz = f"Die Schematron-Dateien in {ort} sind beschädigt. Ordner löschen und neu installieren."
    return KonfigurationInvalid(f"{ort}: damaged", satz=satz)
