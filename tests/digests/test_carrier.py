"""What becomes of a posting when a platform is busy, silent, closed or gone; the clock and the platform are told what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.digests.send import CannotLook, Carrier, Closed, Failed, Later, NoReply, Posted, put_back
from bot.digests.subscriptions import Lateness, Posting, Reason, Sending, State, Subscription
from bot.message import Room
from bot.render import render_plain
from bot.reply import Reply
from bot.store.sql import SqlStore, open_store
from corpus.document import Document
from tests.digests.ordered import HOUR, NOON, an_order, due

ROOM = Room("slack", "T1", "C1")


@dataclass
class Platform:
    """A Poster that answers as it is told, in turn; then it posts."""

    answers: list[Exception] = field(default_factory=list)
    patience: timedelta = timedelta(seconds=35)
    posted: list[tuple[str, str]] = field(default_factory=list)
    asked: list[datetime | None] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    readable: bool = True
    told: list[str] = field(default_factory=list)

    async def post(self, room: Room, reply: Reply, key: str, since: datetime | None) -> Posted:
        self.asked.append(since)
        if since and (found := await self.look(room, reply, key, since)):
            return Posted(found, found=True)
        if self.answers:
            raise self.answers.pop(0)
        self.posted.append((key, render_plain(reply)))
        return Posted((f"m{len(self.posted)}",))

    async def look(self, room: Room, reply: Reply, key: str, since: datetime) -> tuple[str, ...]:
        if not self.readable:
            raise CannotLook
        return (self.found[key],) if key in self.found else ()

    async def tell(self, subscription: Subscription, reply: Reply, key: str) -> None:
        self.told.append(render_plain(reply))


@dataclass
class Stage:
    """A store, a platform, a carrier and a clock that stands still."""

    store: SqlStore
    platform: Platform
    carrier: Carrier
    now: datetime

    async def order(self, at: datetime = NOON, **changed: Any) -> Subscription:
        return await self.store.digests.subscribe(due(ROOM, an_order(at=at.time(), start=at.date()), at, **changed))

    async def take(self) -> list[str]:
        """The keys of what is due."""
        taken = await self.store.digests.take("slack", self.now, Lateness())
        return [each.to_send.key for each in taken if each.to_send]

    async def carry(self, *keys: str) -> Any:
        return await self.carrier.carry("slack", "T1", keys or await self.take())

    async def record(self, held: Subscription, at: datetime = NOON) -> Posting:
        found = await self.store.digests.posting(held.id, at.date())
        assert found
        return found

    async def held(self, held: Subscription) -> Subscription:
        found = await self.store.digests.subscription(held.id)
        assert found
        return found


@pytest.fixture
def stage(document: Document, tmp_path: Any, migrated_sqlite: Any) -> Callable[[], Any]:
    @asynccontextmanager
    async def made() -> AsyncIterator[Stage]:
        (tmp_path / "hearings.db").write_bytes(migrated_sqlite.read_bytes())
        store = open_store(f"sqlite:///{tmp_path / 'hearings.db'}", lambda: NOON)
        platform = Platform()
        carrier = Carrier(
            document,
            store,
            store.digests.ledger,
            store.digests.run,
            {"slack": platform},
            lambda: here.now,
            spacing=timedelta(0),
        )
        here = Stage(store, platform, carrier, NOON)
        try:
            yield here
        finally:
            await store.close()

    return made


async def test_what_is_due_is_posted_once_and_its_thread_reads_on(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        held = await here.order()
        keys = await here.take()
        assert (await here.carry(*keys)).keys == ()
        assert (await here.carry(*keys, *keys)).keys == ()  # a job that comes again finds it done
        [(key, text)] = here.platform.posted
        assert key == f"sub:{held.id}:2026-12-02"
        assert "Paragraph 1, section I" in text
        record = await here.record(held)
        assert (record.state, record.sent, record.at, record.tries) == (Sending.SENT, "m1", NOON, 1)
        place = await here.store.place(ROOM, "m1")
        assert place
        assert place.numbers == (1,)
        assert await here.take() == []


async def test_a_destination_that_asks_to_be_left_alone_is_and_nothing_is_looked_for(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        first, second = await here.order(), await here.order()
        here.platform.answers = [Later(7.5)]
        left = await here.carry()
        assert (len(left.keys), left.seconds) == (2, 7.5)
        assert (await here.record(first)).error == "rate_limited"
        here.now += timedelta(seconds=8)
        assert (await here.carry(*left.keys)).keys == ()
        assert here.platform.asked == [None, None, None]
        assert len(here.platform.posted) == 2
        assert (await here.record(second)).state is Sending.SENT


async def test_after_a_try_without_a_reply_it_waits_and_looks_before_it_posts_again(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        held = await here.order()
        here.platform.answers = [NoReply()]
        left = await here.carry()
        [(key, seconds)] = left.later
        assert seconds == 35
        early = await here.carry(key)
        assert [each for each, _ in early.later] == [key]
        assert here.platform.asked == [None]  # not before the lost request can no longer arrive
        here.now += timedelta(seconds=36)
        here.platform.found[key] = "m9"
        assert (await here.carry(key)).later == ()
        assert here.platform.asked == [None, NOON]
        assert here.platform.posted == []
        assert (await here.record(held)).state is Sending.FOUND


async def test_a_try_that_died_is_looked_for_by_who_comes_after(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        held = await here.order()
        [key] = await here.take()
        await here.store.digests.record(
            replace(await here.record(held), tries=1, error="under_way", error_at=NOON - timedelta(minutes=1))
        )
        await here.carry(key)
        assert here.platform.asked == [NOON]
        assert len(here.platform.posted) == 1


async def test_where_nobody_may_look_nothing_is_repeated_and_people_are_told_after_two(
    stage: Callable[[], Any],
) -> None:
    async with stage() as here:
        here.platform.readable = False
        held = await here.order()
        for day in range(3):
            here.now = NOON + timedelta(days=day)
            here.platform.answers = [NoReply()]
            [(key, _)] = (await here.carry()).later
            here.now += timedelta(seconds=40)
            await here.carry(key)
            assert (await here.record(held, NOON + timedelta(days=day))).state is Sending.UNKNOWN
        assert here.platform.posted == []
        [told] = here.platform.told
        assert "Wednesday 2 December 2026 and Thursday 3 December 2026" in told
        assert (await here.held(held)).made == 3  # what may be there is not posted again


@pytest.mark.parametrize("reason", [Reason.LEFT, Reason.ARCHIVED, Reason.REFUSED])
async def test_a_room_that_is_closed_pauses_its_digest_tells_once_and_keeps_the_place(
    stage: Callable[[], Any], reason: Reason
) -> None:
    async with stage() as here:
        held = await here.order(made=4, local_date=NOON.date() - timedelta(days=1))
        here.platform.answers = [Closed(reason, "code")]
        keys = await here.take()
        await here.carry(*keys)
        await here.carry(*keys)  # a process that died before the engine heard of it
        after = await here.held(held)
        assert (after.state, after.reason, after.next_due, after.made) == (State.PAUSED, reason, None, 4)
        record = await here.record(held)
        assert (record.state, record.error) == (Sending.FAILED, "code")
        for _ in range(2):
            await here.carrier.tell_of_pause(held.id)
        [told] = here.platform.told
        assert "digest resume" in told


async def test_what_fails_is_tried_until_it_would_be_too_late_and_its_paragraph_comes_the_next_day(
    stage: Callable[[], Any],
) -> None:
    async with stage() as here:
        held = await here.order()
        keys = tuple(await here.take())
        pauses: list[float] = []
        while keys and len(pauses) < 100:
            here.platform.answers = [Failed("unreachable")]
            left = await here.carry(*keys)
            keys = tuple(key for key, _ in left.later)
            pauses += [seconds for _, seconds in left.later]
            here.now += timedelta(seconds=sum(seconds for _, seconds in left.later))
        assert pauses == sorted(pauses)
        record = await here.record(held)
        assert (record.state, record.error) == (Sending.FAILED, "unreachable")
        assert timedelta(hours=8) < here.now - NOON < timedelta(hours=9)  # not after 20:00 local
        here.platform.answers.clear()
        here.now = NOON + timedelta(days=1)
        await here.carry()
        assert "Paragraph 1," in here.platform.posted[0][1]


@pytest.mark.parametrize("state", [State.PAUSED, State.STOPPED])
async def test_what_was_stopped_while_it_was_on_its_way_is_not_posted(stage: Callable[[], Any], state: State) -> None:
    async with stage() as here:
        held = await here.order()
        keys = await here.take()
        stopped = replace(await here.held(held), state=state, reason=Reason.PERSON, next_date=None, next_due=None)
        assert await here.store.digests.amend(stopped)
        await here.carry(*keys)
        assert here.platform.posted == []
        assert here.platform.told == []
        after = await here.held(held)
        assert (after.made, after.state) == (0, state)


async def test_another_document_that_lacks_the_paragraph_pauses_the_digest(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        held = await here.store.digests.subscribe(due(ROOM, an_order(postings=((99,),)), NOON))
        await here.carry()
        after = await here.held(held)
        assert (after.state, after.reason) == (State.PAUSED, Reason.FAILED)
        await here.carrier.tell_of_pause(held.id)
        assert "digest daily" in here.platform.told[0]


async def test_the_last_posting_says_that_the_document_is_finished(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        held = await here.order(made=75, local_date=NOON.date() - timedelta(days=1))
        await here.carry()
        [(_, text)] = here.platform.posted
        assert "The hearings summary is finished" in text
        assert "digest daily" in text
        assert (await here.held(held)).state is State.FINISHED


async def test_a_last_posting_that_failed_is_not_the_end(stage: Callable[[], Any]) -> None:
    async with stage() as here:
        held = await here.order(made=75, local_date=NOON.date() - timedelta(days=1))
        keys = await here.take()
        here.now += 9 * HOUR
        await here.carry(*keys)
        after = await here.held(held)
        assert (after.state, after.made, after.next_date) == (State.ACTIVE, 75, NOON.date() + timedelta(days=1))


async def test_a_platform_that_is_not_connected_is_waited_for(document: Document, stage: Callable[[], Any]) -> None:
    async with stage() as here:
        await here.order()
        keys = await here.take()
        left = await here.carrier.carry("matrix", "T1", keys)
        assert left.keys == tuple(keys)
        assert left.seconds > 0


def test_a_place_is_given_back_only_where_it_is_still_there() -> None:
    day = NOON.date()
    held = due(ROOM, an_order(), NOON, id=1, made=3, local_date=day)
    posting = Posting(1, day, (2, 3), NOON)
    assert put_back(held, posting).made == 1
    assert put_back(held, replace(posting, paragraphs=(7,))) == held
    assert put_back(replace(held, local_date=day + timedelta(days=1)), posting).made == 3
