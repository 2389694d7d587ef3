"""Servers, people and databases that do what they should not: no answer is lost, nothing hangs, nobody gets a right."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

from adapters.matrix.client import forgiving
from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, behind, person, running, until
from tests.matrix.proxy import Proxy, proxy

Fault = Callable[[str, str], tuple[int, str] | str | None]


@asynccontextmanager
async def troubled(homeserver: Homeserver, folder: Path) -> AsyncIterator[tuple[Running, Proxy]]:
    """A bot whose way to its homeserver can break."""
    async with proxy(homeserver.url) as between:
        bot = await behind(between.url, homeserver, folder)
        try:
            yield bot, between
        finally:
            await asyncio.to_thread(bot.stop)


async def direct(ana: Person, bot: Running, *, encrypted: bool = False) -> str:
    room = await ana.create_room(bot.user, direct=True, encrypted=encrypted)
    await ana.joined(room, bot.user)
    return room


def times(count: int, method: str, part: str, fault: tuple[int, str] | str) -> Fault:
    """A fault that so many requests meet."""
    left = Counter({part: count})

    def rule(asked: str, path: str) -> tuple[int, str] | str | None:
        if asked != method or part not in path or not left[part]:
            return None
        left[part] -= 1
        return fault

    return rule


ON_THE_WAY: tuple[tuple[str, str, tuple[int, str] | str], ...] = (
    ("GET", "/joined_members", (502, "M_UNKNOWN")),
    ("POST", "/keys/query", (502, "M_UNKNOWN")),
    ("POST", "/keys/claim", (502, "M_UNKNOWN")),
    ("POST", "/keys/claim", "cut"),
    ("PUT", "/sendToDevice/", (502, "M_UNKNOWN")),
    ("PUT", "/send/", (502, "M_UNKNOWN")),
    ("PUT", "/send/", (403, "M_USER_SUSPENDED")),
)


async def test_a_request_that_fails_on_the_way_to_an_encrypted_answer_costs_nothing(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    async with troubled(homeserver, tmp_path / "bot") as (bot, between):
        for index, (method, part, fault) in enumerate(ON_THE_WAY):
            async with person(homeserver, tmp_path, f"new{index}") as somebody:  # whose keys nobody has yet
                between.fault = times(2, method, part, fault)
                room = await direct(somebody, bot, encrypted=True)
                for number in (32, 33):
                    asked = await somebody.say(room, f"para {number}")
                    answer = await somebody.answer(room, bot.user, asked)
                    assert answer["encrypted"], (method, part, fault)
                    assert answer["content"]["body"].startswith(f"Paragraph {number}"), (method, part, fault)


async def test_an_invitation_survives_a_server_in_trouble(homeserver: Homeserver, ana: Person, tmp_path: Path) -> None:
    async with troubled(homeserver, tmp_path / "bot") as (bot, between):
        between.fault = times(6, "POST", "/join/", (502, "M_UNKNOWN"))
        room = await direct(ana, bot)
        await ana.answer(room, bot.user, await ana.say(room, "para 32"))


async def test_one_room_that_cannot_be_read_delays_no_other_and_not_the_end(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    async with troubled(homeserver, tmp_path / "bot") as (bot, between):
        one, other = await direct(ana, bot), await direct(ana, bot)
        await ana.answer(one, bot.user, await ana.say(one, "para 1"))
        bot.kill()
        with ana.asleep():
            for number in range(60):
                await ana.say(one, f"para {number + 1}")
        between.fault = times(10_000, "GET", f"{one}/messages", (500, "M_UNKNOWN"))
        bot.start()
        await ana.answer(other, bot.user, await ana.say(other, "para 9"))
        between.fault = times(10_000, "GET", "/", (401, "M_UNKNOWN_TOKEN"))
        process = bot.process
        assert process
        await ana.say(other, "para 10")  # ends the sync that waits
        await until(lambda: process.poll() is not None, "the bot ends", 10)
        assert process.returncode == 1


async def test_a_database_that_is_busy_loses_no_answer(homeserver: Homeserver, ana: Person, mortal: Running) -> None:
    room = await direct(ana, mortal)
    await ana.answer(room, mortal.user, await ana.say(room, "para 1"))
    with closing(sqlite3.connect(mortal.folder / "data" / "hearings.db", isolation_level=None)) as database:
        met = mortal.log.count("OperationalError")
        database.execute("BEGIN IMMEDIATE")
        asked = await ana.say(room, "para 32")
        await until(lambda: mortal.log.count("OperationalError") > met, "the bot meets the lock")
        database.execute("ROLLBACK")
    await ana.answer(room, mortal.user, asked)


async def test_what_cannot_be_decrypted_at_all_costs_itself_alone(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    with running(homeserver, tmp_path / "bot") as bot:
        room, other = await direct(ana, bot, encrypted=True), await direct(ana, bot, encrypted=True)
        await ana.answer(room, bot.user, await ana.say(room, "para 1"))
        forgiving(ana.client.olm)  # her client is to survive it too
        poison = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "ciphertext": "AwgAEnAkBmciEAyhh1j6DCk29UXJ7kv/kvayUNfuNT0iAioLxcXjFX",
            "device_id": "NOBODYS",
            "sender_key": "",
            "session_id": "nobodys",
        }

        def send(name: str) -> None:
            path = f"/_matrix/client/v3/rooms/{room}/send/m.room.encrypted/{name}"
            assert homeserver.call("PUT", path, poison, ana.client.access_token)[0] == 200

        send("live")
        await ana.answer(other, bot.user, await ana.say(other, "para 2"))
        await ana.answer(room, bot.user, await ana.say(room, "para 3"))
        bot.kill()
        send("missed")
        with ana.asleep():
            asked = [await ana.say(room, f"para {number}") for number in range(4, 60)]
        bot.start()
        await until(lambda: all(ana.answers(room, bot.user, question) for question in asked), "all answers", 60)


async def test_after_a_restart_a_shared_room_is_still_a_shared_room(
    homeserver: Homeserver, ana: Person, ben: Person, mortal: Running
) -> None:
    room = await ana.create_room(ben.id, mortal.user, name="Migration")
    await ana.joined(room, mortal.user)
    await ana.joined(room, ben.id)
    await ana.answer(room, mortal.user, await ana.say(room, "!h para 1"))
    mortal.stop()
    silent = [await ben.say(room, "32"), await ben.say(room, "my time zone is Europe/Zurich")]
    mortal.start()
    asked = await ben.say(room, "!h answers reply")
    refused = await ben.answer(room, mortal.user, asked)
    assert refused["content"]["msgtype"] == "m.notice"
    assert not any(ben.answers(room, mortal.user, question) for question in silent)


async def test_what_was_said_while_others_were_there_is_not_for_the_bot(
    homeserver: Homeserver, ana: Person, ben: Person, mortal: Running
) -> None:
    room = await ana.create_room(ben.id, mortal.user, name="Migration")
    await ana.joined(room, mortal.user)
    await ana.joined(room, ben.id)
    mortal.stop()
    before = await ana.say(room, "para 32")
    await ben.client.room_leave(room)
    await ana.membership(room, ben.id, "leave")
    mortal.start()
    await ana.answer(room, mortal.user, await ana.say(room, "para 33"))
    assert not ana.answers(room, mortal.user, before)


async def test_rooms_that_name_each_other_as_successors_are_not_followed_in_a_circle(
    ana: Person, bot: Running, homeserver: Homeserver
) -> None:
    one = await ana.create_room(bot.user, name="One")
    await ana.joined(one, bot.user)
    other = await ana.create_room(name="Other", predecessor={"room_id": one, "event_id": "$last"}, preset=None)
    await ana.client.room_invite(other, bot.user)
    for room, successor in ((one, other), (other, one)):
        await ana.client.room_put_state(room, "m.room.tombstone", {"body": "", "replacement_room": successor})
    await ana.joined(other, bot.user)
    await ana.membership(one, bot.user, "leave")
    await ana.answer(other, bot.user, await ana.say(other, "para 9"))
    changes = [e for e in ana.seen if e["type"] == "m.room.member" and e.get("state_key") == bot.user]
    assert len([e for e in changes if e["room_id"] in {one, other}]) <= 8


async def test_who_no_longer_manages_a_room_may_no_longer_set_it_up(ana: Person, ben: Person, bot: Running) -> None:
    room = await ana.create_room(ben.id, bot.user, name="Migration")
    await ana.joined(room, bot.user)
    await ana.joined(room, ben.id)
    levels = await ana.client.room_get_state_event(room, "m.room.power_levels")
    for users, may in (({ben.id: 50}, True), ({}, False)):
        await ana.client.room_put_state(room, "m.room.power_levels", {**levels.content, "users": users})
        answer = await ben.answer(room, bot.user, await ben.say(room, "!h expand on"))
        assert (answer["content"]["msgtype"] == "m.text") is may


async def test_an_edit_by_somebody_else_is_no_question(ana: Person, ben: Person, bot: Running) -> None:
    room = await ana.create_room(ben.id, bot.user, name="Migration")
    await ana.joined(room, bot.user)
    await ana.joined(room, ben.id)
    said = await ana.say(room, "what did they say of remittances?")
    await ben.edit(room, said, "!h para 33")
    await ana.edit(room, said, "!h para 32")
    answer = await ana.answer(room, bot.user, said)
    assert answer["content"]["body"].startswith("Paragraph 32")
    assert len(ana.answers(room, bot.user, said)) == 1


async def test_a_message_of_a_thread_that_is_edited_into_a_question_is_answered_there(
    ana: Person, ben: Person, bot: Running
) -> None:
    room = await ana.create_room(ben.id, bot.user, name="Migration")
    await ana.joined(room, bot.user)
    await ana.joined(room, ben.id)
    root = await ana.say(room, "Remittances, everybody.")
    in_thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}
    said = await ben.say(room, "para 32 please", m_relates_to=in_thread)
    await ben.edit(room, said, "!h para 32 please")
    answer = await ben.answer(room, bot.user, said)
    assert answer["content"]["m.relates_to"]["event_id"] == root
