"""The store that lasts: what is remembered stands in SQLite or PostgreSQL, and is there after a restart.

Each method is one job on the store's thread; what is asked for at the same time is committed together.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.message import EPOCH, Message, Room
from bot.ports import Answered, Changed, RoomSettings, Standing
from bot.reply import Place, Visibility
from bot.store import statements as s
from bot.store.database import engine_for, unreachable
from bot.store.digests import Ledger, SqlDigests
from bot.store.prepared import Prepared, Transaction
from bot.store.schema import bring_up_to_date
from bot.store.statements import Statements, named
from bot.store.thread import StoreThread

#: How long answers, presses and the places of threads are kept after they were last written.
KEPT = timedelta(days=30)
PRUNED_EVERY = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def open_store(url: str, clock: Callable[[], datetime] = now) -> SqlStore:
    """The store at a URL, with the tables of this program, and without what is too old.

    Args:
        url: Such as "sqlite:////folder/hearings.db" or "postgresql://user:password@host/database".

    Raises:
        StoreError: The URL has another form, or the database cannot be used; the message says what to do.
    """
    engine = engine_for(url)
    try:
        bring_up_to_date(engine)
    except DBAPIError as error:
        engine.dispose()
        raise unreachable(engine, error) from None
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, clock)


class SqlStore:
    """The Store port in a database that `open_store` has opened."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._statements = Statements(engine.dialect)
        self._thread = StoreThread(engine)
        self._ledger = Ledger(engine.dialect)
        self.digests = SqlDigests(self._ledger, self._thread.run)
        moment = clock()
        self._prune_at = moment + PRUNED_EVERY
        self._thread.post(lambda transaction: self._prune(transaction, moment))
        self._reckon(0, moment)

    async def standing(self, message: Message, *, wrote: bool) -> Standing:
        q, here = self._statements, named(message.room)
        written = {**here, s.THREAD: message.thread or "", s.SENDER: message.sender}
        asked = {**here, s.THREAD: message.thread or "", s.MESSAGE: message.id}

        def job(transaction: Transaction) -> Standing:
            if wrote:
                transaction.do(q.contest_room if message.thread is None else q.contest_thread, written)
                if message.reply_to is not None:
                    transaction.do(q.reply, {**written, s.SENT: message.reply_to})
            rows = transaction.rows(q.standing, asked)
            if not rows:
                return Standing(RoomSettings())
            first = rows[0]
            return Standing(
                settings=_settings(row for row in rows if row.name is not None),
                answered=self._answered(transaction, message.room, message.id) if first.known else None,
                place=_place(first.place),
                open=message.thread is not None and bool(first.open),
            )

        return await self._thread.run(job)

    async def remember(self, answered: Answered, places: Mapping[str | None, Place]) -> None:
        q, moment = self._statements, self._clock()
        kept = _milliseconds(moment)
        values = {**named(answered.room), **_values(answered, kept)}
        shown = [
            {"thread": thread or "", "place": _text(place), "hushed": False, "kept": kept}
            for thread, place in places.items()
        ]

        def job(transaction: Transaction) -> None:
            row = transaction.row(q.remember, values)
            if row is None:
                self._key(transaction, answered.room)
                row = transaction.row(q.remember, values)
            self._set_parts(transaction, row.key, answered.sent)
            transaction.do(q.put_place, *({"room": row.room, **place} for place in shown))

        await self._thread.run(job)
        if moment >= self._prune_at:
            self._prune_at = moment + PRUNED_EVERY
            self._thread.post(lambda transaction: self._prune(transaction, moment))

    async def sent(self, room: Room, message: str, sent: Sequence[str]) -> None:
        asked = {**named(room), s.MESSAGE: message}

        def job(transaction: Transaction) -> None:
            row = transaction.row(self._statements.delivered, asked)
            if row is not None:
                self._set_parts(transaction, row.key, sent)

        await self._thread.run(job)

    async def answered(self, room: Room, message: str) -> Answered | None:
        return await self._thread.run(lambda transaction: self._answered(transaction, room, message))

    async def answer_with(self, room: Room, sent: str) -> Answered | None:
        asked = {**named(room), s.SENT: sent}
        found = await self._rows(self._statements.answer_with, asked)
        return next(iter(_answers(room, found)), None)

    async def forget_answer(self, room: Room, message: str) -> None:
        await self._do(self._statements.forget_answer, {**named(room), s.MESSAGE: message})

    async def place(self, room: Room, thread: str | None) -> Place | None:
        rows = await self._rows(self._statements.place, {**named(room), s.THREAD: thread or ""})
        return _place(rows[0].place) if rows else None

    async def recent(self, room: Room, at_most: int) -> list[Answered]:
        return _answers(room, await self._rows(self._statements.recent, {**named(room), s.AT_MOST: at_most}))

    async def pressed(self, room: Room, delivery: str) -> bool:
        return bool(await self._rows(self._statements.pressed, {**named(room), s.NAME: delivery}))

    async def first_time(self, room: Room, delivery: str) -> bool:
        kept = _milliseconds(self._clock())

        def job(transaction: Transaction) -> bool:
            press = {"room": self._key(transaction, room), "delivery": delivery, "kept": kept}
            return transaction.do(self._statements.press, press) == 1

        return await self._thread.run(job)

    async def settings(self, room: Room) -> RoomSettings:
        return _settings(await self._rows(self._statements.settings, named(room)))

    async def change(self, room: Room, setting: str, value: str, changed: Changed) -> None:
        RoomSettings().with_change(setting, value, changed)  # refuses what is no setting
        row = {"name": setting, "value": value, "changed_by": changed.by, "changed_at": _milliseconds(changed.at)}

        def job(transaction: Transaction) -> None:
            transaction.do(self._statements.change, {"room": self._key(transaction, room), **row})

        await self._thread.run(job)

    async def hush(self, room: Room, thread: str) -> None:
        row = {"thread": thread, "place": None, "hushed": True, "kept": _milliseconds(self._clock())}

        def job(transaction: Transaction) -> None:
            transaction.do(self._statements.hush, {"room": self._key(transaction, room), **row})

        await self._thread.run(job)

    async def zone(self, room: Room, person: str) -> str:
        rows = await self._rows(self._statements.zone, {**_account(room.platform, room.account), s.PERSON: person})
        return rows[0].zone if rows else ""

    async def set_zone(self, room: Room, person: str, zone: str) -> None:
        if zone:
            row = {"platform": room.platform, "account": room.account, "person": person, "zone": zone}
            await self._do(self._statements.put_zone, row)
        else:
            await self._do(self._statements.forget_zone, {**_account(room.platform, room.account), s.PERSON: person})

    async def inviter(self, room: Room) -> str:
        rows = await self._rows(self._statements.room, named(room))
        return rows[0].inviter if rows else ""

    async def invited(self, room: Room, by: str) -> None:
        await self._do(self._statements.invited, _new_room(room, by))

    async def forget(self, room: Room) -> None:
        await self._do(self._statements.forget, named(room))

    async def move(self, room: Room, to: Room) -> None:
        """Carry everything of a room over to the one that takes its place; what that one has already stands."""
        if room != to:
            await self._thread.run(lambda transaction: self._move(transaction, room, to))

    async def mark(self, platform: str, account: str, name: str) -> str:
        """How far an adapter has come, as it said itself; "" if it has not said."""
        rows = await self._rows(self._statements.mark, {**_account(platform, account), s.NAME: name})
        return rows[0].value if rows else ""

    async def set_mark(self, platform: str, account: str, name: str, value: str) -> None:
        """Remember how far an adapter has come, under a name of its own; "" forgets it."""
        if value:
            row = {"platform": platform, "account": account, "name": name, "value": value}
            await self._do(self._statements.put_mark, row)
        else:
            await self._do(self._statements.forget_mark, {**_account(platform, account), s.NAME: name})

    async def prune(self, now: datetime) -> None:
        """Forget answers, presses and places of threads that were last written more than 30 days before `now`."""
        await self._thread.run(lambda transaction: self._prune(transaction, now))

    async def close(self) -> None:
        """Finish what was asked for, and let go of the database."""
        await self._thread.close()

    async def _rows(self, statement: Prepared, values: dict[str, Any]) -> list[Any]:
        return await self._thread.run(lambda transaction: transaction.rows(statement, values))

    async def _do(self, statement: Prepared, values: dict[str, Any]) -> None:
        await self._thread.run(lambda transaction: transaction.do(statement, values))

    def _key(self, transaction: Transaction, room: Room) -> int:
        """The number of a room, which is given one if it has none."""
        row = transaction.row(self._statements.room, named(room))
        if row is None:
            row = transaction.row(self._statements.new_room, _new_room(room))
        key: int = row.key
        return key

    def _set_parts(self, transaction: Transaction, answer: int, sent: Sequence[str]) -> None:
        transaction.do(self._statements.forget_parts, {s.ANSWER: answer})
        rows = ({"answer": answer, "position": position, "sent": part} for position, part in enumerate(sent))
        transaction.do(self._statements.put_parts, *rows)

    def _answered(self, transaction: Transaction, room: Room, message: str) -> Answered | None:
        found = transaction.rows(self._statements.answered, {**named(room), s.MESSAGE: message})
        return next(iter(_answers(room, found)), None)

    def _move(self, transaction: Transaction, room: Room, to: Room) -> None:
        q = self._statements
        self._ledger.move(transaction, room, to)
        old, new = transaction.row(q.room, named(room)), transaction.row(q.room, named(to))
        if old is None:
            return
        if new is None:
            name = {"new_platform": to.platform, "new_account": to.account, "new_id": to.id}
            transaction.do(q.rename, {**named(room), **name})
            return
        for statement in q.merge:
            transaction.do(statement, {"old_room": old.key, "new_room": new.key})
        transaction.do(q.merge_inviter, {"new_room": new.key, "old_inviter": old.inviter})
        transaction.do(q.forget, named(room))

    def _prune(self, transaction: Transaction, moment: datetime) -> None:
        for statement in self._statements.prune:
            transaction.do(statement, {s.BEFORE: _milliseconds(moment - KEPT)})
        self._ledger.prune(transaction, moment)

    def _reckon(self, after: int, moment: datetime) -> None:
        """Work out anew when digests are due, as the zones' rules may be others than before; a little at a time."""

        def job(transaction: Transaction) -> None:
            if last := self._ledger.reckon(transaction, after, moment):
                with suppress(RuntimeError):  # the store was closed meanwhile
                    self._reckon(last, moment)

        self._thread.post(job)


def _account(platform: str, account: str) -> dict[str, Any]:
    return {s.PLATFORM: platform, s.ACCOUNT: account}


def _new_room(room: Room, inviter: str = "") -> dict[str, Any]:
    return {"platform": room.platform, "account": room.account, "id": room.id, "inviter": inviter}


def _values(answered: Answered, kept: int) -> dict[str, Any]:
    return {
        "message": answered.message,
        "thread": answered.thread or "",
        "sender": answered.sender,
        "version": answered.version,
        "visibility": answered.visibility.value,
        "at": _milliseconds(answered.at),
        "delivered": answered.delivered,
        "numbers": ",".join(map(str, answered.numbers)),
        "before": _text(answered.before),
        "after": _text(answered.after),
        "contested": answered.contested,
        "replied": answered.replied,
        "withdrawn": answered.withdrawn,
        "removed": answered.removed,
        "kept": kept,
    }


def _answers(room: Room, rows: Iterable[Any]) -> list[Answered]:
    """Answers from rows that hold one part each, those of an answer next to each other."""
    found: dict[int, tuple[Any, list[str]]] = {}
    for row in rows:
        sent = found.setdefault(row.key, (row, []))[1]
        if row.sent is not None:
            sent.append(row.sent)
    return [
        Answered(
            room,
            row.message,
            row.thread or None,
            row.sender,
            row.version,
            Visibility(row.visibility),
            at=_moment(row.at),
            sent=tuple(sent),
            delivered=bool(row.delivered),
            numbers=_numbers(row.numbers),
            before=_place(row.before),
            after=_place(row.after),
            contested=bool(row.contested),
            replied=bool(row.replied),
            withdrawn=bool(row.withdrawn),
            removed=bool(row.removed),
        )
        for row, sent in found.values()
    ]


def _settings(rows: Iterable[Any]) -> RoomSettings:
    settings = RoomSettings()
    for row in rows:
        with suppress(ValueError):  # a setting of a newer program that shares the database
            settings = settings.with_change(row.name, row.value, Changed(row.changed_by, _moment(row.changed_at)))
    return settings


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(","))) if text else ()


def _text(place: Place | None) -> str | None:
    if place is None:
        return None
    text = ",".join(map(str, (place.first, place.last, *place.shown)))
    if place.further is None:
        return text
    return f"{text};{','.join(f'{number}.{sentence}' for number, sentence in place.further)}"


def _place(text: str | None) -> Place | None:
    if text is None:
        return None
    stands, asked, further = text.partition(";")
    first, last, *shown = _numbers(stands)
    left = [candidate.partition(".") for candidate in further.split(",") if candidate]
    return Place(first, last, tuple(shown), tuple((int(n), int(s)) for n, _, s in left) if asked else None)


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return EPOCH + milliseconds * MILLISECOND


def is_a_fault_of_the_database(error: BaseException) -> bool:
    """Whether an error of a call says that the database is away or busy, so that the call may work later."""
    return isinstance(error, SQLAlchemyError | sqlite3.Error) or type(error).__module__.partition(".")[0] == "psycopg"
