"""Whatever is said to a digest, in whatever sequence: it is answered, loses no paragraph, and posts once a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import apology, decide
from bot.commands.command import Digests, Facts
from bot.commands.digest import DIGEST
from bot.digests.order import EVERY_DAY, Order
from bot.digests.subscriptions import Lateness, Sending, State, Subscription, scheduled, take
from bot.errors import BotError
from bot.message import Room
from bot.ports import RoomSettings
from bot.reply import Amend, Reply, Subscribe, Visibility
from bot.understanding import understand
from corpus.library import open_document

DOCUMENT = open_document("hearings-2006")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROOM = Room("matrix", "@bot:here", "!room:here")
SETTLED = settings(derandomize=True, database=None, deadline=None, max_examples=150)
WORDS = st.lists(
    st.sampled_from(
        "pause until 5 January resume stop undo skip tomorrow 24 December to 2 back 20 now time 10:00 nine am 0900 timezone "
        "Geneva New York yesterday on since Monday 3 November list status the digest 1 # all , weekly topic gender for two weeks "
        "99 -1 “ ٣ every day shuffled plan ics".split()
    ),
    max_size=6,
)
CHANGES = st.sampled_from(
    (
        *(
            "pause",
            "pause until 28 November",
            "pause for a week",
            "resume",
            "stop",
            "undo",
            "skip",
            "skip 26 to 27 November",
        ),
        *("back to 2", "back to 5", "now", "time 10:00", "time 22:00", "timezone Lima", "timezone Auckland"),
    )
)


def held(postings: int = 76, **order: object) -> Subscription:
    days = Order(
        EVERY_DAY,
        time(9),
        "Europe/Zurich",
        tuple((n,) for n in range(1, postings + 1)),
        date(2026, 11, 24),
    )
    return scheduled(Subscription(1, ROOM, replace(days, **order), ordered_by="ana"), NOW)  # type: ignore[arg-type]


def ask(text: str, subscription: Subscription, now: datetime = NOW) -> Reply:
    facts = Facts(
        DOCUMENT,
        now=now,
        asker="ana",
        direct=False,
        settings=RoomSettings(zone="Europe/Zurich"),
        room=ROOM,
        digests=Digests(posted=True, here=(subscription,)),
    )
    try:
        request = understand(text, DOCUMENT)
    except BotError as error:
        return apology(error)
    assert request
    return decide(request, facts)


@SETTLED
@given(WORDS)
def test_any_words_are_answered_and_change_one_thing_at_most(words: list[str]) -> None:
    before = held()
    reply = ask(f"digest {' '.join(words)}", before)
    assert reply.blocks
    assert len(reply.changes) <= 1
    for change in reply.changes:
        assert isinstance(change, Amend | Subscribe)
        after = change.subscription
        assert reply.answered
        assert reply.visibility is Visibility.EVERYONE
        assert after.before
        assert (after.changed_by, after.changed_at) == ("ana", NOW)
        if isinstance(change, Amend):
            assert (after.id, after.version, after.room) == (1, before.version, ROOM)
        if after.state is State.ACTIVE:
            assert after.next_due
            assert after.next_due >= NOW


@SETTLED
@given(st.lists(st.tuples(CHANGES, st.integers(0, 50)), max_size=12))
def test_after_any_changes_each_date_has_one_posting_and_the_next_paragraph_comes_next(
    changes: list[tuple[str, int]],
) -> None:
    subscription, now = held(6, repeating=True), NOW
    dates: list[date] = []

    def post() -> None:
        nonlocal subscription
        expected = subscription.made
        taken = take(subscription, now, Lateness())
        for posting in taken.postings:
            dates.append(posting.local_date)
            if posting.state is Sending.TRYING:
                assert posting.paragraphs == (expected % 6 + 1,)
                assert taken.subscription.made == expected + 1
        subscription = taken.subscription

    for words, hours in changes:
        for _ in range(hours):
            now += timedelta(hours=1)
            post()
        for change in ask(f"digest {words}", subscription, now).changes:
            assert isinstance(change, Amend)
            subscription = change.subscription
        post()
    assert len(dates) == len(set(dates))


@SETTLED
@given(CHANGES)
def test_an_undo_restores_what_was(words: str) -> None:
    before = held()
    for change in ask(f"digest {words}", before).changes:
        assert isinstance(change, Amend)
        [back] = ask("digest undo", change.subscription).changes
        assert isinstance(back, Amend)
        names = ("order", "made", "owed", "state", "reason", "until", "local_date", "next_date", "next_due")
        assert {n: getattr(back.subscription, n) for n in names} == {n: getattr(before, n) for n in names}


def test_the_examples_of_help_are_read_as_what_they_say() -> None:
    done = {example: ask(example, held()) for example in DIGEST.examples}
    assert [example for example, reply in done.items() if not reply.answered] == [
        "digest undo"
    ]  # nothing was changed yet
    assert sum(bool(reply.changes) for reply in done.values()) >= 10
