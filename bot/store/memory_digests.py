"""Digests in memory, for the terminal and for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import count

from bot.digests.subscriptions import Lateness, Posting, Subscription, Taken, take
from bot.message import Room


class MemoryDigests:
    """The Digests port in plain dictionaries."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._subscriptions: dict[int, Subscription] = {}
        self._postings: dict[tuple[int, date], Posting] = {}

    async def subscribe(self, subscription: Subscription) -> Subscription:
        made = replace(subscription, id=next(self._numbers))
        self._subscriptions[made.id] = made
        return made

    async def subscription(self, number: int) -> Subscription | None:
        return self._subscriptions.get(number)

    async def of_room(self, room: Room) -> list[Subscription]:
        return [each for each in self._subscriptions.values() if each.room == room]

    async def of_account(self, platform: str, account: str) -> list[Subscription]:
        found = [s for s in self._subscriptions.values() if (s.room.platform, s.room.account) == (platform, account)]
        return sorted(found, key=lambda each: (each.room.id, each.id))

    async def amend(self, subscription: Subscription) -> bool:
        known = self._subscriptions.get(subscription.id)
        if known is None or known.version != subscription.version:
            return False
        self._subscriptions[subscription.id] = replace(subscription, version=subscription.version + 1)
        return True

    async def forget_account(self, platform: str, account: str) -> None:
        for each in await self.of_account(platform, account):
            del self._subscriptions[each.id]
        self._postings = {key: p for key, p in self._postings.items() if key[0] in self._subscriptions}

    async def take(self, platform: str, now: datetime, lateness: Lateness, at_most: int = 200) -> list[Taken]:
        due = [
            s for s in self._subscriptions.values() if s.room.platform == platform and s.next_due and s.next_due <= now
        ]
        taken: list[Taken] = []
        for each in sorted(due, key=lambda s: s.next_due or now)[:at_most]:
            outcome = take(each, now, lateness)
            new = tuple(p for p in outcome.postings if (p.subscription, p.local_date) not in self._postings)
            self._postings |= {(p.subscription, p.local_date): p for p in new}
            self._subscriptions[each.id] = outcome.subscription
            taken.append(replace(outcome, postings=new))
        return taken

    async def posting(self, subscription: int, day: date) -> Posting | None:
        return self._postings.get((subscription, day))

    async def try_posting(self, subscription: int, day: date) -> Posting | None:
        found = self._postings.get((subscription, day))
        if found:
            found = self._postings[subscription, day] = replace(found, tries=found.tries + 1)
        return found

    async def record(self, posting: Posting) -> None:
        key = (posting.subscription, posting.local_date)
        if key in self._postings:
            self._postings[key] = posting

    async def last_postings(self, subscription: int, at_most: int) -> list[Posting]:
        found = sorted(self._of(subscription), key=lambda each: each.local_date, reverse=True)
        return found[:at_most]

    async def postings_between(self, subscription: int, first: date, last: date) -> list[Posting]:
        found = [each for each in self._of(subscription) if first <= each.local_date <= last]
        return sorted(found, key=lambda each: each.local_date)

    def move(self, room: Room, to: Room) -> None:
        """Carry a room's subscriptions over to the one that takes its place."""
        for number, each in self._subscriptions.items():
            if each.room == room:
                self._subscriptions[number] = replace(each, room=to, version=each.version + 1)

    def _of(self, subscription: int) -> list[Posting]:
        return [each for each in self._postings.values() if each.subscription == subscription]
