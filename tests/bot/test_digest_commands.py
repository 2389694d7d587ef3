"""What people say to a digest, through the shell: orders, changes, how it stands, what was posted, and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.bot import Bot, Press
from bot.digests.subscriptions import Lateness, Posting, Reason, Sending, State, Subscription
from bot.message import Message, Room
from bot.ports import Store
from bot.render import render_plain
from bot.reply import Choices, Reply, Visibility
from bot.store.memory import MemoryStore
from bot.store.memory_digests import MemoryDigests
from corpus.document import Document
from tests.stores import Opened

ROOM = Room("matrix", "@bot:here", "!room:here")
OTHER = Room("matrix", "@bot:here", "!other:here")
#: Tuesday, 13.00 in Zurich.
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORDER = "digest daily at 9:00 Geneva, 2 paragraphs"


class People:
    """Ana manages the room, Ben does not."""

    async def zone(self, room: Room, person: str) -> str | None:
        return "Asia/Tokyo"

    async def manages(self, room: Room, person: str) -> bool:
        return person == "ana" and room == ROOM

    async def belongs(self, room: Room, person: str) -> bool:
        return True

    def link(self, room: Room, sent: str) -> str:
        return f"https://chat.example/{sent}"


class Talk:
    """A room in which people write, and a clock."""

    def __init__(self, document: Document, store: Store, digests: int | None = 3) -> None:
        self.store = store
        self.now = TUESDAY
        self.bot = Bot(document, store, People(), lambda: self.now, digests=digests)
        self._count = 0

    def message(self, text: str, sender: str = "ana", room: Room = ROOM, *, direct: bool = False) -> Message:
        self._count += 1
        return Message(text, sender, room, f"$m{self._count}", sent=self.now, direct=direct)

    async def ask(self, text: str, sender: str = "ana", room: Room = ROOM, *, direct: bool = False) -> Reply:
        message = self.message(text, sender, room, direct=direct)
        reply = await self.bot.answer(message)
        await self.bot.delivered(message, [f"$a{self._count}"])
        return reply

    async def say(self, text: str, sender: str = "ana", room: Room = ROOM) -> str:
        return render_plain(await self.ask(text, sender, room))

    async def here(self, room: Room = ROOM) -> list[Subscription]:
        return await self.store.digests.of_room(room)

    async def one(self) -> Subscription:
        [held] = await self.here()
        return held

    async def post(self, **record: object) -> list[Posting]:
        """What is due goes out."""
        out = []
        for taken in await self.store.digests.take("matrix", self.now, Lateness()):
            for posting in taken.postings:
                sent = posting
                if posting.state is Sending.TRYING:
                    sent = replace(posting, state=Sending.SENT, at=self.now, sent=f"$p{posting.local_date}", **record)  # type: ignore[arg-type]
                await self.store.digests.record(sent)
                out.append(sent)
        return out

    async def go_to(self, day: int, hour: int = 8, month: int = 11) -> list[Posting]:
        self.now = datetime(2026, month, day, hour, tzinfo=UTC)
        return await self.post()


@pytest.fixture
def talk(document: Document) -> Talk:
    return Talk(document, MemoryStore())


# -- ordering


async def test_an_order_is_said_back_with_its_dates_and_stored(document: Document, opened: Opened) -> None:
    talk = Talk(document, opened.store)
    reply = await talk.ask(ORDER)
    said = render_plain(reply)
    assert reply.visibility is Visibility.EVERYONE
    assert "76 paragraphs, 2 a day, Monday to Friday at 9:00 (Europe/Zurich)" in said
    assert "Next: Wednesday 25 November 2026 at 9:00 (Europe/Zurich), paragraphs 1 and 2." in said
    assert "Last: Friday 15 January 2027. Ordered by ana." in said
    assert "digest undo" in said
    held = await talk.one()
    assert (held.room, held.ordered_by, held.state, held.next_date) == (ROOM, "ana", State.ACTIVE, date(2026, 11, 25))


async def test_the_zone_is_the_rooms_or_in_a_direct_chat_the_askers(talk: Talk) -> None:
    assert "on whose clock" in await talk.say("digest daily at 9:00")
    await talk.say("timezone Nairobi")
    assert "(Africa/Nairobi)" in await talk.say("digest daily at 9:00")
    assert "Tokyo" not in await talk.say("digest status")
    own = await talk.ask("digest daily at 9:00", "ben", OTHER, direct=True)
    assert "(Asia/Tokyo)" in render_plain(own)
    assert "Ordered by" not in render_plain(own)


async def test_where_nothing_posts_an_order_says_so_and_stores_nothing(document: Document) -> None:
    talk = Talk(document, MemoryStore(), digests=None)
    reply = await talk.ask(ORDER)
    assert (reply.answered, reply.changes) == (False, ())
    assert "nothing would post it here" in render_plain(reply)
    assert await talk.here() == []


async def test_only_managers_and_whoever_invited_the_bot_may_order_and_change(talk: Talk) -> None:
    refusal = await talk.ask(ORDER, "ben")
    assert (refusal.visibility, refusal.answered) == (Visibility.ASKER, False)
    assert "this room’s managers can" in render_plain(refusal)
    assert await talk.here() == []
    await talk.say(ORDER)
    for change in ("pause", "resume", "stop", "undo", "skip", "back to 20", "now", "time 10:00", "timezone Lima"):
        before = await talk.one()
        assert f"Ask one of them to write: digest {change}" in await talk.say(f"digest {change}", "ben")
        assert await talk.one() == before
    assert "Next: Wednesday" in await talk.say("digest status", "ben")
    await talk.store.invited(ROOM, "ben")
    assert "rests" in await talk.say("digest pause", "ben")
    assert (await talk.one()).changed_by == "ben"


async def test_the_same_order_again_is_no_second_digest(talk: Talk) -> None:
    await talk.say(ORDER)
    talk.now += timedelta(days=1)
    assert "ordered here already" in await talk.say(ORDER)
    assert len(await talk.here()) == 1


async def test_a_room_has_no_more_digests_than_are_allowed(talk: Talk) -> None:
    for hour in (9, 10, 11):
        await talk.say(f"digest daily at {hour}:00 Geneva")
    said = await talk.say("digest daily at 12:00 Geneva")
    assert "This room has 3 digests, and may have 3" in said
    assert "Digest 2: Paragraphs 1 to 76, 1 a day, Monday to Friday at 10:00 (Europe/Zurich)" in said
    await talk.say("digest 2 stop")
    await talk.say("digest daily at 12:00 Geneva")
    assert [each.state.value for each in await talk.here()] == ["active", "stopped", "active", "active"]


@pytest.mark.parametrize(
    "message",
    [
        "order a digest daily at 9:00 Geneva",
        "send us a daily digest at 9:00 Geneva",
        "daily digest at 9:00 Geneva",
        "please set up a daily digest at 9:00 Geneva",
        "digest order daily at 9:00 Geneva",
        "Digest: daily at 9:00 Geneva",
    ],
)
async def test_an_order_may_begin_with_other_words(talk: Talk, message: str) -> None:
    assert "A digest is ordered" in await talk.say(message)
    assert (await talk.one()).order.zone == "Europe/Zurich"


@pytest.mark.parametrize("message", ["what does the digest of the hearings say about 9 states?", "digest the report"])
async def test_a_question_that_has_the_word_orders_nothing(talk: Talk, message: str) -> None:
    await talk.say(message)
    assert await talk.here() == []


async def test_a_message_that_comes_again_or_is_edited_is_carried_out_once(talk: Talk) -> None:
    order = talk.message(ORDER)
    await talk.bot.answer(order)
    talk.bot.undelivered(order)
    again = await talk.bot.answer(order)
    assert "That was carried out" in render_plain(again)
    await talk.bot.delivered(order, ["$a"])
    revision = await talk.bot.edited(replace(order, text="digest daily at 10:00 Geneva", version=1))
    assert "write a new message" in render_plain(revision.reply)
    held = await talk.one()
    assert held.order.at.hour == 9
    undo = talk.message("digest undo")
    for _ in range(2):
        await talk.bot.answer(undo)
        talk.bot.undelivered(undo)
    assert (await talk.one()).state is State.STOPPED


# -- changes


@pytest.mark.parametrize(
    ("change", "told", "what"),
    [
        ("pause", "rests until somebody writes: digest resume", {"state": State.PAUSED, "next_due": None}),
        ("pause until 5 January", "Next: Tuesday 5 January 2027 at 9:00", {"until": date(2027, 1, 5)}),
        ("pause for two weeks", "Next: Tuesday 8 December 2026", {"next_date": date(2026, 12, 8)}),
        ("pause 24 December to 2 January", "Nothing is posted from Thursday 24 December", {"state": State.ACTIVE}),
        ("stop", "is stopped in this room", {"state": State.STOPPED, "next_due": None}),
        ("skip", "Nothing is posted Wednesday 25 November 2026", {"next_date": date(2026, 11, 26)}),
        ("skip tomorrow", "Next: Thursday 26 November 2026", {"next_date": date(2026, 11, 26)}),
        ("skip 24 December to 2 January", "to Saturday 2 January 2027", {"next_date": date(2026, 11, 25)}),
        ("back to 20", "goes on with paragraphs 19 and 20", {"made": 9}),
        ("go to 20", "goes on with paragraphs 19 and 20", {"made": 9}),
        ("time 10:00", "Next: Wednesday 25 November 2026 at 10:00", {"next_due": TUESDAY + timedelta(hours=21)}),
        ("time 17:30", "Next: Wednesday 25 November 2026 at 17:30", {"next_date": date(2026, 11, 25)}),
        (
            "move to nine thirty am New York",
            "at 9:30 (America/New_York)",
            {"next_due": TUESDAY + timedelta(hours=26, minutes=30)},
        ),
        ("timezone New York", "at 9:00 on the clock of America/New_York", {"next_due": TUESDAY + timedelta(hours=26)}),
        ("now", "paragraphs 1 and 2, comes now, and counts", {"next_due": TUESDAY, "next_date": date(2026, 11, 24)}),
    ],
)
async def test_a_change_is_made_said_with_its_dates_and_taken_back(
    talk: Talk, change: str, told: str, what: dict[str, object]
) -> None:
    await talk.say(ORDER)
    await talk.go_to(24, 12)
    held = await talk.one()
    reply = await talk.ask(f"digest {change}")
    said = render_plain(reply)
    assert reply.visibility is Visibility.EVERYONE
    assert told in said
    assert "Changed by ana." in said
    changed = await talk.one()
    assert {name: getattr(changed, name) for name in what} == what
    if changed.next_due and changed.next_due > talk.now:
        assert "Last: " in said
    assert "is taken back" in await talk.say("digest undo")
    undone_ = await talk.one()
    names = ("order", "made", "state", "reason", "until", "next_date", "next_due", "owed")
    assert {name: getattr(undone_, name) for name in names} == {name: getattr(held, name) for name in names}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("skip foo", "digest skip tomorrow"),
        ("pause until foo", "digest pause until 5 January"),
        ("pause until 3 February 2020", "is past"),
        ("back to 99", "Paragraph 99 is not in this digest"),
        ("time 3", "at 03:00 or at 15:00"),
        ("time 10:00 gender", "topic gender"),
        ("time 10:00, 3 paragraphs", "the time and the place alone"),
        ("time 9:00", "So it is already"),
        ("timezone Nowhere", "no one zone that I know"),
        ("timezone CST", "digest timezone "),
        ("resume", "No digest rests here"),
        ("skip Saturday", "Nothing was to be posted"),
        ("stop 2", "There is no digest 2 here"),
    ],
)
async def test_what_cannot_be_changed_is_told_to_the_asker_alone(talk: Talk, change: str, told: str) -> None:
    await talk.say(ORDER)
    held = await talk.one()
    reply = await talk.ask(f"digest {change}")
    assert reply.visibility is Visibility.ASKER
    assert told in render_plain(reply)
    assert await talk.one() == held


@pytest.mark.parametrize("change", ["pause", "stop", "skip", "now", "time 10:00", "undo", "resume", "back to 3"])
async def test_without_a_digest_there_is_nothing_to_change(talk: Talk, change: str) -> None:
    reply = await talk.ask(f"digest {change}")
    assert (reply.answered, reply.visibility) == (False, Visibility.ASKER)
    assert "To order one: digest daily at 9:00 Geneva" in render_plain(reply)


async def test_of_several_digests_the_one_that_is_meant_is_asked_for(talk: Talk) -> None:
    await talk.say(ORDER)
    await talk.say("digest weekly at 16:00 Geneva, topic gender")
    reply = await talk.ask("digest skip 30 November")
    assert "write digest 1 skip 30 November or digest 2 skip 30 November" in render_plain(reply)
    [choices] = [block for block in reply.blocks if isinstance(block, Choices)]
    said = await talk.say(choices.choices[1].words)
    assert said.startswith("Digest 2: ")
    first, second = await talk.here()
    assert (first.order.skipped, second.order.skipped) == ((), ((date(2026, 11, 30), date(2026, 11, 30)),))
    await talk.say("digest stop 2")
    assert [each.state.value for each in await talk.here()] == ["active", "stopped"]
    assert "rests" in await talk.say("digest pause")
    await talk.say("digest resume 2")
    assert [each.state.value for each in await talk.here()] == ["paused", "active"]


async def test_an_undo_keeps_what_was_posted_and_makes_no_posting_twice_on_a_date(talk: Talk) -> None:
    await talk.say(ORDER)
    await talk.say("digest back to 20")
    assert [each.paragraphs for each in await talk.go_to(25)] == [(19, 20)]
    await talk.say("digest undo")
    held = await talk.one()
    assert (held.made, held.next_date) == (1, date(2026, 11, 26))
    assert [each.paragraphs for each in await talk.go_to(26)] == [(3, 4)]
    await talk.say("digest stop")
    await talk.say("digest undo")
    assert (await talk.one()).next_date == date(2026, 11, 27)


async def test_a_change_can_be_undone_for_24_hours(talk: Talk) -> None:
    await talk.say(ORDER)
    await talk.say("digest stop")
    talk.now += timedelta(hours=24, minutes=1)
    assert "no change of the last 24 hours" in await talk.say("digest undo")
    assert "goes on where it stood" in await talk.say("digest resume")


async def test_two_postings_on_one_day_are_of_two_dates(talk: Talk) -> None:
    await talk.say(ORDER)
    await talk.say("digest now")
    assert [(each.local_date.day, each.paragraphs) for each in await talk.post()] == [(24, (1, 2))]
    assert "as that of Wednesday 25 November 2026, since today’s has been" in await talk.say("digest now")
    assert [(each.local_date.day, each.paragraphs) for each in await talk.post()] == [(25, (3, 4))]
    assert await talk.go_to(25) == []
    assert [(each.local_date.day, each.paragraphs) for each in await talk.go_to(26)] == [(26, (5, 6))]


async def test_days_at_rest_are_no_days_that_were_missed(talk: Talk) -> None:
    await talk.say(ORDER)
    await talk.say("digest pause")
    talk.now += timedelta(days=100)
    said = await talk.say("digest resume")
    assert "Next: Friday 5 March 2027 at 9:00" in said
    assert await talk.post() == []


async def test_a_button_does_what_its_words_do(talk: Talk) -> None:
    reply = await talk.ask(ORDER)
    [choices] = [block for block in reply.blocks if isinstance(block, Choices)]
    undo = next(choice for choice in choices.choices if choice.words == "digest undo")
    for sender in ("ben", "ana"):
        press = Press(undo, ROOM, None, sender, "$a1", f"press-{sender}")
        pressed = await talk.bot.pressed(press)
        await talk.bot.shown(press, pressed, ["$x"])
        assert (await talk.one()).state is (State.ACTIVE if sender == "ben" else State.STOPPED)


async def test_a_change_that_a_posting_outruns_is_decided_anew(document: Document) -> None:
    class Outrunning(MemoryDigests):
        """A posting is made just before the first change is stored."""

        outrun = False

        async def amend(self, subscription: Subscription) -> bool:
            if not self.outrun:
                self.outrun = True
                await self.take("matrix", datetime(2026, 11, 25, 8, tzinfo=UTC), Lateness())
            return await super().amend(subscription)

    store = MemoryStore()
    store.digests = Outrunning()
    talk = Talk(document, store)
    await talk.say(ORDER)
    talk.now = datetime(2026, 11, 25, 8, 0, 1, tzinfo=UTC)
    said = await talk.say("digest time 10:00")
    held = await talk.one()
    assert (held.made, held.next_date, held.order.at.hour) == (1, date(2026, 11, 26), 10)
    assert "Next: Thursday 26 November 2026 at 10:00 (Europe/Zurich), paragraphs 3 and 4" in said


# -- how it stands


async def test_the_state_has_the_next_posting_the_progress_and_the_last_success_and_error(talk: Talk) -> None:
    assert "No digest is ordered here" in await talk.say("digest status")
    await talk.say(ORDER)
    said = await talk.say("digest")
    assert "0 of 76 paragraphs posted" in said
    assert "Last success: none yet." in said
    assert "Last error: none." in said
    await talk.go_to(25)
    talk.now = datetime(2026, 11, 26, 22, tzinfo=UTC)
    await talk.post()
    await talk.go_to(27)
    said = await talk.say("digest status")
    assert "4 of 76 paragraphs posted." in said
    assert "Last success: Friday 27 November 2026 at 9:00 (Europe/Zurich), paragraphs 3 and 4." in said
    assert "Last error: Thursday 26 November 2026 at 9:00 (Europe/Zurich), too late, skipped." in said
    assert "Next: Monday 30 November 2026 at 9:00 (Europe/Zurich), paragraphs 5 and 6." in said
    assert "Ordered by ana" in said


async def test_the_state_says_that_a_digest_has_come_to_its_end(talk: Talk) -> None:
    await talk.say("digest daily at 9:00 Geneva, paragraphs 3 and 4")
    await talk.go_to(25)
    await talk.go_to(26)
    said = await talk.say("digest status")
    assert "It has come to its end" in said
    assert "2 of 2 paragraphs posted" in said
    assert "goes on with paragraph 4" in await talk.say("digest back to 4")


async def test_what_was_posted_is_listed_with_links(talk: Talk) -> None:
    assert "No digest was posted here yet" in await talk.say("digest yesterday")
    await talk.say(ORDER)
    await talk.go_to(25)
    await talk.go_to(26)
    line = "Wednesday 25 November 2026: paragraphs 1 and 2, posted at 9:00 — https://chat.example/$p2026-11-25"
    for message in ("digest yesterday", "digest on 25 November", "digest on Wednesday", "digest of yesterday"):
        said = await talk.say(message)
        assert line in said, message
        assert "26 November" not in said, message
    for message in ("digest since Monday", "digest since 25 November", "digest history", "digest last week"):
        said = await talk.say(message)
        assert line in said, message
        assert "Thursday 26 November 2026: paragraphs 3 and 4" in said, message
    assert "Nothing was posted here on Monday 23 November 2026" in await talk.say("digest on Monday")
    assert "still to come" in await talk.say("digest on 1 December 2026")
    assert "there is no 31 November" in (await talk.say("digest on 31 November")).replace("There", "there")


async def test_the_list_has_the_rooms_that_one_manages_or_ordered_in(talk: Talk) -> None:
    await talk.say(ORDER)
    await talk.store.invited(OTHER, "ben")
    await talk.say("digest weekly at 10:00 Geneva", "ben", room=OTHER)
    mine, theirs = await talk.say("digest list"), await talk.say("digest list", "ben")
    assert "Here: Paragraphs 1 to 76, 2 a day" in mine
    assert "!other:here" not in mine
    assert "!other:here: Paragraphs 1 to 76, 1 a week" in theirs
    assert "2 a day" not in theirs
    assert "no digest in any room" in await talk.say("digest list", "eve")


# -- rooms that end and move


async def test_a_room_that_the_bot_leaves_keeps_its_digest_at_rest_with_the_reason(
    document: Document, opened: Opened
) -> None:
    talk = Talk(document, opened.store)
    await talk.say(ORDER)
    await talk.bot.left(ROOM)
    held = await talk.one()
    assert (held.state, held.reason, held.next_due) == (State.PAUSED, Reason.LEFT, None)
    said = await talk.say("digest status")
    assert "It rests because I was taken out of this room until somebody writes: digest resume." in said
    assert "Next: Wednesday 25 November 2026" in await talk.say("digest resume")


async def test_a_room_that_moves_takes_its_digest_along(document: Document, opened: Opened) -> None:
    talk = Talk(document, opened.store)
    await talk.say(ORDER)
    await talk.bot.moved(ROOM, OTHER)
    assert await talk.here() == []
    [held] = await talk.here(OTHER)
    assert (held.state, held.next_date) == (State.ACTIVE, date(2026, 11, 25))


async def test_no_words_of_people_are_kept_with_a_digest(document: Document, opened: Opened) -> None:
    talk = Talk(document, opened.store)
    await talk.say("digest daily at 9:00 Geneva, topic gender, please")
    await talk.say("digest pause until 5 January")
    held = opened.dump()
    assert "gender-sensitive approach" in held
    assert not any(word in held for word in ("please", "Geneva", "5 January", "topic gender"))


@pytest.mark.parametrize(
    ("may", "belongs", "allowed"),
    [
        ((), True, False),
        (("eve",), True, False),
        (("ben",), True, True),
        (("ben",), False, False),
        (("anyone",), True, True),
        (("anyone",), False, False),
    ],
)
async def test_others_may_where_the_operator_says_so_but_no_guests(
    document: Document, may: tuple[str, ...], belongs: bool, allowed: bool
) -> None:
    class Guests(People):
        async def belongs(self, room: Room, person: str) -> bool:
            return belongs

    bot = Bot(document, MemoryStore(), Guests(), lambda: TUESDAY, digests=1, may=may)
    reply = await bot.answer(Message(ORDER, "ben", ROOM, "$m1", sent=TUESDAY))
    assert reply.answered is allowed
