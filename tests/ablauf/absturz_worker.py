"""A worker that kills itself with SIGKILL at a chosen point.

The product knows nothing of this: the mailbox adapter and the stations' own names are wrapped from outside.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from erv_gateway import worker
from erv_gateway.dateien.pruefdienst import GRUPPE
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.postfach.base import Abholereignis, Gehalten, Quittung, Zustellung
from erv_gateway.sendung import ablage
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.settings import load
from erv_gateway.storage.jobs import WorkerSettings
from erv_gateway.wiring import open_betrieb


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Sterblich:
    """The real mailbox; at the chosen point the process is gone, with no chance to clean up."""

    def __init__(self, echt: Any, punkt: str) -> None:
        self._echt, self._punkt = echt, punkt

    def __getattr__(self, name: str) -> Any:
        wirklich = getattr(self._echt, name)
        if name == "collect":
            return self._collect
        if not asyncio.iscoroutinefunction(wirklich):
            return wirklich

        async def call(*arguments: Any) -> Any:
            if self._punkt == f"vor-{name}":
                die()
            ergebnis = await wirklich(*arguments)
            if self._punkt == f"nach-{name}":
                die()
            return ergebnis

        return call

    async def _collect(self, gehalten: Gehalten) -> AsyncIterator[Abholereignis]:
        async for ereignis in self._echt.collect(gehalten):
            if self._punkt == "nach-zustellung" and isinstance(ereignis, Zustellung):
                die()
            if self._punkt == "nach-quittung" and isinstance(ereignis, Quittung):
                die()
            yield ereignis
            if self._punkt == "nach-sicherung" and isinstance(ereignis, Zustellung):
                die()


def sterblich(betrieb: Betrieb, punkt: str) -> Betrieb:
    plaetze = {
        name: replace(platz, postfach=Sterblich(platz.postfach, punkt)) for name, platz in betrieb.postfaecher.items()
    }
    return replace(betrieb, postfaecher=plaetze)


def wrap_exports(punkt: str) -> None:
    """Points between two effects that no mailbox method separates."""
    if punkt == "nach-ausgabe":
        echt = ablage.export_blob

        def export(*arguments: Any) -> Any:
            echt(*arguments)
            die()

        ablage.export_blob = export
    if punkt == "nach-gruppe":
        merken = Merkmalspeicher.keep

        async def keep(speicher: Merkmalspeicher, pruefstand: str, merkmale: Mapping[str, Any]) -> None:
            await merken(speicher, pruefstand, merkmale)
            if len(merkmale) == GRUPPE:
                die()

        Merkmalspeicher.keep = keep


async def main(config: Path, punkt: str) -> None:
    settings = load(config)
    wrap_exports(punkt)
    async with open_betrieb(settings) as betrieb:
        chosen = WorkerSettings(heartbeat=timedelta(seconds=settings.worker.heartbeat_seconds))
        await worker.work(
            sterblich(betrieb, punkt),
            stop=asyncio.Event(),
            settings=chosen,
            abholen_alle=timedelta(seconds=settings.worker.abholen_seconds),
        )
