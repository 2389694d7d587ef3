"""Digests at a size that nobody waits years to reach: the real store, scheduler and engine, and a sink that counts.

The dates on which postings are due are moved, day after day, to now. The engine's clock is not, nor is the second
between two postings to one destination.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, bindparam, select, update

from adapters.errors import AdapterError
from bot.digests.engine import running
from bot.digests.order import EVERY_DAY, Order
from bot.digests.send import Carrier, Posted
from bot.digests.subscriptions import Lateness, Subscription
from bot.message import EPOCH, Room
from bot.reply import Reply
from bot.store.database import engine_for
from bot.store.sql import SqlStore, open_store
from bot.store.tables import subscriptions
from corpus.document import Document

PLATFORM = "simulation"
#: Seconds that the sink takes for each.
SINK_SECONDS = 0.05
#: Subscriptions of one destination, where nothing else is said.
EACH = 50
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of it. Lateness is in seconds, from the moment for which a posting was due to its record."""

    due: int
    lost: int
    doubled: int
    late_half: float
    late_most: float
    late_last: float
    seconds: float

    def lines(self) -> str:
        """A line a figure."""
        return "\n".join(
            (
                f"due              {self.due}",
                f"lost             {self.lost}",
                f"doubled          {self.doubled}",
                f"late, p50        {self.late_half:.1f} s",
                f"late, p99        {self.late_most:.1f} s",
                f"late, at most    {self.late_last:.1f} s",
                f"posts a second   {self.due / self.seconds:.1f}",
                f"machine          {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
            )
        )


class CountingSink:
    """A Poster that only counts."""

    patience = timedelta(0)

    def __init__(self) -> None:
        self.posts: Counter[str] = Counter()

    async def post(self, room: Room, reply: Reply, key: str, since: datetime | None) -> Posted:
        await asyncio.sleep(SINK_SECONDS)
        self.posts[key] += 1
        return Posted((f"m-{key}",))

    async def look(self, room: Room, reply: Reply, key: str, since: datetime) -> tuple[str, ...]:
        return (f"m-{key}",) if key in self.posts else ()

    async def tell(self, subscription: Subscription, reply: Reply, key: str) -> None:
        """Nobody is there."""


async def simulate(
    document: Document, url: str, count: int, days: int, destinations: int | None, within_seconds: float
) -> Simulated:
    """Have so many subscriptions posted for so many days, a day as soon as the one before is done.

    Args:
        url: A database without subscriptions.
        destinations: Accounts that they are spread over, each of which gets a posting a second at most.
        within_seconds: In what span a day's postings are due.

    Raises:
        AdapterError: The database has subscriptions.
    """
    store = open_store(url)
    engine = engine_for(url)
    try:
        await _subscribe(store, engine, count, destinations or max(1, count // EACH))
        sink = CountingSink()
        posters = {PLATFORM: sink}
        ledger, run = store.digests.ledger, store.digests.run
        carrier = Carrier(document, store, ledger, run, posters, _now)
        began = time.monotonic()
        async with running(url, [PLATFORM], carrier, ledger, run, lambda: posters, Lateness(), _now):
            for day in range(1, days + 1):
                await asyncio.to_thread(_make_due, engine, within_seconds)
                while await asyncio.to_thread(_done, engine) < count * day:
                    await asyncio.sleep(LOOK_SECONDS)
        seconds = time.monotonic() - began
        late = sorted(await asyncio.to_thread(_lateness, engine))
    finally:
        await store.close()
        engine.dispose()
    return Simulated(
        count * days,
        count * days - len(sink.posts),
        sink.posts.total() - len(sink.posts),
        _percentile(late, 50),
        _percentile(late, 99),
        late[-1] if late else 0.0,
        seconds,
    )


async def _subscribe(store: SqlStore, engine: Engine, count: int, destinations: int) -> None:
    if await asyncio.to_thread(_rows, engine, "SELECT 1 FROM subscriptions LIMIT 1"):
        raise AdapterError(
            "the database holds subscriptions; expected an empty one, so that nothing real is posted to a sink"
        )
    day = _now().date()
    numbers = tuple((number,) for number in range(1, 77))
    order = Order(EVERY_DAY, _now().time().replace(microsecond=0), "UTC", numbers, day, repeating=True)
    for start in range(0, count, 1000):
        await asyncio.gather(
            *(
                store.digests.subscribe(
                    Subscription(0, Room(PLATFORM, f"A{index % destinations}", f"R{index}"), order, next_date=day)
                )
                for index in range(start, min(start + 1000, count))
            )
        )


def _make_due(engine: Engine, within_seconds: float) -> None:
    """Move the next posting of every subscription to within the next seconds."""
    chance = random.Random(0)  # noqa: S311 - spreads moments, keeps no secret
    begin = _milliseconds(_now())
    moved = update(subscriptions).where(subscriptions.c.id == bindparam("which")).values(next_due=bindparam("at"))
    with engine.begin() as connection:
        ids = connection.scalars(select(subscriptions.c.id)).all()
        moments = (begin + round(chance.uniform(0, within_seconds * 1000)) for _ in ids)
        connection.execute(moved, [{"which": each, "at": at} for each, at in zip(ids, moments, strict=True)])


def _done(engine: Engine) -> int:
    [[count]] = _rows(engine, "SELECT count(*) FROM postings WHERE state <> 'trying'")
    return int(count)


def _lateness(engine: Engine) -> list[float]:
    return [(at - due) / 1000 for at, due in _rows(engine, "SELECT at, due FROM postings WHERE at IS NOT NULL")]


def _rows(engine: Engine, asked: str) -> Sequence[Sequence[int]]:
    """What a question gives, asked beside the writers of a SQLite file and not after them."""
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(asked)
        return cursor.fetchall()
    finally:
        connection.close()


def _percentile(ordered: Sequence[float], which: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * which // 100)] if ordered else 0.0


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _now() -> datetime:
    return datetime.now(UTC)
