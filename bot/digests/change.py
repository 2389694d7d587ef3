"""What people do to a standing order: each a plain function from the subscription as it stands to what it becomes.

Every change keeps what it took the place of, so that `undone` can restore it. What was posted meanwhile stays posted, and
no local date gets a second posting: `local_date` never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.digests.order import Order, merged
from bot.digests.plan import ONE_DAY, plan
from bot.digests.subscriptions import Before, Reason, State, Subscription, at_once, scheduled
from bot.message import Room

#: How long a change can be undone.
UNDONE_WITHIN = timedelta(hours=24)
#: Stretches without a posting that a subscription keeps; those that are over go first.
SKIPPED_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class By:
    """Who makes a change, as the platform names them; when, in UTC; and the message that asks for it."""

    person: str
    at: datetime
    cause: str = ""


def ordered(room: Room, order: Order, by: By) -> Subscription:
    """A new subscription; undoing that stops it."""
    before = Before(order, 0, 0, State.STOPPED, cause=by.cause)
    made = Subscription(0, room, order, ordered_by=by.person, changed_by=by.person, changed_at=by.at, before=before)
    return scheduled(made, by.at)


def paused(subscription: Subscription, by: By, until: date | None = None) -> Subscription:
    """At rest, for good or until a date, on which it goes on."""
    return _changed(subscription, by, state=State.PAUSED, reason=Reason.PERSON, until=until)


def resumed(subscription: Subscription, by: By) -> Subscription:
    """Going on where it stood, from the next date on."""
    return _changed(subscription, by, state=State.ACTIVE, reason=None, until=None)


def stopped(subscription: Subscription, by: By) -> Subscription:
    """At its end."""
    return _changed(subscription, by, state=State.STOPPED, reason=None, until=None)


def skipping(subscription: Subscription, by: By, first: date, last: date) -> Subscription:
    """Without a posting on some dates more, first and last day included; what they would hold comes after them."""
    over = by.at.date() - 2 * ONE_DAY
    kept = [stretch for stretch in subscription.order.skipped if stretch[1] >= over]
    skipped = merged([*kept, (first, last)])[-SKIPPED_AT_MOST:]
    return _changed(subscription, by, order=replace(subscription.order, skipped=skipped))


def back_to(subscription: Subscription, by: By, number: int) -> Subscription | None:
    """Next with the posting that holds a paragraph, earlier or later; None where none does."""
    postings = subscription.order.postings
    index = next((i for i, each in enumerate(postings) if number in each), None)
    if index is None:
        return None
    rounds = subscription.made // len(postings) * len(postings) if subscription.order.repeating else 0
    state = State.ACTIVE if subscription.state is State.FINISHED else subscription.state
    return _changed(subscription, by, made=rounds + index, owed=0, state=state)


def now(subscription: Subscription, by: By) -> Subscription:
    """Due at once, counted as one of its postings."""
    changed = _changed(subscription, by)
    return at_once(changed, by.at)


def scheduled_after(subscription: Subscription) -> Subscription:
    """As it will stand when its next posting has been made."""
    return scheduled(replace(subscription, made=subscription.made + 1, owed=0, local_date=subscription.next_date))


def at_time(subscription: Subscription, by: By, at: time, zone: str) -> Subscription:
    """At another time of day, on the clock of a zone."""
    return _changed(subscription, by, order=replace(subscription.order, at=at, zone=zone))


def undone(subscription: Subscription, by: By) -> Subscription | None:
    """As it was before its last change, but for what was posted since; None where that is not known any more."""
    before = subscription.before
    if before is None:
        return None
    made = before.made + subscription.made - before.made_then
    made = max(0, made if before.order.repeating else min(made, len(before.order.postings)))
    return _changed(
        subscription,
        by,
        order=before.order,
        made=made,
        owed=before.owed,
        state=before.state,
        reason=before.reason,
        until=before.until,
    )


def last_date(subscription: Subscription) -> date | None:
    """The local date of its last posting; None where it repeats without an end, or nothing is to come."""
    order = subscription.order
    if subscription.next_date is None or (order.repeating and order.until is None):
        return None
    found = subscription.next_date
    for each in plan(order, subscription.made + 1 + subscription.owed, found):
        found = each.date
    return found


def _changed(subscription: Subscription, by: By, **what: Any) -> Subscription:
    changed = scheduled(replace(subscription, changed_by=by.person, changed_at=by.at, **what), by.at)
    before = Before(
        subscription.order,
        subscription.made,
        subscription.owed,
        subscription.state,
        subscription.reason,
        subscription.until,
        changed.made,
        by.cause,
    )
    return replace(changed, before=before)
