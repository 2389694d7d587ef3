"""`more` and `not that`: the next candidates to the last question, each once, from numbers alone."""

from datetime import UTC, datetime

import pytest

from bot.answering import decide
from bot.bot import Bot
from bot.commands.command import Facts
from bot.message import Message, Room
from bot.render import render_plain
from bot.reply import Passage, Place, Reply, Show
from bot.store.memory import MemoryStore
from bot.understanding import understand
from corpus.document import Document

ROOM = Room("matrix", "@bot:here", "!room:here")
NOW = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
QUESTION = "what can governments do to protect women migrants?"


class Nobody:
    async def zone(self, room: Room, person: str) -> str | None:
        return None

    async def manages(self, room: Room, person: str) -> bool:
        return False

    async def belongs(self, room: Room, person: str) -> bool:
        return True

    def link(self, room: Room, sent: str) -> str:
        return ""


class Talk:
    def __init__(self, document: Document) -> None:
        self.store = MemoryStore()
        self.bot = Bot(document, self.store, Nobody(), lambda: NOW)
        self.said = 0

    async def say(self, text: str, thread: str | None = None, *, addressed: bool = True) -> tuple[str, Reply]:
        self.said += 1
        message = Message(text, "ana", ROOM, f"m{self.said}", thread, sent=NOW, addressed=addressed)
        reply = await self.bot.answer(message)
        await self.bot.delivered(message, [f"{message.id}-answer"])
        return message.id, reply


def quoted(reply: Reply) -> list[int]:
    return [block.number for block in reply.blocks if isinstance(block, Passage)]


@pytest.mark.parametrize(
    "message",
    [
        *(
            "more",
            "More!",
            "show more",
            "show me more please",
            "more answers",
            "not that",
            "Not that one.",
            "no, another",
        ),
        *("another", "another one please", "no, not that", "that's not it", "not what I meant", "something else?"),
        *("what else?", "any others?", "the rest", "others", "wrong paragraph", "next answer", "no, not this, another"),
    ],
)
def test_ways_to_ask_for_other_answers(message: str, document: Document) -> None:
    request = understand(message, document)
    assert request
    assert request.command.name == "more"
    assert request.follow_up


@pytest.mark.parametrize(
    "message", ["more women", "another country", "not that I know of", "more about remittances", "next"]
)
def test_what_says_more_is_something_else(message: str, document: Document) -> None:
    request = understand(message, document)
    assert request
    assert request.command.name != "more"


async def test_no_candidate_comes_twice_and_the_end_is_said(document: Document) -> None:
    talk = Talk(document)
    root, reply = await talk.say(QUESTION)
    seen = quoted(reply)
    assert reply.kind == "question"
    assert seen
    while (reply := (await talk.say("more", root))[1]).answered:
        assert quoted(reply), "an answer quotes something"
        assert not set(quoted(reply)) & set(seen)
        seen += quoted(reply)
    assert len(seen) > 4
    assert "Nothing else comes near" in render_plain(reply)


async def test_a_passage_in_between_is_not_shown_again_and_loses_nothing(document: Document) -> None:
    talk = Talk(document)
    root, reply = await talk.say(QUESTION)
    assert isinstance(reply.changes[0], Show)
    left = [number for number, _ in reply.changes[0].place.further or ()]
    await talk.say(f"para {left[0]}", root)
    _, reply = await talk.say("not that", root)
    assert quoted(reply) == left[1:3]


async def test_each_thread_goes_on_with_its_own_question(document: Document) -> None:
    talk = Talk(document)
    one, _ = await talk.say(QUESTION)
    other, _ = await talk.say("how much does it cost to send money home?")
    _, first = await talk.say("more", one)
    _, second = await talk.say("more", other)
    assert quoted(second)[0] in (13, 57)
    assert quoted(first) != quoted(second)


async def test_it_is_followed_in_a_thread_without_a_mention(document: Document) -> None:
    talk = Talk(document)
    root, _ = await talk.say(QUESTION)
    _, reply = await talk.say("more", root, addressed=False)
    assert reply.kind == "more"
    _, reply = await talk.say("more", None, addressed=False)
    assert not reply.blocks


async def test_an_edited_question_leaves_its_own_candidates(document: Document) -> None:
    talk = Talk(document)
    root, _ = await talk.say(QUESTION)
    text = "how much does it cost to send money home?"
    await talk.bot.edited(Message(text, "ana", ROOM, root, None, version=1, sent=NOW, addressed=True))
    _, reply = await talk.say("more", root)
    assert quoted(reply)[0] in (13, 57)


async def test_numbers_alone_are_kept(document: Document) -> None:
    talk = Talk(document)
    root, _ = await talk.say(QUESTION)
    await talk.say("more", root)
    kept = repr(vars(talk.store))
    assert "further=((" in kept
    assert "protect" not in kept and "women" not in kept  # noqa: PT018 - one claim about one text


async def test_after_a_refusal_the_nearest_come_and_next_goes_on_from_what_was_read(document: Document) -> None:
    talk = Talk(document)
    root, _ = await talk.say("para 40")
    _, reply = await talk.say("who voted against the report", root)
    assert not reply.answered
    near = [block.number for block in reply.blocks if isinstance(block, Passage)]
    _, reply = await talk.say("not that", root)
    assert "these may not answer it" in render_plain(reply)
    assert not set(quoted(reply)) & set(near)
    talk = Talk(document)
    root, _ = await talk.say("para 40")
    await talk.say("who voted against the report", root)
    assert quoted((await talk.say("next", root))[1]) == [41]


def test_before_any_question_it_says_so(document: Document) -> None:
    request = understand("more", document)
    assert request
    assert "Nothing was asked here yet" in render_plain(decide(request, Facts(document)))
    assert "to read on from paragraph 32, write next" in render_plain(
        decide(request, Facts(document, place=Place(32, 32)))
    )


def test_of_two_that_report_the_same_one_is_shown_and_the_other_named(document: Document) -> None:
    shown = 0
    for short, full in document.pairs:
        for number in (short, full):
            request = understand(document.sentences(number)[0], document)
            assert request
            reply = decide(request, Facts(document))
            assert not {short, full} <= set(quoted(reply)), number
            if reply.kind == "question" and {short, full} & set(quoted(reply)):
                shown += 1
                assert f"compare {short} {full}" in render_plain(reply) or f"compare {full} {short}" in render_plain(
                    reply
                )
    assert shown > len(document.pairs) // 2
