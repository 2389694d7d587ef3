"""What people are told of their digests: an order understood, a change made, how one stands.

Pure, as every answer is: from the request and the facts to a Reply that brings its change along.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.choosing import credit, day, refused
from bot.commands.command import Facts
from bot.commands.digest import DigestRequest, Do, known_zone
from bot.digests import change
from bot.digests.change import By
from bot.digests.dates import read_stretch, read_until
from bot.digests.order import Order
from bot.digests.plan import ordered_between
from bot.digests.read import read_order, read_time
from bot.digests.say import (
    at_moment,
    coming,
    describe,
    in_full,
    next_paragraphs,
    progress,
    short,
    successes_and_errors,
)
from bot.digests.subscriptions import Reason, State, Subscription
from bot.errors import UsageError
from bot.reply import (
    Amend,
    Block,
    Bullets,
    Choice,
    Choices,
    Heading,
    Reply,
    Subscribe,
    Text,
    Visibility,
    in_words,
    paragraphs_word,
    shortened,
)

_EXAMPLE = "digest daily at 9:00 Geneva"
_CHANGES = (
    "To change it: digest time 10:00, digest pause, digest skip tomorrow, digest back to a paragraph, digest stop. "
    "To take the last change back within 24 hours: digest undo."
)
_UNDO = Choice("Take this back", "digest undo")
_STATUS = Choice("How it stands", "digest status")


def answer(request: DigestRequest, facts: Facts) -> Reply:
    """The reply to everything but a plan."""
    if request.do is Do.STATUS:
        return _status(request, facts)
    if done := _done_already(facts):
        return done
    if request.do is Do.ORDER:
        return _order(request, facts)
    if not facts.rights.may_change:
        return refused(facts, _as_said(request), "How it stands: digest status")
    match request.do:
        case Do.RESUME:
            return _resume(request, facts)
        case Do.UNDO:
            return _undo(request, facts)
    subscription = _which(request, facts)
    if isinstance(subscription, Reply):
        return subscription
    match request.do:
        case Do.PAUSE:
            return _pause(request, facts, subscription)
        case Do.STOP:
            text = "This digest is stopped" + ("" if facts.direct else " in this room")
            kept = "Its place is kept for 24 hours: digest undo has it go on."
            return _changed(facts, subscription, change.stopped(subscription, _by(facts)), f"{text}. {kept}")
        case Do.SKIP:
            return _skip(request, facts, subscription)
        case Do.BACK:
            return _back(request, facts, subscription)
        case Do.NOW:
            return _now(facts, subscription)
        case Do.TIME:
            return _time(request, facts, subscription)
        case _:
            return _zone(request, facts, subscription)


# -- ordering


def _order(request: DigestRequest, facts: Facts) -> Reply:
    order = read_order(request.rest, facts.document, _now_of(facts), known_zone(facts))
    said = describe(order)
    if not facts.digests.posted:
        text = (
            "Nothing is ordered: nothing would post it here. Digests are posted where the bot runs for good, in Slack or in "
            "Matrix, and in hearings chat while it is open; the same words order it there. Every date of it: digest plan, and "
            "the same words"
        )
        return Reply("digest", (Text(said), Text(text)), answered=False, visibility=Visibility.ASKER)
    if not facts.rights.may_change:
        return refused(
            facts,
            f"digest {shortened(request.rest, 100)}",
            f"Every date of it, for you alone: digest plan {request.rest}",
        )
    going = _going(facts)
    if same := next((each for each in going if _alike(each.order, order)), None):
        text = f"This digest is ordered here already.{_by_whom(same, facts)}"
        blocks = (Text(text), Text(coming(same, _now_of(facts))), Text(_CHANGES), Choices((_STATUS,)))
        return Reply("digest", blocks, visibility=Visibility.ASKER)
    if len(going) >= facts.digests.at_most:
        text = (
            f"{_has(going, facts)}, and may have {facts.digests.at_most}. To order another, end one first: digest stop and its "
            "number"
        )
        return Reply(
            "error", (Text(text), _list(facts), Choices((_STATUS,))), answered=False, visibility=Visibility.ASKER
        )
    made = change.ordered(facts.room, order, _by(facts))
    who = "" if facts.direct or not facts.asker else f" Ordered by {facts.asker}."
    said_back: tuple[Block, ...] = (
        Heading("A digest is ordered"),
        Text(said),
        Text(f"{coming(made, _now_of(facts))}{who}"),
        *_others(going),
        Text(_CHANGES),
        Choices((Choice("Post the first one now", f"digest now{_number_of_new(facts)}"), _UNDO, _STATUS)),
    )
    return Reply("digest", said_back, changes=(Subscribe(made),))


def _number_of_new(facts: Facts) -> str:
    return f" {len(facts.digests.here) + 1}" if _going(facts) else ""


def _others(going: list[Subscription]) -> tuple[Text, ...]:
    if not going:
        return ()
    count = "one more digest is" if len(going) == 1 else f"{len(going)} more digests are"
    return (Text(f"Besides it, {count} posted here: digest status shows all, with their numbers."),)


def _alike(one: Order, other: Order) -> bool:
    """Whether two orders differ in nothing but the day on which they begin."""

    def told(order: Order) -> tuple[object, ...]:
        return (order.days, order.at, order.zone, order.what, order.name, order.count, order.repeating, order.until,
                order.stops_at_headings, order.skipped, order.seed is None, sorted(order.paragraphs))  # fmt: skip

    return told(one) == told(other)


# -- changing


def _pause(request: DigestRequest, facts: Facts, subscription: Subscription) -> Reply:
    until = None
    if request.rest:
        if (stretch := read_stretch(request.rest, _today(subscription, facts))) and stretch[0] != stretch[1]:
            return _skip(request, facts, subscription)
        until = read_until(request.rest, _today(subscription, facts))
        if until is None:
            raise UsageError(
                f"“{shortened(request.rest)}” is no date: write, for example, digest pause until 5 January"
            )
    if subscription.state is State.PAUSED and subscription.until == until:
        text = f"It rests already.{_by_whom(subscription, facts)} {coming(subscription, _now_of(facts))}"
        return Reply("digest", (Text(text),), visibility=Visibility.ASKER)
    rests = f"until {in_full(until)}" if until else "until somebody writes: digest resume"
    return _changed(
        facts,
        subscription,
        change.paused(subscription, _by(facts), until),
        f"This digest rests {rests}. Its place is kept.",
    )


def _resume(request: DigestRequest, facts: Facts) -> Reply:
    here = facts.digests.here
    if request.number:
        chosen = _numbered(request, facts)
        if isinstance(chosen, Reply):
            return chosen
        resting = [chosen]
    else:
        resting = [each for each in here if each.state is State.PAUSED]
        if not resting and not _going(facts):
            stopped = [each for each in here if each.state is State.STOPPED and each.made < len(each.order.postings)]
            resting = stopped[-1:]
    if not resting:
        return _none(facts, "No digest rests here.", answered=bool(_going(facts)))
    if len(resting) > 1:
        return _ask_which(Do.RESUME, "", resting, facts)
    [subscription] = resting
    if subscription.state is State.ACTIVE:
        text = f"It does not rest. {coming(subscription, _now_of(facts))}"
        return Reply("digest", (Text(text),), visibility=Visibility.ASKER)
    if subscription.state is State.FINISHED:
        return _none(
            facts, "It has come to its end. To read on from a paragraph: digest back to 20, or order it again."
        )
    going = change.resumed(subscription, _by(facts))
    return _changed(facts, subscription, going, "This digest goes on where it stood.")


def _undo(request: DigestRequest, facts: Facts) -> Reply:
    now = _now_of(facts)
    known = [each for each in facts.digests.here if each.before and now - each.changed_at <= change.UNDONE_WITHIN]
    if request.number:
        chosen = _numbered(request, facts)
        if isinstance(chosen, Reply):
            return chosen
        known = [each for each in known if each.id == chosen.id]
    if not known:
        text = "There is no change of the last 24 hours to take back here."
        return _none(facts, text)
    subscription = max(known, key=lambda each: each.changed_at)
    restored = change.undone(subscription, _by(facts))
    assert restored
    took = f"The last change, made {_ago(subscription, facts)}, is taken back"
    end = {State.STOPPED: "nothing is posted any more", State.PAUSED: "this digest rests again"}
    text = f"{took}: {end.get(restored.state, 'this digest is as it was before, and its place is kept')}."
    return _changed(facts, subscription, restored, text)


def _skip(request: DigestRequest, facts: Facts, subscription: Subscription) -> Reply:
    if request.rest:
        stretch = read_stretch(request.rest, _today(subscription, facts))
        if stretch is None:
            raise UsageError(
                f"“{shortened(request.rest)}” are no dates: write, for example, digest skip tomorrow, or digest skip 24 December "
                "to 2 January"
            )
        first, last = stretch
    else:
        if subscription.next_date is None:
            return _none(facts, coming(subscription, _now_of(facts)))
        first = last = subscription.next_date
    days = in_full(first) if first == last else f"from {in_full(first)} to {in_full(last)}"
    after = change.skipping(subscription, _by(facts), first, last)
    if not ordered_between(subscription.order, first, last):
        return Reply("digest", (Text(f"Nothing was to be posted {days} anyway."),), visibility=Visibility.ASKER)
    text = f"Nothing is posted {days}; what was to come then comes after it."
    return _changed(facts, subscription, after, text)


def _back(request: DigestRequest, facts: Facts, subscription: Subscription) -> Reply:
    number = int(request.rest)
    after = change.back_to(subscription, _by(facts), number)
    if after is None:
        text = f"Paragraph {number} is not in this digest: {short(subscription.order)}."
        return Reply("error", (Text(text), Choices((_STATUS,))), answered=False, visibility=Visibility.ASKER)
    with_it = next_paragraphs(after)
    text = f"This digest goes on with {paragraphs_word(with_it)}."
    return _changed(facts, subscription, after, text)


def _now(facts: Facts, subscription: Subscription) -> Reply:
    if subscription.state is State.PAUSED:
        text = f"{coming(subscription, _now_of(facts))} To have it go on: digest resume"
        return Reply(
            "digest",
            (Text(text), Choices((Choice("Go on", "digest resume"),))),
            answered=False,
            visibility=Visibility.ASKER,
        )
    after = change.now(subscription, _by(facts))
    numbers = paragraphs_word(next_paragraphs(subscription))
    text = f"The next posting, {numbers}, comes now, and counts"
    if after.next_date and after.next_date > _today(subscription, facts):
        text += f" as that of {in_full(after.next_date)}, since today’s has been"
    return _changed(facts, subscription, after, f"{text}.", after_it=True)


def _time(request: DigestRequest, facts: Facts, subscription: Subscription) -> Reply:
    order = subscription.order
    at, zone = read_time(request.rest, facts.document, _now_of(facts), order.zone)
    if (at, zone) == (order.at, order.zone):
        return _as_it_is(subscription, facts)
    after = change.at_time(subscription, _by(facts), at, zone)
    return _changed(
        facts, subscription, after, f"This digest is posted at {at.hour}:{at.minute:02} ({zone}) from now on."
    )


def _zone(request: DigestRequest, facts: Facts, subscription: Subscription) -> Reply:
    from bot.zones import Finding, find_zone

    name = shortened(request.rest, 40)
    found = find_zone(request.rest) if len(request.rest) <= 40 else None
    if found is None or found.finding is not Finding.SURE:
        offered = in_words([f"digest timezone {zone}" for zone in found.zones], "or") if found and found.zones else ""
        raise UsageError(
            f"“{name}” is no one zone that I know: write {offered or 'a city or a zone, such as digest timezone New York'}"
        )
    [zone] = found.zones
    order = subscription.order
    if zone == order.zone:
        return _as_it_is(subscription, facts)
    after = change.at_time(subscription, _by(facts), order.at, zone)
    text = f"This digest is posted at {order.at.hour}:{order.at.minute:02} on the clock of {zone} from now on."
    return _changed(facts, subscription, after, text)


def _changed(facts: Facts, before: Subscription, after: Subscription, text: str, *, after_it: bool = False) -> Reply:
    """What became of a digest, with its new next and last dates and who did it."""
    which = _named(before, facts)
    comes = coming(after, _now_of(facts))
    lines: tuple[Block, ...] = (Text(f"{which}{text}{credit(facts)}"),)
    if after_it:
        later = change.scheduled_after(after)
        lines += (Text(coming(later, _now_of(facts)).replace("Next:", "After it:")),)
    elif after.state != State.STOPPED and not (after.state is State.PAUSED and after.until is None):
        lines += (Text(f"{comes} {progress(after).capitalize()}."),)
    choices = Choices((_UNDO, _STATUS)) if after.state is not State.STOPPED else Choices((_UNDO,))
    return Reply("digest", (*lines, choices), changes=(Amend(after),))


# -- how it stands


def _status(request: DigestRequest, facts: Facts) -> Reply:
    shown = [each for each in facts.digests.here if each.state is not State.STOPPED] or list(facts.digests.here[-1:])
    if request.number:
        chosen = _numbered(request, facts)
        if isinstance(chosen, Reply):
            return chosen
        shown = [chosen]
    if not shown:
        return _none(facts, "No digest is ordered here.", answered=True)
    blocks: list[Block] = []
    for each in shown:
        numbered = f" {_number(each, facts)}" if len(facts.digests.here) > 1 else ""
        blocks.append(Heading(f"Digest{numbered}: {short(each.order)}"))
        records = [posting for posting, _ in facts.digests.postings.get(each.id, ())]
        lines = (
            coming(each, _now_of(facts)),
            f"{progress(each).capitalize()}.",
            *successes_and_errors(records, each.order.zone),
            _history(each, facts),
        )
        blocks.append(Bullets(tuple(line for line in lines if line)))
    if not facts.digests.posted:
        blocks.append(Text("Nothing posts digests here at the moment."))
    blocks.append(Text(_CHANGES))
    return Reply("digest", tuple(blocks), visibility=Visibility.ASKER)


def _history(subscription: Subscription, facts: Facts) -> str:
    by = "you" if facts.direct and subscription.ordered_by == facts.asker else subscription.ordered_by
    said = f"Ordered by {by}" if by else ""
    if subscription.reason in {None, Reason.PERSON} and subscription.changed_by:
        who = "you" if facts.direct and subscription.changed_by == facts.asker else subscription.changed_by
        said += f"{', last' if said else 'Last'} changed by {who} on {_on(subscription.changed_at, subscription)}"
    return f"{said}." if said else ""


# -- which one, and what all need


def _going(facts: Facts) -> list[Subscription]:
    return [each for each in facts.digests.here if each.state in {State.ACTIVE, State.PAUSED}]


def _which(request: DigestRequest, facts: Facts) -> Subscription | Reply:
    """The digest that a change is about; or what to write where it is none or may be several."""
    if request.number:
        return _numbered(request, facts)
    going = _going(facts)
    if request.do is Do.BACK and not going:
        going = [each for each in facts.digests.here if each.state is State.FINISHED][-1:]
    if not going:
        return _none(facts, "No digest is ordered here.")
    if len(going) > 1:
        return _ask_which(request.do, request.rest, going, facts)
    return going[0]


def _numbered(request: DigestRequest, facts: Facts) -> Subscription | Reply:
    here = facts.digests.here
    if not 1 <= request.number <= len(here):
        return _none(facts, f"There is no digest {request.number} here.")
    chosen = here[request.number - 1]
    if chosen.state is State.STOPPED and request.do not in {Do.UNDO, Do.RESUME, Do.STATUS}:
        return _none(facts, f"Digest {request.number} is stopped; digest resume {request.number} has it go on.")
    if chosen.state is State.FINISHED and request.do not in {Do.UNDO, Do.RESUME, Do.STATUS, Do.BACK}:
        return _none(facts, f"Digest {request.number} has come to its end.")
    return chosen


def _ask_which(do: Do, rest: str, among: list[Subscription], facts: Facts) -> Reply:
    words = [_words(do, rest, _number(each, facts)) for each in among]
    text = f"There is more than one digest here: write {in_words(words, 'or')}"
    choices = Choices(
        tuple(
            Choice(f"{do.value.capitalize()} digest {_number(each, facts)}", _words(do, rest, _number(each, facts)))
            for each in among
        )
    )
    return Reply("error", (Text(text), _list(facts), choices), answered=False, visibility=Visibility.ASKER, usage=True)


def _words(do: Do, rest: str, number: int) -> str:
    verb = "back to" if do is Do.BACK else do.value
    return f"digest {number} {verb}{f' {rest}' if rest else ''}"


def _as_said(request: DigestRequest) -> str:
    verb = "back to" if request.do is Do.BACK else request.do.value
    number = f"{request.number} " if request.number else ""
    return f"digest {number}{verb}{f' {shortened(request.rest)}' if request.rest else ''}"


def _list(facts: Facts) -> Bullets:
    return Bullets(tuple(f"Digest {_number(each, facts)}: {short(each.order)}" for each in _going(facts)))


def _has(going: list[Subscription], facts: Facts) -> str:
    return f"This {'chat' if facts.direct else 'room'} has {len(going)} digest{'' if len(going) == 1 else 's'}"


def _number(subscription: Subscription, facts: Facts) -> int:
    return [each.id for each in facts.digests.here].index(subscription.id) + 1


def _named(subscription: Subscription, facts: Facts) -> str:
    return f"Digest {_number(subscription, facts)}: " if len(_going(facts)) > 1 else ""


def _none(facts: Facts, text: str, *, answered: bool = False) -> Reply:
    order = Text(f"To order one: {_EXAMPLE}. What it would post, and when: digest plan daily at 9:00 Geneva")
    blocks: tuple[Block, ...] = (Text(text), *(() if _going(facts) else (order,)))
    return Reply("digest", blocks, answered=answered, visibility=Visibility.ASKER)


def _done_already(facts: Facts) -> Reply | None:
    """What is said of a message that comes again, or that was edited, after it was carried out."""
    if not facts.message:
        return None
    done = next((each for each in facts.digests.here if each.before and each.before.cause == facts.message), None)
    if done is None:
        return None
    text = f"That was carried out. {coming(done, _now_of(facts))}"
    more = "To change something more, write a new message: an edited one changes nothing. To take it back: digest undo"
    return Reply("digest", (Text(text), Text(more)), visibility=Visibility.EVERYONE)


def _as_it_is(subscription: Subscription, facts: Facts) -> Reply:
    text = f"So it is already. {coming(subscription, _now_of(facts))}"
    return Reply("digest", (Text(text),), visibility=Visibility.ASKER)


def _by_whom(subscription: Subscription, facts: Facts) -> str:
    if facts.direct or not subscription.changed_by:
        return ""
    return f" {subscription.changed_by} did that on {_on(subscription.changed_at, subscription)}."


def _ago(subscription: Subscription, facts: Facts) -> str:
    who = "by you" if subscription.changed_by == facts.asker else f"by {subscription.changed_by}"
    return f"{who} on {at_moment(subscription.changed_at, subscription.order.zone)}"


def _on(moment: datetime, subscription: Subscription) -> str:
    return day(moment.astimezone(ZoneInfo(subscription.order.zone)))


def _today(subscription: Subscription, facts: Facts) -> date:
    return _now_of(facts).astimezone(ZoneInfo(subscription.order.zone)).date()


def _by(facts: Facts) -> By:
    return By(facts.asker, _now_of(facts), facts.message)


def _now_of(facts: Facts) -> datetime:
    assert facts.now
    return facts.now.astimezone(UTC)
