"""`schedule ics`: the day's programme as a file for a calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.commands.command import Command, Facts
from bot.commands.picture import DAY, in_words_whole
from bot.hearing import Said
from bot.reply import Choice, Choices, File, Reply, Text
from corpus.patterns import lazy

_KIND = r"(?:ics|ical(?:endar)?|calendar)"
_CALENDAR = lazy(
    rf"(?:(?:get|give|send|show|export|download|make|have)\s+(?:me\s+|us\s+)?)?(?:(?:the|an?)\s+)?"
    rf"(?:{_KIND}(?:\s+(?:file|export|invite|entry|entries))?(?:\s+(?:of|for|with)\s+{DAY})?|"
    rf"{DAY}\s+(?:(?:as|in|to|for)\s+)?(?:(?:an?|my|the|our)\s+)?{_KIND}(?:\s+(?:file|format))?)|"
    rf"(?:add|put|import|save)\s+(?:it|this|{DAY})\s+(?:to|in|into|on)\s+(?:(?:my|a|the|our)\s+)?(?:google |outlook )?calendar",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CalendarRequest:
    """The calendar file of the whole day."""


def recognise_calendar(said: Said) -> CalendarRequest | None:
    """A message that asks for a calendar file."""
    return CalendarRequest() if _CALENDAR.fullmatch(said.bare.strip(" .?!")) else None


def answer_calendar(request: CalendarRequest, facts: Facts) -> Reply:
    """The file to be made, with the whole programme in words; or why there can be none."""
    document = facts.document
    if document.programme is None:
        return Reply("calendar", (Text("This document has no programme."),), answered=False)
    if document.day is None:
        text = "The programme’s day is not known, so there can be no calendar file. The programme: schedule"
        return Reply("calendar", (Text(text),), answered=False)
    count = len(document.programme.items)
    lead = Text(f"The programme as a calendar file, {count} event{'' if count == 1 else 's'}.")
    file = File(f"{document.name}.ics", "calendar", (), in_words_whole(facts))
    choices = Choices((Choice("The day as a picture", "schedule picture"), Choice("The whole day", "schedule")))
    return Reply("calendar", (lead, file, choices))


CALENDAR = Command(
    name="calendar",
    usage="schedule ics · calendar",
    summary="The day's programme as a file for your calendar.",
    examples=("schedule ics", "calendar", "the schedule as an ics file", "add the schedule to my calendar"),
    answer=answer_calendar,
    words=("calendar", "ics", "schedule", "programme", "program", "agenda", "timetable"),
    recognise=recognise_calendar,
    parse=recognise_calendar,
)
