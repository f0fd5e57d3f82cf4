"""Intake of a delivery: folder or ZIP, with manifest.json or an xdomea Abgabe 0401. All of it is accepted, or nothing.

First everything is hashed and checked; only then do bytes go to the blob store, where they are hashed again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from erv_gateway.akte.aufbau import check_akte
from erv_gateway.akte.befund import Befund, EinlieferungRefused, Hinweis, Mangel
from erv_gateway.akte.beschreibung import Beschreibung, find_beschreibung
from erv_gateway.akte.dateien import UNREADABLE, Dateien, EingelieferteDatei, Gelesen, chunks_of, hash_entry, nfc
from erv_gateway.akte.manifest import read_manifest
from erv_gateway.akte.modell import Akte
from erv_gateway.akte.pruefsummen import SUMMEN_NAME, check_pruefsummen
from erv_gateway.akte.quelle import OrdnerQuelle, Quelle
from erv_gateway.akte.xdomea import read_abgabe
from erv_gateway.akte.zipquelle import ZipQuelle
from erv_gateway.kern.fehler import EingabeRefused
from erv_gateway.storage.blobs import Blobs


class Lieferformat(StrEnum):
    MANIFEST = "manifest"
    XDOMEA = "xdomea"


@dataclass(frozen=True, slots=True)
class Einlieferung:
    """An accepted delivery. `dateien`: every file, also the description and what has no place in the Akte."""

    format: Lieferformat
    formatversion: str
    akte: Akte
    hinweise: tuple[Hinweis, ...]
    dateien: tuple[EingelieferteDatei, ...]


async def read_delivery(pfad: Path, blobs: Blobs) -> Einlieferung:
    """Accepts the delivery at `pfad` (folder or ZIP file): all its files are in `blobs` afterwards.

    Errors: `EinlieferungRefused` with the complete list of Maengel, nothing stored; what the store raises.
    """
    with _source(pfad) as (quelle, befund):
        einlieferung = await asyncio.to_thread(_inspect, quelle, befund)
        await _store(quelle, einlieferung, blobs)
        return einlieferung


async def read_zip(stream: BinaryIO, blobs: Blobs) -> Einlieferung:
    """As `read_delivery`, for a ZIP in an open, seekable binary file (such as `Blobs.spool()`)."""
    befund = Befund()
    quelle = ZipQuelle(stream, befund)
    einlieferung = await asyncio.to_thread(_inspect, quelle, befund)
    await _store(quelle, einlieferung, blobs)
    return einlieferung


def inspect_delivery(pfad: Path) -> Einlieferung:
    """The same checks and the same result, but nothing is stored. Errors: `EinlieferungRefused`."""
    with _source(pfad) as (quelle, befund):
        return _inspect(quelle, befund)


@contextmanager
def _source(pfad: Path) -> Iterator[tuple[Quelle, Befund]]:
    befund = Befund()
    if pfad.is_dir():
        yield OrdnerQuelle(pfad, befund), befund
    elif pfad.is_file():
        with pfad.open("rb") as stream:
            yield ZipQuelle(stream, befund), befund
    else:
        raise EinlieferungRefused([Mangel("kein-lieferformat", pfad.name)])


def _inspect(quelle: Quelle, befund: Befund) -> Einlieferung:
    """Structure first: a container that is itself hostile is not unpacked. Then contents, with all findings at once."""
    befund.check()
    beschreibung = find_beschreibung(quelle, befund)
    dateien = _hash_all(quelle, beschreibung, befund)
    gelesen, version = _read(beschreibung, quelle, dateien, befund)
    if gelesen is not None:
        _check_surplus(dateien, gelesen, beschreibung, befund)
        check_akte(gelesen.akte, befund)
    befund.check()
    if gelesen is None:
        raise EinlieferungRefused([Mangel("kein-manifest", "")])
    art = Lieferformat.MANIFEST if beschreibung.ist_manifest else Lieferformat.XDOMEA
    return Einlieferung(art, version, gelesen.akte, tuple(befund.hinweise), tuple(dateien.values()))


def _hash_all(quelle: Quelle, beschreibung: Beschreibung, befund: Befund) -> Dateien:
    own = {beschreibung.name: beschreibung.medientyp, SUMMEN_NAME: "text/plain"}
    hashed = (hash_entry(quelle, eintrag, befund, own.get(eintrag.name)) for eintrag in quelle.eintraege())
    return {nfc(datei.name): datei for datei in hashed if datei is not None}


def _read(beschreibung: Beschreibung, quelle: Quelle, dateien: Dateien, befund: Befund) -> tuple[Gelesen | None, str]:
    if beschreibung.ist_manifest:
        return read_manifest(beschreibung.inhalt, dateien, befund), "1"
    check_pruefsummen(quelle, dateien, befund)
    ergebnis = read_abgabe(beschreibung.inhalt, dateien, befund)
    return (None, "") if ergebnis is None else (ergebnis[0], ergebnis[1].version)


def _check_surplus(dateien: Dateien, gelesen: Gelesen, beschreibung: Beschreibung, befund: Befund) -> None:
    own = {beschreibung.name} if beschreibung.ist_manifest else {beschreibung.name, SUMMEN_NAME}
    for name in sorted(dateien.keys() - gelesen.genannt - own):
        befund.mangel("datei-ueberzaehlig", dateien[name].name)


async def _store(quelle: Quelle, einlieferung: Einlieferung, blobs: Blobs) -> None:
    """What was checked is what gets stored: a file that changed in between refuses the delivery."""
    for datei in einlieferung.dateien:
        try:
            blob = await blobs.put(chunks_of(quelle, datei.name), limit=datei.bytes)
        except (*UNREADABLE, EingabeRefused) as error:
            raise EinlieferungRefused([Mangel("waehrend-lesens-veraendert", datei.name)]) from error
        if blob.sha256 != datei.sha256:
            raise EinlieferungRefused([Mangel("waehrend-lesens-veraendert", datei.name)])
