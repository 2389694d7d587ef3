"""The day as a timeline: time runs downwards, each item as high as it is long, with another clock beside it if wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.day_words import clock, duration, spoken_day
from bot.drawing.canvas import EDGE, FAINT, GROUND, GROUNDS, INK, MARGIN, WIDTH, Canvas, leading, wrap
from corpus.document import Document, Item

TITLE, NAME, BODY, SMALL = 46.0, 34.0, 31.0, 29.0
#: Pixels a minute at least; more where an item's words need them. What stays between an item's words and its edge.
LEAST, PAD = 2.6, 14.0
#: Minutes from which a gap is named.
LONG_GAP = 20
#: Minutes that a longer gap is drawn as, so that the page stays short; its words say how long it is.
DRAWN_GAP = 45
AXIS = 150.0


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def draw_day(document: Document, zone: str) -> bytes:
    """The programme as a PNG.

    Args:
        zone: Another clock beside the programme's own, as an IANA name; "" for none.

    Raises:
        ValueError: The document has no programme.
    """
    programme, date = document.programme, document.day
    if programme is None:
        raise ValueError("the document has no programme")
    both = bool(zone and document.zone.value and date)
    left, right = MARGIN + AXIS, WIDTH - MARGIN - (AXIS if both else 0)
    inner = right - left - 2 * PAD - 12
    words = {item: _words(item, inner) for item in programme.items}
    scale = max(LEAST, *((_height(words[i]) + 2 * PAD) / (_minute(i.end) - _minute(i.start)) for i in programme.items))
    day = f", {spoken_day(date)}" if date else ""
    title = wrap(f"Programme{day}", WIDTH - 2 * MARGIN, TITLE, bold=True)
    source = wrap(document.edition.short_title or document.name, WIDTH - 2 * MARGIN, SMALL)
    top = MARGIN + len(title) * leading(TITLE) + len(source) * leading(SMALL) + 2 * leading(SMALL) + 60
    start, end = _minute(programme.items[0].start), max(_minute(item.end) for item in programme.items)
    gaps = [(_minute(a.end), _minute(b.start)) for a, b in pairwise(programme.items)]
    long = [(a, b) for a, b in gaps if b - a > DRAWN_GAP]

    def at(minute: float) -> float:
        left_out = sum((min(minute, b) - a) * (1 - DRAWN_GAP / (b - a)) for a, b in long if minute > a)
        return top + (minute - start - left_out) * scale

    page = Canvas(at(end) + MARGIN + 30)
    y = page.lines(MARGIN, MARGIN, title, TITLE, bold=True)
    y = page.lines(MARGIN, y, source, SMALL, colour=FAINT)

    _own_axis(page, document, start, end, at, left, right)
    if both:
        _other_axis(page, document, zone, start, end, at, right)
    for before, after in pairwise(programme.items):
        gap = _minute(after.start) - _minute(before.end)
        if gap >= LONG_GAP:
            y = at(_minute(before.end))
            height = at(_minute(after.start)) - y
            page.box(left, y + 8, right - left, height - 16, GROUND, EDGE, hatch="/", dashed=True)
            said = f"No item for {duration(gap)}"
            middle = y + height / 2
            page.box((left + right) / 2 - 235, middle - 32, 470, 64, GROUND, GROUND)
            page.text((left + right) / 2, middle, said, BODY, colour=FAINT, align="center", middle=True)
    meetings = list(programme.meetings)
    for item in programme.items:
        ground, edge = GROUNDS[meetings.index(item.meeting) % len(GROUNDS)] if item.meeting else ("#e8e6e0", FAINT)
        y = at(_minute(item.start))
        height = at(_minute(item.end)) - y
        page.box(left, y + 2, right - left, height - 4, ground, edge)
        page.bar(left + 1, y + 10, 10, height - 20, edge)
        inside = y + PAD
        for lines, size, bold, colour in words[item]:
            inside = page.lines(left + PAD + 12, inside, lines, size, bold=bold, colour=colour)
    return page.png()


_Lines = list[tuple[list[str], float, bool, str]]
_At = Callable[[float], float]


def _words(item: Item, width: float) -> _Lines:
    title = wrap(item.title, width, BODY) if item.label else []
    return [
        (wrap(item.times, width, SMALL), SMALL, False, INK),
        (wrap(item.name, width, NAME, bold=True), NAME, True, INK),
        (title, BODY, False, INK),
    ]


def _height(words: _Lines) -> float:
    return sum(len(lines) * leading(size) for lines, size, _, _ in words)


def _own_axis(page: Canvas, document: Document, start: int, end: int, at: _At, left: float, right: float) -> None:
    place = document.zone.value.rpartition("/")[2].replace("_", " ") or "as printed"
    _head(page, place, "", MARGIN, "left", at(start))
    for minute in range(-(-start // 60) * 60, end + 1, 60):
        page.rule(left - 14, at(minute), right)
        page.text(
            left - 20, at(minute), clock(time(minute // 60 % 24)), SMALL, colour=FAINT, align="right", middle=True
        )


def _other_axis(page: Canvas, document: Document, zone: str, start: int, end: int, at: _At, right: float) -> None:
    day = document.day
    assert day
    own = datetime.combine(day, time(start // 60, start % 60), ZoneInfo(document.zone.value))
    there = own.astimezone(ZoneInfo(zone))
    place = zone.rpartition("/")[2].replace("_", " ")
    other_day = there.date() != day
    _head(page, place, f"{there.day} {there:%B}" if other_day else "", WIDTH - MARGIN, "right", at(start))
    first = (60 - there.minute) % 60
    for offset in range(first, end - start + 1, 60):
        moment = (own.astimezone(ZoneInfo("UTC")) + timedelta(minutes=offset)).astimezone(ZoneInfo(zone))
        y = at(start + offset)
        page.rule(right, y, right + 14)
        said = clock(moment.time().replace(second=0))
        page.text(right + 20, y, said, SMALL, colour=FAINT, middle=True)
        if moment.hour == 0 and moment.minute == 0 and offset:
            page.text(right + 20, y + leading(SMALL), f"{moment.day} {moment:%b}", SMALL, colour=FAINT, middle=True)


def _head(page: Canvas, place: str, day: str, x: float, align: str, top: float) -> None:
    lines = [*([day] if day else []), f"{place} time" if place != "as printed" else place]
    for number, line in enumerate(reversed(lines)):
        page.text(x, top - 46 - number * leading(SMALL), line, SMALL, bold=True, align=align, middle=True)
