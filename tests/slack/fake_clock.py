"""The clock of the fake Slack: it runs with the machine's, and tests move it on."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any


@dataclass(order=True)
class Timer:
    """Something to be done once the clock shows `due`."""

    due: float
    order: int
    act: Callable[[], object] = field(compare=False)
    off: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.off = True


class Clock:
    """Seconds since 1970, ahead of the machine's by what tests added."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._stopped: float | None = None
        self._timers: list[Timer] = []
        self._order = count()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._alarm: asyncio.TimerHandle | None = None

    def now(self) -> float:
        return (time.time() if self._stopped is None else self._stopped) + self._ahead

    def freeze(self) -> None:
        """Stand still from now on but for what `advance` adds."""
        self._stopped = time.time()

    def advance(self, seconds: float) -> None:
        """Move the clock on, from any thread. What is due by then starts, once: what comes of it is due later."""
        self._ahead += seconds
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ring)

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        self._timers.clear()
        if self._alarm is not None:
            self._alarm.cancel()
        self._loop = None

    def later(self, seconds: float, act: Callable[[], object]) -> Timer:
        """Do something in so many seconds of this clock; in the loop only."""
        timer = Timer(self.now() + seconds, next(self._order), act)
        heapq.heappush(self._timers, timer)
        self._ring()
        return timer

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        done = asyncio.get_running_loop().create_future()
        await self.within(done, seconds)

    async def within(self, work: asyncio.Future[Any], seconds: float) -> bool:
        """Whether something was done before so many seconds of this clock had passed; it is left as it is if not."""
        over = asyncio.get_running_loop().create_future()
        timer = self.later(seconds, partial(_finish, over))
        try:
            await asyncio.wait([work, over], return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            over.cancel()
        return work.done()

    def _ring(self) -> None:
        if self._loop is None:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        now = self.now()
        due = []
        while self._timers and (self._timers[0].off or self._timers[0].due <= now):
            due.append(heapq.heappop(self._timers))
        for timer in due:
            if not timer.off:
                timer.act()
        if self._timers:
            self._alarm = self._loop.call_later(max(0.0, self._timers[0].due - self.now()), self._ring)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
