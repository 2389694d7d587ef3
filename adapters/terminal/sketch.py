"""Pictures as lines of text: the day from top to bottom, and a topic's paragraphs as a strip for each section."""

from __future__ import annotations

import textwrap
from datetime import time
from zoneinfo import ZoneInfo

from bot.day_words import clock, duration, moment
from bot.reply import Picture
from corpus.document import Document, Programme

#: Minutes that one line stands for, so that a longer item is a longer bar.
LINE_MINUTES = 15
#: Minutes from which a gap between two items has words of its own.
LONG_GAP = 20
#: Columns of a time, "11.45 a.m.", and what parts it from what follows; columns below which no drawing is made narrower.
TIME, PARTED, LEAST = 10, 2, 40
TREATED, OTHER = "█", "·"


def sketch(picture: Picture, document: Document, width: int) -> str:
    """The drawing in text, of at most so many columns; "" where there is none of its kind."""
    if picture.drawing == "schedule" and document.programme:
        return _day(document, document.programme, picture.arguments[0], max(width, LEAST))
    if picture.drawing == "topic-map":
        return _map(document, {int(number) for number in picture.arguments[1:]}, max(width, LEAST))
    return ""


def _day(document: Document, programme: Programme, zone: str, width: int) -> str:
    """Times stand where an item begins and ends, on a second clock too if one is wanted; a bar is as long as its item."""
    zones = [document.zone.value, *([zone] if zone and document.zone.value and document.day else [])]

    def row(at: time | None, sign: str, words: str = "") -> str:
        times = [_clock(document, at, each) if at else "" for each in zones]
        return f"{''.join(f'{shown:<{TIME + PARTED}}' for shown in times)}{sign} {words}".rstrip()

    heads = [_place(each) if each else "as printed" for each in zones]
    lines = ["".join(f"{head[:TIME]:<{TIME + PARTED}}" for head in heads).rstrip()]
    room = width - len(row(time(0), "│", "x")) + 1
    ended: time | None = None
    for item in programme.items:
        gap = _minutes(ended, item.start) if ended else 0
        if gap >= LONG_GAP:
            lines += [row(None, "┆", words) for words in textwrap.wrap(f"no item for {duration(gap)}", room)]
        elif gap:
            lines.append(row(None, "┆"))
        names = textwrap.wrap(item.name, room) + (textwrap.wrap(item.title, room) if item.label else [])
        inside = max(_minutes(item.start, item.end) // LINE_MINUTES - 1, 1)
        lines.append(row(item.start, "┌", names[0]))
        lines += [row(None, "│", words) for words in (names[1:] + [""] * inside)[: max(inside, len(names) - 1)]]
        lines.append(row(item.end, "└"))
        ended = item.end
    return "\n".join(lines)


def _clock(document: Document, at: time, zone: str) -> str:
    """A time of the programme on a zone's clock."""
    if not (document.day and document.zone.value and zone != document.zone.value):
        return clock(at)
    return clock(moment(document.day, document.zone.value, at).astimezone(ZoneInfo(zone)).time())


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _minutes(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute


def _map(document: Document, treated: set[int], width: int) -> str:
    """A cell a paragraph, those that treat the topic full; each line begins and ends with its paragraphs' numbers."""
    figures = len(str(document.last))
    runs = [(section.label, section.first, section.last) for section in document.top_sections()]
    runs = runs or [("", document.first, document.last)]
    lead = max(len(label) for label, _, _ in runs)
    cells = width - lead - 2 * figures - 3
    lines = []
    for named, begin, end in runs:
        for first in range(begin, end + 1, cells):
            last = min(first + cells - 1, end)
            strip = "".join(TREATED if number in treated else OTHER for number in range(first, last + 1))
            label = named if first == begin else ""
            lines.append(f"{label:<{lead}} {first:>{figures}} {strip} {last}")
    return "\n".join([*lines, f"{TREATED} treats the topic, {OTHER} does not; a sign is a paragraph."])
