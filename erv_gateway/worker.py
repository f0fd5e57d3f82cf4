"""Which job is done by which station, and how patient it is. Any number of worker processes may run at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from erv_gateway.akte.untersuchung import UNTERSUCHEN, examine_stand
from erv_gateway.eingang.abholen import ABHOLEN, VERARBEITEN, collect_post
from erv_gateway.eingang.einordnen import EINORDNEN, file_nachricht
from erv_gateway.eingang.verarbeiten import process
from erv_gateway.kern.fehler import GegenstelleFailed
from erv_gateway.kern.ids import NachrichtId, SendungId
from erv_gateway.protokollierung import logger
from erv_gateway.sendung.ablage import file_back
from erv_gateway.sendung.ablaufwacht import ABLAUFWACHT, ABSTAND, watch_expiry
from erv_gateway.sendung.betrieb import Betrieb
from erv_gateway.sendung.eingangsbestaetigung import ABLEGEN, BESTAETIGEN, confirm
from erv_gateway.sendung.freigabe import PAKETIEREN
from erv_gateway.sendung.packen import make_package
from erv_gateway.sendung.uebergabe import UEBERGEBEN, hand_over
from erv_gateway.sendung.vorpruefung import VORPRUEFEN, check_in_background
from erv_gateway.storage.jobs import Handler, Later, WorkerSettings, run_worker

Station = Callable[[Betrieb, Any], Awaitable[None]]


async def work(betrieb: Betrieb, *, stop: asyncio.Event, settings: WorkerSettings, abholen_alle: timedelta) -> None:
    """Runs until `stop`. Raises StorageUnavailable when the database goes away: the process is to be started again."""
    for name in betrieb.postfaecher:
        async with betrieb.database.transaction() as tx:
            await tx.enqueue(ABHOLEN, {"postfach": name}, dedupe_key=f"{ABHOLEN}:{name}")
    async with betrieb.database.transaction() as tx:
        await tx.enqueue(ABLAUFWACHT, {}, dedupe_key=ABLAUFWACHT)
    await run_worker(betrieb.database, handlers(betrieb, abholen_alle), stop=stop, settings=settings, log=logger())


def handlers(betrieb: Betrieb, abholen_alle: timedelta) -> Mapping[str, Handler]:
    """All jobs of one Sendung or Nachricht or mailbox run one after the other, whoever runs them; so do those that
    examine the files of one Aktenstand."""
    sendung = {
        PAKETIEREN: make_package,
        UEBERGEBEN: hand_over,
        BESTAETIGEN: confirm,
        ABLEGEN: file_back,
    }
    nachricht = {VERARBEITEN: process, EINORDNEN: file_nachricht}
    return {
        **{name: _handler(betrieb, "sendung", SendungId, station) for name, station in sendung.items()},
        **{name: _handler(betrieb, "nachricht", NachrichtId, station) for name, station in nachricht.items()},
        UNTERSUCHEN: Handler(_examine_files(betrieb), key=_aktenstand),
        VORPRUEFEN: Handler(_check_draft(betrieb), key=_aktenstand),
        ABLAUFWACHT: Handler(_watch_daily(betrieb), key=lambda _: ABLAUFWACHT, max_failures=None),
        ABHOLEN: Handler(_collect_forever(betrieb, abholen_alle), key=lambda p: f"postfach:{p['postfach']}"),
    }


def _handler(betrieb: Betrieb, what: str, make_id: Callable[[UUID], Any], station: Station) -> Handler:
    async def handle(payload: dict[str, Any]) -> None:
        """Trouble with the other side is never given up: a Sendung ends by an outcome or a person, not a counter."""
        try:
            await station(betrieb, make_id(UUID(payload[what])))
        except GegenstelleFailed as error:
            _warn(error, **{what: payload[what]})
            raise Later(betrieb.nachfrage) from error
        except Later as later:
            if isinstance(later.__cause__, GegenstelleFailed):
                _warn(later.__cause__, **{what: payload[what]})
            raise

    return Handler(handle, key=lambda payload: f"{what}:{payload[what]}")


def _examine_files(betrieb: Betrieb) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def handle(payload: dict[str, Any]) -> None:
        await examine_stand(betrieb.database, betrieb.blobs, betrieb.dateipruefer, UUID(payload["stand"]))

    return handle


def _check_draft(betrieb: Betrieb) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def handle(payload: dict[str, Any]) -> None:
        await check_in_background(betrieb, SendungId(UUID(payload["sendung"])), UUID(payload["person"]))

    return handle


def _aktenstand(payload: dict[str, Any]) -> str:
    return f"aktenstand:{payload['stand']}"


def _collect_forever(betrieb: Betrieb, interval: timedelta) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def handle(payload: dict[str, Any]) -> None:
        if payload["postfach"] not in betrieb.postfaecher:
            return
        try:
            await collect_post(betrieb, payload["postfach"])
        except GegenstelleFailed as error:
            _warn(error, postfach=payload["postfach"])
        raise Later(interval)

    return handle


def _watch_daily(betrieb: Betrieb) -> Callable[[dict[str, Any]], Awaitable[None]]:
    async def handle(_: dict[str, Any]) -> None:
        await watch_expiry(betrieb)
        raise Later(ABSTAND)

    return handle


def _warn(error: GegenstelleFailed, **what: str) -> None:
    logger().warning("gegenstelle.gescheitert", code=error.code, **what)
