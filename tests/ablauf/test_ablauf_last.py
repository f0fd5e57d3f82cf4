"""Many Sendungen, two workers, one of them killed in between: all arrive, each once, and no job is left behind."""

import asyncio
import os
from datetime import timedelta
from itertools import pairwise

import pytest
from ablauf_buehne import Buehne, until
from ablauf_prozess import end
from test_ablauf_absturz import at_court

from erv_gateway.kern.ids import SendungId
from erv_gateway.kern.zustaende import SendungZustand
from erv_gateway.storage import jobs, log

pytestmark = pytest.mark.crash
ANZAHL = int(os.environ.get("LAST_SENDUNGEN", "5"))
SECONDS = 40.0 + 8 * ANZAHL


async def test_nothing_waits_and_nothing_arrives_twice(buehne: Buehne) -> None:
    ids = [await buehne.approved() for _ in range(ANZAHL)]
    first, second = buehne.worker(), buehne.worker()
    try:
        await until(lambda: filed(buehne, ids), lambda done: done >= ANZAHL // 3, SECONDS)
        first.kill()
        await until(lambda: filed(buehne, ids), lambda done: done == ANZAHL, SECONDS)
        for sendung_id in ids:
            sendung = await buehne.sendung(sendung_id)
            befunde = await until(lambda of=sendung: at_court(buehne, of), bool)  # type: ignore[misc]
            assert [befund["urteil"] for befund in befunde] == ["gueltig"]
    finally:
        end(first)
        end(second)
    assert await jobs.held(buehne.betrieb.database) == ()
    pauses = [await longest_pause(buehne, sendung_id) for sendung_id in ids]
    print("longest pause between two steps of one Sendung:", max(pauses))


async def filed(buehne: Buehne, ids: list[SendungId]) -> int:
    states = await asyncio.gather(*(buehne.sendung(sendung_id) for sendung_id in ids))
    return sum(sendung.zustand is SendungZustand.ABGELEGT for sendung in states)


async def longest_pause(buehne: Buehne, sendung_id: SendungId) -> timedelta:
    entries = await log.entries_of(buehne.betrieb.database, sendung_id)
    automatic = [entry.received_at for entry in entries if entry.art not in {"sendung.angelegt", "sendung.geprueft"}]
    return max(later - earlier for earlier, later in pairwise(automatic))
