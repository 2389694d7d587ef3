"""Reads an annex: a day's programme of timed entries, or plain lines where there are no times.

An entry begins with a range of times, which may be broken over lines ("10.35 a.m.-", then "11.45 a.m."). What follows is
its title; indented lines are statements. An entry that spans the next one is a meeting.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time

from corpus.document import Annex, Item, Meeting, Programme
from corpus.errors import Unplaced
from corpus.patterns import lazy

ANNEX = lazy(r"(?:Annex|Appendix)(?: [IVX]+| [A-Z])?")

_TIME = r"(?:\d{1,2}(?:[.:]\d{2})?(?:\s?[ap]\.?m\.?)?|(?:12\s)?(?:noon|midnight))"
_RANGE = lazy(rf"({_TIME}\s?[-–—]\s?)(?:({_TIME})(?=\s|$)\s*(.*))?$", re.IGNORECASE)
_END = lazy(rf"({_TIME})(?=\s|$)\s*(.*)$", re.IGNORECASE)
_CLOCK = lazy(r"(\d{1,2})(?:[.:](\d{2}))?(?:\s?([ap])\.?m\.?)?$", re.IGNORECASE)
_NAME = r"([A-Z][a-z]+(?: [a-z]+)?\s(?:\d{1,2}|[IVX]+|[A-Z]))"
#: What an item is called by: a word, and a number or a letter.
LABEL = lazy(_NAME)
_LABELLED = lazy(_NAME + r"[.:]?\s+(?=[A-Z“\"])")


def parse_clock(text: str, meridiem: str = "") -> time:
    """A time of day as printed: "10.35 a.m.", "noon", "16:30".

    Args:
        meridiem: "a" or "p", for a time that leaves it to its neighbour ("10-11.30 a.m.").

    Raises:
        ValueError: It is no time of day.
    """
    bare = text.strip().casefold()
    if bare.endswith("noon"):
        return time(12)
    if bare.endswith("midnight"):
        return time(0)
    match = _CLOCK.match(bare)
    if not match:
        raise ValueError(f"{text!r} is no time of day")
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3] or meridiem
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"{text!r} is no time of day")
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute)


def read_times(written: str) -> tuple[time, time]:
    """The two times of a range as printed: "10 a.m.-1 p.m.", "10-11.30 a.m.".

    Raises:
        ValueError: One of them is no time of day, or there is only one.
    """
    first, last = re.split(r"\s?[-–—]\s?", written, maxsplit=1)
    half = _CLOCK.match(last.strip().casefold())
    return parse_clock(first, (half[3] or "") if half else ""), parse_clock(last)


@dataclass(slots=True)
class _Entry:
    line: int
    text: str
    times: str
    title: list[str] = field(default_factory=list)
    statements: list[list[str]] = field(default_factory=list)

    def span(self) -> tuple[time, time]:
        try:
            start, end = read_times(self.times)
        except ValueError as error:
            raise Unplaced(self.line, self.text, "two times of day") from error
        if start >= end:
            raise Unplaced(self.line, self.text, "an end after the start")
        return start, end


def _join(lines: Sequence[str]) -> str:
    from corpus.reader import join_lines

    return join_lines(lines)


def read_annex(lines: Sequence[tuple[int, int, str]]) -> Annex:
    """The annex of lines given as (number, indent, text), the first of which is its heading.

    Raises:
        Unplaced: A line fits no entry.
    """
    heading, rest = lines[0][2], lines[1:]
    title: list[str] = []
    entries: list[_Entry] = []
    plain: list[str] = []
    half_time, after_blank = False, True
    for number, indent, text in rest:
        if not text:
            after_blank = True
            continue
        if indent and ANNEX.fullmatch(text):
            raise Unplaced(number, text, "the end of the text: one annex is read, and this is another")
        match = _RANGE.match(text)
        if half_time:
            end = _END.match(text)
            if not end:
                raise Unplaced(number, text, f"the end of “{entries[-1].times}”")
            entries[-1].times += end[1]
            entries[-1].title += [end[2]] if end[2] else []
            half_time = False
        elif match:
            entries.append(_Entry(number, text, match[1] + (match[2] or ""), [match[3]] if match[3] else []))
            half_time = not match[2]
        elif not entries and not plain and (not title or not after_blank):
            title.append(text)
        elif not entries:
            plain.append(text)
        elif not entries[-1].title:
            entries[-1].title.append(text)
        elif indent:
            entries[-1].statements.append([text])
        elif not after_blank:
            (entries[-1].statements[-1] if entries[-1].statements else entries[-1].title).append(text)
        else:
            raise Unplaced(number, text, "a time, a statement, or more of the entry above")
        after_blank = False
    if half_time:
        raise Unplaced(entries[-1].line, entries[-1].text, "the end of this time")
    if not entries:
        return Annex(heading, _join(title), None, tuple(plain))
    if plain:
        title += plain
    return Annex(heading, _join(title), _programme(_join(title), entries))


def _programme(title: str, entries: Sequence[_Entry]) -> Programme:
    spans = [entry.span() for entry in entries]
    made: list[Meeting | Item] = []
    meeting: Meeting | None = None
    for index, (entry, (start, end)) in enumerate(zip(entries, spans, strict=True)):
        words = _join(entry.title)
        if meeting and not (meeting.start <= start and end <= meeting.end):
            meeting = None
        following = spans[index + 1] if index + 1 < len(spans) else None
        holds = following is not None and start <= following[0] and following[1] <= end and following != (start, end)
        if holds and not entry.statements:
            meeting = Meeting(start, end, entry.times, words)
            made.append(meeting)
            continue
        label = _LABELLED.match(words)
        made.append(
            Item(
                start,
                end,
                entry.times,
                label[1] if label else "",
                words[label.end() :] if label else words,
                tuple(_join(lines) for lines in entry.statements),
                meeting,
            )
        )
    return Programme(
        title,
        tuple(entry for entry in made if isinstance(entry, Meeting)),
        tuple(entry for entry in made if isinstance(entry, Item)),
        tuple(made),
    )
