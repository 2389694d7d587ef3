"""When a digest is due, and with which paragraphs: one posting for each ordered local date, computed with zoneinfo.

Where an order stands is two values: how many postings of it have been made, and the local date of the last one. The next
posting follows from these and the order alone, so that pausing, going back or missing a day never loses a paragraph.

The local time holds on every date. Where the clocks skip it, the posting comes at the first moment after the gap; where it
comes twice, at the first. A date that a place left out (30 December 2011 in Samoa) is no date there.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from bot.digests.order import Order
from bot.reply import paragraphs_word

ONE_DAY = timedelta(days=1)
#: How long an entry of a calendar file lasts.
READING_TIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Planned:
    """One posting of a digest, as it is planned.

    Attributes:
        date: The local date for which it is due; there is one posting a date.
        at: The moment, in UTC.
    """

    date: date
    at: datetime
    paragraphs: tuple[int, ...]


def moment(day: date, at: time, zone: str) -> datetime | None:
    """The moment, in UTC, of a local time on a date; None where the zone left the whole date out.

    A time that comes twice is the first of the two; one that the clocks skip is the first moment after the gap, which is
    the next midnight where the gap ends the day.
    """
    place = ZoneInfo(zone)
    wall = datetime.combine(day, at)
    found = wall.replace(tzinfo=place).astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == wall:
        return found
    after = _gap_end(wall, place)
    if after.astimezone(place).date() == day or at == time(0):
        return after if after.astimezone(place).date() == day else None
    return after if moment(day, time(0), zone) else None


def _gap_end(skipped: datetime, place: ZoneInfo) -> datetime:
    """The moment at which the clocks skip a local time."""
    early = skipped.replace(tzinfo=place, fold=1).astimezone(UTC)
    late = skipped.replace(tzinfo=place, fold=0).astimezone(UTC)
    before = early.astimezone(place).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(place).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def due(order: Order, after: date | None = None) -> tuple[date, datetime]:
    """The first local date of an order, or the first after another one, and the moment of its posting, in UTC."""
    day = order.start if after is None else max(order.start, after + ONE_DAY)
    while True:
        day = _ordered(order, day)
        if at := moment(day, order.at, order.zone):
            return day, at
        day += ONE_DAY


def _ordered(order: Order, day: date) -> date:
    """The first date from another one on that is of an ordered weekday and not skipped."""
    while True:
        while day.weekday() not in order.days:
            day += ONE_DAY
        over = [last for first, last in order.skipped if first <= day <= last]
        if not over:
            return day
        day = max(over) + ONE_DAY


def ordered_between(order: Order, first: date, last: date) -> bool:
    """Whether an order has a date in a stretch, first and last day included."""
    return _ordered(order, max(first, order.start)) <= last


def posting(order: Order, made: int = 0, after: date | None = None) -> Planned | None:
    """The next posting of an order; None where it has come to its end.

    Args:
        made: How many of its postings have been made.
        after: The local date of the last one; None before the first.
    """
    size = len(order.postings)
    if made >= size and not order.repeating:
        return None
    day, at = due(order, after)
    return Planned(day, at, order.postings[made % size]) if order.until is None or day <= order.until else None


def plan(order: Order, made: int = 0, after: date | None = None) -> Iterator[Planned]:
    """The postings to come, in order; they never end where the order repeats."""
    while coming := posting(order, made, after):
        yield coming
        made, after = made + 1, coming.date


def one_round(order: Order) -> list[Planned]:
    """All postings of an order, each once."""
    return list(islice(plan(order), len(order.postings)))


def as_csv(order: Order, postings: Iterable[Planned]) -> str:
    """A plan as a table: local date, day of the week, local time, zone, moment in UTC, paragraphs parted by blanks."""
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(("date", "day", "time", "zone", "utc", "paragraphs"))
    for each in postings:
        local = each.at.astimezone(ZoneInfo(order.zone))
        numbers = " ".join(map(str, each.paragraphs))
        table.writerow(
            (each.date, f"{each.date:%A}", f"{local:%H:%M}", order.zone, f"{each.at:%Y-%m-%dT%H:%M:%SZ}", numbers)
        )
    return file.getvalue()


def as_calendar(order: Order, postings: Iterable[Planned], made: datetime, title: str) -> bytes:
    """A plan as a calendar file (RFC 5545), its moments in UTC.

    Args:
        made: When the file is made, in UTC.
        title: What the document is called; it stands before the paragraphs.
    """
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Hearings Bot//digest plan//EN")
    calendar.add("version", "2.0")
    for each in postings:
        event = Event()
        event.add("summary", f"{title}: {paragraphs_word(each.paragraphs)}")
        event.add("uid", f"{each.date}-{'-'.join(map(str, each.paragraphs))}@digest.hearings")
        event.add("dtstamp", made)
        event.add("dtstart", each.at)
        event.add("dtend", each.at + READING_TIME)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
