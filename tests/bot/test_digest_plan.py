"""When a digest is due: one posting for each ordered local date, in every zone, over every change of the clocks."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from bot.digests.order import EVERY_DAY, WORKING_DAYS, Order
from bot.digests.plan import ONE_DAY, Planned, as_calendar, as_csv, due, moment, one_round, plan, posting

ZONES = [z for z in files("tzdata").joinpath("zones").read_text("utf-8").split() if z != "Factory"]
#: One name for each set of rules: names with the same data are the same zone.
DISTINCT = sorted({files("tzdata").joinpath("zoneinfo", *z.split("/")).read_bytes(): z for z in ZONES}.values())
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=150)
#: Zones whose clocks change at odd times or by odd amounts, or that left a date out.
ODD = [
    *("Pacific/Apia", "Pacific/Fakaofo", "America/Nuuk", "America/Scoresbysund", "Australia/Lord_Howe", "Africa/Cairo"),
    *("America/St_Johns", "America/Sao_Paulo", "Asia/Beirut", "Africa/Casablanca", "Antarctica/Troll", "Europe/Dublin"),
    *(
        "America/New_York",
        "Asia/Pyongyang",
        "America/Caracas",
        "Asia/Gaza",
        "Atlantic/Azores",
        "Asia/Amman",
        "Europe/Zurich",
    ),
]


def an_order(**fields: object) -> Order:
    default = Order(WORKING_DAYS, time(9), "Europe/Zurich", tuple((n,) for n in range(1, 11)), date(2026, 11, 24))
    return replace(default, **fields)  # type: ignore[arg-type]


def dates_of(zone: str, first: date, last: date) -> Iterator[date]:
    """The local dates that a zone has, found by walking through the hours: a second way, independent of the first."""
    place, hour = ZoneInfo(zone), datetime.combine(first - 2 * ONE_DAY, time(0), UTC)
    seen = first - ONE_DAY
    while seen <= last:
        day = hour.astimezone(place).date()
        if seen < day <= last:
            yield day
            seen = day
        elif day > last:
            return
        hour += timedelta(minutes=30)


@pytest.mark.parametrize(
    ("day", "at", "zone", "expected"),
    [
        (date(2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:00Z"),  # skipped: 3.00, the gap's end
        (date(2026, 11, 1), time(1, 30), "America/New_York", "2026-11-01T05:30Z"),  # twice: the first
        (date(2026, 3, 29), time(2, 0), "Europe/Zurich", "2026-03-29T01:00Z"),
        (date(2026, 10, 25), time(2, 59), "Europe/Zurich", "2026-10-25T00:59Z"),
        (date(2017, 10, 15), time(0, 0), "America/Sao_Paulo", "2017-10-15T03:00Z"),  # a day that begins at 1.00
        (date(2026, 4, 24), time(0, 30), "Africa/Cairo", "2026-04-23T22:00Z"),
        (
            date(2025, 3, 29),
            time(23, 30),
            "America/Nuuk",
            "2025-03-30T01:00Z",
        ),  # a day that ends at 23.00: the midnight
        (date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:30Z"),  # half an hour
        (date(2011, 12, 29), time(9), "Pacific/Apia", "2011-12-29T19:00Z"),
        (date(2011, 12, 31), time(0), "Pacific/Apia", "2011-12-30T10:00Z"),
    ],
)
def test_a_local_time_is_its_first_moment_or_the_first_after_the_gap(
    day: date, at: time, zone: str, expected: str
) -> None:
    assert moment(day, at, zone) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("at", [time(0), time(0, 1), time(9), time(23, 59)])
@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Fakaofo"])
def test_a_date_that_a_place_left_out_has_no_posting_and_costs_no_paragraph(zone: str, at: time) -> None:
    assert moment(date(2011, 12, 30), at, zone) is None
    found = one_round(an_order(zone=zone, at=at, days=EVERY_DAY, start=date(2011, 12, 28)))
    assert [each.date.day for each in found[:4]] == [28, 29, 31, 1]
    assert [each.paragraphs for each in found] == [(n,) for n in range(1, 11)]


@pytest.mark.parametrize("zone", DISTINCT)
def test_every_zone_has_one_posting_on_each_date_at_the_local_time(zone: str) -> None:
    """Over two years, each zone at half past an hour of the night, when clocks change."""
    at, first, last = time(DISTINCT.index(zone) % 4, 30), date(2026, 12, 1), date(2028, 11, 30)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = list(islice(plan(an_order(zone=zone, at=at, days=EVERY_DAY, start=first, repeating=True)), len(days)))
    assert [each.date for each in found] == days
    assert all(a.at < b.at for a, b in pairwise(found))
    local = [each.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for each in found]
    late = [there - datetime.combine(day, at) for there, day in zip(local, days, strict=True)]
    assert sum(each != timedelta(0) for each in late) <= 4  # the gaps
    assert all(timedelta(0) <= each <= timedelta(hours=2) for each in late)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    start = draw(st.dates(date(2006, 1, 1), date(2039, 6, 1)))
    zone = draw(st.sampled_from(ODD) | st.sampled_from(ZONES))
    stretches = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=3))
    size = draw(st.integers(1, 3))
    numbers = draw(st.permutations(range(1, draw(st.integers(2, 60)))))
    postings = tuple(tuple(numbers[i : i + size]) for i in range(0, len(numbers), size))
    at = draw(
        st.times().map(lambda t: t.replace(second=0, microsecond=0))
        | st.sampled_from([time(0), time(0, 30), time(2, 30), time(23, 30)])
    )
    days = draw(st.sets(st.integers(0, 6), min_size=1).map(frozenset))
    skipped = tuple((start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in stretches)
    return Order(days, at, zone, postings, start, skipped=skipped)  # fmt: skip


@SETTLED
@given(orders())
@example(an_order(zone="Pacific/Apia", days=EVERY_DAY, start=date(2011, 12, 27)))
@example(an_order(zone="America/Nuuk", days=EVERY_DAY, at=time(23, 30), start=date(2025, 3, 25)))
def test_once_through_loses_and_doubles_nothing_on_ordered_dates_in_order(order: Order) -> None:
    found = list(plan(order))
    assert [n for each in found for n in each.paragraphs] == list(order.paragraphs)
    assert all(a.date < b.date and a.at < b.at for a, b in pairwise(found))
    place = ZoneInfo(order.zone)
    for each in found:
        assert each.date.weekday() in order.days
        assert each.date >= order.start
        assert not any(first <= each.date <= last for first, last in order.skipped)
        local, wall = each.at.astimezone(place), datetime.combine(each.date, order.at)
        if local.replace(tzinfo=None) == wall:
            assert local.fold == 0
        else:  # skipped by the clocks: the moment before lies before the time, this one after it
            before = (each.at - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None)
            assert before < wall < local.replace(tzinfo=None)


@settings(SETTLED, max_examples=60)
@given(orders())
@example(an_order(zone="Pacific/Apia", days=EVERY_DAY, start=date(2011, 12, 27)))
def test_no_ordered_date_that_the_zone_has_is_left_out(order: Order) -> None:
    found = list(islice(plan(order), 12))
    expected = [
        day
        for day in dates_of(order.zone, order.start, found[-1].date)
        if day.weekday() in order.days and not any(first <= day <= last for first, last in order.skipped)
    ]
    assert [each.date for each in found] == expected


@SETTLED
@given(orders(), st.integers(0, 200))
def test_repeating_never_ends_and_each_posting_follows_from_the_one_before(order: Order, place: int) -> None:
    order = replace(order, repeating=True)
    found = list(islice(plan(order), place + 1))
    assert len(found) == place + 1
    assert found[-1].paragraphs == order.postings[place % len(order.postings)]
    if place:
        assert found[-1] == posting(order, place, found[-2].date)


def test_an_order_ends_after_its_last_posting() -> None:
    assert posting(an_order(), 10, date(2026, 12, 7)) is None
    assert len(list(plan(an_order()))) == 10


def test_going_back_pausing_and_missing_a_day_lose_no_paragraph() -> None:
    order = an_order()
    third = list(islice(plan(order), 3))[-1]
    assert posting(order, 3, date(2026, 12, 24)) == Planned(date(2026, 12, 25), due(order, date(2026, 12, 24))[1], (4,))
    back = posting(order, 1, third.date)
    assert back
    assert (back.date, back.paragraphs) == (third.date + ONE_DAY, (2,))


def test_the_next_date_is_found_over_a_stretch_of_years_left_out() -> None:
    order = an_order(skipped=((date(2026, 11, 25), date(2040, 1, 1)), (date(2040, 1, 2), date(2040, 1, 3))))
    assert due(order, date(2026, 11, 24))[0] == date(2040, 1, 4)


def test_an_order_without_days_or_postings_cannot_be() -> None:
    for days, postings in ((frozenset[int](), ((1,),)), (EVERY_DAY, ()), (frozenset({7}), ((1,),))):
        with pytest.raises(ValueError, match="at least one"):
            an_order(days=days, postings=postings)


def test_table_and_calendar_hold_the_plan() -> None:
    order = an_order(zone="America/New_York", postings=((1, 2), (3,)), start=date(2027, 3, 12), days=EVERY_DAY)
    found = one_round(replace(order, postings=(*order.postings, (4,))))
    rows = list(csv.DictReader(io.StringIO(as_csv(order, found))))
    assert [row["utc"] for row in rows] == ["2027-03-12T14:00:00Z", "2027-03-13T14:00:00Z", "2027-03-14T13:00:00Z"]
    assert [row["time"] for row in rows] == ["09:00"] * 3
    assert [(row["date"], row["day"], row["paragraphs"]) for row in rows[:2]] == [("2027-03-12", "Friday", "1 2"), ("2027-03-13", "Saturday", "3")]  # fmt: skip
    made = datetime(2026, 11, 24, 8, tzinfo=UTC)
    events = Calendar.from_ical(as_calendar(order, found, made, "Hearings summary")).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [each.at for each in found]
    assert str(events[0]["summary"]) == "Hearings summary: paragraphs 1 and 2"
    assert len({str(event["uid"]) for event in events}) == len(found)
    assert as_calendar(order, found, made, "x") == as_calendar(order, found, made, "x")
