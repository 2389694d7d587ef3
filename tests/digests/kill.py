"""Workers that post to a Sink and are killed with SIGKILL at random; what was lost and what doubled."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from bot.digests.order import EVERY_DAY, Order
from bot.digests.subscriptions import Sending, Subscription
from bot.message import Room
from bot.store.sql import SqlStore, now, open_store
from tests.digests.sink import Sink
from tests.digests.worker import PLATFORM
from tests.stores import connected

#: What a worker takes to start, and the last posting after the last kill, at most.
START_SECONDS, REST_SECONDS = 60, 300


@dataclass
class Outcome:
    """What a run gave.

    Attributes:
        lost: Postings that were due and never came, `unknown` ones included.
        doubled: Postings beyond the first of each.
        kills: SIGKILLs, and `holding` those that fell while the sink held a request.
        close: Postings to one account less than nine tenths of the spacing after the one before.
    """

    due: int
    lost: int
    doubled: int
    kills: int
    holding: int
    found: int
    unknown: int
    close: int
    refused: int
    replies_lost: int
    seconds: float
    late: list[float] = field(repr=False, default_factory=list)

    def line(self) -> str:
        """The whole in one line."""
        p50, p99 = percentile(self.late, 50), percentile(self.late, 99)
        return (
            f"{self.due} due, {self.lost} lost, {self.doubled} doubled, {self.kills} kills ({self.holding} while a send was "
            f"held), {self.found} found by looking, {self.unknown} unknown, {self.refused} times 429, {self.replies_lost} "
            f"replies lost, {self.close} closer than the spacing, late p50 {p50:.1f} s, p99 {p99:.1f} s, "
            f"{self.due / self.seconds:.1f} a second"
        )


def percentile(values: Sequence[float], which: int) -> float:
    """The value that so many in a hundred are not above; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * which // 100)] if ordered else 0.0


def an_order(at_most: int = 76) -> Order:
    """One paragraph every day."""
    today = now().date()
    postings = tuple((number,) for number in range(1, at_most + 1))
    return Order(EVERY_DAY, now().time().replace(second=0, microsecond=0), "UTC", postings, today, repeating=True)


async def subscribe(store: SqlStore, count: int, accounts: int, within_seconds: float, chance: random.Random) -> None:
    """Subscriptions that are all due within so many seconds from now on."""
    begin, order = now() + timedelta(seconds=1), an_order()
    made = []
    for index in range(count):
        room = Room(PLATFORM, f"A{index % accounts}", f"R{index}")
        due = begin + timedelta(seconds=chance.uniform(0, within_seconds))
        made.append(store.digests.subscribe(Subscription(0, room, order, next_date=due.date(), next_due=due)))
    await asyncio.gather(*made)


class Worker:
    """A process that posts."""

    def __init__(self, url: str, sink: str, spacing_milliseconds: float) -> None:
        self._arguments = (sys.executable, "-m", "tests.digests.worker", url, sink, str(spacing_milliseconds))
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Return when it is ready."""
        self.process = await asyncio.create_subprocess_exec(*self._arguments, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout
        line = await asyncio.wait_for(self.process.stdout.readline(), START_SECONDS)
        assert line == b"ready\n", line

    async def end(self, how: signal.Signals) -> int:
        """Send it a signal; its exit status."""
        assert self.process
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), 30)


async def run(
    url: str,
    *,
    count: int,
    accounts: int,
    within_seconds: float,
    kills: int,
    workers: int = 1,
    one_stays_dead: bool = False,
    spacing_milliseconds: float = 1000.0,
    seed: int = 0,
    readable: bool = True,
) -> Outcome:
    """Have all that is due posted while workers are killed; each starts again, but for one where that is asked for."""
    chance = random.Random(seed)
    sink = Sink(seed)
    sink.readable = readable
    store = open_store(url)
    begun, held = time.monotonic(), 0
    async with sink.serving():
        try:
            living = [Worker(url, sink.url, spacing_milliseconds) for _ in range(workers)]
            await asyncio.gather(*(worker.start() for worker in living))
            await subscribe(store, count, accounts, within_seconds, chance)
            begun = time.monotonic()
            for kill in range(kills):
                await asyncio.sleep(chance.uniform(0.3, 1.5))
                # Half of the kills wait until the sink holds a request: the window in which doubles are made.
                until = time.monotonic() + 5
                while kill % 2 and not sink.held and time.monotonic() < until:
                    await asyncio.sleep(0.002)
                held += sink.held > 0
                victim = living[kill % len(living)]
                await victim.end(signal.SIGKILL)
                if one_stays_dead and kill == kills // 2 and len(living) > 1:
                    living.remove(victim)
                else:
                    await victim.start()
            await _settled(url, count)
            seconds = time.monotonic() - begun
            ends = await asyncio.gather(*(worker.end(signal.SIGTERM) for worker in living))
            assert set(ends) == {0}, ends
        finally:
            for worker in living:
                if worker.process and worker.process.returncode is None:
                    worker.process.kill()
            await store.close()
    with connected(url) as connection:
        rows = connection.execute("SELECT state, due, at FROM postings").fetchall()
    states = [state for state, _, _ in rows]
    return Outcome(
        due=count,
        lost=count - len(sink.posts),
        doubled=sum(sink.posts.values()) - len(sink.posts),
        kills=kills,
        holding=held,
        found=states.count(Sending.FOUND.value),
        unknown=states.count(Sending.UNKNOWN.value),
        close=sum(
            later - earlier < spacing_milliseconds / 1000 * 0.9
            for times in sink.times.values()
            for earlier, later in pairwise(times)
        ),
        refused=sink.refused,
        replies_lost=sink.lost,
        seconds=seconds,
        late=[(at - due) / 1000 for _, due, at in rows if at],
    )


async def _settled(url: str, count: int) -> None:
    """Wait until every posting that is due has a record with an outcome."""
    until = time.monotonic() + REST_SECONDS
    asked = "SELECT count(*) FROM postings WHERE state <> 'trying'"
    while time.monotonic() < until:
        with connected(url) as connection:
            done = connection.execute(asked).fetchone()[0]
        if done >= count:
            return
        await asyncio.sleep(0.2)
