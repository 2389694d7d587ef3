"""Digests in a database: standing orders, and the record of each posting.

A `Ledger` holds the statements and runs them in whatever transaction it is given: the store's own thread's, or one on a
SQLAlchemy connection (`transaction_on`), in which whoever posts takes what is due and hands it to the job engine at once.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Select,
    Update,
    and_,
    bindparam,
    delete,
    func,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import Delete, ReturningInsert

from bot.digests.change import UNDONE_WITHIN
from bot.digests.order import as_json, from_json
from bot.digests.plan import ONE_DAY
from bot.digests.subscriptions import (
    Before,
    Lateness,
    Posting,
    Reason,
    Sending,
    State,
    Subscription,
    Taken,
    scheduled,
    take,
)
from bot.message import EPOCH, Room
from bot.store.prepared import Prepared, Transaction
from bot.store.tables import postings, replicas, slots, subscriptions

Result = TypeVar("Result")

#: How long a subscription that was stopped, or has come to its end, is kept with its records.
ENDED_KEPT = timedelta(days=90)
MILLISECOND = timedelta(milliseconds=1)

PLATFORM, ACCOUNT, ROOM, ID = "the_platform", "the_account", "the_room", "the_id"
VERSION, NOW, AT_MOST, DATE, FIRST, LAST = "the_version", "the_moment", "at_most", "the_date", "first_date", "last_date"


def transaction_on(connection: Connection) -> Transaction:
    """A transaction that a SQLAlchemy connection has begun, for a Ledger; it ends with the connection's own."""
    return Transaction(connection.connection.cursor())


class Ledger:
    """What is asked of the digests' tables, each call within a transaction, compiled once for a kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]

        def ready(statement: Select[Any] | ReturningInsert[Any] | Update | Delete) -> Prepared:
            return Prepared(statement, dialect)

        t, p = subscriptions, postings
        names = [c.name for c in t.c if c.name != "id"]
        self._insert = Prepared(insert(t).returning(t.c.id), dialect, names)
        self._by_id = ready(select(t).where(t.c.id == bindparam(ID)))
        of_account = and_(t.c.platform == bindparam(PLATFORM), t.c.account == bindparam(ACCOUNT))
        of_room = and_(of_account, t.c.room == bindparam(ROOM))
        self._of_room = ready(select(t).where(of_room).order_by(t.c.id))
        self._of_account = ready(select(t).where(of_account).order_by(t.c.room, t.c.id))
        self._amend = ready(
            update(t)
            .where(t.c.id == bindparam(ID), t.c.version == bindparam(VERSION))
            .values({name: bindparam(f"new_{name}", type_=t.c[name].type) for name in names})
        )
        self._move = ready(
            update(t)
            .where(of_room)
            .values(
                platform=bindparam("new_platform"),
                account=bindparam("new_account"),
                room=bindparam("new_room"),
                version=t.c.version + 1,
            )
        )
        self._forget_account = ready(delete(t).where(of_account))
        self._due = ready(
            select(t)
            .where(t.c.platform == bindparam(PLATFORM), t.c.next_due <= bindparam(NOW, type_=BigInteger))
            .order_by(t.c.next_due, t.c.account)  # what is due at the same moment comes account by account
            .limit(bindparam(AT_MOST))
            .with_for_update(skip_locked=True)
        )
        self._coming = ready(
            select(t)
            .where(t.c.id > bindparam(ID), t.c.next_due > bindparam(NOW, type_=BigInteger))
            .order_by(t.c.id)
            .limit(bindparam(AT_MOST))
        )
        self._first_due = ready(
            select(func.min(t.c.next_due).label("next_due")).where(t.c.platform == bindparam(PLATFORM))
        )
        self._begun = ready(
            select(p.c.subscription)
            .join(t, t.c.id == p.c.subscription)
            .where(t.c.platform == bindparam(PLATFORM), p.c.state == Sending.TRYING.value)
            .limit(1)
        )
        is_the_posting = and_(p.c.subscription == bindparam(ID), p.c.local_date == bindparam(DATE))
        columns = [c.name for c in p.c]
        self._new_posting = Prepared(insert(p).inline().on_conflict_do_nothing(), dialect, columns)
        changing = ("state", "tries", "at", "sent", "error", "error_at")
        self._record = ready(
            update(p).where(is_the_posting).values({n: bindparam(f"new_{n}", type_=p.c[n].type) for n in changing})
        )
        self._posting = ready(select(p).where(is_the_posting))
        self._try = ready(update(p).where(is_the_posting).values(tries=p.c.tries + 1))
        self._last = ready(
            select(p).where(p.c.subscription == bindparam(ID)).order_by(p.c.local_date.desc()).limit(bindparam(AT_MOST))
        )
        self._between = ready(
            select(p)
            .where(
                p.c.subscription == bindparam(ID),
                p.c.local_date >= bindparam(FIRST),
                p.c.local_date <= bindparam(LAST),
            )
            .order_by(p.c.local_date)
        )
        moment = bindparam(NOW, type_=BigInteger)
        self._prune = (
            ready(update(t).where(t.c.before.is_not(None), t.c.changed_at < moment).values(before=null())),
            ready(
                delete(t).where(
                    or_(t.c.state == State.STOPPED.value, t.c.state == State.FINISHED.value),
                    t.c.changed_at < moment,
                )
            ),
        )
        is_the_slot = and_(slots.c.platform == bindparam(PLATFORM), slots.c.account == bindparam(ACCOUNT))
        self._slot = ready(select(slots.c.next).where(is_the_slot).with_for_update())
        new_slot = insert(slots).inline()
        self._set_slot = Prepared(
            new_slot.on_conflict_do_update(
                index_elements=["platform", "account"], set_={"next": new_slot.excluded.next}
            ),
            dialect,
            ["platform", "account", "next"],
        )
        self._make_slot = Prepared(
            insert(slots).inline().on_conflict_do_nothing(), dialect, ["platform", "account", "next"]
        )
        new_beat = insert(replicas).inline()
        self._beat = Prepared(
            new_beat.on_conflict_do_update(index_elements=["name"], set_={"seen": new_beat.excluded.seen}),
            dialect,
            ["name", "seen"],
        )
        self._silent = ready(select(replicas.c.name).where(replicas.c.seen < moment).order_by(replicas.c.name))
        self._gone = ready(delete(replicas).where(replicas.c.name == bindparam(ID)))

    # -- standing orders

    def subscribe(self, transaction: Transaction, subscription: Subscription) -> Subscription:
        """Store a new subscription; it comes back with its number."""
        row = transaction.row(self._insert, _values(subscription))
        return replace(subscription, id=row.id)

    def subscription(self, transaction: Transaction, number: int) -> Subscription | None:
        """A subscription by its number."""
        return _subscription(transaction.row(self._by_id, {ID: number}))

    def of_room(self, transaction: Transaction, room: Room) -> list[Subscription]:
        """The subscriptions of a room, stopped and finished ones included, in the order in which they were made."""
        return _subscriptions(transaction.rows(self._of_room, _named(room)))

    def of_account(self, transaction: Transaction, platform: str, account: str) -> list[Subscription]:
        """The subscriptions of an account, room by room."""
        return _subscriptions(transaction.rows(self._of_account, {PLATFORM: platform, ACCOUNT: account}))

    def amend(self, transaction: Transaction, subscription: Subscription) -> bool:
        """Store a change of a subscription, decided from its `version`; False if it has changed since, or is gone."""
        stored = replace(subscription, version=subscription.version + 1)
        values = {f"new_{name}": value for name, value in _values(stored).items()}
        return transaction.do(self._amend, {ID: subscription.id, VERSION: subscription.version, **values}) == 1

    def move(self, transaction: Transaction, room: Room, to: Room) -> None:
        """Carry a room's subscriptions over to the one that takes its place."""
        new = {"new_platform": to.platform, "new_account": to.account, "new_room": to.id}
        transaction.do(self._move, {**_named(room), **new})

    def forget_account(self, transaction: Transaction, platform: str, account: str) -> None:
        """Forget all subscriptions of an account, with their records."""
        transaction.do(self._forget_account, {PLATFORM: platform, ACCOUNT: account})

    def prune(self, transaction: Transaction, now: datetime) -> None:
        """Forget what can no longer be undone, and subscriptions that ended 90 days ago, with their records."""
        undone, ended = self._prune
        transaction.do(undone, {NOW: _milliseconds(now - UNDONE_WITHIN)})
        transaction.do(ended, {NOW: _milliseconds(now - ENDED_KEPT)})

    def reckon(self, transaction: Transaction, after: int, now: datetime, at_most: int = 200) -> int:
        """Work out anew the moments to come of subscriptions with a higher number than `after`, by the zones' rules as they are.

        Returns:
            The number to go on from; 0 where all were seen.
        """
        found = _subscriptions(transaction.rows(self._coming, {ID: after, NOW: _milliseconds(now), AT_MOST: at_most}))
        for each in found:
            assert each.next_date
            # Its date stays: an earlier one, as after a rest or with another time of day, was passed over on purpose.
            on_it = scheduled(replace(each, local_date=each.next_date - ONE_DAY))
            if (anew := replace(on_it, local_date=each.local_date)) != each:
                self.amend(transaction, anew)
        return found[-1].id if len(found) == at_most else 0

    # -- postings

    def take(
        self, transaction: Transaction, platform: str, now: datetime, lateness: Lateness, at_most: int = 200
    ) -> list[Taken]:
        """Take a platform's due subscriptions: their records are made, and they stand at what comes next.

        The last record of each `Taken` is to be handed over in this same transaction, a skipped one too: people may have
        to be told. Rows that another replica is taking are left to it. One whose record of that date is there already is
        moved on without any.
        """
        asked = {PLATFORM: platform, NOW: _milliseconds(now), AT_MOST: at_most}
        taken: list[Taken] = []
        for row in transaction.rows(self._due, asked):
            held = _subscription(row)
            assert held is not None
            outcome = take(held, now, lateness)
            new = tuple(
                each for each in outcome.postings if transaction.do(self._new_posting, _posting_values(each)) == 1
            )
            if not self.amend(transaction, replace(outcome.subscription, version=held.version)):
                raise LookupError(f"subscription {held.id} changed while its row was held")
            taken.append(replace(outcome, postings=new))
        return taken

    def first_due(self, transaction: Transaction, platform: str) -> datetime | None:
        """When the first subscription of a platform is due, in UTC; None if none is."""
        row = transaction.row(self._first_due, {PLATFORM: platform})
        return _moment(row.next_due)

    def awaited(self, transaction: Transaction, platform: str) -> bool:
        """Whether anything is due on a platform, now or later."""
        return self.first_due(transaction, platform) is not None

    def wanted(self, transaction: Transaction, platform: str) -> bool:
        """Whether anything is due on a platform, now or later, or was begun and not ended."""
        begun = transaction.row(self._begun, {PLATFORM: platform})
        return begun is not None or self.awaited(transaction, platform)

    def posting(self, transaction: Transaction, subscription: int, day: date) -> Posting | None:
        """The record of a posting."""
        return _posting(transaction.row(self._posting, {ID: subscription, DATE: day.isoformat()}))

    def try_posting(self, transaction: Transaction, subscription: int, day: date) -> Posting | None:
        """Raise a posting's `tries`, before it is sent; the record as it stands then, None if there is none."""
        asked = {ID: subscription, DATE: day.isoformat()}
        transaction.do(self._try, asked)
        return _posting(transaction.row(self._posting, asked))

    def record(self, transaction: Transaction, posting: Posting) -> None:
        """Store how far a posting has come."""
        values = {f"new_{name}": value for name, value in _posting_values(posting).items()}
        transaction.do(self._record, {ID: posting.subscription, DATE: posting.local_date.isoformat(), **values})

    def last_postings(self, transaction: Transaction, subscription: int, at_most: int) -> list[Posting]:
        """The last records of a subscription, newest first."""
        return _postings(transaction.rows(self._last, {ID: subscription, AT_MOST: at_most}))

    def postings_between(self, transaction: Transaction, subscription: int, first: date, last: date) -> list[Posting]:
        """The records of a stretch of local dates, both included, in order."""
        asked = {ID: subscription, FIRST: first.isoformat(), LAST: last.isoformat()}
        return _postings(transaction.rows(self._between, asked))

    # -- destinations and replicas

    def reserve_slot(
        self, transaction: Transaction, platform: str, account: str, now: datetime, spacing: timedelta
    ) -> datetime:
        """When a posting may go to a destination, in UTC: now, or when it is its turn; the next one is `spacing` later."""
        destination = {"platform": platform, "account": account}
        transaction.do(self._make_slot, {**destination, "next": 0})
        row = transaction.row(self._slot, {PLATFORM: platform, ACCOUNT: account})
        at: int = max(_milliseconds(now), row.next)
        transaction.do(self._set_slot, {**destination, "next": at + spacing // MILLISECOND})
        return EPOCH + at * MILLISECOND

    def hold_off(self, transaction: Transaction, platform: str, account: str, until: datetime) -> None:
        """Post nothing to a destination before a moment."""
        destination = {"platform": platform, "account": account}
        transaction.do(self._make_slot, {**destination, "next": 0})
        row = transaction.row(self._slot, {PLATFORM: platform, ACCOUNT: account})
        transaction.do(self._set_slot, {**destination, "next": max(row.next, _milliseconds(until))})

    def beat(self, transaction: Transaction, name: str, now: datetime) -> None:
        """Say that a replica is alive."""
        transaction.do(self._beat, {"name": name, "seen": _milliseconds(now)})

    def silent(self, transaction: Transaction, since: datetime) -> list[str]:
        """The replicas that have not been alive since a moment."""
        return [row.name for row in transaction.rows(self._silent, {NOW: _milliseconds(since)})]

    def gone(self, transaction: Transaction, name: str) -> None:
        """Forget a replica."""
        transaction.do(self._gone, {ID: name})


class SqlDigests:
    """The Digests port in a database, on the store's thread.

    Attributes:
        run: Runs a job of a Ledger on that thread, in one transaction.
    """

    def __init__(self, ledger: Ledger, run: Callable[[Callable[[Transaction], Any]], Awaitable[Any]]) -> None:
        self.ledger = ledger
        self.run = run

    async def subscribe(self, subscription: Subscription) -> Subscription:
        made: Subscription = await self.run(lambda t: self.ledger.subscribe(t, subscription))
        return made

    async def subscription(self, number: int) -> Subscription | None:
        found: Subscription | None = await self.run(lambda t: self.ledger.subscription(t, number))
        return found

    async def of_room(self, room: Room) -> list[Subscription]:
        found: list[Subscription] = await self.run(lambda t: self.ledger.of_room(t, room))
        return found

    async def of_account(self, platform: str, account: str) -> list[Subscription]:
        found: list[Subscription] = await self.run(lambda t: self.ledger.of_account(t, platform, account))
        return found

    async def amend(self, subscription: Subscription) -> bool:
        stored: bool = await self.run(lambda t: self.ledger.amend(t, subscription))
        return stored

    async def forget_account(self, platform: str, account: str) -> None:
        await self.run(lambda t: self.ledger.forget_account(t, platform, account))

    async def take(self, platform: str, now: datetime, lateness: Lateness, at_most: int = 200) -> list[Taken]:
        taken: list[Taken] = await self.run(lambda t: self.ledger.take(t, platform, now, lateness, at_most))
        return taken

    async def posting(self, subscription: int, day: date) -> Posting | None:
        found: Posting | None = await self.run(lambda t: self.ledger.posting(t, subscription, day))
        return found

    async def try_posting(self, subscription: int, day: date) -> Posting | None:
        found: Posting | None = await self.run(lambda t: self.ledger.try_posting(t, subscription, day))
        return found

    async def record(self, posting: Posting) -> None:
        await self.run(lambda t: self.ledger.record(t, posting))

    async def last_postings(self, subscription: int, at_most: int) -> list[Posting]:
        found: list[Posting] = await self.run(lambda t: self.ledger.last_postings(t, subscription, at_most))
        return found

    async def postings_between(self, subscription: int, first: date, last: date) -> list[Posting]:
        found: list[Posting] = await self.run(lambda t: self.ledger.postings_between(t, subscription, first, last))
        return found


def _named(room: Room) -> dict[str, Any]:
    return {PLATFORM: room.platform, ACCOUNT: room.account, ROOM: room.id}


def _values(subscription: Subscription) -> dict[str, Any]:
    return {
        "platform": subscription.room.platform,
        "account": subscription.room.account,
        "room": subscription.room.id,
        "order": as_json(subscription.order),
        "made": subscription.made,
        "local_date": _day_text(subscription.local_date),
        "next_date": _day_text(subscription.next_date),
        "next_due": _milliseconds_or_none(subscription.next_due),
        "owed": subscription.owed,
        "state": subscription.state.value,
        "reason": subscription.reason and subscription.reason.value,
        "until": _day_text(subscription.until),
        "ordered_by": subscription.ordered_by,
        "changed_by": subscription.changed_by,
        "changed_at": _milliseconds(subscription.changed_at),
        "before": _before_text(subscription.before),
        "version": subscription.version,
    }


def _subscriptions(rows: Iterable[Any]) -> list[Subscription]:
    return [found for row in rows if (found := _subscription(row))]


def _subscription(row: Any) -> Subscription | None:
    if row is None:
        return None
    return Subscription(
        row.id,
        Room(row.platform, row.account, row.room),
        from_json(row.order),
        made=row.made,
        local_date=_day(row.local_date),
        next_date=_day(row.next_date),
        next_due=_moment(row.next_due),
        owed=row.owed,
        state=State(row.state),
        reason=Reason(row.reason) if row.reason else None,
        until=_day(row.until),
        ordered_by=row.ordered_by,
        changed_by=row.changed_by,
        changed_at=EPOCH + row.changed_at * MILLISECOND,
        before=_before(row.before),
        version=row.version,
    )


def _before_text(before: Before | None) -> str | None:
    if before is None:
        return None
    held = {
        "order": as_json(before.order),
        "made": before.made,
        "owed": before.owed,
        "state": before.state.value,
        "reason": before.reason and before.reason.value,
        "until": _day_text(before.until),
        "made_then": before.made_then,
        "cause": before.cause,
    }
    return json.dumps(held, ensure_ascii=False)


def _before(text: str | None) -> Before | None:
    if text is None:
        return None
    held = json.loads(text)
    return Before(
        from_json(held["order"]),
        held["made"],
        held["owed"],
        State(held["state"]),
        Reason(held["reason"]) if held["reason"] else None,
        _day(held["until"]),
        held["made_then"],
        held["cause"],
    )


def _posting_values(posting: Posting) -> dict[str, Any]:
    return {
        "subscription": posting.subscription,
        "local_date": posting.local_date.isoformat(),
        "paragraphs": ",".join(map(str, posting.paragraphs)),
        "state": posting.state.value,
        "read": posting.read,
        "of": posting.of,
        "previous": posting.previous,
        "tries": posting.tries,
        "due": _milliseconds(posting.due),
        "at": _milliseconds_or_none(posting.at),
        "sent": posting.sent,
        "error": posting.error,
        "error_at": _milliseconds_or_none(posting.error_at),
    }


def _postings(rows: Iterable[Any]) -> list[Posting]:
    return [found for row in rows if (found := _posting(row))]


def _posting(row: Any) -> Posting | None:
    if row is None:
        return None
    return Posting(
        row.subscription,
        date.fromisoformat(row.local_date),
        tuple(map(int, row.paragraphs.split(","))) if row.paragraphs else (),
        EPOCH + row.due * MILLISECOND,
        state=Sending(row.state),
        read=row.read,
        of=row.of,
        previous=row.previous,
        tries=row.tries,
        at=_moment(row.at),
        sent=row.sent,
        error=row.error,
        error_at=_moment(row.error_at),
    )


def _day_text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _milliseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EPOCH) // MILLISECOND


def _milliseconds_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else _milliseconds(moment)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else EPOCH + milliseconds * MILLISECOND
