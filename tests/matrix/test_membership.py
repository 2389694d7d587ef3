"""Invitations, introductions, upgrades, leaving, and rooms where the bot may not speak."""

from pathlib import Path

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, running, signed_in, until

OPERATOR = "the registry, room 12"


async def test_on_joining_it_introduces_itself_once(homeserver: Homeserver, ana: Person, bot: Running) -> None:
    room = await ana.create_room(bot.user, name="Migration")
    await until(lambda: bool(ana.messages(room, bot.user)), "an introduction")
    [notice] = ana.messages(room, bot.user)
    assert notice["content"]["msgtype"] == "m.notice"
    text = notice["content"]["body"]
    assert "word for word" in text
    assert "para 39" in text or "para " in text
    assert ana.id in text or "Write to me" in text
    await ana.answer(room, bot.user, await ana.say(room, "para 32"))
    assert sum(m["content"]["msgtype"] == "m.notice" for m in ana.messages(room, bot.user)) == 1


async def test_an_invitation_by_a_stranger_is_declined_with_a_reason(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    settings = {"MATRIX__INVITE_FROM": '["@somebody:else.example"]', "OPERATOR": OPERATOR}
    with running(homeserver, tmp_path / "bot", **settings) as bot:
        room = await ana.create_room(bot.user)
        left = await ana.membership(room, bot.user, "leave")
    assert "@somebody:else.example" in left["content"]["reason"]
    assert OPERATOR in left["content"]["reason"]


async def test_more_rooms_than_it_may_join_in_an_hour_are_declined(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    with running(homeserver, tmp_path / "bot", MATRIX__JOINS_PER_HOUR=1) as bot:
        first = await ana.create_room(bot.user)
        await ana.joined(first, bot.user)
        second = await ana.create_room(bot.user)
        left = await ana.membership(second, bot.user, "leave")
    assert "again later" in left["content"]["reason"]


async def test_an_invitation_that_came_before_the_first_start_is_accepted(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    bot = signed_in(homeserver, tmp_path / "bot")
    room = await ana.create_room(bot.user, direct=True)
    bot.start()
    try:
        await ana.joined(room, bot.user)
        await ana.answer(room, bot.user, await ana.say(room, "para 32"))
    finally:
        bot.stop()


async def test_what_was_said_before_it_joined_is_not_answered(ana: Person, bot: Running) -> None:
    room = await ana.create_room(direct=True, name="Before")
    before = await ana.say(room, "para 32")
    await ana.client.room_invite(room, bot.user)
    await ana.joined(room, bot.user)
    await ana.answer(room, bot.user, await ana.say(room, "para 9"))
    assert not ana.answers(room, bot.user, before)


async def test_left_alone_it_leaves(homeserver: Homeserver, ana: Person, bot: Running) -> None:
    room = await ana.create_room(bot.user, name="Short", preset=None)
    await ana.joined(room, bot.user)
    await ana.answer(room, bot.user, await ana.say(room, "para 32"))
    await ana.client.room_leave(room)

    def alone() -> bool:
        status, left = homeserver.call("GET", f"/_matrix/client/v3/rooms/{room}/members", token=ana.client.access_token)
        members = {e["state_key"]: e["content"]["membership"] for e in left.get("chunk", [])} if status == 200 else {}
        return members.get(bot.user) == "leave" or f"{room}: left" in bot.log

    await until(alone, "the bot leaves")


async def test_it_follows_a_room_to_its_successor_and_goes_on_there(ana: Person, bot: Running) -> None:
    room = await ana.create_room(bot.user, name="Old", direct=True)
    await ana.joined(room, bot.user)
    await ana.answer(room, bot.user, await ana.say(room, "para 32"))
    predecessor = {"room_id": room, "event_id": "$last"}
    successor = await ana.create_room(bot.user, name="New", direct=True, predecessor=predecessor)
    await ana.client.room_put_state(
        room, "m.room.tombstone", {"body": "This room has been replaced", "replacement_room": successor}
    )
    await ana.membership(room, bot.user, "leave")
    await ana.joined(successor, bot.user)
    answer = await ana.answer(successor, bot.user, await ana.say(successor, "next"))
    assert answer["content"]["body"].startswith("Paragraph 33")


async def test_where_it_may_not_speak_it_says_so_once_in_the_log(ana: Person, bot: Running) -> None:
    levels = {"events_default": 50, "users_default": 0}
    room = await ana.create_room(bot.user, name="Silent", power_level_override=levels)
    await ana.joined(room, bot.user)
    for text in ("para 32", "para 33"):
        await ana.say(room, text)
    await until(lambda: f"{room}: the bot may not send here" in bot.log, "a line in the log")
    other = await ana.create_room(bot.user, direct=True)
    await ana.joined(other, bot.user)
    await ana.answer(other, bot.user, await ana.say(other, "para 9"))
    assert bot.log.count(f"{room}: the bot may not send here") == 1


async def test_kicked_out_it_forgets_the_room(ana: Person, bot: Running) -> None:
    room = await ana.create_room(bot.user, name="Kicked", direct=True)
    await ana.joined(room, bot.user)
    await ana.answer(room, bot.user, await ana.say(room, "para 32"))
    await ana.client.room_kick(room, bot.user)
    await ana.membership(room, bot.user, "leave")
    await ana.client.room_invite(room, bot.user)
    await until(
        lambda: (
            [e["content"]["membership"] for e in ana.seen if e.get("state_key") == bot.user and e["room_id"] == room][
                -1
            ]
            == "join"
        ),
        "it joins again",
    )
    answer = await ana.answer(room, bot.user, await ana.say(room, "next"))
    assert "Nothing was quoted here yet" in answer["content"]["body"]
