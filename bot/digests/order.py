"""What a room has ordered: which paragraphs, in which postings, on which days, at which local time.

The postings are cut when the order is made and kept in it, so that nothing that changes later (a topic list, the way of
shuffling) changes what is read next.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TypeVar

from corpus.document import Document

T = TypeVar("T")

#: Days of the week, Monday is 0.
WORKING_DAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
#: The local time where none is named.
DEFAULT_TIME = time(9)


class What(StrEnum):
    """What paragraphs are taken from."""

    DOCUMENT = "document"
    SECTION = "section"
    TOPIC = "topic"
    NUMBERS = "numbers"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Order:
    """A digest as it was ordered.

    Attributes:
        days: The days of the week on which it is posted, Monday is 0.
        at: When, on the clock of `zone`, an IANA name.
        postings: The paragraphs of each posting, in order.
        start: The first local date on which it may be posted.
        what: What the paragraphs are taken from; `name` is a section's name or a topic's.
        count: Paragraphs a posting, at most.
        repeating: Whether it begins again after the last posting.
        stops_at_headings: Whether no posting runs over a heading.
        seed: What the postings were shuffled by; None where they stand in the document's order, or in the one named.
        skipped: Stretches of local dates without a posting, first and last day included.
        until: The last local date on which it may be posted; None where it ends with its paragraphs.
        makes_up: Whether the posting after a day that was missed holds that day's paragraphs too.
    """

    days: frozenset[int]
    at: time
    zone: str
    postings: tuple[tuple[int, ...], ...]
    start: date
    what: What = What.DOCUMENT
    name: str = ""
    count: int = 1
    repeating: bool = False
    stops_at_headings: bool = False
    seed: int | None = None
    skipped: tuple[tuple[date, date], ...] = ()
    until: date | None = None
    makes_up: bool = False

    def __post_init__(self) -> None:
        if not self.postings or not self.days <= EVERY_DAY or not self.days:
            raise ValueError("an order has at least one posting and one day of the week")

    @property
    def paragraphs(self) -> tuple[int, ...]:
        """All its paragraphs, in the order in which they are posted."""
        return tuple(number for posting in self.postings for number in posting)


def cut(
    numbers: Sequence[int], count: int, document: Document, *, stop_at_headings: bool = False
) -> tuple[tuple[int, ...], ...]:
    """Paragraphs cut into postings of at most `count`; where asked, a posting ends before another section begins."""
    postings: list[list[int]] = []
    for number in numbers:
        if (
            not postings
            or len(postings[-1]) == count
            or (stop_at_headings and document.paragraph(number).section != document.paragraph(postings[-1][-1]).section)
        ):
            postings.append([])
        postings[-1].append(number)
    return tuple(map(tuple, postings))


def shuffled(parts: Iterable[T], seed: int) -> list[T]:
    """Parts in an order that looks like chance and is the same for the same seed."""
    mixed = list(parts)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - nothing is kept secret by it
    return mixed


def merged(stretches: list[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    """Stretches of dates in order, those that touch made one."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(stretches):
        if joined and first <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def as_json(order: Order) -> str:
    """An order as it is stored: numbers, names of sections and topics, dates, a zone."""
    held = {
        "days": sorted(order.days),
        "at": f"{order.at:%H:%M}",
        "zone": order.zone,
        "postings": order.postings,
        "start": order.start.isoformat(),
        "what": order.what.value,
        "name": order.name,
        "count": order.count,
        "repeating": order.repeating,
        "stops_at_headings": order.stops_at_headings,
        "seed": order.seed,
        "skipped": [[first.isoformat(), last.isoformat()] for first, last in order.skipped],
        "until": order.until and order.until.isoformat(),
        "makes_up": order.makes_up,
    }
    return json.dumps(held, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Order:
    """An order as `as_json` wrote it."""
    held = json.loads(text)
    return Order(
        days=frozenset(held["days"]),
        at=time.fromisoformat(held["at"]),
        zone=held["zone"],
        postings=tuple(map(tuple, held["postings"])),
        start=date.fromisoformat(held["start"]),
        what=What(held["what"]),
        name=held["name"],
        count=held["count"],
        repeating=held["repeating"],
        stops_at_headings=held["stops_at_headings"],
        seed=held["seed"],
        skipped=tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in held["skipped"]),
        until=held["until"] and date.fromisoformat(held["until"]),
        makes_up=held["makes_up"],
    )
