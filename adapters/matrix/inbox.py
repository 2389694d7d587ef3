"""Work of rooms: in order within a room, side by side between rooms, and a sync token kept once all it brought is done.

The token that is kept is the point from which a new process goes on. It moves only past batches whose every job is done,
so that a process that is killed meets again what it had not finished; what it had finished is known by the store.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

#: Tries of a job that fails, over a minute: a database may be away for so long.
TRIES = 8

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Batch:
    """What one sync brought: the token after it, and how many jobs of it are not done."""

    token: str
    open: int = 1


class Inbox:
    """Runs jobs, and keeps tokens.

    Args:
        keep: Stores a token.
        keep_every_seconds: How long the token may lag; what lies between is met again after a crash, and known.
        retry_seconds: How long to wait before a job that failed is tried again; then twice as long.
    """

    def __init__(
        self, keep: Callable[[str], Awaitable[None]], *, keep_every_seconds: float = 1.0, retry_seconds: float = 0.5
    ) -> None:
        self._keep = keep
        self._keep_every = keep_every_seconds
        self._retry = retry_seconds
        self._queues: dict[str, deque[tuple[Callable[[], Awaitable[None]], Batch]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._batches: deque[Batch] = deque()
        self._done = ""
        self._kept = ""
        self._keeper: asyncio.Task[None] | None = None

    def open(self, token: str) -> Batch:
        """A batch, to which jobs belong until it is closed with `done`."""
        batch = Batch(token)
        self._batches.append(batch)
        return batch

    def put(self, room: str, job: Callable[[], Awaitable[None]], batch: Batch) -> None:
        """Run a job after all that were put for the same room."""
        batch.open += 1
        self._queues.setdefault(room, deque()).append((job, batch))
        if room not in self._workers:
            self._workers[room] = asyncio.create_task(self._work(room))

    def hold(self, batch: Batch) -> None:
        """Keep a batch open until one more `done`."""
        batch.open += 1

    def done(self, batch: Batch) -> None:
        """One thing less of a batch is open."""
        batch.open -= 1
        while self._batches and self._batches[0].open == 0:
            self._done = self._batches.popleft().token
        if self._done != self._kept and (self._keeper is None or self._keeper.done()):
            self._keeper = asyncio.create_task(self._keep_soon())

    async def close(self, seconds: float) -> None:
        """Let what runs come to its end, for so many seconds, and keep the token."""
        workers = list(self._workers.values())
        if workers:
            await asyncio.wait(workers, timeout=seconds)
        tasks = [*workers, *([self._keeper] if self._keeper else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._keep_now()

    async def _work(self, room: str) -> None:
        queue = self._queues[room]
        try:
            while queue:
                job, batch = queue.popleft()
                await self._do(job)
                self.done(batch)
        finally:
            del self._workers[room]
            if not queue:
                self._queues.pop(room, None)

    async def _do(self, job: Callable[[], Awaitable[None]]) -> None:
        """Do a job, again if it failed, such as for a busy database; one that fails for ever must not end its room."""
        for attempt in range(TRIES):
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - whatever it was, it is logged
                if attempt in {0, TRIES - 1}:
                    log_fault(error)
                if attempt < TRIES - 1:
                    await asyncio.sleep(self._retry * 2**attempt)
            else:
                return

    async def _keep_soon(self) -> None:
        if self._kept:
            await asyncio.sleep(self._keep_every)
        await self._keep_now()

    async def _keep_now(self) -> None:
        if self._done != self._kept:
            token = self._done
            try:
                await self._keep(token)
            except Exception as error:  # noqa: BLE001 - the next one will do
                log_fault(error)
            else:
                self._kept = token


def log_fault(error: BaseException) -> None:
    """Log a fault of ours: its kind and where it happened, without its message, which may hold what a person wrote."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s while handling an event\n%s", type(error).__name__, where)
