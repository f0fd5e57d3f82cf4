"""Judging foreign files in a child process with limits to memory, processor time and wall time.

The child is `pruefworker.py`, started afresh for every file: what a hostile file breaks there stays there.
"""

import asyncio
import base64
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from certs.anchors import Anchors, Zweck
from erv_gateway.signatur.ergebnis import Pruefung, from_json, unreadable
from erv_gateway.signatur.fehler import PruefungRefused
from erv_gateway.signatur.uebergabe import anchors_to_json, vhn_from_json
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis, VhnPruefung, result_of
from erv_gateway.signatur.vhn_xml import VhnDatei

WORKER: Final = "erv_gateway.signatur.pruefworker"
MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Grenzen:
    """Limits of one check. Memory is address space: a base, and a multiple of the file (validation needs 2.3 times)."""

    sekunden: float = 120.0
    cpu_sekunden: int = 60
    speicher_basis: int = 1024 * MIB
    speicher_faktor: int = 4
    max_datei: int = 200 * 10**6  # ERVB 2025: no message is larger


class Pruefdienst:
    """Checks in children. Never raises on bad input: what cannot be judged within the limits is `unbestimmt`."""

    def __init__(self, grenzen: Grenzen | None = None) -> None:
        self._grenzen = grenzen or Grenzen()

    async def check_pdf(
        self, path: Path, anchors: Anchors | None, at: datetime, zwecke: Iterable[Zweck] = (Zweck.SIGNATUR,)
    ) -> Pruefung:
        """All signatures of a PDF; arguments as `pruefen.check_pdf`."""
        return await self._pruefung("pdf", path, None, anchors, at, zwecke)

    async def check_detached(
        self,
        path: Path,
        p7s: Path,
        anchors: Anchors | None,
        at: datetime,
        zwecke: Iterable[Zweck] = (Zweck.SIGNATUR,),
    ) -> Pruefung:
        """All signers of the detached CMS in `p7s` over `path`."""
        return await self._pruefung("detached", path, p7s, anchors, at, zwecke)

    async def check_enclosed(
        self, path: Path, anchors: Anchors | None, at: datetime, zwecke: Iterable[Zweck] = (Zweck.SIGNATUR,)
    ) -> Pruefung:
        """All signers of a CMS that encloses its content."""
        return await self._pruefung("enclosed", path, None, anchors, at, zwecke)

    async def check_vhn(
        self,
        xml: bytes | None,
        p7s: bytes | None,
        dateien: Iterable[VhnDatei],
        absender: str | None,
        anchors: Anchors | None,
        at: datetime,
    ) -> VhnPruefung:
        """The proof of origin; arguments and result as `vhn.check_vhn`."""
        task = {
            "task": "vhn",
            "xml": None if xml is None else base64.b64encode(xml).decode(),
            "p7s": None if p7s is None else base64.b64encode(p7s).decode(),
            "files": [[datei.name, datei.sha256, datei.bytes] for datei in dateien],
            "sender": absender,
        }
        try:
            answer = await self._run(task, anchors, at, len(xml or b"") + len(p7s or b""))
        except _NoAnswer as error:
            return result_of(VhnErgebnis.NICHT_PRUEFBAR, (str(error),))
        return vhn_from_json(answer)

    async def _pruefung(
        self,
        task: str,
        path: Path,
        p7s: Path | None,
        anchors: Anchors | None,
        at: datetime,
        zwecke: Iterable[Zweck],
    ) -> Pruefung:
        size = sum(_size(one) for one in (path, p7s) if one is not None)
        if size > self._grenzen.max_datei:
            return unreadable("Die Datei ist größer, als eine Nachricht sein darf.")
        order = {
            "task": task,
            "path": _absolute(path),
            "signature": None if p7s is None else _absolute(p7s),
            "purposes": [str(zweck) for zweck in zwecke],
        }
        try:
            return from_json(await self._run(order, anchors, at, size))
        except _NoAnswer as error:
            return unreadable(str(error))

    async def _run(
        self, task: Mapping[str, Any], anchors: Anchors | None, at: datetime, size: int
    ) -> Mapping[str, Any]:
        limits = self._grenzen
        order = {
            **task,
            "anchors": None if anchors is None else anchors_to_json(anchors),
            "at": at.isoformat(),
            "memory": limits.speicher_basis + limits.speicher_faktor * size,
            "cpu": limits.cpu_sekunden,
        }
        output = await _call(json.dumps(order).encode(), limits.sekunden)
        try:
            answer = json.loads(output)
        except ValueError as error:
            raise _NoAnswer("Die Prüfung überschritt die Grenzen für Speicher oder Rechenzeit.") from error
        if not isinstance(answer, dict):
            raise _NoAnswer("Die Prüfung gab keine Antwort.")
        return answer


class _NoAnswer(Exception):
    """The child did not come to an end; the text is a German sentence for the report."""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise PruefungRefused(f"{path.name} cannot be read: {error.strerror}", datei=path.name) from error


def _absolute(path: Path) -> str:
    return str(path.absolute())


async def _call(order: bytes, seconds: float) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        WORKER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(seconds):
            output, _errors = await process.communicate(order)
    except TimeoutError as error:
        raise _NoAnswer("Die Prüfung dauerte zu lange und wurde abgebrochen.") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output
