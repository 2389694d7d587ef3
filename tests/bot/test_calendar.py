"""The calendar file, read back by the parser that others use."""

from datetime import UTC, datetime
from pathlib import Path

from icalendar import Calendar

from bot.drawing.calendar import PRODUCT, make_calendar
from corpus.document import Document
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
