"""What a start works out anew: the moments to come, and not which dates they are of."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.digests.change import By, at_time, ordered
from bot.digests.order import EVERY_DAY, Order
from bot.message import Room
from bot.store.sql import open_store


async def test_a_start_does_not_bring_back_a_date_that_a_change_passed_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hearings.db'}"
    today = datetime.now(UTC).date()
    order = Order(EVERY_DAY, time(23, 59), "UTC", ((1,), (2,)), today + timedelta(days=1))
    at_noon = datetime.combine(today + timedelta(days=1), time(12), UTC)
    made = ordered(Room("slack", "T1", "C1"), order, By("ana", at_noon))
    changed = at_time(made, By("ana", at_noon), time(9), "UTC")
    assert changed.next_date == today + timedelta(days=2)
    store = open_store(url)
    held = await store.digests.subscribe(changed)
    await store.close()
    store = open_store(url)
    try:
        found = await store.digests.subscription(held.id)
        assert found is not None
        assert found.next_date == changed.next_date
    finally:
        await store.close()
