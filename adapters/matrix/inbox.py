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

from adapters.matrix.backoff import Backoff

#: Tries of a job that fails, other than for the database.
TRIES = 4

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
        backoff: Makes the waits before a job that failed is tried again.
        passing: Whether a fault will pass, so that the job is tried until it does.
    """

    def __init__(
        self,
        keep: Callable[[str], Awaitable[None]],
        *,
        backoff: Callable[[], Backoff],
        passing: Callable[[BaseException], bool],
        keep_every_seconds: float = 1.0,
    ) -> None:
        self._keep = keep
        self._keep_every = keep_every_seconds
        self._backoff = backoff
        self._passing = passing
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
        """Do a job: again while the database is away, and a few times after any other fault, which must not end its room."""
        backoff, tries = self._backoff(), 0
        while True:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - whatever it was, it is logged
                passing = self._passing(error)
                tries += not passing
                wait = backoff.failed()
                if backoff.failures == 1 or tries == TRIES:
                    log_fault(error)
                if tries == TRIES:
                    return
                await asyncio.sleep(wait)
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
