"""The store: what the port promises, in memory and in both databases; and what only a database can get wrong."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, asynccontextmanager, closing
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from bot.bot import Bot
from bot.errors import StoreError
from bot.message import Message, Room
from bot.ports import Answered, Changed, RoomSettings, Standing, Store
from bot.reply import Place, Visibility
from bot.store.database import engine_for
from bot.store.lock import hold
from bot.store.prepared import Transaction
from bot.store.schema import HEAD, config
from bot.store.sql import SqlStore, open_store
from bot.store.tables import metadata
from bot.store.thread import StoreThread
from corpus.document import Document
from tests.postgres import Postgres
from tests.stores import Opened, connected, migrate, read_tables

ROOT = Path(__file__).parents[2]
ROOM = Room("matrix", "@bot:here", "!room:here")
OTHER = Room("matrix", "@bot:here", "!other:here")
SAME_NAME = Room("slack", "@bot:here", "!room:here")
START = datetime(2027, 1, 5, 9, 30, 0, 123_000, tzinfo=UTC)
DEADLINE_SECONDS = 30
#: Tables that do not belong to a room; see test_digest_store.py.
DIGESTS = {"subscriptions", "postings", "slots", "replicas"}

FULL = Answered(
    ROOM,
    "m1",
    "t1",
    "ana",
    3,
    Visibility.EVERYONE,
    at=START,
    sent=("s1", "s2"),
    delivered=True,
    numbers=(32, 33),
    before=Place(10, 12),
    after=Place(40, 41, (9, 40, 41), ((13, 0), (57, 1))),
    contested=True,
    replied=True,
    withdrawn=True,
    removed=True,
)
PLAIN = Answered(ROOM, "m1", "m1", "ana", 0, Visibility.EVERYONE, at=START, numbers=(32,))


@pytest.fixture
def store(opened: Opened) -> Store:
    return opened.store


def said(sender: str = "ben", **other: object) -> Message:
    return replace(Message("hello", sender, ROOM, "m9"), **other)  # type: ignore[arg-type]


# -- the port, in every kind of store


@pytest.mark.parametrize("record", [FULL, PLAIN, replace(PLAIN, thread=None, visibility=Visibility.ASKER, numbers=())])
async def test_an_answer_comes_back_as_it_was_remembered(store: Store, record: Answered) -> None:
    assert all(getattr(FULL, f.name) != f.default for f in fields(Answered))
    await store.remember(record, {})
    assert await store.answered(ROOM, "m1") == record
    assert (await store.standing(said(id="m1"), wrote=False)).answered == record
    assert await store.answered(ROOM, "m2") is None
    assert await store.answered(OTHER, "m1") is None
    assert await store.answered(SAME_NAME, "m1") is None


async def test_an_answer_takes_the_place_of_what_was_known_of_its_message(store: Store) -> None:
    await store.remember(FULL, {})
    changed = replace(PLAIN, sent=("s3",), contested=True, replied=True)
    await store.remember(changed, {})
    assert await store.answered(ROOM, "m1") == changed
    assert await store.answer_with(ROOM, "s1") is None
    await store.remember(FULL, {})
    assert await store.answered(ROOM, "m1") == FULL


async def test_the_messages_that_an_answer_became_are_remembered_in_order(store: Store) -> None:
    await store.remember(PLAIN, {})
    await store.sent(ROOM, "m1", ["s2", "s10", "s1"])
    delivered = replace(PLAIN, sent=("s2", "s10", "s1"), delivered=True)
    assert await store.answered(ROOM, "m1") == delivered
    for part in ("s1", "s2", "s10"):
        assert await store.answer_with(ROOM, part) == delivered
    assert await store.answer_with(ROOM, "s3") is None
    assert await store.answer_with(OTHER, "s1") is None
    await store.sent(ROOM, "m1", ["only"])
    assert await store.answered(ROOM, "m1") == replace(delivered, sent=("only",))
    await store.sent(ROOM, "m1", [])
    assert await store.answered(ROOM, "m1") == replace(delivered, sent=())


async def test_the_messages_of_an_answer_that_is_not_known_are_not_remembered(store: Store) -> None:
    await store.remember(PLAIN, {})
    await store.sent(ROOM, "m2", ["s1"])
    await store.sent(OTHER, "m1", ["s1"])
    assert await store.answer_with(ROOM, "s1") is None
    assert await store.answered(OTHER, "m1") is None


async def test_the_same_ids_in_two_rooms_are_two_answers(store: Store) -> None:
    there = replace(PLAIN, room=SAME_NAME, numbers=(9,))
    for record in (PLAIN, there):
        await store.remember(record, {None: Place(1, 1)})
        await store.sent(record.room, "m1", ["s1"])
    assert await store.answer_with(SAME_NAME, "s1") == replace(there, sent=("s1",), delivered=True)
    assert await store.answer_with(ROOM, "s1") == replace(PLAIN, sent=("s1",), delivered=True)


async def test_an_answer_is_forgotten(store: Store) -> None:
    await store.remember(FULL, {"t1": Place(32, 33)})
    await store.remember(replace(FULL, message="m2", sent=("s3",)), {})
    await store.forget_answer(ROOM, "m1")
    await store.forget_answer(OTHER, "m2")
    assert await store.answered(ROOM, "m1") is None
    assert await store.answer_with(ROOM, "s1") is None
    assert await store.answer_with(ROOM, "s3")
    assert await store.place(ROOM, "t1") == Place(32, 33)


async def test_a_room_and_its_threads_each_stand_where_they_were_last_shown(store: Store) -> None:
    await store.remember(PLAIN, {None: Place(1, 2), "t1": Place(3, 3, (1, 3))})
    await store.remember(replace(PLAIN, message="m2"), {"t1": Place(4, 4)})
    assert await store.place(ROOM, None) == Place(1, 2)
    assert await store.place(ROOM, "t1") == Place(4, 4)
    assert await store.place(ROOM, "t2") is None
    assert await store.place(OTHER, None) is None
    assert (await store.standing(said(), wrote=False)).place == Place(1, 2)
    assert (await store.standing(said(thread="t1"), wrote=False)).place == Place(4, 4)


async def test_recent_answers_are_those_that_all_can_see_newest_first(store: Store) -> None:
    for number, minutes in enumerate((5, 1, 9, 3)):
        record = replace(PLAIN, message=f"m{number}", at=START + timedelta(minutes=minutes), sent=(f"s{number}", "x"))
        await store.remember(record, {})
    for name, hidden in enumerate(
        (
            replace(PLAIN, sent=()),
            replace(PLAIN, sent=("s",), numbers=()),
            replace(PLAIN, sent=("s",), visibility=Visibility.ASKER),
            replace(PLAIN, sent=("s",), withdrawn=True),
            replace(PLAIN, sent=("s",), removed=True),
            replace(PLAIN, sent=("s",), room=OTHER),
        )
    ):
        await store.remember(replace(hidden, message=f"hidden{name}", at=START + timedelta(hours=1)), {})
    recent = await store.recent(ROOM, 3)
    assert [(a.message, a.sent) for a in recent] == [("m2", ("s2", "x")), ("m0", ("s0", "x")), ("m3", ("s3", "x"))]
    assert len(await store.recent(ROOM, 10)) == 4
    assert await store.recent(SAME_NAME, 10) == []


async def test_a_press_is_delivered_for_the_first_time_once(store: Store) -> None:
    assert not await store.pressed(ROOM, "p1")
    assert await store.first_time(ROOM, "p1")
    assert await store.pressed(ROOM, "p1")
    assert not await store.pressed(OTHER, "p1")
    assert not await store.first_time(ROOM, "p1")
    assert await store.first_time(ROOM, "p2")
    assert await store.first_time(OTHER, "p1")


async def test_a_rooms_settings_and_who_changed_them_are_remembered(store: Store) -> None:
    assert await store.settings(ROOM) == RoomSettings()
    ana, ben = Changed("ana", START), Changed("ben", START + timedelta(days=1))
    for name, value in (("expand", "on"), ("quiet", "on"), ("answers", "reply"), ("zone", "Europe/Zurich")):
        await store.change(ROOM, name, value, ana)
    await store.change(ROOM, "quiet", "off", ben)
    wanted = RoomSettings(
        expand=True,
        answers="reply",
        zone="Europe/Zurich",
        changed={"expand": ana, "quiet": ben, "answers": ana, "zone": ana},
    )
    assert await store.settings(ROOM) == wanted
    assert (await store.standing(said(), wrote=True)).settings == wanted
    assert await store.settings(OTHER) == RoomSettings()
    with pytest.raises(ValueError, match="colour"):
        await store.change(ROOM, "colour", "red", ana)


async def test_zones_belong_to_a_person_of_an_account(store: Store) -> None:
    assert await store.zone(ROOM, "ana") == ""
    await store.set_zone(ROOM, "ana", "Europe/Zurich")
    await store.set_zone(ROOM, "ana", "America/Lima")
    assert await store.zone(OTHER, "ana") == "America/Lima"
    assert await store.zone(SAME_NAME, "ana") == await store.zone(ROOM, "ben") == ""
    await store.set_zone(ROOM, "ana", "")
    assert await store.zone(ROOM, "ana") == ""


async def test_who_invited_the_bot_is_remembered(store: Store) -> None:
    assert await store.inviter(ROOM) == ""
    await store.change(ROOM, "quiet", "on", Changed("ana", START))
    assert await store.inviter(ROOM) == ""
    await store.invited(ROOM, "ina")
    await store.invited(ROOM, "ian")
    assert await store.inviter(ROOM) == "ian"
    assert await store.inviter(OTHER) == ""
    assert (await store.settings(ROOM)).quiet


async def test_nothing_is_known_of_a_new_place(store: Store) -> None:
    assert await store.standing(said(), wrote=True) == Standing(RoomSettings())
    assert await store.standing(said(thread="t1", reply_to="s1"), wrote=True) == Standing(RoomSettings())


@pytest.mark.parametrize(
    ("message", "contested", "replied"),
    [
        (said("ben"), True, False),
        (said("abe"), True, False),
        (said("ben", thread="t1"), True, True),
        (said("ben", thread="t2"), False, False),
        (said("ben", reply_to="s2"), True, True),
        (said("ben", thread="t2", reply_to="s1"), False, True),
        (said("ben", reply_to="s9"), True, False),
        (said("ben", room=OTHER, reply_to="s1"), False, False),
        (said("ana"), False, False),
        (said("ana", thread="t1", reply_to="s1"), False, False),
    ],
)
async def test_what_others_write_contests_an_answer_or_replies_to_it(
    store: Store, message: Message, contested: bool, replied: bool
) -> None:
    mine = replace(PLAIN, thread="t1", sent=("s1", "s2"))
    await store.remember(mine, {})
    await store.standing(message, wrote=False)
    assert await store.answered(ROOM, "m1") == mine
    for _ in range(2):
        await store.standing(message, wrote=True)
        assert await store.answered(ROOM, "m1") == replace(mine, contested=contested, replied=replied)


@pytest.mark.parametrize(
    ("record", "stands"),
    [
        (PLAIN, True),
        (replace(PLAIN, visibility=Visibility.ASKER), False),
        (replace(PLAIN, withdrawn=True), False),
        (replace(PLAIN, removed=True), False),
        (replace(PLAIN, thread="elsewhere"), False),
        (replace(PLAIN, thread=None), False),
        (replace(PLAIN, room=OTHER), False),
    ],
)
async def test_a_thread_is_open_while_an_answer_that_all_can_see_stands_in_it(
    store: Store, record: Answered, stands: bool
) -> None:
    await store.invited(ROOM, "ina")
    await store.remember(record, {})
    assert (await store.standing(said(thread="m1"), wrote=True)).open is stands
    assert not (await store.standing(said(), wrote=True)).open


async def test_a_hushed_thread_is_open_no_more_and_keeps_its_place(store: Store) -> None:
    await store.remember(PLAIN, {"m1": Place(1, 1)})
    await store.remember(replace(PLAIN, message="m2", thread="m2"), {})
    await store.hush(ROOM, "m1")
    standing = await store.standing(said(thread="m1"), wrote=False)
    assert (standing.open, standing.place) == (False, Place(1, 1))
    await store.remember(replace(PLAIN, message="m3", thread="m1"), {"m1": Place(2, 2)})
    standing = await store.standing(said(thread="m1"), wrote=False)
    assert (standing.open, standing.place) == (False, Place(2, 2))
    assert (await store.standing(said(thread="m2"), wrote=False)).open
    await store.hush(ROOM, "m2")
    standing = await store.standing(said(thread="m2"), wrote=False)
    assert (standing.open, standing.place) == (False, None)


async def fill(store: Store, room: Room) -> None:
    """Put something into a room by every way there is."""
    await store.remember(
        replace(FULL, room=room, removed=False, withdrawn=False), {None: Place(1, 1), "t1": Place(2, 2)}
    )
    await store.first_time(room, "p1")
    await store.change(room, "expand", "on", Changed("ana", START))
    await store.hush(room, "t2")
    await store.invited(room, "ina")


async def is_filled(store: Store, room: Room) -> bool:
    """Whether all of it is there; it fails where only some is."""
    found = (
        await store.answered(room, "m1") is not None,
        await store.answer_with(room, "s2") is not None,
        await store.place(room, None) == Place(1, 1),
        await store.place(room, "t1") == Place(2, 2),
        len(await store.recent(room, 5)) == 1,
        (await store.settings(room)).expand,
        await store.inviter(room) == "ina",
        (await store.standing(said(room=room, thread="t1"), wrote=False)).open,
    )
    assert len(set(found)) == 1, found
    return found[0]


async def test_a_room_is_forgotten_with_everything_in_it(store: Store) -> None:
    for room in (ROOM, OTHER, SAME_NAME):
        await fill(store, room)
    await store.set_zone(ROOM, "ana", "Europe/Zurich")
    await store.forget(ROOM)
    await store.forget(ROOM)
    assert [await is_filled(store, room) for room in (ROOM, OTHER, SAME_NAME)] == [False, True, True]
    assert await store.first_time(ROOM, "p1")
    assert await store.zone(ROOM, "ana") == "Europe/Zurich"


async def test_a_forgotten_room_leaves_nothing_in_any_table(database: str) -> None:
    async with using(database) as store:
        await fill(store, ROOM)
        filled = read_tables(database)
        assert {name for name, rows in filled.items() if not rows} == {"zones", "marks", *DIGESTS}
        await store.forget(ROOM)
    assert {name for name, rows in read_tables(database).items() if rows} == {"alembic_version"}


async def test_a_room_that_moves_takes_everything_along(store: Store) -> None:
    await fill(store, ROOM)
    await store.move(ROOM, OTHER)
    await store.move(OTHER, OTHER)
    await store.move(SAME_NAME, OTHER)
    assert [await is_filled(store, room) for room in (ROOM, OTHER)] == [False, True]
    assert not await store.first_time(OTHER, "p1")
    assert await store.first_time(ROOM, "p1")
    assert not (await store.standing(said(room=OTHER, thread="t2"), wrote=False)).open


async def test_a_room_moves_into_one_that_is_known_already(store: Store) -> None:
    await fill(store, ROOM)
    await store.first_time(OTHER, "p2")
    await store.remember(replace(PLAIN, room=OTHER, message="m2", numbers=()), {"t3": Place(9, 9)})
    await store.move(ROOM, OTHER)
    assert [await is_filled(store, room) for room in (ROOM, OTHER)] == [False, True]
    assert await store.answered(OTHER, "m2")
    assert await store.place(OTHER, "t3") == Place(9, 9)
    assert not await store.first_time(OTHER, "p2")


async def test_what_a_room_has_already_stands_when_another_moves_into_it(database: str) -> None:
    async with using(database) as store:
        await fill(store, ROOM)
        await store.invited(OTHER, "ian")
        await store.change(OTHER, "expand", "off", Changed("ben", START))
        await store.remember(replace(PLAIN, room=OTHER), {None: Place(9, 9)})
        await store.move(ROOM, OTHER)
        assert await store.inviter(OTHER) == "ian"
        assert (await store.settings(OTHER)).changed["expand"].by == "ben"
        assert await store.answered(OTHER, "m1") == replace(PLAIN, room=OTHER)
        assert await store.place(OTHER, None) == Place(9, 9)
        assert await store.place(OTHER, "t1") == Place(2, 2)
        assert len(read_tables(database)["rooms"]) == 1


async def test_a_value_is_never_part_of_a_statement(store: Store) -> None:
    odd = "'; DROP TABLE rooms; -- %s %(x)s ? :y \" \\ \u202eא"
    room = Room("matrix", odd, odd)
    record = replace(PLAIN, room=room, message=odd, thread=odd, sender=odd, sent=(odd,))
    await store.remember(record, {odd: Place(1, 1)})
    assert await store.answer_with(room, odd) == record
    assert await store.place(room, odd) == Place(1, 1)


# -- marks


async def test_marks_belong_to_an_account_and_a_name(database: str) -> None:
    async with using(database) as store:
        assert await store.mark("matrix", "@bot:here", "sync") == ""
        await store.set_mark("matrix", "@bot:here", "sync", "s1_2")
        await store.set_mark("matrix", "@bot:here", "sync", "s3_4")
        await store.set_mark("matrix", "@bot:there", "sync", "s5")
    async with using(database) as store:
        assert await store.mark("matrix", "@bot:here", "sync") == "s3_4"
        assert await store.mark("matrix", "@bot:here", "other") == await store.mark("slack", "@bot:here", "sync") == ""
        await store.set_mark("matrix", "@bot:here", "sync", "")
        assert await store.mark("matrix", "@bot:here", "sync") == ""
        assert await store.mark("matrix", "@bot:there", "sync") == "s5"


# -- one thread, many callers


@asynccontextmanager
async def using(url: str, clock: Callable[[], datetime] = lambda: START) -> AsyncIterator[SqlStore]:
    store = open_store(url, clock)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def thread_of(url: str) -> AsyncIterator[StoreThread]:
    thread = StoreThread(engine_for(url))
    try:
        yield thread
    finally:
        await thread.close()


class Held:
    """A job that keeps the store's thread busy until it is let go, so that what follows waits together."""

    def __init__(self) -> None:
        self.running, self.go = threading.Event(), threading.Event()

    def __call__(self, _: Transaction) -> None:
        self.running.set()
        assert self.go.wait(DEADLINE_SECONDS)


def set_mark(name: str) -> Callable[[Transaction], str]:
    def job(transaction: Transaction) -> str:
        transaction._cursor.execute(f"INSERT INTO marks VALUES ('', '', '{name}', '')")
        return name

    return job


def marks(url: str) -> list[str]:
    return [name for _, _, name, _ in read_tables(url)["marks"]]


async def test_what_waits_is_committed_together_in_the_order_asked(database: str) -> None:
    async with thread_of(database) as thread:
        held = Held()
        first = asyncio.create_task(thread.run(held))
        await asyncio.to_thread(held.running.wait, DEADLINE_SECONDS)
        seen: list[list[str]] = []

        def look(_: Transaction) -> None:
            seen.append(marks(database))

        tasks = [asyncio.create_task(thread.run(set_mark(f"n{number:02}"))) for number in range(50)]
        looking = asyncio.create_task(thread.run(look))  # from beside, before the commit: nothing of it is there
        await asyncio.sleep(0)
        held.go.set()
        await first
        await looking
        assert (await asyncio.gather(*tasks))[:3] == ["n00", "n01", "n02"]
        assert seen == [[]]
    assert sorted(marks(database)) == [f"n{number:02}" for number in range(50)]


async def test_a_job_that_fails_spoils_no_other_and_its_caller_is_told(database: str) -> None:
    def fail(transaction: Transaction) -> None:
        set_mark("bad")(transaction)
        raise LookupError("no such thing")

    async with thread_of(database) as thread:
        held = Held()
        first = asyncio.create_task(thread.run(held))
        await asyncio.to_thread(held.running.wait, DEADLINE_SECONDS)
        jobs: list[Callable[[Transaction], object]] = [set_mark("a"), fail, set_mark("b"), set_mark("a"), set_mark("c")]
        tasks = [asyncio.create_task(thread.run(job)) for job in jobs]
        await asyncio.sleep(0)
        held.go.set()
        await first
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert [outcomes[0], outcomes[2], outcomes[4]] == ["a", "b", "c"]
        assert isinstance(outcomes[1], LookupError)
        assert type(outcomes[3]).__name__ in {"IntegrityError", "UniqueViolation"}
        with pytest.raises(LookupError, match="no such thing"):
            await thread.run(fail)
        assert await thread.run(set_mark("d")) == "d"
    assert sorted(marks(database)) == ["a", "b", "c", "d"]


async def test_housekeeping_that_fails_is_logged_and_nothing_else(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Transaction) -> None:
        raise LookupError("no such thing")

    async with thread_of(database) as thread:
        thread.post(fail)
        assert await thread.run(set_mark("a")) == "a"
    assert "housekeeping" in caplog.text


async def test_a_call_that_is_cancelled_breaks_nothing(database: str) -> None:
    async with using(database) as store:
        held = Held()
        first = asyncio.create_task(store._thread.run(held))
        await asyncio.to_thread(held.running.wait, DEADLINE_SECONDS)
        cancelled = asyncio.create_task(store.remember(PLAIN, {None: Place(1, 1)}))
        kept = asyncio.create_task(store.remember(replace(PLAIN, message="m2"), {}))
        await asyncio.sleep(0)
        cancelled.cancel()
        first.cancel()
        held.go.set()
        for task in (first, cancelled):
            with pytest.raises(asyncio.CancelledError):
                await task
        await kept
        assert (await store.answered(ROOM, "m1") is None) == (await store.place(ROOM, None) is None)
        assert await store.answered(ROOM, "m2")


async def test_200_calls_at_once_all_get_their_own_answer(database: str) -> None:
    rooms = [replace(ROOM, id=f"!{number}") for number in range(7)]

    async def one(number: int, store: SqlStore) -> tuple[bool, Answered | None]:
        room, message = rooms[number % 7], f"m{number}"
        await store.standing(said(f"p{number % 3}", room=room, id=message), wrote=True)
        await store.remember(replace(PLAIN, room=room, message=message), {None: Place(number, number)})
        await store.sent(room, message, [f"s{number}"])
        return await store.first_time(room, f"p{number // 14}"), await store.answer_with(room, f"s{number}")

    async with using(database) as store:
        outcomes = await asyncio.gather(*(one(number, store) for number in range(200)))
        assert [found and found.message for _, found in outcomes] == [f"m{number}" for number in range(200)]
        assert sum(first for first, _ in outcomes) == len({(n % 7, n // 14) for n in range(200)})


async def test_closing_finishes_what_was_asked_for(database: str) -> None:
    store = open_store(database)
    tasks = [asyncio.create_task(store.remember(replace(PLAIN, message=f"m{n}"), {})) for n in range(30)]
    await asyncio.sleep(0)
    await store.close()
    await store.close()
    await asyncio.gather(*tasks)
    assert len(read_tables(database)["answers"]) == 30
    with pytest.raises(RuntimeError, match="closed"):
        await store.place(ROOM, None)


def test_a_store_serves_one_loop_after_another(database: str) -> None:
    store = open_store(database)
    asyncio.run(store.invited(ROOM, "ina"))
    assert asyncio.run(store.inviter(ROOM)) == "ina"
    asyncio.run(store.close())


# -- restarts and kills


async def test_all_is_known_after_a_restart(database: str) -> None:
    async with using(database) as store:
        await fill(store, ROOM)
        await store.set_zone(ROOM, "ana", "Europe/Zurich")
    async with using(database) as store:
        assert await is_filled(store, ROOM)
        assert not await store.first_time(ROOM, "p1")
        assert await store.zone(ROOM, "ana") == "Europe/Zurich"
        assert not (await store.standing(said(thread="t2"), wrote=False)).open


KILLED = """
import asyncio, sys
from bot.store.sql import open_store
from tests.bot.test_store import PLAIN, ROOM, START, Place, replace

async def main():
    store = open_store(sys.argv[1], lambda: START)

    async def one(worker, number):
        message = f"{worker}-{number}"
        await store.remember(replace(PLAIN, message=message), {message: Place(number, number)})
        await store.sent(ROOM, message, [f"{message}/1", f"{message}/2"])
        print(message, flush=True)

    async def work(worker):
        number = 0
        while True:
            number += 1
            await one(worker, number)

    await asyncio.gather(*map(work, range(5)))

asyncio.run(main())
"""


async def test_a_kill_in_the_middle_of_writes_loses_nothing_that_was_awaited(database: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, database], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(150)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    awaited = [line.strip() for line in lines if line.endswith("\n")]
    assert len(awaited) >= 150
    if database.startswith("sqlite"):
        with connected(database) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    async with using(database) as store:
        for message in awaited:
            found = await store.answered(ROOM, message)
            assert found is not None
            assert found.sent == (f"{message}/1", f"{message}/2")
            assert await store.place(ROOM, message)
    answers, places = (read_tables(database)[name] for name in ("answers", "places"))
    assert {row[2] for row in answers} == {row[1] for row in places}  # never one without the other


# -- what is too old


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


async def test_what_is_older_than_30_days_goes_and_settings_stay(database: str) -> None:
    clock = Clock()
    async with using(database, clock) as store:
        await fill(store, ROOM)
        await store.set_zone(ROOM, "ana", "Europe/Zurich")
        await store.set_mark("matrix", "@bot:here", "sync", "s1")
        await store.prune(START + timedelta(days=30))
        assert await is_filled(store, ROOM)
        clock.now += timedelta(days=10)
        await store.remember(replace(PLAIN, message="m2", sent=("s8",), at=START), {"t3": Place(3, 3)})
        await store.prune(START + timedelta(days=30, seconds=1))
        assert await store.answered(ROOM, "m1") is None
        assert await store.answer_with(ROOM, "s1") is None
        assert await store.answer_with(ROOM, "s8")
        assert await store.place(ROOM, "t1") is None
        assert await store.place(ROOM, "t3") == Place(3, 3)
        assert await store.place(ROOM, None) == Place(1, 1)
        assert (await store.settings(ROOM)).expand
        assert await store.inviter(ROOM) == "ina"
        assert await store.zone(ROOM, "ana") == "Europe/Zurich"
        assert await store.mark("matrix", "@bot:here", "sync") == "s1"
    rows = {name: len(rows) for name, rows in read_tables(database).items()}
    assert (rows["answers"], rows["parts"], rows["places"], rows["presses"]) == (1, 1, 2, 0)


async def test_a_thread_stays_hushed_as_long_as_it_has_answers(database: str) -> None:
    async with using(database, clock := Clock()) as store:
        await store.hush(ROOM, "m1")
        clock.now += timedelta(days=20)
        await store.remember(PLAIN, {})
        await store.prune(START + timedelta(days=31))
        assert not (await store.standing(said(thread="m1"), wrote=False)).open
        await store.prune(START + timedelta(days=51))
        assert read_tables(database)["places"] == []


async def test_the_store_forgets_by_itself_on_opening_and_once_a_day(database: str) -> None:
    clock = Clock()
    async with using(database, clock) as store:
        await store.remember(PLAIN, {})
        clock.now += timedelta(days=29)
        await store.remember(replace(PLAIN, message="m2"), {})
    clock.now = START + timedelta(days=30, hours=1)
    async with using(database, clock) as store:
        assert await store.answered(ROOM, "m1") is None
        assert await store.answered(ROOM, "m2")
        clock.now = START + timedelta(days=59)
        await store.remember(replace(PLAIN, message="m3"), {})  # the first for a month
        assert await store.answered(ROOM, "m2")
        clock.now = START + timedelta(days=59, hours=23)
        await store.remember(replace(PLAIN, message="m4"), {})
        assert await store.answered(ROOM, "m2")
        clock.now = START + timedelta(days=60)
        await store.remember(replace(PLAIN, message="m5"), {})
        assert await store.answered(ROOM, "m2") is None
        assert await store.answered(ROOM, "m3")


# -- files


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


async def test_the_file_can_be_read_by_its_owner_alone(tmp_path: Path, no_umask: None) -> None:
    async with using(f"sqlite:///{tmp_path / 'hearings.db'}") as store:
        await store.invited(ROOM, "ina")
        modes = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()}
        assert modes == dict.fromkeys(("hearings.db", "hearings.db-wal", "hearings.db-shm"), "0o600")
    (tmp_path / "hearings.db").chmod(0o644)
    async with using(f"sqlite:///{tmp_path / 'hearings.db'}") as store:
        assert await store.inviter(ROOM) == "ina"
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


async def test_a_file_is_in_wal_mode_and_keeps_its_foreign_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hearings.db'}"
    engine = engine_for(url)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        found = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            [found[name]] = cursor.fetchall()[0]
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 5000}


async def test_nothing_that_a_person_wrote_or_the_document_says_is_in_any_file(
    tmp_path: Path, document: Document
) -> None:
    class Nobody:
        async def zone(self, room: Room, person: str) -> str | None:
            return None

        async def manages(self, room: Room, person: str) -> bool:
            return True

        async def belongs(self, room: Room, person: str) -> bool:
            return True

        def link(self, room: Room, sent: str) -> str:
            return ""

    def bytes_held() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.iterdir())

    marker = "Xylographically"
    async with using(f"sqlite:///{tmp_path / 'hearings.db'}") as store:
        bot = Bot(document, store, Nobody(), lambda: START)
        for number, text in enumerate(("para 32 {}", "{}?", "search {}", "topic {}", "expand on", "{}", "quiet {}")):
            message = Message(text.replace("{}", marker), "ana", ROOM, f"message-{number}", sent=START)
            if (await bot.answer(message)).blocks:
                await bot.delivered(message, [f"sent-{number}"])
            await bot.edited(replace(message, text=f"para 33 {marker}", version=1))
        held = bytes_held()
    for held_now in (held, bytes_held()):
        assert b"message-0" in held_now
        assert marker.casefold().encode() not in held_now.lower()
        words = {word for number in (32, 33) for word in document.paragraph(number).text.split() if len(word) > 9}
        assert words
        assert not any(word.encode() in held_now for word in words)


# -- what cannot be opened


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "expected sqlite:////folder/hearings.db or postgresql://"),
        ("hearings.db", "expected sqlite:////folder/hearings.db or postgresql://"),
        ("postgresql://bot:tops3cret@host:port/name", "the database's URL cannot be read"),
        ("mysql://bot:tops3cret@host/name", "begins with 'mysql'; expected sqlite:"),
        ("postgresql+asyncpg://bot:tops3cret@host/name", "begins with 'postgresql+asyncpg'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://tmp/hearings.db", "names no file"),
        ("sqlite:///{folder}/hearings.db?mode=ro", "names no file"),
        ("sqlite:///{folder}/missing/hearings.db", "the folder {folder}/missing for the database is missing; make it"),
        ("sqlite:///{folder}/text.db", "{folder}/text.db is no SQLite database; move it away"),
        ("sqlite:///{folder}", "{folder} is no file that can be written"),
        ("sqlite:////proc/hearings.db", "/proc"),
        ("postgresql://bot:tops3cret@127.0.0.1:1/name", "the database 'name' at 127.0.0.1 cannot be used: "),
        ("postgresql://bot@127.0.0.1:1/name?password=tops3cret", "the database 'name' at 127.0.0.1 cannot be used: "),
        ("postgres://bot:tops3cret@/name?host=/nowhere", "the database 'name' at /nowhere cannot be used: "),
    ],
)
def test_a_database_that_cannot_be_opened_is_told_in_one_line(url: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is no database, but a text that somebody wrote. " * 40, encoding="utf-8")
    with pytest.raises(StoreError) as caught:
        open_store(url.replace("{folder}", str(tmp_path)))
    message = str(caught.value)
    assert told.replace("{folder}", str(tmp_path)) in message
    assert "\n" not in message
    assert "tops3cret" not in message + repr(caught.value.__cause__)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written"):
        open_store(f"sqlite:///{tmp_path / 'hearings.db'}")
    with pytest.raises(StoreError, match="cannot be written"), hold(tmp_path):
        pass
    tmp_path.chmod(0o700)


def test_a_database_that_is_missing_on_a_server_is_told(postgres: Postgres) -> None:
    with pytest.raises(StoreError, match='database "nowhere" does not exist'):
        open_store(postgres.url("nowhere"))


def test_tables_of_a_newer_program_are_left_alone(database: str) -> None:
    with connected(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = read_tables(database)
    with pytest.raises(StoreError, match=f"tables of a newer program \\(9999; this one knows {HEAD}\\): update"):
        open_store(database)
    assert read_tables(database) == before
    with connected(database) as connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '{HEAD}'")


# -- migrations


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hearings.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


def test_the_schema_that_the_program_expects_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_the_program_knows(empty: str) -> None:
    migrate(empty)
    engine = engine_for(empty)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == HEAD
    engine.dispose()


def test_the_index_of_uncontested_answers_holds_no_others(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'migrated'}"
    migrate(url)
    with connected(url) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        found = {name: " ".join(sql.split()) for name, sql in rows.fetchall()}
    assert "WHERE contested = 0" in found["ix_answers_uncontested"]


async def test_replicas_that_start_at_once_migrate_once(postgres: Postgres) -> None:
    url = postgres.new_database()
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [url] * 4))
    for store in stores:
        await store.invited(replace(ROOM, id=str(id(store))), "ina")
        await store.close()
    assert len(read_tables(url)["alembic_version"]) == 1
    assert len(read_tables(url)["rooms"]) == 4


def test_alembic_is_not_imported_where_there_is_nothing_to_migrate(database: str) -> None:
    code = (
        "import asyncio, sys; from bot.store.sql import open_store; asyncio.run(open_store(sys.argv[1]).close());"
        "assert 'sqlalchemy' in sys.modules; assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, database], cwd=ROOT, check=True, timeout=DEADLINE_SECONDS)


def test_a_question_on_the_command_line_imports_no_database() -> None:
    code = """
import sys
import adapters.terminal.chat, bot.bot
from adapters.cli import main
sys.argv = ["hearings", "ask", "para 32"]
try:
    main()
except SystemExit as end:
    assert not end.code
assert not {"sqlalchemy", "alembic", "psycopg", "filelock"} & set(sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, timeout=DEADLINE_SECONDS, capture_output=True, text=True
    )
    assert "aragraph 32" in run.stdout


# -- two programs on one database


@pytest.fixture
async def replicas(postgres: Postgres, migrated_postgres: str) -> AsyncIterator[tuple[SqlStore, SqlStore]]:
    url = postgres.new_database(like=migrated_postgres)
    async with using(url) as one, using(url) as other:
        yield one, other


async def test_replicas_see_what_each_other_writes(replicas: tuple[SqlStore, SqlStore]) -> None:
    one, other = replicas
    await fill(one, ROOM)
    assert await is_filled(other, ROOM)
    assert not await other.first_time(ROOM, "p1")
    await other.move(ROOM, OTHER)
    assert [await is_filled(one, room) for room in (ROOM, OTHER)] == [False, True]
    await one.remember(PLAIN, {})
    assert await other.answered(ROOM, "m1") == PLAIN
    await other.forget(OTHER)
    assert not await is_filled(one, OTHER)
    await one.set_mark("matrix", "@bot:here", "sync", "s1")
    assert await other.mark("matrix", "@bot:here", "sync") == "s1"


async def test_a_press_that_reaches_two_replicas_is_answered_by_one(replicas: tuple[SqlStore, SqlStore]) -> None:
    outcomes = await asyncio.gather(*(store.first_time(ROOM, f"p{n}") for n in range(50) for store in replicas))
    assert [sum(outcomes[n : n + 2]) for n in range(0, 100, 2)] == [1] * 50


async def test_replicas_that_get_in_each_others_way_all_finish(replicas: tuple[SqlStore, SqlStore]) -> None:
    """Rows taken in different orders, rooms that end while something is put into them."""

    async def work(store: SqlStore, number: int) -> None:
        room = replace(ROOM, id=f"!{number % 3}")
        await store.remember(
            replace(PLAIN, room=room, message=f"m{number % 10}", sender=f"p{number % 5}"), {None: Place(1, 1)}
        )
        await store.standing(said(f"p{number % 4}", room=room), wrote=True)
        await store.sent(room, f"m{number % 10}", ["s1"])
        if number % 7 == 0:
            await store.forget(room)
        if number % 11 == 0:
            await store.move(room, replace(ROOM, id=f"!{number % 2}"))

    async with asyncio.timeout(DEADLINE_SECONDS):
        await asyncio.gather(*(work(replicas[n % 2], n // 2) for n in range(200)))


async def test_a_lost_connection_is_made_again(postgres: Postgres, migrated_postgres: str) -> None:
    url = postgres.new_database("lost", like=migrated_postgres)
    async with using(url) as store:
        await store.invited(ROOM, "ina")
        with connected(postgres.url()) as connection:
            end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = 'lost'"
            assert connection.execute(end).fetchall() == [(True,)]
        found = await asyncio.gather(store.inviter(ROOM), store.inviter(OTHER))
        assert list(found) == ["ina", ""]


async def test_while_a_database_is_out_of_reach_every_caller_is_told(
    postgres: Postgres, migrated_postgres: str
) -> None:
    url = postgres.new_database("gone", like=migrated_postgres)
    async with using(url) as store:
        await store.invited(ROOM, "ina")
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute("DROP DATABASE gone WITH (FORCE)")
        outcomes = await asyncio.gather(*(store.inviter(ROOM) for _ in range(3)), return_exceptions=True)
        assert all(isinstance(outcome, OperationalError | psycopg.OperationalError) for outcome in outcomes)
        postgres.new_database("gone", like=migrated_postgres)
        assert await store.inviter(ROOM) == ""


async def test_a_file_that_another_program_writes_is_waited_for(tmp_path: Path, migrated_sqlite: Path) -> None:
    path = tmp_path / "hearings.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    async with using(f"sqlite:///{path}") as store:
        await store.invited(ROOM, "ina")
        with connected(f"sqlite:///{path}") as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE rooms SET inviter = 'ian'")
            waiting = asyncio.create_task(store.invited(ROOM, "iris"))
            await asyncio.sleep(0)
            assert not waiting.done()
            other.commit()
            await waiting
        assert await store.inviter(ROOM) == "iris"


# -- one bot a folder


HOLDER = """
import sys, time
from pathlib import Path
from bot.store.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> AbstractContextManager["subprocess.Popen[str]"]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_second_bot_on_a_folder_is_refused_until_the_first_ends(tmp_path: Path) -> None:
    with hold(tmp_path), pytest.raises(StoreError, match="another bot runs") as caught, hold(tmp_path):
        pass
    assert str(tmp_path) in str(caught.value)
    assert "hearings run" in str(caught.value)
    with hold(tmp_path):
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} <= {0o600}


def test_a_bot_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    with holder(tmp_path) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(StoreError, match="another bot runs"), hold(tmp_path):
            pass
        first.send_signal(signal.SIGKILL)
        first.wait(DEADLINE_SECONDS)
    with hold(tmp_path):
        pass


def test_a_folder_that_is_missing_cannot_be_held(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is missing; make it"), hold(tmp_path / "missing"):
        pass


async def test_what_others_wrote_while_an_answer_was_made_stays_known(store: Store) -> None:
    await store.remember(PLAIN, {})
    await store.standing(said(thread="m1"), wrote=True)
    await store.remember(PLAIN, {})
    assert await store.answered(ROOM, "m1") == replace(PLAIN, contested=True, replied=True)
