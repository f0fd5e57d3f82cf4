"""A worker process of its own: `worker_child.py DSN KIND`; ends cleanly on SIGTERM."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from typing import Any

from erv_gateway.storage.db import Database
from erv_gateway.storage.jobs import Handler, WorkerSettings, run_worker


async def main(dsn: str, kind: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with await Database.open(dsn) as database:

        async def note(payload: dict[str, Any]) -> None:
            """Notes the start, works, notes the end: what a second run of the same job sees."""
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO erv.ran (job, pid) VALUES ($1, $2)", payload["n"], os.getpid())
            await asyncio.sleep(payload.get("seconds", 0))
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO erv.done (job) VALUES ($1) ON CONFLICT DO NOTHING", payload["n"])

        async def die(payload: dict[str, Any]) -> None:
            async with database.transaction() as tx:
                await tx.execute("INSERT INTO erv.ran (job, pid) VALUES ($1, $2)", payload["n"], os.getpid())
            os.kill(os.getpid(), signal.SIGKILL)

        handlers = {"note": Handler(note, key=lambda payload: str(payload["n"])), "die": Handler(die)}
        print("ready", flush=True)
        settings = WorkerSettings(heartbeat=timedelta(seconds=3), concurrency=4)
        await run_worker(database, {kind: handlers[kind]}, stop=stop, settings=settings)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
