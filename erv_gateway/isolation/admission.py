"""Who may start: at most so many tasks, and at most so many bytes in work. First come, first served."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class _Waiter:
    weight: int
    loop: asyncio.AbstractEventLoop
    turn: asyncio.Future[None]
    admitted: bool = False


class Admission:
    """Usable from several event loops. A task heavier than the cap runs alone."""

    def __init__(self, max_tasks: int, max_bytes: int) -> None:
        self._max_tasks = max_tasks
        self._max_bytes = max_bytes
        self._tasks = 0
        self._bytes = 0
        self._queue: deque[_Waiter] = deque()
        self._lock = threading.Lock()

    @asynccontextmanager
    async def place(self, weight: int) -> AsyncIterator[None]:
        await self._enter(weight)
        try:
            yield
        finally:
            self._leave(weight)

    async def _enter(self, weight: int) -> None:
        loop = asyncio.get_running_loop()
        waiter = _Waiter(weight, loop, loop.create_future())
        with self._lock:
            self._queue.append(waiter)
            self._admit()
        try:
            await waiter.turn
        except asyncio.CancelledError:
            self._give_up(waiter)
            raise

    def _give_up(self, waiter: _Waiter) -> None:
        with self._lock:
            if not waiter.admitted:
                self._queue.remove(waiter)
                self._admit()
                return
        self._leave(waiter.weight)

    def _leave(self, weight: int) -> None:
        with self._lock:
            self._tasks -= 1
            self._bytes -= weight
            self._admit()

    def _admit(self) -> None:
        while self._queue and self._fits(self._queue[0].weight):
            waiter = self._queue.popleft()
            if waiter.loop.is_closed():
                continue
            waiter.admitted = True
            self._tasks += 1
            self._bytes += waiter.weight
            waiter.loop.call_soon_threadsafe(_wake, waiter.turn)

    def _fits(self, weight: int) -> bool:
        return self._tasks == 0 or (self._tasks < self._max_tasks and self._bytes + weight <= self._max_bytes)


def _wake(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)
