"""Work of conversations: in order within one, side by side between them, so that a slow answer delays no other."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


class Queues:
    """Runs jobs, each after all that were put before it for the same conversation."""

    def __init__(self) -> None:
        self._jobs: dict[Hashable, deque[Job]] = {}
        self._workers: dict[Hashable, asyncio.Task[None]] = {}

    def put(self, conversation: Hashable, job: Job) -> None:
        """Run a job soon; a fault in it is logged and ends nothing else."""
        self._jobs.setdefault(conversation, deque()).append(job)
        if conversation not in self._workers:
            self._workers[conversation] = asyncio.create_task(self._work(conversation))

    async def _work(self, conversation: Hashable) -> None:
        jobs = self._jobs[conversation]
        try:
            while jobs:
                try:
                    await jobs.popleft()()
                except Exception as error:  # noqa: BLE001 - whatever it was, it is logged
                    log_fault(error)
        finally:
            del self._workers[conversation]
            if not jobs:
                self._jobs.pop(conversation, None)

    async def close(self, seconds: float) -> None:
        """Let what runs and waits come to its end, for so many seconds."""
        workers = list(self._workers.values())
        if workers:
            await asyncio.wait(workers, timeout=seconds)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


def log_fault(error: BaseException) -> None:
    """Log a fault of ours: its kind and where it happened, without its message, which may hold what a person wrote."""
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("%s while handling an event\n%s", type(error).__name__, where)
