"""XJustiz schemata and code lists in the user's data folder: install, list, load.

One folder per version and one for the code lists, each with a manifest of hashes. A folder appears complete or not at
all (built beside, then renamed); a lock file keeps concurrent installations apart.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from erv_gateway.kern.fehler import EingabeRefused, KonfigurationInvalid
from erv_gateway.storage.schemata_nachlieferung import merge
from erv_gateway.storage.schemata_quelle import WHEEL_SHA256, Fundus, download_fundus, read_fundus
from erv_gateway.storage.schematron import load_schematron
from xjustiz import LESBAR, Codelisten, Schemas, XJustizError, find_version

STANDARD_VERSIONEN = ("3.5.1", "3.6.2")
"""What the default source holds of the versions that are read."""
CODELISTEN = "codelisten"
UMGEBUNG = "ERV_SCHEMATA_DIR"
_MANIFEST = "manifest.json"
_HINWEIS = "Installieren mit: erv-gateway schemata install"


@dataclass(frozen=True, slots=True)
class Installiert:
    """One installed version (or the code lists): `sha256` over names and hashes of its files."""

    name: str
    gueltig_ab: date | None
    gueltig_bis: date | None
    sha256: str
    dateien: int
    herkunft: str


def default_dir() -> Path:
    """$ERV_SCHEMATA_DIR, else erv-gateway/schemata in $XDG_DATA_HOME or ~/.local/share."""
    eigen = os.environ.get(UMGEBUNG)
    if eigen:
        return Path(eigen)
    basis = os.environ.get("XDG_DATA_HOME")
    return (Path(basis) if basis else Path.home() / ".local" / "share") / "erv-gateway" / "schemata"


def install(quelle: Path | None = None, ziel: Path | None = None) -> tuple[Installiert, ...]:
    """Installs from an official ZIP or folder, or from the pinned wheel, and returns all that is installed then.

    Doing it again changes nothing; the default is not even fetched again. Raises EingabeRefused for a bad source,
    GegenstelleFailed when the wheel cannot be had, KonfigurationInvalid when the target cannot be written.
    """
    ordner = ziel or default_dir()
    try:
        with _locked(ordner):
            if quelle is not None or not _default_complete(ordner):
                _take_over(read_fundus(quelle) if quelle is not None else download_fundus(), ordner)
    except OSError as error:
        satz = f"In {ordner} kann nicht geschrieben werden."
        raise KonfigurationInvalid(f"{ordner}: {error}", satz=satz) from error
    return installed(ordner)


def installed(ordner: Path | None = None) -> tuple[Installiert, ...]:
    """What is installed, versions first, as the manifests say."""
    ort = ordner or default_dir()
    gefunden = [_read_manifest(ort / version) for version in LESBAR]
    gefunden.append(_read_manifest(ort / CODELISTEN))
    return tuple(_installiert(manifest) for manifest in gefunden if manifest is not None)


def load_schemas(ordner: Path | None = None) -> Schemas:
    """All installed XSDs, their hashes checked. Raises KonfigurationInvalid with the German sentence `satz`."""
    ort = ordner or default_dir()
    versionen = {version: _load(ort / version) for version in LESBAR if (ort / version / _MANIFEST).is_file()}
    if not versionen:
        raise KonfigurationInvalid(
            f"no XJustiz schemata in {ort}", satz=f"Die XJustiz-Schemata sind nicht installiert. {_HINWEIS}"
        )
    return Schemas(versionen, load_schematron(ort))


def load_codelists(ordner: Path | None = None) -> Codelisten:
    """All installed code lists, their hashes checked. Raises KonfigurationInvalid."""
    ort = (ordner or default_dir()) / CODELISTEN
    if not (ort / _MANIFEST).is_file():
        raise KonfigurationInvalid(
            f"no code lists in {ort}", satz=f"Die XJustiz-Codelisten sind nicht installiert. {_HINWEIS}"
        )
    try:
        return Codelisten.from_files(_load(ort))
    except XJustizError as error:
        raise _damaged(ort) from error


def _take_over(fundus: Fundus, ordner: Path) -> None:
    brauchbar = {version: dateien for version, dateien in fundus.versionen.items() if version in LESBAR}
    teile = {version: dateien for version, dateien in fundus.teile.items() if version in LESBAR}
    if not brauchbar and not teile:
        nummern = ", ".join(sorted({*fundus.versionen, *fundus.teile}))
        raise EingabeRefused(
            f"only versions that are not read: {nummern}",
            satz=f"Die Quelle enthält nur XJustiz {nummern}; verwendet werden {', '.join(LESBAR)}.",
        )
    for version, dateien in brauchbar.items():
        _supply(ordner, version, dateien, fundus.herkunft)
    for version, dateien in teile.items():
        if not (ordner / version / _MANIFEST).is_file() and version not in brauchbar:
            raise EingabeRefused(
                f"an addition to {version}, which is not installed",
                satz=f"Zuerst das vollständige Paket von XJustiz {version} installieren, dann die Nachlieferung.",
            )
        _supply(ordner, version, dateien, fundus.herkunft)
    if fundus.codelisten:
        _place(ordner, CODELISTEN, fundus.codelisten, fundus.herkunft)


def _supply(ordner: Path, version: str, dateien: Mapping[str, bytes], herkunft: str) -> None:
    """A first or complete edition as it is; some modules beside what is there, whose origin is kept, too."""
    alt = _read_manifest(ordner / version)
    if alt is None or not _undamaged(ordner / version):
        _place(ordner, version, dateien, herkunft)
        return
    ganz = merge(_load(ordner / version), dateien)
    neu_allein = ganz.keys() == dateien.keys()
    _place(ordner, version, ganz, herkunft if neu_allein else f"{alt['herkunft']}; Nachlieferung: {herkunft}")


def _place(ordner: Path, name: str, dateien: Mapping[str, bytes], herkunft: str) -> None:
    manifest = _manifest(name, dateien, herkunft)
    alt = _read_manifest(ordner / name)
    if alt is not None and alt["sha256"] == manifest["sha256"] and _undamaged(ordner / name):
        return
    neu = Path(tempfile.mkdtemp(prefix=f".neu-{name}-", dir=ordner))
    try:
        for datei, inhalt in dateien.items():
            (neu / datei).write_bytes(inhalt)
        (neu / _MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        neu.chmod(0o755)
        _swap(neu, ordner / name)
    finally:
        shutil.rmtree(neu, ignore_errors=True)


def _swap(neu: Path, ort: Path) -> None:
    if not ort.exists():
        neu.rename(ort)
        return
    weg = Path(tempfile.mkdtemp(prefix=".alt-", dir=ort.parent))
    ort.rename(weg / ort.name)
    neu.rename(ort)
    shutil.rmtree(weg, ignore_errors=True)


@contextmanager
def _locked(ordner: Path) -> Iterator[None]:
    ordner.mkdir(parents=True, exist_ok=True)
    with (ordner / ".lock").open("w") as sperre:
        fcntl.flock(sperre, fcntl.LOCK_EX)
        for rest in (*ordner.glob(".neu-*"), *ordner.glob(".alt-*")):
            shutil.rmtree(rest, ignore_errors=True)
        yield


def _default_complete(ordner: Path) -> bool:
    for name in (*STANDARD_VERSIONEN, CODELISTEN):
        manifest = _read_manifest(ordner / name)
        if manifest is None or not _undamaged(ordner / name):
            return False
        if name == CODELISTEN and WHEEL_SHA256 not in str(manifest["herkunft"]):
            return False
    return True


def _manifest(name: str, dateien: Mapping[str, bytes], herkunft: str) -> dict[str, Any]:
    hashes = {datei: hashlib.sha256(inhalt).hexdigest() for datei, inhalt in sorted(dateien.items())}
    zeilen = "".join(f"{wert}  {datei}\n" for datei, wert in hashes.items())
    gesamt = hashlib.sha256(zeilen.encode()).hexdigest()
    return {"name": name, "herkunft": herkunft, "sha256": gesamt, "dateien": hashes}


def _read_manifest(ort: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((ort / _MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _damaged(ort) from error
    if not isinstance(manifest, dict) or not {"name", "herkunft", "sha256", "dateien"} <= manifest.keys():
        raise _damaged(ort)
    return manifest


def _load(ort: Path) -> dict[str, bytes]:
    manifest = _read_manifest(ort)
    dateien: dict[str, bytes] = {}
    for name, erwartet in ({} if manifest is None else manifest["dateien"]).items():
        try:
            inhalt = (ort / Path(name).name).read_bytes()
        except OSError as error:
            raise _damaged(ort) from error
        if hashlib.sha256(inhalt).hexdigest() != erwartet:
            raise _damaged(ort)
        dateien[name] = inhalt
    return dateien


def _undamaged(ort: Path) -> bool:
    try:
        return bool(_load(ort))
    except KonfigurationInvalid:
        return False


def _damaged(ort: Path) -> KonfigurationInvalid:
    satz = f"Die installierten Schemata in {ort} sind beschädigt. Ordner löschen, dann: erv-gateway schemata install"
    return KonfigurationInvalid(f"{ort}: damaged", satz=satz)


def _installiert(manifest: Mapping[str, Any]) -> Installiert:
    version = find_version(str(manifest["name"]))
    return Installiert(
        str(manifest["name"]),
        None if version is None else version.gueltig_ab,
        None if version is None else version.gueltig_bis,
        str(manifest["sha256"]),
        len(manifest["dateien"]),
        str(manifest["herkunft"]),
    )
