"""A programme that lies ahead, is on, or is over: what is now, what is next, on whose clock, on a day when clocks change."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.answering import decide
from bot.commands.command import Facts
from bot.drawing.calendar import make_calendar
from bot.ports import Changed, RoomSettings
from bot.render import render_plain
from bot.reply import Choices, Reply, Timetable, Visibility
from bot.understanding import understand
from corpus.document import Document
from tests.corpus.test_programme_file import PROGRAMME, opened


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> Document:
    return opened(tmp_path_factory.mktemp("forum"), PROGRAMME)


def ask(text: str, document: Document, **facts: object) -> Reply:
    request = understand(text, document)
    assert request
    return decide(request, Facts(document, **facts))  # type: ignore[arg-type]


def at(written: str) -> datetime:
    """A moment of 30 March 2031, when Zurich is on summer time since that night."""
    return datetime.fromisoformat(f"2031-03-{written}+02:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "now", "says"),
    [
        ("now", "23T09:00", "Nothing is on now. Opening of the forum begins on 30 March 2031 at 9 a.m., in 7 days."),
        ("what's on now?", "30T08:59:30", "Nothing is on now. Opening of the forum begins at 9 a.m., in 1 minute."),
        ("what is on right now", "30T09:00", "On now: Opening of the forum, until 9.30 a.m. Round 1 begins at 9.35 a.m., in 35 minutes."),
        ("what is happening at the moment", "30T09:30", "Nothing is on now. Round 1 begins at 9.35 a.m., in 5 minutes."),
        ("currently", "30T14:59", "On now: Round 2, until 3 p.m."),
        ("now", "30T15:00", "The programme is over: it took place on 30 March 2031, from 9 a.m. to 3 p.m."),
        ("what's next on the programme", "30T09:40", "Round 2 begins at 2 p.m., in 4 hours 20 minutes."),
        ("next item", "30T14:30", "Nothing comes next: Round 2 is the last item, until 3 p.m."),
        ("next round", "29T02:00", "Opening of the forum begins on 30 March 2031 at 9 a.m., in 1 day."),
        ("has round 1 started yet?", "30T10:00", "On now: Round 1, until noon."),
        ("is round 1 over", "30T12:00", "Round 1 is over: it took place on 30 March 2031, from 9.35 a.m. to noon."),
    ],
)  # fmt: skip
def test_now_and_next_go_by_the_programmes_own_clock(text: str, now: str, says: str, forum: Document) -> None:
    reply = ask(text, forum, now=at(now))
    assert (reply.kind, reply.answered) == ("schedule", True)
    assert render_plain(reply).partition("\n")[0] == says


@pytest.mark.parametrize("text", ["now", "what is on now", "next item", "has segment 3 started", "is it over"])
def test_of_a_past_programme_it_is_said_that_it_took_place(text: str, document: Document) -> None:
    said = render_plain(ask(text, document, now=datetime(2026, 11, 24, tzinfo=UTC)))
    assert "is over: it took place on 12 July 2006, from " in said


def test_where_the_day_or_the_clock_is_not_known_nothing_is_said_to_be_on(document: Document) -> None:
    undated = replace(document, edition=replace(document.edition, date=None))
    assert "I cannot say what is on now" in render_plain(ask("now", undated, now=at("30T10:00")))


@pytest.mark.parametrize(
    "text", ["remind me 10 minutes before round 1", "set a reminder for round 1", "ping me when round 1 starts"]
)
def test_a_reminder_is_plainly_not_promised(text: str, forum: Document, document: Document) -> None:
    reply = ask(text, forum, now=at("23T09:00"))
    assert not reply.answered
    assert "Round 1 is on 30 March 2031, 9.35 a.m.-noon. I cannot remind you" in render_plain(reply)
    assert "schedule ics" in [c.words for b in reply.blocks if isinstance(b, Choices) for c in b.choices]
    past = ask(text.replace("round", "segment"), document, now=at("23T09:00"))
    assert "took place on 12 July 2006" in render_plain(past)
    assert "nothing to remind you of" in render_plain(past)


@pytest.mark.parametrize(
    "text",
    [
        "remind me what segment 3 was about",
        "what is migration now",
        "what comes next after segment 2",
        "next",
        "what happens next to migrants",
    ],
)
def test_other_uses_of_these_words_are_other_questions(text: str, document: Document) -> None:
    request = understand(text, document)
    assert request
    assert getattr(request.value, "asked", None) not in {"now", "next", "reminder"}


# -- zones


def test_a_programmes_own_day_counts_for_zones_and_not_the_documents(forum: Document) -> None:
    assert "Opening of the forum: 3 a.m. to 3.30 a.m." in render_plain(ask("schedule in New York", forum))
    assert "Round 2: 5.45 p.m. to 6.45 p.m." in render_plain(ask("when is round 2 in Kathmandu", forum))
    assert "Round 2: 9.30 a.m. to 10.30 a.m." in render_plain(ask("when is round 2 in St. John's", forum))


#: 29 March 2031, evening in New York: in Zurich, the clocks go forward during the first item.
EVENING = (
    PROGRAMME[: PROGRAMME.index("entries:")].replace("03-30", "03-29").replace("Europe/Zurich", "America/New_York")
    + "entries:\n  - {times: 8-9.30 p.m., label: Round 1, title: Ice}\n  - {times: 11-11.59 p.m., label: Round 2, title: Salt}\n"
)


def test_an_item_during_which_another_zones_clocks_change(tmp_path: Path) -> None:
    evening = opened(tmp_path, EVENING)
    said = render_plain(ask("schedule in Zurich", evening))
    assert "Round 1: 1 a.m. to 3.30 a.m. the next day" in said
    assert "Round 2: 5 a.m. to 5.59 a.m. the next day" in said
    assert "Round 1: 5.45 a.m. to 7.15 a.m. the next day" in render_plain(ask("schedule in Kathmandu", evening))
    assert "Round 1: 9.30 p.m. to 11 p.m." in render_plain(ask("schedule in St. John's", evening))
    [first, _] = Calendar.from_ical(make_calendar(evening)).walk("VEVENT")
    assert first.decoded("dtstart").astimezone(UTC) == datetime(2031, 3, 30, 0, 0, tzinfo=UTC)


def test_a_day_two_dates_away_is_named(tmp_path: Path) -> None:
    islands = opened(
        tmp_path, EVENING.replace("America/New_York", "Pacific/Kiritimati").replace("8-9.30 p.m.", "0.10-0.30")
    )
    assert "Round 1: 11.10 p.m. to 11.30 p.m. on 27 March 2031" in render_plain(
        ask("schedule in Pacific/Pago_Pago", islands)
    )


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "Europe/Zurich", "Australia/Lord_Howe"])
def test_a_calendar_file_holds_the_moments_of_any_zone(zone: str, tmp_path: Path) -> None:
    document = opened(tmp_path, PROGRAMME.replace("Europe/Zurich", zone))
    assert document.programme
    from zoneinfo import ZoneInfo

    events = Calendar.from_ical(make_calendar(document)).walk("VEVENT")
    assert [(e.decoded("dtstart").astimezone(UTC), e.decoded("dtend").astimezone(UTC)) for e in events] == [
        tuple(
            datetime.combine(date(2031, 3, 30), when, ZoneInfo(zone)).astimezone(UTC) for when in (item.start, item.end)
        )
        for item in document.programme.items
    ]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("when is segment 3 in IST", "when is segment 3 in Asia/Kolkata"),
        ("at 4pm IST", "at 4pm in Asia/Kolkata"),
    ],
)
def test_an_unclear_zone_does_not_lose_the_question(text: str, again: str, document: Document) -> None:
    reply = ask(text, document)
    words = [choice.words for block in reply.blocks if isinstance(block, Choices) for choice in block.choices]
    assert words[0] == again
    for asked in words:
        request = understand(asked, document)
        assert request
        assert request.value.zone == asked.rpartition(" ")[2]


def test_ones_own_time_is_given_in_a_direct_chat_alone(document: Document) -> None:
    text = "when is segment 3 in my time"
    assert "In Asia/Kathmandu:\n\n- Segment 3: 12.45 a.m. to 2 a.m. the next day" in render_plain(
        ask(text, document, zone="Asia/Kathmandu")
    )
    shared = ask(text, document, zone="Asia/Kathmandu", direct=False)
    assert "Kathmandu" not in render_plain(shared)
    assert "Ask me in a direct chat, or name the zone" in render_plain(shared)
    assert [row.name for block in shared.blocks if isinstance(block, Timetable) for row in block.rows] == ["Segment 3"]
    room = RoomSettings().with_change("zone", "Europe/Zurich", Changed("ana", at("23T09:00")))
    assert "In Europe/Zurich:" in render_plain(ask(text, document, direct=False, settings=room))


def test_a_time_on_ones_own_clock_is_never_taken_for_the_programmes(document: Document) -> None:
    text = "what was on at 4pm my time"
    assert "that is 10 a.m." in render_plain(ask(text, document, zone="Europe/Zurich"))
    unknown = ask(text, document)
    assert (unknown.answered, unknown.visibility) == (False, Visibility.ASKER)
    assert "what was on at 4pm in America/New_York" in render_plain(unknown)


def test_half_a_part_of_the_day_in_another_zone_has_no_time_to_convert(document: Document) -> None:
    said = render_plain(ask("what was on in the early afternoon in Kathmandu", document))
    assert said.startswith("On the programme between 3 p.m. and 4.30 p.m.: ")
    assert "In Asia/Kathmandu:" in said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("what was on before 5 pm in Zurich", ["Opening of the hearings", "Segment 1"]),
        ("what was on after 9 pm in Zurich", ["Segment 3", "Segment 4", "Closing of the hearings"]),
    ],
)
def test_an_end_that_is_left_open_stays_open_on_another_clock(text: str, names: list[str], document: Document) -> None:
    tables = [block for block in ask(text, document).blocks if isinstance(block, Timetable)]
    assert [row.name for table in tables for row in table.rows] == names


def test_items_called_by_letters_are_found(tmp_path: Path) -> None:
    document = opened(tmp_path, PROGRAMME.replace("Round 1", "Round A").replace("Round 2", "Round B"))
    assert "Round B: 14:00 to 15:00" in render_plain(ask("when is round b", document))
    assert "no such item; it has Round A and Round B" in render_plain(ask("when is round c", document))
