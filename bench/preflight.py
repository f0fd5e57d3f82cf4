"""Pre-flight of a package of 1,000 PDFs: every file examined (cold), and every file known (warm)."""

import os
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import uvloop

from bench.context import Context
from bench.measure import KIB_PER_MIB, Cost, cpu_note, peak_mib
from bench.preflight_case import datei_of, write_package
from bench.result import Row, row
from erv_gateway.dateien.pruefdienst import WORKER, Datei, Dateipruefer
from erv_gateway.dateien.pruefworker import examine
from erv_gateway.dateien.speicher import Merkmalspeicher
from erv_gateway.isolation.werkstatt import Werkstatt
from erv_gateway.storage.db import Database
from erv_gateway.storage.embedded import EmbeddedPostgres
from erv_gateway.storage.migrate import migrate
from erv_gateway.storage.schemata import load_codelists, load_schemas
from xjustiz import KOPF_BYTES, Anlage, Codelisten, Paket, Richtung, Schemas, check
from xjustiz.merkmale import Dateimerkmale

AM: Final = date(2026, 11, 21)


class _Uhr:
    def jetzt(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Fall:
    xml: bytes
    pfade: tuple[Path, ...]
    dateien: tuple[Datei, ...]
    schemas: Schemas
    codelisten: Codelisten


def preflight(context: Context) -> list[Row]:
    count = context.count(1000, 50)
    xml, pfade = write_package(context.folder / "package", count)
    fall = _Fall(xml, pfade, tuple(datei_of(pfad) for pfad in pfade), load_schemas(), load_codelists())
    floor = _cost(lambda: _bare(pfade))
    bare = Cost(floor.wall / (os.cpu_count() or 1), floor.cpu)
    before = peak_mib()
    cold, warm, fewest = uvloop.run(_measure(context, fall))
    megabytes = sum(datei.bytes for datei in fall.dateien) / 10**6
    what = f"{count} PDFs, {megabytes:.0f} MB"
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIB_PER_MIB
    return [
        row(f"Pre-flight cold, {what}", cold.wall, "s", bare.wall, f"{cpu_note(cold, bare)}; floor: without children"),
        row(f"Pre-flight warm, {what}", warm.wall, "s", fewest.wall, f"{cpu_note(warm, fewest)}; floor: the rules"),
        row("Pre-flight, peak RSS", peak_mib(), "MiB", before, f"the service; largest child {children:.0f} MiB"),
    ]


async def _measure(context: Context, fall: _Fall) -> tuple[Cost, Cost, Cost]:
    async with EmbeddedPostgres(context.folder / "pg") as server:
        await migrate(server.dsn("migrator"))
        async with await Database.open(server.dsn("gateway")) as database:
            speicher = Merkmalspeicher(database, _Uhr())
            cold, merkmale = await _run(fall, speicher)
            warm, again = await _run(fall, speicher)
    if merkmale != again or any(one.pdf is None for one in merkmale.values()):
        raise AssertionError("the files were not examined")
    return cold, warm, _cost(lambda: _judge(fall, {}))


async def _run(fall: _Fall, speicher: Merkmalspeicher) -> tuple[Cost, Mapping[str, Dateimerkmale]]:
    """CPU counts the children too, which the closed workshop has handed over."""
    wall, cpu = time.perf_counter(), _all_cpu()
    async with Werkstatt((WORKER,)) as werkstatt:
        merkmale = await Dateipruefer(werkstatt, speicher).examine(fall.dateien)
    _judge(fall, merkmale)
    return Cost(time.perf_counter() - wall, _all_cpu() - cpu), merkmale


def _judge(fall: _Fall, merkmale: Mapping[str, Dateimerkmale]) -> None:
    anlagen = tuple(
        Anlage(pfad.name, datei.bytes, _head(pfad), merkmale.get(datei.sha256))
        for pfad, datei in zip(fall.pfade, fall.dateien, strict=True)
    )
    check(
        Paket(fall.xml, anlagen),
        schemas=fall.schemas,
        codelisten=fall.codelisten,
        am=AM,
        richtung=Richtung.AUSGANG,
    )


def _head(pfad: Path) -> bytes:
    with pfad.open("rb") as file:
        return file.read(KOPF_BYTES)


def _bare(pfade: Sequence[Path]) -> None:
    for pfad in pfade:
        with pfad.open("rb") as file:
            examine(file, gruendlich=True)


def _cost(call: Callable[[], None]) -> Cost:
    wall, cpu = time.perf_counter(), _all_cpu()
    call()
    return Cost(time.perf_counter() - wall, _all_cpu() - cpu)


def _all_cpu() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
