"""The calendar file, read back by the library that others use, and by a reader of our own."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from bot.drawing.calendar import PRODUCT, make_calendar
from corpus.document import Document, Stated
from corpus.library import open_document

VALLEYS = Path(__file__).parents[1] / "corpus" / "documents" / "valleys"


def spans(data: bytes) -> list[tuple[datetime, datetime]]:
    events = Calendar.from_ical(data).walk("VEVENT")
    return [(event.decoded("dtstart").astimezone(UTC), event.decoded("dtend").astimezone(UTC)) for event in events]


def test_every_item_is_an_event_at_its_moment(document: Document) -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2006, 7, 12, hour, minute, tzinfo=UTC)

    assert spans(make_calendar(document)) == [
        (at(14), at(14, 30)),
        (at(14, 35), at(15, 45)),
        (at(15, 50), at(17)),
        (at(19), at(20, 15)),
        (at(20, 20), at(21, 30)),
        (at(21, 30), at(22)),
    ]


def test_another_zone_has_its_own_moments() -> None:
    starts = [start for start, _ in spans(make_calendar(open_document(VALLEYS)))]
    assert (starts[0], starts[-1]) == (
        datetime(2013, 6, 5, 7, 30, tzinfo=UTC),
        datetime(2013, 6, 5, 18, 45, tzinfo=UTC),
    )


def test_it_is_a_calendar_and_no_invitation_with_its_zone_in_it(document: Document) -> None:
    calendar = Calendar.from_ical(make_calendar(document))
    assert (calendar["prodid"], calendar["version"]) == (PRODUCT, "2.0")
    assert "method" not in calendar
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "America/New_York"
    events = calendar.walk("VEVENT")
    assert {event["dtstart"].params["TZID"] for event in events} == {"America/New_York"}
    assert len({event["uid"] for event in events}) == len(events) == 6


def test_its_words_are_the_programmes(document: Document) -> None:
    assert document.programme
    for event, item in zip(
        Calendar.from_ical(make_calendar(document)).walk("VEVENT"), document.programme.items, strict=True
    ):
        assert event["summary"] == (f"{item.label}: {item.title}" if item.label else item.title)
        lines = str(event["description"]).split("\n")
        assert lines[0] == item.times
        assert set(item.statements) <= set(lines)


def test_it_is_the_same_each_time_and_survives_a_round_trip(document: Document) -> None:
    made = make_calendar(document)
    assert made == make_calendar(document)
    assert Calendar.from_ical(made).to_ical() == made


# -- read without the library that made it, by the letter of RFC 5545


def content_lines(data: bytes) -> list[tuple[str, str]]:
    """Name with parameters, and value, of each unfolded line. Source: RFC 5545, sections 3.1 and 3.3.11."""
    text = data.decode("utf-8")
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    lines = [line.partition(":") for line in text.replace("\r\n ", "").split("\r\n") if line]
    return [
        (name, re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)) for name, _, value in lines
    ]


def components(data: bytes, kind: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    inside = False
    for name, value in content_lines(data):
        if (name, value) == ("BEGIN", kind):
            inside = True
            found.append({})
        elif (name, value) == ("END", kind):
            inside = False
        elif inside:
            found[-1][name] = value
    return found


def offset_at(data: bytes, local: datetime) -> timedelta:
    """What the file's own VTIMEZONE says is the offset from UTC. Source: RFC 5545, section 3.6.5."""
    onsets = []
    for observance in components(data, "STANDARD") + components(data, "DAYLIGHT"):
        sign, hours, minutes = re.fullmatch(r"([+-])(\d\d)(\d\d)", observance["TZOFFSETTO"]).groups()  # type: ignore[union-attr]
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
        dates = [observance["DTSTART"], *filter(None, observance.get("RDATE", "").split(","))]
        onsets += [(on_the_wall(each), offset) for each in dates]
    return max(onset for onset in onsets if onset[0] <= local)[1]


def on_the_wall(written: str) -> datetime:
    """A local time, as if its clock were UTC's."""
    return datetime.strptime(written, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "America/St_Johns", "Europe/Zurich"])
def test_another_reader_finds_every_item_at_its_moment(zone: str, document: Document) -> None:
    moved = replace(document, edition=replace(document.edition, zone=Stated(zone, "")))
    data = make_calendar(moved)
    assert document.programme
    events = components(data, "VEVENT")
    assert len(events) == len(document.programme.items)
    for event, item in zip(events, document.programme.items, strict=True):
        for name, at in (("DTSTART", item.start), ("DTEND", item.end)):
            local = on_the_wall(event[f"{name};TZID={zone}"])
            wanted = datetime(2006, 7, 12, at.hour, at.minute, tzinfo=ZoneInfo(zone))
            assert local == wanted.replace(tzinfo=UTC)
            assert offset_at(data, local) == wanted.utcoffset()
        assert event["SUMMARY"] == (f"{item.label}: {item.title}" if item.label else item.title)
        assert set(item.statements) <= set(event["DESCRIPTION"].split("\n"))
        assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
