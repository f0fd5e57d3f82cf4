"""The sample case for demo, training and tests: a building permit dispute of the invented Stadt Beispielfurt.

Every run gives the same ids, names and bytes.
"""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from uuid import UUID

from erv_gateway.akte.einlieferung import inspect_delivery
from erv_gateway.akte.manifest import MANIFEST_NAME
from erv_gateway.akte.manifest_schreiben import write_manifest
from erv_gateway.akte.pruefsummen import SUMMEN_NAME
from erv_gateway.akte.xdomea import DATEINAME_ENDE, NACHRICHT
from erv_gateway.sandbox.beispiel_dateien import pack_zip, render_dateien
from erv_gateway.sandbox.beispiel_vorgaben import kennung, load_vorgaben
from erv_gateway.sandbox.beispiel_xdomea import write_abgabe

WORKERS = 2  # typst and Pillow release the interpreter lock; the smallest machine has two cores


@dataclass(frozen=True, slots=True)
class Beispiel:
    """The delivery in memory: `dateien` by name, in the order of the ZIP (message first, checksums last)."""

    akte_id: UUID
    dokumente: int
    zip_name: str
    dateien: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class BeispielDateien:
    """What was written. `bytes`: size of all files before packing."""

    zip: Path
    manifest: Path | None
    akte_id: UUID
    dokumente: int
    bytes: int


def build_beispiel() -> Beispiel:
    """Renders every document and the xdomea 3.1 message; no file is written."""
    vorgaben = load_vorgaben()
    dokumente = list(chain.from_iterable(vorgaben.dokumente.values()))
    with ThreadPoolExecutor(WORKERS) as pool:
        gerendert = list(pool.map(lambda vorgabe: render_dateien(vorgaben.akte, vorgabe), dokumente))
    je_dokument = {vorgabe.schluessel: dateien for vorgabe, dateien in zip(dokumente, gerendert, strict=True)}
    prozess = kennung("prozess")
    inhalte = {f"{prozess}{DATEINAME_ENDE}": write_abgabe(vorgaben, je_dokument)}
    inhalte |= {datei.name: datei.inhalt for datei in chain.from_iterable(gerendert)}
    inhalte[SUMMEN_NAME] = _summen(inhalte)
    return Beispiel(kennung(vorgaben.akte.schluessel), len(dokumente), f"{prozess}_{NACHRICHT}.zip", inhalte)


def write_beispiel(ziel: Path, *, mit_manifest: bool = False) -> BeispielDateien:
    """Writes `<UUID>_Abgabe.Abgabe.0401.zip` into the folder `ziel` (made if absent), overwriting an earlier one.

    With `mit_manifest` the same case also as a folder `manifest` with manifest.json. Errors: OSError.
    """
    beispiel = build_beispiel()
    ziel.mkdir(parents=True, exist_ok=True)
    archiv = ziel / beispiel.zip_name
    archiv.write_bytes(pack_zip(beispiel.dateien))
    ordner = _write_manifest_folder(ziel / "manifest", archiv, beispiel) if mit_manifest else None
    total = sum(map(len, beispiel.dateien.values()))
    return BeispielDateien(archiv, ordner, beispiel.akte_id, beispiel.dokumente, total)


def _summen(inhalte: dict[str, bytes]) -> bytes:
    zeilen = (f"{hashlib.sha256(inhalt).hexdigest()}  {name}\n" for name, inhalt in inhalte.items())
    return "".join(zeilen).encode()


def _write_manifest_folder(ordner: Path, archiv: Path, beispiel: Beispiel) -> Path:
    akte = inspect_delivery(archiv).akte
    ordner.mkdir(exist_ok=True)
    for datei in akte.alle_dateien():
        (ordner / datei.name).write_bytes(beispiel.dateien[datei.name])
    (ordner / MANIFEST_NAME).write_bytes(write_manifest(akte))
    return ordner
