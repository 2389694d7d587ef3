"""A digest order said back: one full sentence, its first and last dates, and how to change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.digests.change import last_date
from bot.digests.order import EVERY_DAY, WORKING_DAYS, Order, What
from bot.digests.plan import Planned, one_round
from bot.digests.subscriptions import Posting, Reason, Sending, State, Subscription
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
    if order.makes_up:
        when += ", what a missed day held with the next posting"
    if order.until and len(each) < len(order.postings):
        posted = sum(len(one.paragraphs) for one in each)
        end = f"begins {in_full(first)}, ends {in_full(last)} with {posted} of them"
    elif order.until and order.repeating:
        end = f"begins {in_full(first)}, repeats until {in_full(order.until)}"
    elif order.repeating:
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


#: Why a digest rests, by the reason as it is stored.
_REASONS = {
    Reason.LEFT: "because I was taken out of this room",
    Reason.ARCHIVED: "because the room was closed",
    Reason.REFUSED: "because I may not post in this room",
    Reason.FAILED: "because the document has no such paragraphs any more",
}


def short(order: Order) -> str:
    """An order as one line of a list: "Paragraphs 1 to 76, 2 a day, Monday to Friday at 9:00 (Europe/Zurich)"."""
    pace = f"{order.count} {'a week' if len(order.days) == 1 else 'a day'}"
    return f"{_which(order)}, {pace}, {_days(order.days)} at {order.at.hour}:{order.at.minute:02} ({order.zone})"


def at_moment(moment: datetime, zone: str) -> str:
    """ "Wednesday 25 November 2026 at 9:00 (Europe/Zurich)"."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{in_full(local.date())} at {local.hour}:{local.minute:02} ({zone})"


def coming(subscription: Subscription, now: datetime, *, to_the_end: bool = True) -> str:
    """What comes of a subscription: its next and its last posting, or why none does.

    Args:
        to_the_end: Whether the last one is worked out, which takes as long as there are postings left.
    """
    order = subscription.order
    if subscription.state is State.STOPPED:
        return "It is stopped: nothing is posted."
    if subscription.state is State.FINISHED:
        return "It has come to its end: nothing more is posted."
    if subscription.next_due is None:
        why = _REASONS.get(subscription.reason) if subscription.reason else None
        return f"It rests{f' {why}' if why else ''} until somebody writes: digest resume."
    rests = f"It rests until {in_full(subscription.until)}. " if subscription.until else ""
    numbers = next_paragraphs(subscription)
    if subscription.next_due <= now:
        soon = f"{rests}Next: now, {paragraphs_word(numbers)}."
    else:
        soon = f"{rests}Next: {at_moment(subscription.next_due, order.zone)}, {paragraphs_word(numbers)}."
    if not to_the_end:
        return soon
    last = last_date(subscription)
    if last is None:
        return f"{soon} It repeats, without a last date."
    return f"{soon} Last: {in_full(last)}."


def next_paragraphs(subscription: Subscription) -> tuple[int, ...]:
    """The paragraphs of its next posting, but for those that it makes up for."""
    postings = subscription.order.postings
    return postings[subscription.made % len(postings)]


def progress(subscription: Subscription) -> str:
    """ "12 of 76 paragraphs posted"; of a round where it repeats."""
    order = subscription.order
    size = len(order.postings)
    rounds, made = divmod(subscription.made, size)
    if not order.repeating:
        rounds, made = 0, min(subscription.made, size)
    read, of = sum(map(len, order.postings[:made])), len(order.paragraphs)
    whole = f" in round {rounds + 1}" if rounds else ""
    return f"{read} of {of} paragraph{'' if of == 1 else 's'} posted{whole}"


#: What is said of errors that people can do something about; any other is named as it is.
_ERRORS = {
    "too_late": "the bot was not running in time",
    "halted": "it was stopped before it went out",
    "no_reply": "the platform did not say whether it arrived",
    "no_paragraph": "the document has no such paragraph any more",
}


def record_line(posting: Posting, zone: str, link: str = "") -> str:
    """The record of a posting as one line: "Monday 23 November 2026: paragraph 12, sent at 9:00 — link"."""
    said = f"{in_full(posting.local_date)}: {paragraphs_word(posting.paragraphs)}, {_became(posting, zone)}"
    return f"{said} — {link}" if link else said


def _became(posting: Posting, zone: str) -> str:
    match posting.state:
        case Sending.SENT | Sending.FOUND:
            return f"posted{_clock(posting.at, zone)}"
        case Sending.TRYING:
            return "on its way" if not posting.error else f"being tried again: {error_words(posting.error)}"
        case Sending.SKIPPED:
            return "not posted: too late, and its paragraphs came later"
        case Sending.UNKNOWN:
            return "perhaps posted: the platform did not say, and I may not look"
        case Sending.FAILED:
            return f"not posted: {error_words(posting.error)}"


def _clock(moment: datetime | None, zone: str) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone))
    return f" at {local.hour}:{local.minute:02}"


def error_words(code: str) -> str:
    """An error's code in words."""
    return _ERRORS.get(code, code.replace("_", " ") or "no reason is known")


def successes_and_errors(postings: Sequence[Posting], zone: str) -> tuple[str, str]:
    """The last success and the last error, each with its time, as sentences; postings come newest first."""
    sent = next((p for p in postings if p.state in {Sending.SENT, Sending.FOUND} and p.at), None)
    wrong = next(
        (p for p in postings if p.error or p.state in {Sending.SKIPPED, Sending.UNKNOWN, Sending.FAILED}), None
    )
    success = "Last success: none yet."
    if sent and sent.at:
        success = f"Last success: {at_moment(sent.at, zone)}, {paragraphs_word(sent.paragraphs)}."
    error = "Last error: none."
    if wrong:
        moment = wrong.error_at or wrong.due
        what = "too late, skipped" if wrong.state is Sending.SKIPPED and not wrong.error else error_words(wrong.error)
        error = f"Last error: {at_moment(moment, zone)}, {what}."
    return success, error
