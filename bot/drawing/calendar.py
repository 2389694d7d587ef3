"""The programme as a calendar file: one event an item, with the programme's own words.

Source: https://www.rfc-editor.org/rfc/rfc5545 ; no METHOD, as the file is no invitation, and a calendar just adds it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from bot.reply import paragraphs_word
from corpus.document import Document, Item

PRODUCT = "-//Hearings Bot//Programme//EN"


def make_calendar(document: Document) -> bytes:
    """The calendar file: the same bytes each time for the same document.

    Times are local, with the zone's rules in the file; without a zone they float, as the programme says no more.

    Raises:
        ValueError: The document has no programme, or its day is not known.
    """
    programme, day = document.programme, document.day
    if programme is None or day is None:
        raise ValueError("a calendar needs a programme and its day")
    zone = ZoneInfo(document.zone.value) if document.zone.value else None
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for number, item in enumerate(programme.items, 1):
        event = Event()
        event.add("uid", f"{document.name}-{day:%Y%m%d}-item-{number}@hearings-bot")
        event.add("dtstamp", datetime(day.year, day.month, day.day, tzinfo=UTC))  # the same at every making
        event.add("dtstart", datetime.combine(day, item.start, zone))
        event.add("dtend", datetime.combine(day, item.end, zone))
        event.add("summary", f"{item.label}: {item.title}" if item.label else item.title)
        event.add("description", _description(document, item))
        event.add("transp", "TRANSPARENT")  # nobody is busy for it
        calendar.add_component(event)
    if zone:
        calendar.add_missing_timezones(date(day.year - 1, 1, 1), date(day.year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _description(document: Document, item: Item) -> str:
    lines = [item.times, *([item.meeting.title] if item.meeting else []), *item.statements]
    section = document.section(dict(document.edition.reported_in).get(item.name, ""))
    if section:
        lines.append(
            f"Section {section.path}: {section.title} ({paragraphs_word(range(section.first, section.last + 1))})"
        )
    return "\n".join([*lines, f"{document.source_line}, programme"])
