"""A room's standing order and where it stands; the record of one posting of it; and how one leads to the next.

Nothing here knows a database, an engine or a clock. Whoever takes what is due stores what `take` gives in one transaction
with the job that sends it: then no posting is lost, and the key (subscription, local date) keeps any from being made twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.digests.order import Order
from bot.digests.plan import ONE_DAY, due
from bot.digests.plan import posting as planned
from bot.message import EPOCH, Room

#: A posting that comes no later than this is on time, however late in the evening it was ordered.
ON_TIME = timedelta(minutes=15)
#: Days without the bot of which each gets a record; what was missed before them is passed over without one.
MISSED_RECORDED = 14
#: Postings at most that one posting makes up for.
MADE_UP_AT_MOST = 5


class State(StrEnum):
    """What becomes of a subscription by itself."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Reason(StrEnum):
    """Why a subscription is paused."""

    PERSON = "person"
    LEFT = "left"  # the bot was taken out of the room
    ARCHIVED = "archived"  # the room was closed
    REFUSED = "refused"  # the bot may not post there
    FAILED = "failed"  # posting failed for a reason of the bot's own


@dataclass(frozen=True, slots=True)
class Before:
    """What a change took the place of, for `undo`.

    Attributes:
        made_then: How many postings had been made right after the change; what was made since stays made.
        cause: The message that asked for the change, so that it is carried out once if it comes again.
    """

    order: Order
    made: int
    owed: int
    state: State
    reason: Reason | None = None
    until: date | None = None
    made_then: int = 0
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A room's standing order for a digest, and where it stands.

    Attributes:
        id: Its number, part of every key; 0 before it is stored.
        made: How many of its postings have been made.
        local_date: The local date of the last one that was made or skipped; None before the first.
        next_date: The local date of the next one, and `next_due` its moment in UTC. None where nothing comes by itself:
            paused without an end, stopped, finished.
        owed: Postings missed that the next one makes up for.
        until: Where it is paused until a date: that date, on which it goes on.
        ordered_by: Who ordered it, and `changed_by` who changed it last, as the platform names them.
        changed_at: In UTC.
        before: What the last change took the place of; None after 24 hours.
        version: Raised by each write; a change that was decided from an older one is not stored.
    """

    id: int
    room: Room
    order: Order
    made: int = 0
    local_date: date | None = None
    next_date: date | None = None
    next_due: datetime | None = None
    owed: int = 0
    state: State = State.ACTIVE
    reason: Reason | None = None
    until: date | None = None
    ordered_by: str = ""
    changed_by: str = ""
    changed_at: datetime = EPOCH
    before: Before | None = None
    version: int = 0


class Sending(StrEnum):
    """How far a posting has come."""

    TRYING = "trying"
    SENT = "sent"
    FOUND = "found"  # a look showed that an earlier try had got out
    SKIPPED = "skipped"  # too late
    UNKNOWN = "unknown"  # it may have got out, and cannot be looked for
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True)
class Posting:
    """The record of one posting: one for each subscription and local date.

    Attributes:
        paragraphs: Its paragraphs, fixed when it was taken.
        read: Paragraphs of its round posted with it, out of `of`; `previous` is the one posted before it, 0 if none.
        due: The moment for which it was due, in UTC.
        tries: How often it was tried; raised before the send.
        at: When it went out, in UTC; None if it did not.
        sent: The message's id.
        error: The last error as a code, at `error_at`; no text.
    """

    subscription: int
    local_date: date
    paragraphs: tuple[int, ...]
    due: datetime
    state: Sending = Sending.TRYING
    read: int = 0
    of: int = 0
    previous: int = 0
    tries: int = 0
    at: datetime | None = None
    sent: str = ""
    error: str = ""
    error_at: datetime | None = None

    @property
    def key(self) -> str:
        """Its name wherever it must be known again: "sub:12:2026-11-24"."""
        return f"sub:{self.subscription}:{self.local_date}"


@dataclass(frozen=True, slots=True)
class Lateness:
    """What becomes of a posting that was not made in its time.

    Attributes:
        catch_up: It is made late if it is no later than this,
        latest: and not after this local time. Otherwise it is skipped.
    """

    catch_up: timedelta = timedelta(hours=12)
    latest: time = time(20)

    def allows(self, order: Order, due: datetime, now: datetime) -> bool:
        """Whether a posting may still be made."""
        if now - due <= ON_TIME:
            return True
        return now - due <= self.catch_up and now.astimezone(ZoneInfo(order.zone)).time() <= self.latest


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a due subscription gives.

    Attributes:
        subscription: As it stands from now on.
        postings: The records to make; at most one, the last, is `trying` and to be sent, the others were missed.
    """

    subscription: Subscription
    postings: tuple[Posting, ...]

    @property
    def to_send(self) -> Posting | None:
        """The posting to be sent; None if all that was due was missed."""
        last = self.postings[-1] if self.postings else None
        return last if last and last.state is Sending.TRYING else None


def scheduled(subscription: Subscription, now: datetime | None = None) -> Subscription:
    """A subscription with its next date and moment worked out from its order, its place and its state.

    Args:
        now: If given, the next moment comes after it: what would have been due before is no day that was missed.
    """
    halted = subscription.state in {State.STOPPED, State.FINISHED}
    if halted or (subscription.state is State.PAUSED and subscription.until is None):
        return replace(subscription, next_date=None, next_due=None)
    after = subscription.local_date
    if subscription.until:
        after = max(after or subscription.until - ONE_DAY, subscription.until - ONE_DAY)
    if now:
        yesterday = now.astimezone(ZoneInfo(subscription.order.zone)).date() - ONE_DAY
        after = max(after or yesterday, yesterday)
    coming = planned(subscription.order, subscription.made, after)
    while now and coming and coming.at <= now:
        coming = planned(subscription.order, subscription.made, coming.date)
    if coming is None:
        return replace(subscription, state=State.FINISHED, reason=None, until=None, next_date=None, next_due=None)
    return replace(subscription, next_date=coming.date, next_due=coming.at)


def take(subscription: Subscription, now: datetime, lateness: Lateness) -> Taken:
    """The posting of a subscription that is due, and how it stands after it.

    What was missed too long ago gets a record that says so; its paragraphs come with the next posting.

    Args:
        now: In UTC.
    """
    going = replace(subscription, state=State.ACTIVE, reason=None, until=None)
    order = going.order
    records: list[Posting] = []
    while going.next_due and going.next_date and going.next_due <= now:
        posting = _record(going)
        if lateness.allows(order, going.next_due, now):
            records.append(posting)
            done = going.made + 1 + _made_up(going)
            going = scheduled(replace(going, made=done, owed=0, local_date=going.next_date))
            break
        records.append(replace(posting, state=Sending.SKIPPED))
        owed = min(going.owed + 1, MADE_UP_AT_MOST) if order.makes_up else 0
        recent = now.astimezone(ZoneInfo(order.zone)).date() - MISSED_RECORDED * ONE_DAY
        going = scheduled(replace(going, owed=owed, local_date=max(posting.local_date, recent)))
    return Taken(replace(going, version=subscription.version + 1), tuple(records))


def _record(subscription: Subscription) -> Posting:
    """The posting that is next."""
    assert subscription.next_date
    assert subscription.next_due
    order, size = subscription.order, len(subscription.order.postings)
    first = subscription.made % size
    last = first + _made_up(subscription)
    numbers = tuple(number for each in order.postings[first : last + 1] for number in each)
    before = order.postings[(subscription.made - 1) % size][-1] if subscription.made else 0
    return Posting(
        subscription.id,
        subscription.next_date,
        numbers,
        subscription.next_due,
        read=sum(map(len, order.postings[: last + 1])),
        of=len(order.paragraphs),
        previous=before,
    )


def _made_up(subscription: Subscription) -> int:
    """Postings that the next one holds besides its own: never over the end of a round."""
    size = len(subscription.order.postings)
    return min(subscription.owed, size - 1 - subscription.made % size)


def at_once(subscription: Subscription, now: datetime) -> Subscription:
    """A subscription whose next posting is due now: for today, or, where today's is out, in place of its next date's."""
    today = now.astimezone(ZoneInfo(subscription.order.zone)).date()
    last = subscription.local_date
    day = today if last is None or last < today else due(subscription.order, last)[0]
    return replace(subscription, next_date=day, next_due=now.astimezone(UTC))
