"""Messages of people with clients of their own, in plain and encrypted rooms, and what the bot makes of them."""

import pytest

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, in_reply_to, thread_of, until

ENCRYPTED = pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])


async def direct(ana: Person, bot: Running, *, encrypted: bool = False) -> str:
    """A direct chat with the bot."""
    room = await ana.create_room(bot.user, direct=True, encrypted=encrypted)
    await ana.joined(room, bot.user)
    return room


async def shared(ana: Person, ben: Person, bot: Running, *, encrypted: bool = False) -> str:
    """A room with two people and the bot."""
    room = await ana.create_room(ben.id, bot.user, encrypted=encrypted, name="Migration")
    await ana.joined(room, bot.user)
    await ana.joined(room, ben.id)
    return room


def body(event: dict) -> str:  # type: ignore[type-arg]
    return str(event["content"]["body"])


@ENCRYPTED
async def test_everything_in_a_direct_chat_is_answered(encrypted: bool, ana: Person, bot: Running) -> None:
    room = await direct(ana, bot, encrypted=encrypted)
    answer = await ana.answer(room, bot.user, await ana.say(room, "para 32"))
    assert body(answer).startswith("Paragraph 32, section IV B 2")
    assert "<blockquote>" in answer["content"]["formatted_body"]
    assert answer["content"]["msgtype"] == "m.text"
    assert answer["content"]["m.mentions"] == {}
    assert thread_of(answer) is None
    assert answer["encrypted"] is encrypted


@ENCRYPTED
async def test_in_a_shared_room_a_mention_is_answered_in_a_thread_and_other_talk_is_not(
    encrypted: bool, ana: Person, ben: Person, bot: Running
) -> None:
    room = await shared(ana, ben, bot, encrypted=encrypted)
    ignored = [await ben.say(room, "32"), await ben.say(room, "as para 32 says")]
    asked = await ana.mention(room, bot.user, "para 32")
    answer = await ana.answer(room, bot.user, asked)
    assert thread_of(answer) == asked
    assert answer["encrypted"] is encrypted
    assert not any(ana.answers(room, bot.user, silent) for silent in ignored)


async def test_the_prefix_its_alias_and_the_thread_need_no_mention(ana: Person, ben: Person, bot: Running) -> None:
    room = await shared(ana, ben, bot)
    asked = await ana.say(room, "!hearings para 32")
    await ana.answer(room, bot.user, asked)
    short = await ben.answer(room, bot.user, await ben.say(room, "!H: para 9"))
    assert body(short).startswith("Paragraph 9")
    in_thread = {
        "rel_type": "m.thread",
        "event_id": asked,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": asked},
    }
    chat = await ben.say(room, "what do you make of it?", m_relates_to=in_thread)
    following = await ben.say(room, "next", m_relates_to=in_thread)
    answer = await ben.answer(room, bot.user, following)
    assert body(answer).startswith("Paragraph 33")
    assert thread_of(answer) == asked
    assert not ben.answers(room, bot.user, chat)


@ENCRYPTED
async def test_an_edited_question_edits_its_answer_and_a_redacted_one_takes_it_away(
    encrypted: bool, ana: Person, bot: Running
) -> None:
    room = await direct(ana, bot, encrypted=encrypted)
    asked = await ana.say(room, "para 32")
    answer = await ana.answer(room, bot.user, asked)
    await ana.edit(room, asked, "para 33")
    await until(lambda: bool(ana.edits(answer["event_id"])), "the answer is edited")
    assert ana.edits(answer["event_id"])[-1]["body"].startswith("Paragraph 33")
    assert len(ana.answers(room, bot.user, asked)) == 1
    await ana.redact(room, asked)
    await until(lambda: not ana.answers(room, bot.user, asked), "the answer is taken away")


async def test_an_answer_that_somebody_replied_to_stays(ana: Person, ben: Person, bot: Running) -> None:
    room = await shared(ana, ben, bot)
    asked = await ana.mention(room, bot.user, "para 32")
    answer = await ben.answer(room, bot.user, asked)
    await ben.say(room, "Quite so.", m_relates_to={"m.in_reply_to": {"event_id": answer["event_id"]}})
    await ana.redact(room, asked)
    await ana.answer(room, bot.user, await ana.mention(room, bot.user, "para 9"))
    assert ana.answers(room, bot.user, asked)


async def test_what_a_moderator_took_away_stays_away(ana: Person, ben: Person, bot: Running) -> None:
    room = await shared(ana, ben, bot)
    asked = await ben.mention(room, bot.user, "para 32")
    answer = await ana.answer(room, bot.user, asked)
    await ana.redact(room, answer["event_id"])
    await ben.edit(room, asked, "para 33", m_mentions={"user_ids": [bot.user]})
    await ana.answer(room, bot.user, await ana.mention(room, bot.user, "para 9"))
    assert not ana.answers(room, bot.user, asked)
    assert not ana.edits(answer["event_id"])


@ENCRYPTED
async def test_an_arrow_turns_the_page(encrypted: bool, ana: Person, ben: Person, bot: Running) -> None:
    room = await shared(ana, ben, bot, encrypted=encrypted)
    asked = await ana.mention(room, bot.user, "para 32")
    answer = await ana.answer(room, bot.user, asked)
    await ana.react(room, answer["event_id"], "▶️")
    await until(lambda: bool(ana.edits(answer["event_id"])), "the page is turned in place")
    assert ana.edits(answer["event_id"])[-1]["body"].startswith("Paragraph 33")
    await ben.react(room, answer["event_id"], "◀")
    following = await ben.answer(room, bot.user, answer["event_id"])
    assert body(following).startswith("Paragraph 32")
    assert thread_of(following) == asked


async def test_errors_are_notices_in_the_thread(ana: Person, ben: Person, bot: Running) -> None:
    room = await shared(ana, ben, bot)
    asked = await ana.mention(room, bot.user, "para 99")
    answer = await ana.answer(room, bot.user, asked)
    assert answer["content"]["msgtype"] == "m.notice"
    assert thread_of(answer) == asked
    assert "There is no paragraph 99; the document has paragraphs 1 to 76." in body(answer)
    assert "\n" not in body(answer)


async def test_notices_and_other_bots_are_not_answered(ana: Person, bot: Running) -> None:
    room = await direct(ana, bot)
    notice = await ana.say(room, "para 32", msgtype="m.notice")
    await ana.answer(room, bot.user, await ana.say(room, "para 9"))
    assert not ana.answers(room, bot.user, notice)


async def test_hostile_text_never_becomes_markup_or_a_ping(ana: Person, bot: Running) -> None:
    room = await direct(ana, bot)
    asked = await ana.say(room, "search <b>@room</b> <script>alert(1)</script> </blockquote>")
    answer = await ana.answer(room, bot.user, asked)
    html = answer["content"]["formatted_body"]
    assert "<b>" not in html
    assert "<script" not in html
    assert answer["content"]["m.mentions"] == {}


async def test_encryption_that_is_switched_on_later_is_kept_to(ana: Person, bot: Running) -> None:
    room = await direct(ana, bot)
    assert not (await ana.answer(room, bot.user, await ana.say(room, "para 9")))["encrypted"]
    await ana.client.room_put_state(room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    await until(lambda: ana.client.rooms[room].encrypted, "the room is encrypted")
    answer = await ana.answer(room, bot.user, await ana.say(room, "para 10"))
    assert answer["encrypted"]
    assert body(answer).startswith("Paragraph 10")


async def test_settings_of_a_room_are_for_those_who_manage_it(ana: Person, ben: Person, bot: Running) -> None:
    room = await shared(ana, ben, bot)
    refused = await ben.answer(room, bot.user, await ben.mention(room, bot.user, "answers reply"))
    assert refused["content"]["msgtype"] == "m.notice"
    done = await ana.answer(room, bot.user, await ana.mention(room, bot.user, "answers reply"))
    assert ana.id in body(done)
    asked = await ben.mention(room, bot.user, "para 32")
    answer = await ben.answer(room, bot.user, asked)
    assert thread_of(answer) is None
    assert in_reply_to(answer) == asked
    await ana.answer(room, bot.user, await ana.mention(room, bot.user, "expand on"))
    assert body(await ben.answer(room, bot.user, await ben.say(room, "as para 9 says, fees are high"))).startswith(
        "Paragraph 9"
    )


async def test_the_zone_in_a_profile_is_used_in_private_only(
    homeserver: Homeserver, ana: Person, ben: Person, bot: Running
) -> None:
    token = ana.client.access_token
    path = f"/_matrix/client/v3/profile/{ana.id}/m.tz"
    assert homeserver.call("PUT", path, {"m.tz": "Europe/Zurich"}, token)[0] == 200
    private, together = await direct(ana, bot), await shared(ana, ben, bot)
    alone = await ana.answer(private, bot.user, await ana.say(private, "when is segment 3?"))
    public = await ana.answer(together, bot.user, await ana.mention(together, bot.user, "when is segment 3?"))
    assert "your time" in body(alone)
    assert "your time" not in body(public)
    assert "Zurich" not in body(public)


async def test_a_long_answer_comes_in_numbered_parts(ana: Person, bot: Running) -> None:
    room = await direct(ana, bot)
    asked = await ana.say(room, "paras 1-76 in full")
    await until(
        lambda: (
            bool(ana.answers(room, bot.user, asked))
            and body(ana.answers(room, bot.user, asked)[-1]).startswith(
                f"({len(ana.answers(room, bot.user, asked))} of {len(ana.answers(room, bot.user, asked))})"
            )
        ),
        "all parts",
    )
    parts = ana.answers(room, bot.user, asked)
    assert [body(part).split(")")[0] for part in parts] == [f"({n} of {len(parts)}" for n in range(1, len(parts) + 1)]
    whole = "\n".join(map(body, parts))
    assert all(f"Paragraph {number}," in whole for number in range(1, 77))


async def test_a_message_that_was_taken_is_marked_as_read(ana: Person, bot: Running) -> None:
    ana.wants = {}
    room = await direct(ana, bot)
    asked = await ana.say(room, "para 32")
    await until(
        lambda: getattr(ana.client.rooms[room].read_receipts.get(bot.user), "event_id", None) == asked, "a receipt"
    )
