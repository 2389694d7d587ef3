"""A digest order in people's words: what it is understood as, what is asked, what is refused, and what is said back."""

import random
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.answering import apology, decide
from bot.commands.command import Facts
from bot.digests.order import EVERY_DAY, WORKING_DAYS, Order, What
from bot.digests.plan import one_round, plan
from bot.digests.read import MOST_A_POSTING, read_order
from bot.digests.say import describe
from bot.drawing.make import Maker
from bot.errors import BotError, NotThere, UsageError
from bot.render import render_plain
from bot.reply import Bullets, Copyable, File, Reply, Visibility
from bot.understanding import understand
from corpus.document import Document
from corpus.errors import DocumentUnreadable
from corpus.library import open_document
from corpus.pairs import load_pairs

#: A Tuesday, seven in the morning in Zurich.
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
TODAY = date(2026, 11, 24)
ALL = tuple(range(1, 77))
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=200)
DOCUMENT = open_document("hearings-2006")


def order(text: str, document: Document = DOCUMENT, zone: str = "Europe/Zurich", now: datetime = NOW) -> Order:
    return read_order(text, document, now, zone)


def ask(message: str, document: Document = DOCUMENT, **facts: Any) -> Reply:
    try:
        request = understand(message, document)
    except BotError as error:
        return apology(error)
    assert request is not None
    return decide(request, Facts(document, now=NOW, **facts))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"days": WORKING_DAYS, "at": time(9), "zone": "Europe/Zurich", "count": 1, "paragraphs": ALL}),
        ("daily at 9:00", {"days": WORKING_DAYS, "at": time(9)}),
        ("daily at 9", {"at": time(9), "start": TODAY}),
        ("at 8.30am Geneva", {"at": time(8, 30), "zone": "Europe/Zurich"}),
        ("9.15pm", {"at": time(21, 15)}),
        ("@ 10am", {"at": time(10)}),
        ("at noon", {"at": time(12)}),
        ("at midnight", {"at": time(0)}),
        ("at half past eight", {"at": time(8, 30)}),
        ("at quarter to nine in the evening", {"at": time(20, 45)}),
        ("every morning at 5", {"at": time(5)}),
        ("every afternoon at 3", {"at": time(15)}),
        ("every evening at 7", {"at": time(19)}),
        ("every friday afternoon at 4", {"at": time(16), "days": {4}}),
        ("every weekday morning at 6 sharp", {"at": time(6), "days": WORKING_DAYS}),
        ("at 17", {"at": time(17)}),
        ("at 17pm", {"at": time(17)}),
        ("at 05:30", {"at": time(5, 30)}),
        ("at 9 New York time", {"zone": "America/New_York"}),
        ("at 9:00 Europe/London", {"zone": "Europe/London"}),
        ("at 9 in The Hague", {"zone": "Europe/Amsterdam"}),
        ("at 9 my time", {"zone": "Europe/Zurich"}),
        ("every day", {"days": EVERY_DAY}),
        ("weekends too", {"days": EVERY_DAY}),
        ("weekdays", {"days": WORKING_DAYS}),
        ("on weekends", {"days": {5, 6}}),
        ("not on weekends", {"days": WORKING_DAYS}),
        ("mondays and thursdays", {"days": {0, 3}}),
        ("mon, wed & fri", {"days": {0, 2, 4}}),
        ("tue/thu", {"days": {1, 3}}),
        ("every Monday and every Friday", {"days": {0, 4}}),
        ("monday at 9 and thursday at 9", {"days": {0, 3}, "at": time(9)}),
        ("from monday to thursday", {"days": {0, 1, 2, 3}, "start": TODAY}),
        ("saturday to monday", {"days": {5, 6, 0}}),
        ("every day except sundays", {"days": set(range(6))}),
        ("weekdays but not friday", {"days": {0, 1, 2, 3}}),
        ("weekly", {"days": {0}}),
        ("once a week on fridays", {"days": {4}}),
        ("weekly starting 3 December", {"days": {3}, "start": date(2026, 12, 3)}),
        ("2 paragraphs", {"count": 2}),
        ("two paras a day", {"count": 2}),
        ("please send us 2 paragraphs", {"count": 2, "zone": "Europe/Zurich"}),
        ("3 at a time", {"count": 3}),
        ("2/day", {"count": 2}),
        ("a paragraph a day", {"count": 1}),
        ("5 paragraphs a week on mondays", {"count": 5, "days": {0}}),
        ("at 9 2 paragraphs", {"count": 2, "at": time(9)}),
        ("from 23", {"paragraphs": ALL[22:]}),
        ("starting with paragraph 23", {"paragraphs": ALL[22:], "start": TODAY}),
        ("from 23 onwards", {"paragraphs": ALL[22:]}),
        ("¶ 23 onwards", {"paragraphs": ALL[22:]}),
        ("23+ at 9", {"paragraphs": ALL[22:], "at": time(9)}),
        ("§ IV.B", {"what": What.SECTION, "name": "IV.B"}),
        ("starting at 30", {"paragraphs": ALL[29:]}),
        ("from 23 to 40", {"what": What.NUMBERS, "paragraphs": ALL[22:40]}),
        ("section IV", {"what": What.SECTION, "name": "IV", "paragraphs": ALL[29:64]}),
        ("section iv b 2 at 9", {"what": What.SECTION, "name": "IV.B.2", "paragraphs": (32,)}),
        ("section key findings", {"what": What.SECTION, "name": "II"}),
        ("section IV from 40", {"what": What.SECTION, "paragraphs": ALL[39:64]}),
        ("topic gender", {"what": What.TOPIC, "paragraphs": (14, 26, 46)}),
        ("topic sending money home, every day at 9", {"what": What.TOPIC, "name": "remittances", "days": EVERY_DAY}),
        ("topic gender at 9 New York shuffled", {"what": What.TOPIC, "zone": "America/New_York"}),
        ("13, 32, 14, 26", {"what": What.NUMBERS, "paragraphs": (13, 32, 14, 26)}),
        ("paragraphs 13 and 32, 13", {"what": What.NUMBERS, "paragraphs": (13, 32)}),
        ("13, 32, 14 and 26 at 9", {"what": What.NUMBERS, "paragraphs": (13, 32, 14, 26), "at": time(9)}),
        ("pairs", {"what": What.PAIRS, "count": 2}),
        ("2 pairs a day", {"what": What.PAIRS, "count": 4}),
        ("stop at headings, 3 paragraphs", {"stops_at_headings": True, "count": 3}),
        ("once through", {"repeating": False}),
        ("repeating", {"repeating": True}),
        ("again and again", {"repeating": True}),
        ("starting monday", {"start": date(2026, 11, 30)}),
        ("starting today", {"start": TODAY}),
        ("starting tuesday", {"start": TODAY}),
        ("from next tuesday", {"start": date(2026, 12, 1)}),
        ("starting tomorrow", {"start": date(2026, 11, 25)}),
        ("starting Monday 30 November", {"start": date(2026, 11, 30)}),
        ("starting the 7th of December", {"start": date(2026, 12, 7)}),
        ("as of January 5", {"start": date(2027, 1, 5)}),
        ("starting 2027-02-01", {"start": date(2027, 2, 1)}),
        ("starting 29 February", {"start": date(2028, 2, 29)}),
        ("skip 24 December to 2 January", {"skipped": ((date(2026, 12, 24), date(2027, 1, 2)),)}),
        ("skip 24 to 31 december", {"skipped": ((date(2026, 12, 24), date(2026, 12, 31)),)}),
        ("pause 24 december to 2 january", {"skipped": ((date(2026, 12, 24), date(2027, 1, 2)),)}),
        ("not on Friday 25 December", {"skipped": ((date(2026, 12, 25), date(2026, 12, 25)),), "days": WORKING_DAYS}),
        ("skip tomorrow, skip 26 to 27 november", {"skipped": ((date(2026, 11, 25), date(2026, 11, 27)),)}),
    ],
)  # fmt: skip
def test_an_order_is_understood_as_people_write_it(text: str, expected: dict[str, object]) -> None:
    found = order(text)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("daily 9", "what 9 is to be: write at 9:00, 9 paragraphs or from 9"),
        ("daily 9:00 2", "what 2 is to be: write at 02:00, 2 paragraphs or from 2"),
        ("starting at 23", "write at 23:00 or from 23"),
        ("at 9, 13 and 17", "write at 13:00, from 13 or paragraphs 13 and 17"),
        ("daily at 5/6", "“at 5/6” may be two times"),
        ("at 9-10", "may be two times"),
        ("at 5", "“at 5” may be in the morning or in the afternoon: write at 05:00 or at 17:00"),
        ("every evening", "at what time in the evening"),
        ("at 25:00", "“25:00” is no time of day"),
        ("at 13am", "is no time of day"),
        ("starting 5/1", "“5/1” may be read in two ways"),
        ("5 paragraphs a week", "does not say on which day"),
        ("at 9 EST", "“EST” is the time of more than one zone: write America/New_York"),
        ("9am US", "“US” is the time of more than one zone"),
        ("at 9 utc+1", "“utc+1” does not say when the clocks change"),
    ],
)
def test_what_may_mean_two_things_is_asked(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        order(text)


@pytest.mark.parametrize(
    ("text", "one", "other"),
    [
        ("once through, repeating", "once through", "repeating"),
        ("section IV, topic gender", "topic gender", "section IV"),
        ("mondays, every day", "mondays", "every day"),
        ("weekly, daily", "weekly", "daily"),
        ("every morning at 9pm", "morning", "at 21:00"),
        ("every morning at 17:00", "morning", "at 17:00"),
        ("every morning, in the evening", "morning", "evening"),
        ("at 9am at 10am", "at 9am", "at 10am"),
        ("2 paragraphs, 3 paragraphs", "2 paragraphs", "3 paragraphs"),
        ("shuffled, in order", "in order", "shuffled"),
        ("shuffled, stop at headings", "stop at headings", "shuffled"),
        ("pairs, section IV", "section IV", "pairs"),
        ("from 23, pairs", "from 23", "pairs"),
        ("topic gender, whole document", "topic gender", "the whole document"),
        ("starting monday starting tomorrow", "starting monday", "starting tomorrow"),
        ("at 9am Geneva, 2 paragraphs, New York", "Europe/Zurich", "America/New_York"),
        ("mondays, not on mondays", "mondays", "no day of these"),
    ],
)
def test_a_contradiction_is_named(text: str, one: str, other: str) -> None:
    with pytest.raises(UsageError, match=f"“{re.escape(one)}.*” and “{re.escape(other)}.*” contradict"):
        order(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("from 99", "there is no paragraph 99: the document has paragraphs 1 to 76"),
        ("paragraphs 70 to 80", "there is no paragraph 77 to 80"),
        ("13, 99", "there is no paragraph 99"),
        ("from 0", "there is no paragraph 0"),
        ("section XII", "there is no section XII"),
        ("section", "which section"),
        ("topic unicorns at 9", "there is no topic “unicorns”"),
        ("topic", "which topic"),
        ("section IV from 3", "paragraph 3 is not in section IV, which has paragraphs 30 to 64"),
    ],
)
def test_what_the_document_has_not_is_refused_with_what_it_has(text: str, says: str) -> None:
    with pytest.raises(NotThere, match=re.escape(says)):
        order(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("daily at 9 unicorn", "“unicorn”"),
        ("daily at 9, skip Christmas", "“skip Christmas” names no dates"),
        ("twice daily", "once a day"),
        ("daily at 9 in Lodnon", "did you mean the place Europe/London"),
        ("daily at 9 gender", "did you mean topic gender"),
        ("daily at 9 key findings", "did you mean section II"),
        ("IV.B at 9", "did you mean section IV.B"),
        ("daily at 9 on #general", "“#general”"),
        ("twice a week", "once a day on days of the week"),
        ("every other day", "once a day"),
        ("starting 7 January, until 5 January", "after Tuesday 5 January"),
        ("until 5 January, until 6 January", "contradict each other"),
        ("saturdays until tomorrow", "write a later last date"),
        ("starting 31 February", "there is no 31 February"),
        ("starting Tuesday 30 November", "30 November 2026 is a Monday, not a Tuesday"),
        ("starting 1 January 2020", "Wednesday 1 January 2020 is past"),
        ("starting 1 January 2099", "is too far away"),
        ("starting today at 6:30am", "6:30 has passed today in Europe/Zurich"),
        ("0 paragraphs", "at least 1 paragraph"),
        ("13 paragraphs", f"at most {MOST_A_POSTING} paragraphs, not 13"),
        ("pairs, 3 paragraphs", "would part one"),
        ("section IV.B.2 and IV.B.3", "an order has one section"),
        ("daily " * 100, "at most 400 characters"),
    ],
)
def test_what_is_not_understood_is_named_and_never_passed_over(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        order(text)


def test_a_zone_is_asked_for_where_none_is_known() -> None:
    with pytest.raises(UsageError, match="on whose clock"):
        order("daily at 9", zone="")
    assert order("daily at 9 Nairobi", zone="").zone == "Africa/Nairobi"


def test_today_counts_on_the_clock_of_the_zone_and_only_until_the_time_has_passed() -> None:
    assert order("at 6:30am").start == TODAY + timedelta(days=1)
    assert order("at 7:00").start == TODAY + timedelta(days=1)
    assert order("at 7:01am").start == TODAY
    assert order("at 9 Kiritimati", now=NOW.replace(hour=12)).start == date(2026, 11, 25)


PARTS: dict[str, list[tuple[str, Any]]] = {
    "at": [("at 9:30", time(9, 30)), ("at 4.15 p.m.", time(16, 15)), ("07:45", time(7, 45)), ("at noon", time(12))],
    "days": [("every day", EVERY_DAY), ("mondays and thursdays", {0, 3}), ("weekdays", WORKING_DAYS), ("daily", WORKING_DAYS)],
    "zone": [("Geneva", "Europe/Zurich"), ("New York time", "America/New_York"), ("Asia/Kolkata", "Asia/Kolkata")],
    "count": [("2 paragraphs", 2), ("three paras a day", 3), ("1 paragraph", 1)],
    "first": [("from 23", 23), ("section IV", 30), ("14, 26, 32", 14), ("starting with paragraph 7", 7), ("topic gender", 14)],
    "start": [("starting 7 December", date(2026, 12, 7)), ("starting next monday", date(2026, 11, 30))],
    "skipped": [("skip 24 December to 2 January", ((date(2026, 12, 24), date(2027, 1, 2)),))],
    "repeating": [("repeating", True), ("once through", False)],
}  # fmt: skip


@SETTLED
@given(st.data())
def test_parts_may_stand_in_any_order(data: st.DataObject) -> None:
    chosen = [
        (name, *data.draw(st.sampled_from(PARTS[name])))
        for name in data.draw(st.lists(st.sampled_from(sorted(PARTS)), unique=True, min_size=1))
    ]
    found = order(", ".join(part for _, part, _ in chosen))
    for name, _, value in chosen:
        assert (found.paragraphs[0] if name == "first" else getattr(found, name)) == value


VOCABULARY = [part for parts in PARTS.values() for part, _ in parts] + (
    "9 5/6 31 76 77 0 -1 at from to and , . / skip section topic paragraph paragraphs pairs every other weekly monday sat may 2027 "
    "december 3rd IV IV.B.2 a the EST utc+1 unicorn shuffled headings until next a.m. ¶ § @ | “ once not except ; 1e9 ٣ 99999"
).split()


@SETTLED
@given(st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join))
def test_any_words_give_an_order_or_an_answer_to_the_person(text: str) -> None:
    try:
        found = order(text)
    except (UsageError, NotThere):
        pass
    else:
        assert set(found.paragraphs) <= set(ALL)
        assert len(set(found.paragraphs)) == len(found.paragraphs)
        assert all(1 <= len(posting) <= MOST_A_POSTING for posting in found.postings)
        assert describe(found)


def test_shuffling_is_stable_and_loses_nothing() -> None:
    found, again = order("shuffled, 3 paragraphs"), order("3 paragraphs, shuffled")
    assert found == again
    assert sorted(found.paragraphs) == list(ALL) != list(found.paragraphs)
    assert order("shuffled", now=NOW + timedelta(days=1)).postings != order("shuffled").postings
    before = random.getstate()
    order("shuffled")
    assert random.getstate() == before


def test_shuffled_pairs_stay_together() -> None:
    assert set(order("pairs, shuffled").postings) == set(DOCUMENT.pairs) == set(order("pairs").postings)


def test_no_posting_runs_over_a_heading_where_it_stops_at_them() -> None:
    found = order("3 paragraphs, stop at headings")
    assert found.paragraphs == ALL
    assert all(len({DOCUMENT.paragraph(n).section for n in posting}) == 1 for posting in found.postings)
    assert any(len({DOCUMENT.paragraph(n).section for n in posting}) > 1 for posting in order("3 paragraphs").postings)


def test_every_key_finding_has_one_twin_from_the_sections_that_report_the_segments() -> None:
    assert [short for short, _ in DOCUMENT.pairs] == list(range(8, 23))
    assert all(23 <= long <= 76 for _, long in DOCUMENT.pairs)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [("- [1, 99]", "names paragraph 99"), ("- [1]", "two paragraph numbers"), ("- [1, 2]\n- [2, 3]", "more than one"), ("- 1", "list")],
)  # fmt: skip
def test_a_faulty_list_of_pairs_is_refused_by_file_and_entry(tmp_path: Any, pairs: str, says: str) -> None:
    assert DOCUMENT.folder
    (tmp_path / "source.txt").write_bytes((DOCUMENT.folder / "source.txt").read_bytes())
    (tmp_path / "pairs.yaml").write_text(pairs, "utf-8")
    with pytest.raises(DocumentUnreadable, match=rf"pairs\.yaml: pairs: .*{says}"):
        load_pairs(open_document(tmp_path))


def test_a_document_without_pairs_or_topics_says_so(harbours: Document) -> None:
    for text in ("pairs", "topic boats"):
        with pytest.raises(NotThere, match="this document has no"):
            order(text, harbours)


# -- said back


DATE = re.compile(r"(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday) (\d+ \w+ \d{4})")


def test_the_whole_document_at_two_a_day_is_said_back_with_its_dates() -> None:
    assert describe(order("daily at 9:00, 2 paragraphs")) == (
        "Paragraphs 1 to 76: 76 paragraphs, 2 a day, Monday to Friday at 9:00 (Europe/Zurich); begins Tuesday 24 November 2026, "
        "ends Thursday 14 January 2027."
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("repeating", "first reaches its end Tuesday 9 March 2027, then posting 77 begins again with paragraph 1."),
        (
            "paragraph 23",
            "Paragraph 23: 1 paragraph, 1 a day, Monday to Friday at 9:00 (Europe/Zurich); is posted once,",
        ),
        ("every day but not sunday", "every day but Sunday at 9:00"),
        ("mondays and thursdays", "every Monday and Thursday at 9:00"),
        ("weekly", "1 a week, every Monday at 9:00"),
        ("topic gender", "Topic gender-sensitive approach, paragraphs 14, 26 and 46: 3 paragraphs"),
        ("section IV.B.2", "Section IV B 2, paragraph 32: 1 paragraph"),
        ("13, 32", "Paragraphs 13 and 32: 2 paragraphs"),
        ("pairs", "Each key finding with the paragraph that says it at length: 30 paragraphs, 2 a day"),
        ("shuffled", "Paragraphs 1 to 76, shuffled: 76 paragraphs"),
        ("stop at headings", "1 a day and never over a heading"),
        ("skip 24 December to 2 January", "but not from Thursday 24 December 2026 to Saturday 2 January 2027;"),
        ("skip 25 December", "but not Friday 25 December 2026;"),
    ],
)
def test_each_part_of_an_order_is_said_back(text: str, says: str) -> None:
    assert says in describe(order(text))


@SETTLED
@given(st.lists(st.sampled_from([part for parts in PARTS.values() for part, _ in parts]), max_size=6).map(", ".join))
def test_every_weekday_said_is_that_of_its_date_and_first_and_last_are_those_of_the_plan(text: str) -> None:
    try:
        found = order(text)
    except (UsageError, NotThere):
        return
    said = describe(found)
    dates = [datetime.strptime(day, "%d %B %Y").replace(tzinfo=UTC).date() for _, day in DATE.findall(said)]
    assert [f"{day:%A}" for day in dates] == [name for name, _ in DATE.findall(said)]
    rounds = [each.date for each, _ in zip(plan(found), found.postings, strict=False)]
    assert {rounds[0], rounds[-1]} <= set(dates)


# -- the command


def test_a_plan_shows_every_date_with_its_paragraphs_to_the_asker() -> None:
    reply = ask("digest plan daily at 9:00 Geneva, 2 paragraphs")
    [dates] = [block for block in reply.blocks if isinstance(block, Bullets)]
    assert reply.answered
    assert reply.visibility is Visibility.ASKER
    assert len(dates.items) == 38
    assert dates.items[0] == "Tuesday 24 November 2026: paragraphs 1 and 2"
    assert dates.items[-1] == "Thursday 14 January 2027: paragraphs 75 and 76"
    assert "not ordered" in render_plain(reply)


def test_a_plan_as_csv_is_the_same_plan() -> None:
    [table] = [b for b in ask("digest plan csv daily at 9:00 Geneva").blocks if isinstance(b, Copyable)]
    rows = table.text.splitlines()
    assert len(rows) == 77
    assert rows[1] == "2026-11-24,Tuesday,09:00,Europe/Zurich,2026-11-24T08:00:00Z,1"
    assert len(rows) == 1 + len(one_round(order("daily at 9:00 Geneva")))


def test_a_plan_as_a_calendar_file_holds_every_posting_and_says_the_same_in_words() -> None:
    reply = ask("digest plan daily at 9:00 Geneva, 2 paragraphs, as a calendar file")
    [file] = [b for b in reply.blocks if isinstance(b, File)]
    assert file.alternative.splitlines()[0] == "Tuesday 24 November 2026: paragraphs 1 and 2"
    made = Maker(DOCUMENT).make(file)
    assert (made.name, made.mimetype) == ("hearings-2006-digest.ics", "text/calendar")
    events = Calendar.from_ical(made.data).walk("VEVENT")
    assert len(events) == 38
    assert events[0].decoded("dtstart") == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert str(events[-1]["summary"]).endswith("paragraphs 75 and 76")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily at nine am", {"at": time(9)}),
        ("at nine thirty pm", {"at": time(21, 30)}),
        ("daily at eleven o'clock", {"at": time(11)}),
        ("daily 0900", {"at": time(9)}),
        ("at 1730 weekly", {"at": time(17, 30)}),
        ("at 2015", {"at": time(20, 15)}),
        ("starting 5 January 2027", {"at": time(9), "start": date(2027, 1, 5)}),
        ("daily at 9 until 18 December", {"until": date(2026, 12, 18), "paragraphs": ALL}),
        ("ending on friday", {"until": date(2026, 11, 27)}),
        ("skip 24 December until 2 January", {"until": None, "skipped": ((date(2026, 12, 24), date(2027, 1, 2)),)}),
        ("daily at 9, making up missed days", {"makes_up": True}),
        ("daily at 9, catch up", {"makes_up": True}),
    ],
)
def test_an_order_is_also_understood_as_others_write_it(text: str, expected: dict[str, Any]) -> None:
    found = order(text)
    assert {name: getattr(found, name) for name in expected} == expected


def test_an_order_with_a_last_date_says_how_far_it_comes() -> None:
    said = describe(order("daily at 9 until 18 December"))
    assert said.endswith("begins Tuesday 24 November 2026, ends Friday 18 December 2026 with 19 of them.")
    assert describe(order("until 18 December, weekly, paragraphs 3, 4, 5")).endswith("ends Monday 14 December 2026.")
    assert "repeats until Monday 1 March 2027" in describe(order("repeating, paragraphs 3 and 4, until 1 March"))
