"""The shell round the core: rooms, threads, edits, deletions, buttons, and what is kept."""

import re
import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bot import Bot, Press, Pressed, Revision, Turn
from bot.message import Message, Room
from bot.ports import Changed, Store
from bot.render import render_plain
from bot.reply import SILENCE, Choice, Choices, Reply, Visibility
from bot.store.memory import MemoryStore
from corpus.document import Document
from corpus.library import open_document
from tests.stores import Opened

ROOM = Room("matrix", "@bot:here", "!room:here")
OTHER_ROOM = Room("matrix", "@bot:here", "!other:here")
NEXT_YEAR = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)


@dataclass
class People:
    """A directory of nobody but those it was told of."""

    zones: dict[str, str] = field(default_factory=dict)
    managers: set[str] = field(default_factory=set)
    zones_asked: list[str] = field(default_factory=list)

    async def zone(self, room: Room, person: str) -> str | None:
        self.zones_asked.append(person)
        return self.zones.get(person)

    async def manages(self, room: Room, person: str) -> bool:
        return person in self.managers

    async def belongs(self, room: Room, person: str) -> bool:
        return True

    def link(self, room: Room, sent: str) -> str:
        return f"https://chat.example/{sent}"


@dataclass
class Talk:
    """A conversation with the bot, in which every answer is delivered in two parts."""

    bot: Bot
    store: Store
    people: People
    room: Room = ROOM
    sent: int = 0

    async def say(
        self,
        text: str,
        sender: str = "ana",
        *,
        thread: str | None = None,
        addressed: bool = True,
        direct: bool = False,
        room: Room | None = None,
        reply_to: str | None = None,
    ) -> tuple[Message, Reply]:
        self.sent += 1
        message = Message(
            text,
            sender,
            room or self.room,
            f"m{self.sent}",
            thread,
            delivery=f"d{self.sent}",
            addressed=addressed,
            direct=direct,
            reply_to=reply_to,
        )
        reply = await self.bot.answer(message)
        if reply.blocks:
            await self.bot.delivered(message, parts(message))
        return message, reply

    async def edit(self, message: Message, text: str, version: int = 1, *, addressed: bool = True) -> Revision:
        changed = replace(message, text=text, version=version, delivery=f"{message.id}-{version}", addressed=addressed)
        return await self.bot.edited(changed)

    async def press(self, choice: Choice | Turn, message: Message, sender: str = "ana", delivery: str = "") -> Pressed:
        self.sent += 1
        press = Press(
            choice,
            message.room,
            message.thread,
            sender,
            parts(message)[-1],
            delivery or f"p{self.sent}",
            message.direct,
        )
        pressed = await self.bot.pressed(press)
        if pressed.reply.blocks:
            await self.bot.shown(press, pressed, pressed.replaces or [f"{press.delivery}/answer"])
        return pressed


def parts(message: Message) -> tuple[str, str]:
    return f"{message.id}/answer/1", f"{message.id}/answer/2"


def turn(reply: Reply, label: str) -> Choice:
    [found] = [c for b in reply.blocks if isinstance(b, Choices) for c in b.choices if c.label.startswith(label)]
    return found


@pytest.fixture
def talk(document: Document, opened: Opened) -> Talk:
    people = People()
    return Talk(Bot(document, opened.store, people, lambda: NEXT_YEAR), opened.store, people)


# -- once, and only what is for the bot


async def test_the_same_delivery_is_answered_once(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    assert reply.paragraphs == (32,)
    assert await talk.bot.answer(message) is SILENCE


async def test_a_message_without_a_delivery_id_is_answered_once(talk: Talk) -> None:
    message = Message("para 32", "ana", ROOM, "m1")
    assert (await talk.bot.answer(message)).paragraphs == (32,)
    assert await talk.bot.answer(message) is SILENCE
    assert (await talk.bot.answer(replace(message, room=OTHER_ROOM))).paragraphs == (32,)


@pytest.mark.parametrize("text", ["para 32", "32", "next", "who opened?", "help", "quote 32", "see section IV.B", ""])
async def test_what_is_not_meant_for_the_bot_is_met_with_silence(text: str, talk: Talk) -> None:
    assert (await talk.say(text, addressed=False))[1] is SILENCE


@pytest.mark.parametrize("text", ["para 32", "what is the gdp of mexico?", "para 99", "hlep", ""])
async def test_every_message_of_a_direct_chat_is_for_the_bot(text: str, talk: Talk) -> None:
    addressed = (await talk.say(text, direct=True))[1]
    assert addressed.blocks
    assert (await talk.say(text, direct=True, addressed=False))[1] == addressed


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("as para 32 says, fees are too high", (32,)),
        ("my delegation can live with paras 56-58", (56, 57, 58)),
        ("see section IV.A", (30,)),
    ],
)
async def test_where_expand_is_on_references_in_running_talk_are_quoted(
    text: str, paragraphs: tuple[int, ...], talk: Talk
) -> None:
    await talk.store.change(ROOM, "expand", "on", Changed("ana", NEXT_YEAR))
    assert (await talk.say(text, addressed=False))[1].paragraphs == paragraphs
    assert (await talk.say(text, addressed=False, room=OTHER_ROOM))[1] is SILENCE


@pytest.mark.parametrize(
    "text", ["para 99", "para 12 of the Global Compact", "32", "next", "who opened?", "we met 94 states"]
)
async def test_where_expand_is_on_all_other_talk_is_met_with_silence(text: str, talk: Talk) -> None:
    await talk.store.change(ROOM, "expand", "on", Changed("ana", NEXT_YEAR))
    await talk.say("para 32")
    assert (await talk.say(text, addressed=False))[1] is SILENCE


# -- threads


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("33", (33,)),
        ("para 40 please", (40,)),
        ("and 33?", (33,)),
        ("next", (33,)),
        ("previous", (31,)),
        ("section IV.A", (30,)),
        ("the whole section", (32,)),
    ],
)
async def test_in_a_thread_that_the_bot_answered_a_mere_reference_or_move_needs_no_mention(
    text: str, paragraphs: tuple[int, ...], talk: Talk
) -> None:
    root, _ = await talk.say("para 32")
    assert (await talk.say(text, "ben", thread=root.id, addressed=False))[1].paragraphs == paragraphs


@pytest.mark.parametrize(
    "text",
    [
        *(
            "how much does it cost to send money home?",
            "as para 33 says, fees are too high",
            "remittances",
            "topic gender",
        ),
        *(
            "para 99",
            "what is the gdp of mexico?",
            "hlep",
            "thanks!",
            "help",
            "who opened?",
            "search zebra",
            "",
            "note 1",
        ),
        *("section XII", "para 12 of the Global Compact", "cite it then", "hello"),
    ],
)
async def test_in_a_thread_that_the_bot_answered_nothing_else_is_answered(text: str, talk: Talk) -> None:
    root, _ = await talk.say("para 32")
    assert (await talk.say(text, "ben", thread=root.id, addressed=False))[1] is SILENCE


async def test_a_move_past_the_end_is_no_refusal_without_a_mention(talk: Talk) -> None:
    root, _ = await talk.say("para 76")
    assert (await talk.say("next", thread=root.id, addressed=False))[1] is SILENCE
    assert (await talk.say("next", thread=root.id))[1].blocks


async def test_other_threads_stay_silent(talk: Talk) -> None:
    root, _ = await talk.say("para 32")
    assert (await talk.say("33", thread="somebody's", addressed=False))[1] is SILENCE
    assert (await talk.say("33", thread=root.id, addressed=False, room=OTHER_ROOM))[1] is SILENCE


async def test_a_thread_in_which_only_a_private_error_was_given_stays_silent(talk: Talk) -> None:
    root, reply = await talk.say("para 99")
    assert reply.visibility is Visibility.ASKER
    assert (await talk.say("2", "ben", thread=root.id, addressed=False))[1] is SILENCE


# -- where a room or thread stands


async def test_rooms_threads_and_accounts_each_have_their_place(talk: Talk) -> None:
    root, _ = await talk.say("para 10")
    await talk.say("para 50", room=OTHER_ROOM)
    await talk.say("para 60", room=replace(ROOM, account="@second:here"))
    await talk.say("para 20", thread="thread")
    assert (await talk.say("next"))[1].paragraphs == (11,)
    assert (await talk.say("next", room=OTHER_ROOM))[1].paragraphs == (51,)
    assert (await talk.say("next", room=replace(ROOM, account="@second:here")))[1].paragraphs == (61,)
    assert (await talk.say("next", thread="thread"))[1].paragraphs == (21,)
    assert (await talk.say("next", thread=root.id))[1].paragraphs == (11,)
    assert (await talk.say("next", thread=root.id))[1].paragraphs == (12,)
    assert (await talk.say("next"))[1].paragraphs == (12,)


async def test_an_answer_that_quotes_nothing_leaves_the_place(talk: Talk) -> None:
    await talk.say("para 10")
    for text in ("para 99", "help", "what is the gdp of mexico?", "schedule", "hlep"):
        await talk.say(text)
    assert (await talk.say("next"))[1].paragraphs == (11,)


@pytest.mark.parametrize("text", ["next", "quote it", "the whole section"])
async def test_where_nothing_was_shown_a_move_is_a_private_error(text: str, talk: Talk) -> None:
    await talk.say("para 10", room=OTHER_ROOM)
    reply = (await talk.say(text))[1]
    assert (reply.kind, reply.answered, reply.visibility) == ("error", False, Visibility.ASKER)


async def test_only_the_facts_that_a_command_names_are_fetched(document: Document) -> None:
    def no_clock() -> datetime:
        raise AssertionError("no command here needs the time")

    people = People()
    talk = Talk(Bot(document, MemoryStore(), people, no_clock), MemoryStore(), people)
    for text in ("para 32", "next", "topic remittances", "help"):
        assert (await talk.say(text, direct=True))[1].answered
    assert people.zones_asked == []


async def test_times_are_given_in_the_askers_zone_in_private_and_never_to_others(talk: Talk) -> None:
    talk.people.zones["ana"] = "Europe/Zurich"
    private = render_plain((await talk.say("when is segment 3?", direct=True))[1])
    shared = render_plain((await talk.say("when is segment 3?"))[1])
    assert "your time" in private
    assert re.search(r"\b(?:9 p\.m\.|21[.:]00)", private)
    assert "your time" not in shared
    assert "Zurich" not in shared


# -- edits


async def test_an_edited_question_edits_its_answer(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    revision = await talk.edit(message, "para 33")
    assert revision.reply.paragraphs == (33,)
    assert revision.replaces == parts(message)


@pytest.mark.parametrize("version", [0, 1, 2])
async def test_an_edit_that_is_older_or_seen_before_does_nothing(version: int, talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    await talk.edit(message, "para 33", version=2)
    assert await talk.edit(message, "para 40", version=version) == Revision(SILENCE)


async def test_a_late_edit_does_not_bring_back_what_a_newer_one_took_away(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    assert await talk.edit(message, "never mind", version=2, addressed=False) == Revision(SILENCE, parts(message))
    assert await talk.edit(message, "para 33", version=1) == Revision(SILENCE)


async def test_the_ids_of_a_new_answer_take_the_place_of_the_old(talk: Talk) -> None:
    message, _ = await talk.say("paras 30-33")
    await talk.edit(message, "para 33")
    await talk.bot.delivered(message, ["only"])
    assert (await talk.edit(message, "para 34", version=2)).replaces == ("only",)


async def test_an_edit_of_a_message_that_was_not_answered_is_answered_afresh(talk: Talk) -> None:
    message, reply = await talk.say("I think para 32 is odd", addressed=False)
    assert reply is SILENCE
    revision = await talk.edit(message, "para 32")
    assert (revision.reply.paragraphs, revision.replaces) == ((32,), ())
    assert await talk.edit(message, "para 32") == Revision(SILENCE)


async def test_a_private_error_that_is_put_right_gives_a_fresh_answer(talk: Talk) -> None:
    message, reply = await talk.say("para 99")
    assert reply.visibility is Visibility.ASKER
    revision = await talk.edit(message, "para 9")
    assert (revision.reply.paragraphs, revision.replaces) == ((9,), ())


async def test_in_a_direct_chat_an_error_that_is_put_right_is_replaced(talk: Talk) -> None:
    message, _ = await talk.say("para 99", direct=True)
    assert (await talk.edit(message, "para 9")).replaces == parts(message)


async def test_an_answer_whose_question_became_an_error_becomes_that_error(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    revision = await talk.edit(message, "para 99")
    assert (revision.reply.kind, revision.replaces) == ("error", parts(message))


async def test_an_answer_that_became_an_error_can_become_an_answer_again(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    await talk.edit(message, "para 99")
    revision = await talk.edit(message, "para 9", version=2)
    assert (revision.reply.paragraphs, revision.replaces) == ((9,), parts(message))


async def test_an_edited_move_means_what_it_meant_first(talk: Talk) -> None:
    await talk.say("para 10")
    message, reply = await talk.say("next")
    assert reply.paragraphs == (11,)
    await talk.say("para 50")
    assert (await talk.edit(message, "next please")).reply.paragraphs == (11,)
    assert (await talk.edit(message, "previous", version=2)).reply.paragraphs == (9,)


async def test_an_edited_question_does_not_move_a_room_that_has_gone_on(talk: Talk) -> None:
    message, _ = await talk.say("para 10")
    await talk.say("para 50", "ben")
    await talk.edit(message, "para 12")
    assert (await talk.say("next", "ben"))[1].paragraphs == (51,)


async def test_the_thread_of_an_edited_question_goes_on_from_its_new_answer(talk: Talk) -> None:
    message, _ = await talk.say("para 10")
    await talk.say("para 50", "ben")
    await talk.edit(message, "para 12")
    assert (await talk.say("next", thread=message.id))[1].paragraphs == (13,)


async def test_a_private_error_that_is_put_right_is_where_the_room_goes_on_from(talk: Talk) -> None:
    await talk.say("para 50")
    message, _ = await talk.say("para 99")
    await talk.edit(message, "para 9")
    assert (await talk.say("next"))[1].paragraphs == (10,)


async def test_a_question_edited_after_its_page_was_turned_is_where_the_room_goes_on_from(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    await talk.press(turn(reply, "Next"), message)
    await talk.edit(message, "para 40")
    assert (await talk.say("next"))[1].paragraphs == (41,)


# -- deletions


async def test_the_answer_to_a_deleted_question_goes(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    assert await talk.bot.deleted(ROOM, message.id) == parts(message)
    await talk.bot.taken_back(ROOM, message.id)
    assert await talk.bot.deleted(ROOM, message.id) == ()


@pytest.mark.parametrize(
    ("writer", "thread", "reply_to", "stays"),
    [
        ("ben", None, "m1/answer/2", True),
        ("ben", "m1", None, True),
        ("ben", None, None, False),
        ("ben", "elsewhere", None, False),
        ("ana", None, "m1/answer/1", False),
        ("ana", "m1", None, False),
    ],
)
async def test_an_answer_that_others_replied_to_stays(
    writer: str, thread: str | None, reply_to: str | None, stays: bool, talk: Talk
) -> None:
    message, _ = await talk.say("para 32")
    await talk.say("quite so", writer, thread=thread, reply_to=reply_to, addressed=False)
    assert await talk.bot.deleted(ROOM, message.id) == (() if stays else parts(message))


async def test_deleting_what_was_never_answered_takes_nothing_back(talk: Talk) -> None:
    message, _ = await talk.say("nice weather", addressed=False)
    assert await talk.bot.deleted(ROOM, message.id) == ()
    other, _ = await talk.say("para 32")
    assert await talk.bot.deleted(OTHER_ROOM, other.id) == ()


async def test_what_an_edit_took_away_is_not_taken_back_again(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    assert (await talk.edit(message, "never mind", addressed=False)).replaces == parts(message)
    assert await talk.bot.deleted(ROOM, message.id) == ()


async def test_a_thread_whose_answer_was_taken_back_is_silent_again(talk: Talk) -> None:
    root, _ = await talk.say("para 32")
    await talk.bot.deleted(ROOM, root.id)
    await talk.bot.taken_back(ROOM, root.id)
    assert (await talk.say("33", thread=root.id, addressed=False))[1] is SILENCE


# -- buttons


async def test_the_asker_turns_the_page_in_place_as_often_as_wanted(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    for number in (33, 34, 35):
        pressed = await talk.press(turn(reply, "Next"), message)
        reply = pressed.reply
        assert (reply.paragraphs, pressed.in_place) == ((number,), True)
    assert (await talk.say("next"))[1].paragraphs == (36,)


async def test_a_turned_page_is_where_its_thread_goes_on_from(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    await talk.press(turn(reply, "Next"), message)
    assert (await talk.say("next", thread=message.id, addressed=False))[1].paragraphs == (34,)


async def test_for_anybody_else_a_turned_page_is_a_new_message(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    pressed = await talk.press(turn(reply, "Next"), message, "ben")
    assert (pressed.reply.paragraphs, pressed.in_place) == ((33,), False)


@pytest.mark.parametrize(
    ("writer", "thread", "in_place"),
    [("ben", None, False), ("ben", "m1", False), ("ana", None, True), ("ana", "m1", True), ("ben", "elsewhere", True)],
)
async def test_a_page_turns_in_place_until_somebody_else_has_written_there(
    writer: str, thread: str | None, in_place: bool, talk: Talk
) -> None:
    message, reply = await talk.say("para 32")
    await talk.say("I see", writer, thread=thread, addressed=False)
    assert (await talk.press(turn(reply, "Next"), message)).in_place is in_place


async def test_an_edit_does_not_make_a_shared_answer_the_askers_own_again(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    await talk.say("I see", "ben", addressed=False)
    revision = await talk.edit(message, "para 40")
    assert not (await talk.press(turn(revision.reply, "Next"), message)).in_place


async def test_a_new_message_of_a_button_belongs_to_who_pressed_it(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    pressed = await talk.press(turn(reply, "Next"), message, "ben", delivery="press")
    opened = replace(message, id="press", sender="ben")
    await talk.bot.delivered(opened, parts(opened))
    assert (await talk.press(turn(pressed.reply, "Next"), opened, "ben")).in_place
    assert not (await talk.press(turn(pressed.reply, "Next"), opened, "ana")).in_place


async def test_in_a_direct_chat_pages_turn_in_place(talk: Talk) -> None:
    message, reply = await talk.say("para 32", direct=True)
    assert (await talk.press(turn(reply, "Previous"), message)).in_place


async def test_a_press_delivered_twice_is_answered_once(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    first = await talk.press(turn(reply, "Next"), message, delivery="same")
    assert first.reply.paragraphs == (33,)
    assert await talk.press(turn(reply, "Next"), message, delivery="same") == Pressed(SILENCE, in_place=False)


async def test_a_press_whose_page_was_not_sent_turns_it_when_it_comes_again(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    press = Press(turn(reply, "Next"), message.room, None, "ana", parts(message)[-1], "p1")
    assert (await talk.bot.pressed(press)).reply.paragraphs == (33,)
    talk.bot.undelivered(press)
    again = await talk.bot.pressed(press)
    assert (again.reply.paragraphs, again.replaces) == ((33,), parts(message))
    await talk.bot.shown(press, again, ["one", "two"])
    assert not (await talk.bot.pressed(press)).reply.blocks
    assert await talk.bot.deleted(ROOM, message.id) == ("one", "two")


async def test_a_sign_turns_the_page_that_the_answer_shows_wherever_the_room_is(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    await talk.say("para 9")
    await talk.edit(message, "para 40")
    for number in (41, 42):
        pressed = await talk.press(Turn.NEXT, message)
        assert (pressed.reply.paragraphs, pressed.in_place) == ((number,), True)
    assert (await talk.press(Turn.PREVIOUS, message)).reply.paragraphs == (41,)
    assert (await talk.say("next"))[1].paragraphs == (10,)


async def test_an_edit_by_somebody_else_does_nothing(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    assert await talk.edit(replace(message, sender="ben"), "para 33") == Revision(SILENCE)


async def test_a_button_means_the_same_after_the_room_has_gone_on(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    await talk.say("para 60", "ben")
    assert (await talk.press(turn(reply, "Next"), message)).reply.paragraphs == (33,)


@pytest.mark.parametrize("label", ["Whole section", "Cite"])
async def test_only_turned_pages_take_the_place_of_an_answer(label: str, talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    pressed = await talk.press(turn(reply, label), message)
    assert pressed.reply.answered
    assert not pressed.in_place


async def test_a_private_reply_never_takes_the_place_of_a_public_one(talk: Talk) -> None:
    message, _ = await talk.say("para 76")
    pressed = await talk.press(Choice("Next: paragraph 77", "para 77", turns=True), message)
    assert (pressed.reply.visibility, pressed.in_place) == (Visibility.ASKER, False)


async def test_a_question_deleted_after_its_page_was_turned_takes_the_answer_with_it(talk: Talk) -> None:
    message, reply = await talk.say("para 32")
    await talk.press(turn(reply, "Next"), message)
    assert await talk.bot.deleted(ROOM, message.id) == parts(message)


# -- rooms that end or move


async def test_a_room_that_the_bot_left_is_forgotten(talk: Talk) -> None:
    root, _ = await talk.say("para 32")
    await talk.store.change(ROOM, "expand", "on", Changed("ana", NEXT_YEAR))
    await talk.say("para 40", room=OTHER_ROOM)
    await talk.bot.left(ROOM)
    assert (await talk.say("next"))[1].kind == "error"
    assert (await talk.say("33", thread=root.id, addressed=False))[1] is SILENCE
    assert (await talk.say("see para 32", addressed=False))[1] is SILENCE
    assert await talk.bot.deleted(ROOM, root.id) == ()
    assert (await talk.say("next", room=OTHER_ROOM))[1].paragraphs == (41,)


async def test_a_room_that_moved_carries_on_in_its_successor(talk: Talk) -> None:
    message, _ = await talk.say("para 32")
    await talk.store.change(ROOM, "expand", "on", Changed("ana", NEXT_YEAR))
    await talk.bot.moved(ROOM, OTHER_ROOM)
    there = replace(message, room=OTHER_ROOM)
    assert await talk.bot.answer(there) is SILENCE
    assert (await talk.edit(there, "para 40")).replaces == parts(message)
    assert (await talk.say("next", room=OTHER_ROOM))[1].paragraphs == (41,)
    assert (await talk.say("as para 9 says", addressed=False, room=OTHER_ROOM))[1].paragraphs == (9,)
    assert (await talk.say("next"))[1].kind == "error"


# -- what is kept, and what goes wrong


async def test_nothing_that_a_person_wrote_and_nothing_quoted_is_kept(
    talk: Talk, opened: Opened, document: Document
) -> None:
    marker = "Xylographically"
    for text in (
        "para 32 {}",
        "topic {}",
        "{} {} {}?",
        "search {}",
        "section {}",
        "quote 32 {}",
        "{}32",
        "hlep {}",
        "help {}",
    ):
        message, reply = await talk.say(text.replace("{}", marker))
        await talk.edit(message, f"para 33, {marker}")
        await talk.say(f"{marker} para 5", thread=message.id, addressed=False)
        for choice in (c for b in reply.blocks if isinstance(b, Choices) for c in b.choices):
            await talk.press(choice, message)
    kept = opened.dump()
    assert "m1/answer/1" in kept
    assert marker.casefold() not in kept.casefold()
    assert not any(word in kept for word in document.paragraph(32).text.split() if len(word) > 9)


async def test_a_fault_in_the_documents_data_is_a_reply_and_no_crash(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "corpus" / "documents" / "harbours", tmp_path / "broken")
    (tmp_path / "broken" / "topics.yaml").write_text("- nonsense: 1\n", encoding="utf-8")
    bot = Bot(open_document(tmp_path / "broken"), MemoryStore(), People(), lambda: NEXT_YEAR)
    for index, text in enumerate(("topics", "crews abroad", "brain drain")):
        reply = await bot.answer(Message(text, "ana", ROOM, str(index)))
        assert (reply.kind, reply.answered) == ("error", False)
        assert "topics.yaml" in render_plain(reply)


# -- what a room chooses, and a person's zone

CHOICES = [
    ("expand on", "expand", True),
    ("quiet", "quiet", True),
    ("answers reply", "answers", "reply"),
    ("timezone Geneva", "zone", "Europe/Zurich"),
]


@pytest.mark.parametrize(("text", "setting", "value"), CHOICES)
async def test_managers_and_whoever_invited_the_bot_change_what_a_room_has_chosen(
    text: str, setting: str, value: object, talk: Talk
) -> None:
    talk.people.managers.add("mia")
    await talk.store.invited(ROOM, "ina")
    refused = (await talk.say(text, "stranger"))[1]
    assert (refused.kind, refused.visibility) == ("error", Visibility.ASKER)
    assert "(ina)" in render_plain(refused)
    assert not (await talk.store.settings(ROOM)).changed
    for number, person in enumerate(("mia", "ina")):
        room = replace(ROOM, id=f"!{number}:here")
        await talk.store.invited(room, "ina")
        reply = (await talk.say(text, person, room=room))[1]
        assert (reply.answered, reply.visibility) == (True, Visibility.EVERYONE)
        assert f"Changed by {person}." in render_plain(reply)
        settings = await talk.store.settings(room)
        assert getattr(settings, setting) == value
        assert settings.changed == {setting: Changed(person, NEXT_YEAR)}
        told = render_plain((await talk.say("settings", "stranger", room=room))[1])
        assert f", changed by {person} on 5 January 2027" in told


async def test_once_expand_is_on_references_in_running_talk_are_quoted(talk: Talk) -> None:
    talk.people.managers.add("ana")
    assert (await talk.say("as para 32 says", "ben", addressed=False))[1] is SILENCE
    await talk.say("expand on")
    assert (await talk.say("as para 32 says", "ben", addressed=False))[1].paragraphs == (32,)
    await talk.say("expand off")
    assert (await talk.say("as para 32 says", "ben", addressed=False))[1] is SILENCE


async def test_quiet_in_a_thread_ends_what_is_answered_there_without_a_mention(talk: Talk) -> None:
    root, _ = await talk.say("para 32")
    other, _ = await talk.say("para 40")
    assert (await talk.say("33", "ben", thread=root.id, addressed=False))[1].paragraphs == (33,)
    quiet = (await talk.say("quiet", "stranger", thread=root.id))[1]
    assert "only when I am mentioned. Changed by stranger." in render_plain(quiet)
    assert (await talk.say("34", "ben", thread=root.id, addressed=False))[1] is SILENCE
    assert (await talk.say("34", "ben", thread=root.id))[1].paragraphs == (34,)
    assert (await talk.say("41", "ben", thread=other.id, addressed=False))[1].paragraphs == (41,)
    assert not (await talk.store.settings(ROOM)).quiet


async def test_quiet_in_a_room_holds_for_references_and_all_threads(talk: Talk) -> None:
    talk.people.managers.add("ana")
    await talk.say("expand on")
    root, _ = await talk.say("para 32")
    await talk.say("quiet")
    assert (await talk.say("as para 9 says", addressed=False))[1] is SILENCE
    assert (await talk.say("33", thread=root.id, addressed=False))[1] is SILENCE
    assert (await talk.say("33", thread=root.id))[1].paragraphs == (33,)
    await talk.say("quiet off")
    assert (await talk.say("as para 9 says", addressed=False))[1].paragraphs == (9,)
    assert (await talk.say("34", thread=root.id, addressed=False))[1].paragraphs == (34,)


async def test_answers_go_where_the_room_has_chosen(talk: Talk) -> None:
    talk.people.managers.add("ana")
    message, reply = await talk.say("para 32")
    assert reply.thread == message.id
    await talk.say("answers reply")
    assert (await talk.say("para 32"))[1].thread is None
    assert (await talk.say("33", thread=message.id))[1].thread == message.id
    await talk.say("answers thread")
    message, reply = await talk.say("para 32")
    assert reply.thread == message.id


async def test_ones_own_zone_is_set_in_a_direct_chat_and_shown_there_only(talk: Talk) -> None:
    asked = "when is segment 3?"
    talk.people.zones["ana"] = "America/Lima"
    assert "In your time, America/Lima:" in render_plain((await talk.say(asked, direct=True, room=OTHER_ROOM))[1])
    now = render_plain((await talk.say("timezone Geneva", direct=True, room=OTHER_ROOM))[1])
    assert "Your time zone is now Europe/Zurich. It is 10.30 a.m. there now." in now
    reply = render_plain((await talk.say(asked, direct=True, room=OTHER_ROOM))[1])
    assert "In your time, Europe/Zurich:\n\n- Segment 3: 9 p.m. to 10.15 p.m." in reply
    shared = [render_plain((await talk.say(text))[1]) for text in (asked, "timezone", "settings", "recent")]
    assert not any("Zurich" in said or "Lima" in said for said in shared[:1])
    assert not any("Lima" in said or "our time zone is" in said for said in shared)
    await talk.say("timezone off", direct=True, room=OTHER_ROOM)
    assert "In your time, America/Lima:" in render_plain((await talk.say(asked, direct=True, room=OTHER_ROOM))[1])


async def test_a_rooms_zone_stands_by_its_name_beside_the_hearings_own(talk: Talk) -> None:
    talk.people.managers.add("ana")
    talk.people.zones["ben"] = "America/Lima"
    await talk.say("timezone Zurich")
    reply = render_plain((await talk.say("when is segment 3?", "ben"))[1])
    assert "3 p.m. to 4.15 p.m." in reply
    assert "In Europe/Zurich:\n\n- Segment 3: 9 p.m. to 10.15 p.m." in reply
    assert "Lima" not in reply


async def test_recent_lists_what_was_shown_here_with_links(talk: Talk) -> None:
    for text in ("para 32", "help", "what is the gdp of mexico?", "paras 40-41"):
        await talk.say(text)
    await talk.say("para 9", room=OTHER_ROOM)
    reply = render_plain((await talk.say("recent"))[1])
    assert "(times in UTC)" in reply
    assert "paragraph 32 — https://chat.example/m1/answer/1" in reply
    assert "paragraphs 40 and 41 — https://chat.example/m4/answer/1" in reply
    assert reply.count("https://") == 2
    elsewhere = (await talk.say("recent", room=replace(ROOM, id="new")))[1]
    assert "No paragraph was shown here yet." in render_plain(elsewhere)


async def test_a_platform_without_threads_is_told_that_there_are_none(document: Document) -> None:
    bot = Bot(document, MemoryStore(), People(), lambda: NEXT_YEAR, threads=False)
    for number, text in enumerate(("answers thread", "answers")):
        reply = await bot.answer(Message(text, "you", ROOM, str(number), direct=True))
        assert "There are no threads here" in render_plain(reply)
