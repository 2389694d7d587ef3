"""Times of day as people write them: "4.25 p.m.", "half three", "ten to twelve", "1600 hrs", "noon"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from corpus.document import Programme
from corpus.patterns import lazy

HOURS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_MINUTES = {
    "five": 5,
    "ten": 10,
    "a quarter": 15,
    "quarter": 15,
    "twenty": 20,
    "twenty five": 25,
    "twenty-five": 25,
    "half": 30,
}
COUNTS = HOURS | {w: n for n, w in enumerate(["first", "second", "third", "fourth", "fifth", "sixth", "seventh"], 1)}
COUNTS |= {f"{n}{'st' if n == 1 else 'nd' if n == 2 else 'rd' if n == 3 else 'th'}": n for n in range(1, 10)}
COUNTS |= {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_HOUR = rf"(?:\d{{1,2}}|{'|'.join(HOURS)})"
_SPOKEN = lazy(
    rf"\b(?P<minutes>half|(?:a\s+)?quarter|five|ten|twenty(?:[ -]five)?|\d{{1,2}})\s*(?:minutes?\s+)?(?P<way>past|to|after|before|till)\s+"
    rf"(?P<hour>{_HOUR})\b(?!\s*(?:segments?|panels?|people|states|minutes))",
    re.IGNORECASE,
)
_HUNDREDS = lazy(r"\b([01]\d|2[0-3])([0-5]\d)\s*(?:hrs?|hours|h)\b", re.IGNORECASE)  # "1600 hrs"
_HALF_AN_HOUR = lazy(rf"\bhalf (?!past\b)({_HOUR})\b", re.IGNORECASE)  # "half three", as the British say
_HALF = r"\s*(?P<{0}>[ap])\.?\s?m\b\.?"
CLOCK = lazy(
    r"(?<![\d./¶#])(?:(?P<h1>\d{1,2})(?:[:.h](?P<m1>[0-5]\d))?"
    + _HALF.format("half")
    + r"|(?P<h2>\d{1,2})[:.h](?P<m2>[0-5]\d)(?![\d%.])|"
    r"\b(?P<word>noon|midday|midnight)\b(?!\s+break)|(?P<h3>\d{1,2})(?:\s*o'?clock|h\b)|"
    r"(?P<h5>\d{1,2})(?=\s*(?:-|to|until|till|and)\s*\d{1,2}(?:[.:]\d\d)?\s*[ap]\.?\s?m\b)|"
    rf"\b(?:at|around|about|until|till|by|since|past|before|after|from|between|and|to)\s+(?P<h4>{_HOUR})\b"
    r"(?!\s*[ap]\.?\s?m\b)(?!\s*(?:st|nd|rd|th)\b)(?![\d.:/%]|\s*(?:per\b|percent|dollars|euros|states|years|segments?|panels?|paragraphs?|sections?|minutes|hours|people|meetings?|items?|statements?|of|were|was|is)))",
    re.IGNORECASE,
)
_IN_THE = lazy(r"\bin the (?P<part>morning|afternoon|evening)\b|\bat night\b|\btonight\b", re.IGNORECASE)


def with_clocks(text: str) -> str:
    """A text with spoken times in figures: "quarter to twelve" as "11:45"."""

    def in_figures(match: re.Match[str]) -> str:
        written = " ".join(match["minutes"].casefold().split())
        minutes = _MINUTES.get(written) or (int(written) if written.isdecimal() else 0)
        hour = HOURS.get(match["hour"].casefold()) or int(match["hour"])
        before = match["way"].casefold() in {"to", "till", "before"}
        if not 1 <= hour <= 24 or not 0 < minutes < 60 or (before and written.isdecimal()):
            return match[0]
        total = (hour * 60 + (-minutes if before else minutes)) % 1440
        return f"at {total // 60}:{total % 60:02}"

    text = _HUNDREDS.sub(r"\1:\2", text)
    return _SPOKEN.sub(in_figures, _HALF_AN_HOUR.sub(r"half past \1", text))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it is written: where, its figures, and "a" or "p" for its half of the day, "" where none is said."""

    start: int
    end: int
    hour: int
    minute: int
    half: str


def clocks(text: str) -> list[Clock]:
    """The times of day in a text, in every spelling; a part of the day ("in the evening") holds for all of them."""
    part = _IN_THE.search(text)
    in_part = (part["part"] or "evening").casefold() if part else ""
    found = []
    for match in CLOCK.finditer(text):
        if match["word"]:
            found.append(Clock(*match.span(), 12, 0, "a" if match["word"].casefold() == "midnight" else "p"))
            continue
        hour_text = match["h1"] or match["h2"] or match["h3"] or match["h4"] or match["h5"]
        hour = HOURS.get(hour_text.casefold()) or int(hour_text)
        half = (match["half"] or {"morning": "a", "afternoon": "p", "evening": "p"}.get(in_part, "")).casefold()
        found.append(Clock(*match.span(), hour, int(match["m1"] or match["m2"] or 0), half))
    return found


def as_time(hour: int, minute: int, half: str, programme: Programme | None) -> time | None:
    """A time of day; without "a" or "p" for its half, the one of the two that lies within the day's programme.

    Without a programme, as on a clock of 24 hours. None where there is no such time.
    """
    if minute > 59 or hour > 24 or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif (
        programme
        and 0 < hour < 12
        and time(hour, minute) < programme.items[0].start
        and time(hour + 12, minute) <= programme.items[-1].end
    ):
        hour += 12
    return time(hour % 24, minute)
