"""Judging foreign files in a child process with limits to memory, processor time and wall time.

The child runs `pruefworker.py`, forked afresh for every file: what a hostile file breaks there stays there.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

from certs.anchors import Anchors, Zweck
from erv_gateway.isolation.fehler import AufgabeFailed, Reason
from erv_gateway.isolation.limits import Limits
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.signatur.auftrag import Auftrag, grounds, vhn_order
from erv_gateway.signatur.beschaffung import Beschaffung
from erv_gateway.signatur.ergebnis import Pruefung, unreadable
from erv_gateway.signatur.ergebnis_lesen import pruefung_of
from erv_gateway.signatur.fehler import PruefungRefused
from erv_gateway.signatur.grundlage import Pruefgrundlage, Sperrdatum
from erv_gateway.signatur.qualifikation import qualify
from erv_gateway.signatur.sperren import Bedarf, Quelle
from erv_gateway.signatur.uebergabe import vhn_from_json
from erv_gateway.signatur.vertrauensdienst import Vertrauenslisten
from erv_gateway.signatur.vhn_ergebnis import VhnErgebnis, VhnPruefung, result_of
from erv_gateway.signatur.vhn_xml import VhnDatei

_T = TypeVar("_T")
WORKER: Final = "erv_gateway.signatur.pruefworker"
MIB: Final = 1024 * 1024
MAX_ROUNDS: Final = 3  # ours; issuer, its issuer, revocation data
OHNE_LISTEN: Final = Vertrauenslisten()
VHN_ZWECKE: Final = (Zweck.VHN_BEBPO, Zweck.VHN_JUSTIZ)
ABGEBROCHEN: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.TIME: "Die Prüfung dauerte zu lange und wurde abgebrochen.",
        Reason.CPU: "Die Prüfung überschritt die Grenzen für Speicher oder Rechenzeit.",
        Reason.MEMORY: "Die Prüfung überschritt die Grenzen für Speicher oder Rechenzeit.",
        Reason.CRASH: "Die Prüfung brach an dieser Datei ab.",
    }
)


@dataclass(frozen=True, slots=True)
class Grenzen:
    """Limits of one check. Memory is address space: a base, and a multiple of the file (validation needs 2.3 times)."""

    sekunden: float = 120.0
    cpu_sekunden: int = 60
    speicher_basis: int = 1024 * MIB
    speicher_faktor: int = 4
    max_datei: int = 200 * 10**6  # ERVB 2025: no message is larger


class Pruefdienst:
    """Checks in children. Never raises on bad input: what cannot be judged within the limits is `unbestimmt`.

    Children have no network. What they miss is fetched here by `beschaffung` (None: nothing is fetched), and the file
    is judged again with it. `listen`: the trusted lists; `sperrdaten`: revocation data at hand. Without a `werkstatt`
    it has its own, which ends with it.
    """

    def __init__(
        self,
        grenzen: Grenzen | None = None,
        werkstatt: Werkstatt | None = None,
        *,
        beschaffung: Beschaffung | None = None,
        listen: Vertrauenslisten = OHNE_LISTEN,
        sperrdaten: tuple[Sperrdatum, ...] = (),
        uhr: Callable[[], datetime] | None = None,
    ) -> None:
        self._grenzen = grenzen or Grenzen()
        self._werkstatt = werkstatt or Werkstatt((WORKER,))
        self._beschaffung = beschaffung
        self._listen = listen
        self._sperrdaten = sperrdaten
        self._uhr = uhr or _now

    async def check_pdf(
        self, path: Path, anchors: Anchors | None, at: datetime, zwecke: Iterable[Zweck] = (Zweck.SIGNATUR,)
    ) -> Pruefung:
        """All signatures of a PDF; arguments as `pruefen.check_pdf`."""
        return await self._pruefung(Auftrag("pdf", path), self._fresh(anchors, at, zwecke))

    async def check_detached(
        self,
        path: Path,
        p7s: Path,
        anchors: Anchors | None,
        at: datetime,
        zwecke: Iterable[Zweck] = (Zweck.SIGNATUR,),
    ) -> Pruefung:
        """All signers of the detached CMS in `p7s` over `path`."""
        return await self._pruefung(Auftrag("detached", path, p7s), self._fresh(anchors, at, zwecke))

    async def check_enclosed(
        self, path: Path, anchors: Anchors | None, at: datetime, zwecke: Iterable[Zweck] = (Zweck.SIGNATUR,)
    ) -> Pruefung:
        """All signers of a CMS that encloses its content."""
        return await self._pruefung(Auftrag("enclosed", path), self._fresh(anchors, at, zwecke))

    async def repeat(self, auftrag: Auftrag, grundlage: Pruefgrundlage) -> Pruefung:
        """The same check on the same grounds, whenever it is made: nothing is fetched, no other trust is used."""
        return await self._pruefung(auftrag, grundlage, fetch=False)

    async def check_vhn(
        self,
        xml: bytes | None,
        p7s: bytes | None,
        dateien: Iterable[VhnDatei],
        absender: str | None,
        anchors: Anchors | None,
        at: datetime,
        *,
        weitergeleitet: bool = False,
    ) -> VhnPruefung:
        """The proof of origin; arguments and result as `vhn.check_vhn`."""
        order = vhn_order(xml, p7s, tuple(dateien), absender, weitergeleitet=weitergeleitet)
        return await self._vhn(order, self._fresh(anchors, at, VHN_ZWECKE))

    async def repeat_vhn(
        self,
        xml: bytes | None,
        p7s: bytes | None,
        dateien: Iterable[VhnDatei],
        absender: str | None,
        grundlage: Pruefgrundlage,
        *,
        weitergeleitet: bool = False,
    ) -> VhnPruefung:
        """As `repeat`, for a proof of origin."""
        order = vhn_order(xml, p7s, tuple(dateien), absender, weitergeleitet=weitergeleitet)
        return await self._vhn(order, grundlage, fetch=False)

    def _fresh(self, anchors: Anchors | None, at: datetime, zwecke: Iterable[Zweck]) -> Pruefgrundlage:
        return Pruefgrundlage(
            eingang=at,
            geprueft_am=self._uhr(),
            anchors=anchors,
            zwecke=tuple(zwecke),
            sperrdaten=self._sperrdaten,
            listen=self._listen,
        )

    async def _vhn(self, order: Mapping[str, Any], grundlage: Pruefgrundlage, *, fetch: bool = True) -> VhnPruefung:
        size = sum(len(order[name] or "") for name in ("xml", "p7s"))

        async def judge(by: Pruefgrundlage) -> tuple[VhnPruefung, tuple[Bedarf, ...]]:
            result = vhn_from_json(await self._run(order, by, size))
            return result, () if result.signatur is None else result.signatur.bedarf

        try:
            result, grundlage = await self._until_known(judge, grundlage, fetch=fetch)
        except _NoAnswer as error:
            return result_of(VhnErgebnis.NICHT_PRUEFBAR, (str(error),))
        beteiligte = () if result.signatur is None else result.signatur.beteiligte
        return replace(result, grundlage=grundlage.reduced(beteiligte))

    async def _pruefung(self, auftrag: Auftrag, grundlage: Pruefgrundlage, *, fetch: bool = True) -> Pruefung:
        size = sum(_size(one) for one in (auftrag.path, auftrag.p7s) if one is not None)
        if size > self._grenzen.max_datei:
            return unreadable("Die Datei ist größer, als eine Nachricht sein darf.")

        async def judge(by: Pruefgrundlage) -> tuple[Pruefung, tuple[Bedarf, ...]]:
            pruefung = pruefung_of(await self._run(auftrag.order(by.zwecke), by, size))
            return pruefung, pruefung.bedarf

        try:
            pruefung, grundlage = await self._until_known(judge, grundlage, fetch=fetch)
        except _NoAnswer as error:
            return unreadable(str(error))
        signaturen = tuple(qualify(one, grundlage.listen) for one in pruefung.signaturen)
        reduced = grundlage.reduced(der for one in signaturen for der in one.beteiligte)
        return replace(pruefung, signaturen=signaturen, grundlage=reduced)

    async def _until_known(
        self,
        judge: Callable[[Pruefgrundlage], Awaitable[tuple[_T, tuple[Bedarf, ...]]]],
        grundlage: Pruefgrundlage,
        *,
        fetch: bool,
    ) -> tuple[_T, Pruefgrundlage]:
        """Judge, fetch what was missing, judge again: an issuer first, then what revokes under it."""
        tried: set[Quelle] = set()
        result, bedarf = await judge(grundlage)
        for _ in range(MAX_ROUNDS if fetch and self._beschaffung is not None else 0):
            assert self._beschaffung is not None  # noqa: S101 - the line above
            found = await self._beschaffung.supply(bedarf, tried)
            if not found:
                break
            grundlage = grundlage.with_found(found.zertifikate, found.sperrdaten)
            result, bedarf = await judge(grundlage)
        return result, grundlage

    async def _run(self, task: Mapping[str, Any], grundlage: Pruefgrundlage, size: int) -> Mapping[str, Any]:
        limits = self._grenzen
        order = json.dumps({**task, **grounds(grundlage)}).encode()
        bounds = Limits(
            seconds=limits.sekunden,
            cpu_seconds=limits.cpu_sekunden,
            memory=limits.speicher_basis + limits.speicher_faktor * (size + len(order)),
            weight=size,
        )
        try:
            output = await self._werkstatt.run(f"{WORKER}:answer", order, bounds)
        except AufgabeFailed as error:
            raise _NoAnswer(ABGEBROCHEN[error.reason]) from error
        answer: Mapping[str, Any] = json.loads(output)
        return answer


class _NoAnswer(Exception):
    """The child did not come to an end; the text is a German sentence for the report."""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise PruefungRefused(f"{path.name} cannot be read: {error.strerror}", datei=path.name) from error


def _now() -> datetime:
    return datetime.now(UTC)
