"""Subscriptions as `digest …` makes them, written beside a bot that runs."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.digests.order import EVERY_DAY, Order
from bot.digests.subscriptions import Subscription
from bot.message import Room
from bot.store.sql import now, open_store
from tests.stores import connected


def an_order(paragraphs: int = 76, **changed: Any) -> Order:
    """One paragraph every day, at a time that passed a moment ago in UTC."""
    postings = tuple((number,) for number in range(1, paragraphs + 1))
    order = Order(EVERY_DAY, now().time().replace(microsecond=0), "UTC", postings, now().date())
    return replace(order, **changed)


def due(room: Room, order: Order, at: datetime, **changed: Any) -> Subscription:
    """A subscription whose next posting is due at a moment."""
    day = at.date()
    return replace(Subscription(0, room, order, next_date=day, next_due=at, ordered_by="@ana:x"), **changed)


def order_now(url: str, room: Room, **changed: Any) -> Subscription:
    """A digest for a room whose first posting is due now."""

    async def subscribe() -> Subscription:
        store = open_store(url)
        try:
            return await store.digests.subscribe(due(room, an_order(), now(), **changed))
        finally:
            await store.close()

    return asyncio.run(subscribe())


def records(url: str) -> list[tuple[str, str, str]]:
    """The state, the error and the message's id of each record."""
    with connected(url) as connection:
        return [tuple(row) for row in connection.execute("SELECT state, error, sent FROM postings").fetchall()]


def url_of(folder: Path) -> str:
    """The store of a bot whose data lies in a folder."""
    return f"sqlite:///{folder / 'data' / 'hearings.db'}"


#: A day on which nothing is special in UTC.
NOON = datetime.combine(date(2026, 12, 2), time(12), tzinfo=now().tzinfo)
HOUR = timedelta(hours=1)
