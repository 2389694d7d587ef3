"""A digest order said back: one full sentence, its first and last dates, and how to change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.digests.order import EVERY_DAY, WORKING_DAYS, Order, What
from bot.digests.plan import Planned, one_round
from bot.reply import in_words, paragraphs_word

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

#: What a person may add to an order, or write instead.
TO_CHANGE = (
    "To change it, write it again with other words: a time and a place (at 8.30am Geneva), days (every day, mondays and "
    "thursdays, weekly), 2 paragraphs, from a paragraph on, a section, a topic, paragraph numbers, shuffled, repeating, "
    "starting tomorrow, skip 24 December to 2 January."
)


def in_full(day: date) -> str:
    """ "Thursday 14 January 2027"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def describe(order: Order, postings: Sequence[Planned] = ()) -> str:
    """One sentence that says all of an order, with the dates of its first and its last posting.

    Args:
        postings: One round of it, where it is known already.
    """
    each = postings or one_round(order)
    first, last = each[0].date, each[-1].date
    count = len(order.paragraphs)
    amount = f"{count} paragraph{'' if count == 1 else 's'}"
    pace = f"{order.count} {'a week' if len(order.days) == 1 else 'a day'}"
    if order.stops_at_headings:
        pace += " and never over a heading"
    when = f"{_days(order.days)} at {order.at.hour}:{order.at.minute:02} ({order.zone})"
    if order.repeating:
        again = f"posting {len(each) + 1} begins again with paragraph {order.postings[0][0]}"
        end = f"begins {in_full(first)}, first reaches its end {in_full(last)}, then {again}"
    elif len(each) == 1:
        end = f"is posted once, {in_full(first)}"
    else:
        end = f"begins {in_full(first)}, ends {in_full(last)}"
    return f"{_which(order)}: {amount}, {pace}, {when}{_skipped(order)}; {end}."


def _which(order: Order) -> str:
    held = sorted(order.paragraphs)
    match order.what:
        case What.TOPIC:
            which = f"Topic {order.name}, {paragraphs_word(held)}"
        case What.SECTION:
            which = f"Section {order.name.replace('.', ' ')}, {paragraphs_word(held)}"
        case What.NUMBERS:
            return paragraphs_word(order.paragraphs).capitalize() + (", shuffled" if order.seed is not None else "")
        case What.PAIRS:
            which = "Each key finding with the paragraph that says it at length"
        case What.DOCUMENT:
            which = paragraphs_word(held).capitalize()
    return f"{which}, shuffled" if order.seed is not None else which


def _days(days: frozenset[int]) -> str:
    if days == EVERY_DAY:
        return "every day"
    if days == WORKING_DAYS:
        return "Monday to Friday"
    if len(left_out := EVERY_DAY - days) == 1:
        return f"every day but {_DAY_NAMES[min(left_out)]}"
    return f"every {in_words([_DAY_NAMES[day] for day in sorted(days)])}"


def _skipped(order: Order) -> str:
    parts = [
        in_full(first) if first == last else f"from {in_full(first)} to {in_full(last)}"
        for first, last in order.skipped
    ]
    return f", but not {in_words(parts)}" if parts else ""


def lines(postings: Iterable[Planned]) -> tuple[str, ...]:
    """Each posting on its line: "Tuesday 24 November 2026: paragraphs 1 and 2"."""
    return tuple(f"{in_full(each.date)}: {paragraphs_word(each.paragraphs)}" for each in postings)
