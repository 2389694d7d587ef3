"""Times, lengths and days as these documents print them, and what is on at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from corpus.document import Document, Item


def clock(moment: time) -> str:
    """A time as these documents print it: "4.20 p.m.", "noon"."""
    if moment == time(12):
        return "noon"
    if moment == time(0):
        return "midnight"
    minutes = f".{moment.minute:02}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes} {'a' if moment.hour < 12 else 'p'}.m."


def duration(minutes: int) -> str:
    """ "1 hour 10 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    parts += [f"{rest} minute{'' if rest == 1 else 's'}"] if rest or not hours else []
    return " ".join(parts)


def spoken_day(day: date) -> str:
    """ "12 July 2006"."""
    return f"{day.day} {day:%B %Y}"


def now_said(
    document: Document, items: Sequence[Item], now: datetime | None, *, following: bool
) -> tuple[str, list[Item]]:
    """What is on at a moment, or what comes next, in words; and the items that it speaks of.

    Args:
        items: All of the programme, or those that are asked about.
        following: Whether what comes next is asked for.
    """
    day, zone, programme = document.day, document.zone.value, document.programme
    if now is None or day is None or not zone or programme is None:
        return "I do not know on which day, or on whose clock, the programme is, so I cannot say what is on now.", []
    spans = [tuple(moment(day, zone, at) for at in (item.start, item.end)) for item in items]
    names = ", ".join(item.name for item in items) if len(items) < len(programme.items) else "The programme"
    if now >= spans[-1][1]:
        took = f"took place on {spoken_day(day)}, from {clock(items[0].start)} to {clock(items[-1].end)}"
        return f"{names} is over: it {took.rstrip('.')}.", []
    on = [item for item, (start, end) in zip(items, spans, strict=True) if start <= now < end]
    ahead = [(item, start) for item, (start, _) in zip(items, spans, strict=True) if start > now]
    coming = ""
    if ahead:
        item, start = ahead[0]
        when = f"on {spoken_day(day)} " if (start - now).days else ""
        coming = f"{item.name} begins {when}at {clock(item.start)}, in {_until(start, now)}."
    shown = [ahead[0][0]] if ahead and (following or not on) else on
    if following:
        return (
            coming or f"Nothing comes next: {on[-1].name} is the last item, until {clock(items[-1].end).rstrip('.')}.",
            shown,
        )
    if not on:
        return f"Nothing is on now. {coming}", shown
    said = "; ".join(f"{item.name}, until {clock(item.end).rstrip('.')}" for item in on)
    return f"On now: {said}. {coming}".strip(), shown


def moment(day: date, zone: str, at: time) -> datetime:
    """The moment, in UTC, of a time on a zone's clock."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _until(then: datetime, now: datetime) -> str:
    """How long it is until a moment, in whole minutes, in days from the second one on."""
    left = then - now
    if left.days >= 1:
        return f"{left.days} day{'' if left.days == 1 else 's'}"
    return duration(max(1, -(-int(left.total_seconds()) // 60)))
