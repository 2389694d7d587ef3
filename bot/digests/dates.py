"""Dates in people's words, as changes of an order name them: days to leave out, a day to rest until, days that are past."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.digests.read import DATE, DATE_NAMED, MONTHS, TO, coming_date, stretch, weekday_of
from bot.errors import UsageError
from corpus.patterns import lazy

_ONE = lazy(rf"(?:(?:on|the|from|for)\s+)*(?P<day>{DATE})")
_STRETCH = lazy(
    rf"(?:(?:on|the|from|between)\s+)*(?:(?P<first>{DATE})(?:{TO}|\s+and\s+)(?P<last>{DATE})|"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{TO}(?P<until>{DATE}))"
)
_SPAN = lazy(
    r"(?:for\s+)?(?:(?P<n>\d{1,3}|an?|one|two|three|four|five|six)\s+(?P<unit>days?|weeks?|months?)|(?P<rest>the (?:rest of )?(?:this )?week))"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_PAST = lazy(rf"(?:(?:on|the|of|for|from|last|this)\s+)*(?:(?P<word>yesterday|today)|(?P<day>{DATE}))")


def read_stretch(written: str, today: date) -> tuple[date, date] | None:
    """The first and last day of "24 December to 2 January", or of "24 December"; None where the words are no dates.

    Raises:
        UsageError: There is no such day, or it is past; the message says what to write.
    """
    text = written.casefold().strip(" .,!?")
    if match := _STRETCH.fullmatch(text):
        return stretch(match, today)
    if match := _ONE.fullmatch(text):
        day = coming_date(match["day"], today, text)
        return day, day
    return None


def read_until(written: str, today: date) -> date | None:
    """The day on which "until 5 January", "for two weeks" or "for the rest of the week" ends; None for other words.

    Raises:
        UsageError: There is no such day, or it is past.
    """
    text = written.casefold().strip(" .,!?")
    if span := _SPAN.fullmatch(text):
        if span["rest"]:
            return today + timedelta(days=7 - today.weekday())
        count = _COUNTS.get(span["n"]) or int(span["n"])
        unit = span["unit"].rstrip("s")
        return today + timedelta(days=count * {"day": 1, "week": 7, "month": 30}[unit])
    text = re.sub(r"^(?:until|till|to|up to)\s+", "", text)
    if not (match := _ONE.fullmatch(text)):
        return None
    day = coming_date(match["day"], today, text)
    if day <= today:
        raise UsageError(
            "a digest that rests until today does not rest: write, for example, digest pause until tomorrow"
        )
    return day


def read_past(written: str, today: date) -> date | None:
    """The last day, today or before, of "yesterday", "3 November" or "Monday"; None where the words are no date.

    Raises:
        UsageError: There is no such day, or it is still to come.
    """
    text = written.casefold().strip(" .,!?")
    match = _PAST.fullmatch(text)
    if not match:
        return None
    if match["word"]:
        return today - timedelta(days=match["word"] == "yesterday")
    found = re.fullmatch(DATE_NAMED, match["day"])
    assert found
    if found["word"]:
        raise UsageError(f"“{text}” is still to come: digest status says what comes next")
    if found["weekday"]:
        return today - timedelta(days=(today.weekday() - weekday_of(found["weekday"])) % 7)
    if found["slashed"]:
        raise UsageError(
            f"“{found['slashed']}” may be read in two ways: write the month in letters, such as 3 November"
        )
    try:
        if found["iso"]:
            day = date.fromisoformat(found["iso"])
        else:
            month, number = MONTHS.index((found["m1"] or found["m2"])[:3]) + 1, int(found["d1"] or found["d2"])
            year = found["y1"] or found["y2"]
            day = date(int(year), month, number) if year else _latest(number, month, today)
    except ValueError as error:
        raise UsageError(f"there is no {match['day'].strip().title()}: write a date such as 3 November") from error
    if day > today:
        raise UsageError(f"“{text}” is still to come: digest status says what comes next")
    return day


def _latest(day: int, month: int, today: date) -> date:
    """A day of a month, this year or the last one in which it has been."""
    for year in range(today.year, today.year - 5, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    raise ValueError(f"no day {day} in month {month}")
