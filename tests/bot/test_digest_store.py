"""Standing orders and the record of each posting: in memory and in both databases."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from alembic.command import upgrade
from sqlalchemy import Engine

from bot.digests.order import WORKING_DAYS, Order, What, as_json, from_json
from bot.digests.subscriptions import (
    Before,
    Lateness,
    Posting,
    Reason,
    Sending,
    State,
    Subscription,
    at_once,
    scheduled,
    take,
)
from bot.message import Room
from bot.ports import Digests
from bot.store.database import engine_for
from bot.store.digests import Ledger, transaction_on
from bot.store.schema import config
from bot.store.sql import open_store
from tests.postgres import Postgres
from tests.stores import Opened, connected, migrate, read_tables

ROOM = Room("matrix", "@bot:here", "!room:here")
OTHER = Room("matrix", "@bot:here", "!other:here")
ELSEWHERE = Room("slack", "T1", "C1")
#: Tuesday, 10.00 in Zurich.
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ORDER = Order(WORKING_DAYS, time(9), "Europe/Zurich", ((1,), (2,), (3,), (4,)), date(2026, 11, 24))
FULL_ORDER = Order(
    frozenset({0, 3}),
    time(16, 30),
    "Africa/Nairobi",
    ((13, 32), (14,)),
    date(2026, 11, 24),
    What.TOPIC,
    "gender",
    2,
    repeating=True,
    stops_at_headings=True,
    seed=7,
    skipped=((date(2026, 12, 24), date(2027, 1, 2)),),
    until=date(2027, 3, 1),
    makes_up=True,
)
FULL = Subscription(
    0,
    ROOM,
    FULL_ORDER,
    made=3,
    local_date=date(2026, 11, 23),
    next_date=date(2026, 11, 26),
    next_due=datetime(2026, 11, 26, 13, 30, tzinfo=UTC),
    owed=2,
    state=State.PAUSED,
    reason=Reason.LEFT,
    until=date(2027, 1, 5),
    ordered_by="ana",
    changed_by="ben",
    changed_at=NOW,
    before=Before(ORDER, 2, 1, State.PAUSED, Reason.REFUSED, date(2027, 1, 6), 3, "$m1"),
    version=4,
)
NEW = scheduled(Subscription(0, ROOM, ORDER, ordered_by="ana", changed_by="ana", changed_at=NOW))
LATENESS = Lateness()
DEADLINE_SECONDS = 30


@pytest.fixture
def digests(opened: Opened) -> Digests:
    return opened.store.digests


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in November 2026, in UTC; Zurich is an hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


# -- the port, in every kind of store


@pytest.mark.parametrize("order", [ORDER, FULL_ORDER])
def test_an_order_comes_back_as_it_was_stored(order: Order) -> None:
    assert from_json(as_json(order)) == order
    plain = {"days", "at", "zone", "postings", "start"}
    assert all(getattr(FULL_ORDER, f.name) != f.default for f in fields(Order) if f.name not in plain)


@pytest.mark.parametrize("subscription", [FULL, NEW])
async def test_a_subscription_comes_back_as_it_was_stored(digests: Digests, subscription: Subscription) -> None:
    assert all(
        getattr(FULL, f.name) != f.default for f in fields(Subscription) if f.name not in {"id", "room", "order"}
    )
    stored = await digests.subscribe(subscription)
    assert stored == replace(subscription, id=stored.id)
    assert stored.id > 0
    assert await digests.subscription(stored.id) == stored
    assert await digests.of_room(ROOM) == [stored]
    assert await digests.of_account("matrix", "@bot:here") == [stored]
    assert await digests.of_room(OTHER) == await digests.of_account("slack", "@bot:here") == []
    assert await digests.subscription(stored.id + 1) is None


async def test_a_change_is_stored_only_where_nothing_else_changed_meanwhile(digests: Digests) -> None:
    first = await digests.subscribe(NEW)
    assert await digests.amend(replace(first, state=State.PAUSED))
    assert not await digests.amend(replace(first, state=State.STOPPED))
    found = await digests.subscription(first.id)
    assert found == replace(first, state=State.PAUSED, version=1)
    assert await digests.amend(replace(found, state=State.STOPPED))
    assert not await digests.amend(replace(found, id=first.id + 1, version=2))


async def test_a_number_is_never_used_again(digests: Digests) -> None:
    last = [await digests.subscribe(NEW) for _ in range(3)][-1]
    await digests.forget_account("matrix", "@bot:here")
    assert (await digests.subscribe(NEW)).id == last.id + 1


async def test_an_account_that_ends_takes_its_subscriptions_and_records_along(digests: Digests) -> None:
    mine, other = await digests.subscribe(NEW), await digests.subscribe(replace(NEW, room=ELSEWHERE))
    for platform in ("matrix", "slack"):
        await digests.take(platform, at(24, 9), LATENESS)
    await digests.forget_account("matrix", "@bot:here")
    assert await digests.subscription(mine.id) is None
    assert await digests.last_postings(mine.id, 9) == []
    assert len(await digests.last_postings(other.id, 9)) == 1


async def test_a_room_that_moves_takes_its_subscriptions_along_and_one_that_is_forgotten_keeps_them(
    opened: Opened,
) -> None:
    digests = opened.store.digests
    held = await digests.subscribe(NEW)
    there = await digests.subscribe(replace(NEW, room=ELSEWHERE))
    await opened.store.move(ROOM, OTHER)
    assert await digests.of_room(ROOM) == []
    assert await digests.of_room(OTHER) == [replace(held, room=OTHER, version=1)]
    assert not await digests.amend(replace(held, state=State.STOPPED))
    await opened.store.forget(OTHER)
    assert len(await digests.of_room(OTHER)) == 1
    assert await digests.of_room(ELSEWHERE) == [there]


# -- what is due


async def test_what_is_due_is_taken_once_and_stands_at_the_next_date(digests: Digests) -> None:
    held = await digests.subscribe(NEW)
    await digests.subscribe(replace(NEW, room=ELSEWHERE))
    await digests.subscribe(scheduled(replace(NEW, state=State.PAUSED, reason=Reason.PERSON)))
    assert await digests.take("matrix", at(24, 7, 59), LATENESS) == []
    [taken] = await digests.take("matrix", at(24, 8), LATENESS)
    wanted = Posting(held.id, date(2026, 11, 24), (1,), at(24, 8), read=1, of=4)
    assert taken.to_send == wanted
    assert wanted.key == f"sub:{held.id}:2026-11-24"
    stands = replace(held, made=1, local_date=date(2026, 11, 24), next_date=date(2026, 11, 25), next_due=at(25, 8))
    assert taken.subscription == replace(stands, version=1)
    assert await digests.subscription(held.id) == taken.subscription
    assert await digests.posting(held.id, date(2026, 11, 24)) == wanted
    assert await digests.take("matrix", at(24, 8, 1), LATENESS) == []
    assert len(await digests.take("slack", at(24, 8, 1), LATENESS)) == 1


async def test_the_earliest_are_taken_first_and_no_more_than_asked_for(digests: Digests) -> None:
    late = await digests.subscribe(scheduled(replace(NEW, order=replace(ORDER, at=time(10)))))
    early = [await digests.subscribe(NEW) for _ in range(2)]
    taken = await digests.take("matrix", at(24, 9), LATENESS, at_most=2)
    assert {each.subscription.id for each in taken} == {each.id for each in early}
    assert [each.subscription.id for each in await digests.take("matrix", at(24, 9), LATENESS)] == [late.id]


async def test_a_date_that_has_its_record_is_not_posted_again(digests: Digests) -> None:
    held = await digests.subscribe(NEW)
    await digests.take("matrix", at(24, 8), LATENESS)
    now = await digests.subscription(held.id)
    assert now
    assert await digests.amend(replace(now, next_date=date(2026, 11, 24), next_due=at(24, 9), made=0))
    [taken] = await digests.take("matrix", at(24, 9), LATENESS)
    assert taken.to_send is None
    assert taken.subscription.next_date == date(2026, 11, 25)
    posting = await digests.posting(held.id, date(2026, 11, 24))
    assert posting
    assert posting.due == at(24, 8)


async def test_a_postings_record_says_how_far_it_has_come(digests: Digests) -> None:
    held = await digests.subscribe(NEW)
    await digests.take("matrix", at(24, 8), LATENESS)
    day = date(2026, 11, 24)
    assert await digests.try_posting(held.id, day)
    posting = await digests.try_posting(held.id, day)
    assert posting
    assert posting.tries == 2
    assert await digests.posting(held.id, day) == posting
    done = replace(posting, state=Sending.FOUND, at=at(24, 8, 1), sent="$event", error="timeout", error_at=at(24, 8))
    await digests.record(done)
    assert await digests.posting(held.id, day) == done
    assert await digests.try_posting(held.id, date(2026, 11, 25)) is None
    await digests.record(replace(done, local_date=date(2026, 11, 25)))
    assert await digests.posting(held.id, date(2026, 11, 25)) is None


async def test_records_are_found_by_their_dates(digests: Digests) -> None:
    held = await digests.subscribe(NEW)
    for day in (24, 25, 26, 27):
        await digests.take("matrix", at(day, 8), LATENESS)
    last = await digests.last_postings(held.id, 2)
    assert [each.local_date.day for each in last] == [27, 26]
    between = await digests.postings_between(held.id, date(2026, 11, 25), date(2026, 11, 26))
    assert [(each.local_date.day, each.paragraphs, each.previous) for each in between] == [(25, (2,), 1), (26, (3,), 2)]
    found = await digests.subscription(held.id)
    assert found
    assert (found.state, found.next_due) == (State.FINISHED, None)


# -- the pure part


def test_paused_until_a_date_goes_on_by_itself_on_it() -> None:
    paused = scheduled(replace(NEW, state=State.PAUSED, reason=Reason.PERSON, until=date(2026, 11, 28)))
    assert (paused.state, paused.next_date) == (State.PAUSED, date(2026, 11, 30))
    taken = take(paused, at(30, 8), LATENESS)
    assert taken.to_send
    assert taken.to_send.paragraphs == (1,)
    assert (taken.subscription.state, taken.subscription.until, taken.subscription.reason) == (State.ACTIVE, None, None)


@pytest.mark.parametrize(
    ("now", "sent"),
    [
        (at(24, 8), True),
        (at(24, 19), True),  # 20.00 in Zurich
        (at(24, 19, 1), False),  # after it
        (at(25, 7, 59), False),  # more than 12 hours
    ],
)
def test_what_is_late_is_posted_once_or_skipped(now: datetime, sent: bool) -> None:
    taken = take(NEW, now, LATENESS)
    assert [each.state for each in taken.postings] == [Sending.TRYING if sent else Sending.SKIPPED]
    assert taken.subscription.made == int(sent)
    assert taken.subscription.next_date == date(2026, 11, 25)


def test_an_evening_digest_is_posted_in_its_own_time() -> None:
    evening = scheduled(replace(NEW, order=replace(ORDER, at=time(22))))
    assert take(evening, at(24, 21, 10), LATENESS).to_send
    assert not take(evening, at(24, 21, 20), LATENESS).to_send


def test_a_plan_shifts_by_what_was_missed() -> None:
    taken = take(NEW, at(27, 8), LATENESS)
    assert [(each.local_date.day, each.state) for each in taken.postings] == [
        (24, Sending.SKIPPED),
        (25, Sending.SKIPPED),
        (26, Sending.SKIPPED),
        (27, Sending.TRYING),
    ]
    assert taken.to_send
    assert taken.to_send.paragraphs == (1,)


def test_a_digest_that_makes_up_posts_what_was_missed_with_the_next_but_not_over_its_end() -> None:
    order = replace(ORDER, makes_up=True, repeating=True)
    taken = take(scheduled(replace(NEW, order=order)), at(26, 8), LATENESS)
    assert taken.to_send
    assert taken.to_send.paragraphs == (1, 2, 3)
    assert (taken.to_send.read, taken.to_send.of) == (3, 4)
    assert (taken.subscription.made, taken.subscription.owed) == (3, 0)
    last = take(scheduled(replace(NEW, order=order, made=3, owed=3)), at(24, 8), LATENESS)
    assert last.to_send
    assert last.to_send.paragraphs == (4,)


def test_years_without_the_bot_leave_records_of_the_last_weeks_alone() -> None:
    taken = take(NEW, datetime(2031, 11, 24, 8, tzinfo=UTC), LATENESS)
    assert len(taken.postings) <= 14
    assert taken.to_send
    assert taken.to_send.paragraphs == (1,)


def test_the_next_posting_at_once_is_todays_or_takes_the_place_of_the_next_date() -> None:
    fresh = scheduled(replace(NEW, order=replace(ORDER, start=date(2026, 11, 25))))
    now = take(at_once(fresh, NOW), NOW, LATENESS)
    assert now.to_send
    assert (now.to_send.local_date, now.to_send.paragraphs) == (date(2026, 11, 24), (1,))
    assert now.subscription.next_date == date(2026, 11, 25)
    again = take(at_once(now.subscription, NOW), NOW, LATENESS)
    assert again.to_send
    assert (again.to_send.local_date, again.to_send.paragraphs) == (date(2026, 11, 25), (2,))
    assert again.subscription.next_date == date(2026, 11, 26)


def test_nothing_is_posted_after_the_last_date_of_an_order() -> None:
    ends = scheduled(replace(NEW, order=replace(ORDER, until=date(2026, 11, 25))))
    first = take(ends, at(24, 8), LATENESS).subscription
    assert (first.state, first.next_date) == (State.ACTIVE, date(2026, 11, 25))
    assert take(first, at(25, 8), LATENESS).subscription.state is State.FINISHED


# -- a database


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    engine = engine_for(database)
    yield engine
    engine.dispose()


def test_what_is_taken_stands_or_falls_with_the_connections_own_transaction(database: str, engine: Engine) -> None:
    ledger = Ledger(engine.dialect)
    with engine.begin() as connection:
        held = ledger.subscribe(transaction_on(connection), NEW)
    with engine.connect() as connection, connection.begin() as undone:
        assert ledger.take(transaction_on(connection), "matrix", at(24, 8), LATENESS)
        undone.rollback()
    assert read_tables(database)["postings"] == []
    with engine.begin() as connection:
        transaction = transaction_on(connection)
        assert ledger.first_due(transaction, "matrix") == at(24, 8)
        assert ledger.first_due(transaction, "slack") is None
        assert len(ledger.take(transaction, "matrix", at(24, 8), LATENESS)) == 1
    with engine.begin() as connection:
        assert ledger.posting(transaction_on(connection), held.id, date(2026, 11, 24))


def test_postings_to_a_destination_are_spaced_and_held_off(engine: Engine) -> None:
    ledger, second = Ledger(engine.dialect), timedelta(seconds=1)

    def reserve(account: str, now: datetime) -> datetime:
        with engine.begin() as connection:
            return ledger.reserve_slot(transaction_on(connection), "slack", account, now, second)

    assert [reserve("T1", NOW) for _ in range(3)] == [NOW, NOW + second, NOW + 2 * second]
    assert reserve("T2", NOW) == NOW
    with engine.begin() as connection:
        ledger.hold_off(transaction_on(connection), "slack", "T1", NOW + 30 * second)
        ledger.hold_off(transaction_on(connection), "slack", "T1", NOW + 20 * second)
    assert reserve("T1", NOW + 5 * second) == NOW + 30 * second
    assert reserve("T1", NOW + 60 * second) == NOW + 60 * second


def test_replicas_that_fall_silent_are_known(engine: Engine) -> None:
    ledger = Ledger(engine.dialect)
    with engine.begin() as connection:
        transaction = transaction_on(connection)
        ledger.beat(transaction, "bot-0", NOW)
        ledger.beat(transaction, "bot-1", NOW)
        ledger.beat(transaction, "bot-0", NOW + timedelta(minutes=1))
        assert ledger.silent(transaction, NOW + timedelta(seconds=30)) == ["bot-1"]
        ledger.gone(transaction, "bot-1")
        assert ledger.silent(transaction, NOW + timedelta(hours=1)) == ["bot-0"]


async def test_two_replicas_take_each_due_posting_once(postgres: Postgres, migrated_postgres: str) -> None:
    url = postgres.new_database(like=migrated_postgres)
    stores = [open_store(url, lambda: NOW) for _ in range(2)]
    held = [await stores[0].digests.subscribe(NEW) for _ in range(60)]
    taken = await asyncio.gather(*(stores[n % 2].digests.take("matrix", NOW, LATENESS, 7) for n in range(24)))
    keys = Counter(each.to_send.key for batch in taken for each in batch if each.to_send)
    assert keys == Counter(f"sub:{each.id}:2026-11-24" for each in held)
    for store in stores:
        await store.close()


async def test_what_was_changed_a_day_ago_cannot_be_undone_and_what_ended_long_ago_goes(database: str) -> None:
    store = open_store(database, lambda: NOW)
    active = await store.digests.subscribe(FULL)
    ended = await store.digests.subscribe(replace(NEW, state=State.STOPPED, next_date=None, next_due=None))
    await store.prune(NOW + timedelta(hours=24))
    assert await store.digests.subscription(active.id) == active
    await store.prune(NOW + timedelta(hours=24, seconds=1))
    assert await store.digests.subscription(active.id) == replace(active, before=None)
    assert await store.digests.subscription(ended.id)
    await store.prune(NOW + timedelta(days=91))
    assert await store.digests.subscription(ended.id) is None
    assert await store.digests.subscription(active.id)
    await store.close()


async def test_when_digests_are_due_is_worked_out_anew_on_opening(database: str) -> None:
    """Another database of zones moves the postings to come, and those alone."""
    early = timedelta(hours=1)
    store = open_store(database, lambda: at(24, 6))
    held = [await store.digests.subscribe(replace(NEW, next_due=at(24, 8) - early)) for _ in range(201)]
    late = await store.digests.subscribe(replace(NEW, next_due=at(24, 5)))
    rests = await store.digests.subscribe(scheduled(replace(NEW, state=State.PAUSED)))
    await store.close()
    store = open_store(database, lambda: at(24, 6))
    async with asyncio.timeout(DEADLINE_SECONDS):
        for each in (held[0], held[200]):
            while (found := await store.digests.subscription(each.id)) == each:
                pass
            assert found == replace(each, next_due=at(24, 8), version=1)
    assert [await store.digests.subscription(each.id) for each in (late, rests)] == [late, rests]
    await store.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_database_of_the_first_schema_is_brought_up_and_keeps_what_it_holds(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: Postgres | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    url = server.new_database() if server else f"sqlite:///{tmp_path / 'hearings.db'}"
    engine, settings = engine_for(url), config()
    with engine.begin() as connection:
        settings.attributes["connection"] = connection
        upgrade(settings, "0001")
    with connected(url) as connection:
        connection.execute("INSERT INTO rooms (platform, account, id, inviter) VALUES ('matrix', 'a', 'r', 'ina')")
    migrate(url)
    engine.dispose()
    tables = read_tables(url)
    assert tables["alembic_version"] == [("0002",)]
    assert [row[1:] for row in tables["rooms"]] == [("matrix", "a", "r", "ina")]
    assert tables["subscriptions"] == tables["postings"] == []
