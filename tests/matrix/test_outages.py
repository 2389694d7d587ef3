"""Killed, restarted, cut off, limited and signed out: no answer is lost, none is given twice."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, behind, person, running, signed_in, until
from tests.matrix.proxy import proxy

ENCRYPTED = pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
#: How long the homeserver stays away.
OUTAGE_SECONDS = 20.0
#: How long a proxy answers 502, and after how long the bot asks calmly.
BROKEN_SECONDS, FIRST_SECONDS = 8.0, 3.0


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Homeserver, Running]]:
    """A server with the rate limits that servers have by default, which may be stopped, and a bot of its own."""
    folder = tmp_path_factory.mktemp("limited")
    with Homeserver(folder / "server", rate_limits=True) as server, running(server, folder / "bot") as bot:
        yield server, bot


async def direct(ana: Person, bot: Running, *, encrypted: bool = False) -> str:
    room = await ana.create_room(bot.user, direct=True, encrypted=encrypted)
    await ana.joined(room, bot.user)
    await ana.answer(room, bot.user, await ana.say(room, "para 1"))
    return room


async def all_answered(ana: Person, bot: Running, room: str, asked: list[str], seconds: float = 60) -> None:
    """Every question has one answer, in order."""
    await until(
        lambda: all(ana.answers(room, bot.user, question) for question in asked),
        f"all of {len(asked)} answered",
        seconds,
    )
    order = [m["content"]["m.relates_to"]["m.in_reply_to"]["event_id"] for m in ana.messages(room, bot.user)[2:]]
    assert [question for question in order if question in asked] == asked


@ENCRYPTED
@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_what_is_sent_while_it_is_down_is_answered_once(
    end: str, encrypted: bool, homeserver: Homeserver, ana: Person, mortal: Running
) -> None:
    room = await direct(ana, mortal, encrypted=encrypted)
    asked = [await ana.say(room, "para 30")]
    if end == "kill":
        mortal.kill()
    else:
        await ana.answer(room, mortal.user, asked[0])
        assert mortal.stop() == 0
    asked += [await ana.say(room, "next"), await ana.say(room, "next")]
    mortal.start()
    await all_answered(ana, mortal, room, asked)
    bodies = [ana.answers(room, mortal.user, question)[0]["content"]["body"] for question in asked]
    assert [body.split(",")[0] for body in bodies] == ["Paragraph 30", "Paragraph 31", "Paragraph 32"]


async def test_sixty_messages_sent_while_it_is_down_are_answered_in_order(
    homeserver: Homeserver, ana: Person, mortal: Running
) -> None:
    room = await direct(ana, mortal)
    mortal.kill()
    with ana.asleep():
        asked = [await ana.say(room, f"para {number}") for number in range(2, 62)]
    mortal.start()
    await all_answered(ana, mortal, room, asked)


async def test_killed_again_and_again_it_answers_each_once(
    homeserver: Homeserver, ana: Person, mortal: Running
) -> None:
    room = await direct(ana, mortal)
    asked: list[str] = []
    for start in (2, 12, 22):
        asked += [await ana.say(room, f"para {number}") for number in range(start, start + 10)]
        sixth = asked[-5]
        await until(partial(ana.answers, room, mortal.user, sixth), "the bot is in the middle of answering")
        mortal.kill()
        mortal.start()
    await all_answered(ana, mortal, room, asked)
    for question in asked:
        assert len(ana.answers(room, mortal.user, question)) == 1


async def test_messages_that_are_too_old_are_left_alone(homeserver: Homeserver, ana: Person, tmp_path: Path) -> None:
    with running(homeserver, tmp_path / "bot", MATRIX__ANSWER_UP_TO_HOURS=0.001) as bot:  # 3.6 seconds
        room = await direct(ana, bot)
        bot.stop()
        old = await ana.say(room, "para 32")
        sent = time.monotonic()
        await until(lambda: time.monotonic() > sent + 3.7, "the message is too old")
        bot.start()
        await bot.ready()
        await ana.answer(room, bot.user, await ana.say(room, "para 9"))
        assert not ana.answers(room, bot.user, old)


async def test_it_comes_back_after_the_homeserver_was_away(limited: tuple[Homeserver, Running], tmp_path: Path) -> None:
    server, bot = limited
    async with person(server, tmp_path, "ana") as ana:
        room = await direct(ana, bot)
        server.stop()
        gone = time.monotonic()
        await until(lambda: time.monotonic() > gone + OUTAGE_SECONDS, "the outage", OUTAGE_SECONDS + 5)
        server.resume()
        await all_answered(ana, bot, room, [await ana.say(room, "para 32")], 30)
        assert bot.process
        assert bot.process.poll() is None


async def test_a_server_that_answers_502_is_asked_less_and_less(
    homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    async with proxy(homeserver.url) as between:
        settings = {"MATRIX__BACKOFF_SECONDS": 0.5, "MATRIX__BACKOFF_AT_MOST_SECONDS": 4}
        bot = await behind(between.url, homeserver, tmp_path / "bot", **settings)
        try:
            room = await direct(ana, bot)
            between.broken = True
            began = time.monotonic()
            asked = await ana.say(room, "para 32")
            await until(lambda: time.monotonic() > began + BROKEN_SECONDS, "the outage", BROKEN_SECONDS + 5)
            late = [moment for moment in between.asked if moment > began + FIRST_SECONDS]
            assert len(late) < 2 * (BROKEN_SECONDS - FIRST_SECONDS)
            between.broken = False
            await all_answered(ana, bot, room, [asked])
        finally:
            bot.stop()
        assert bot.log.count("sync failed") == 1


@pytest.mark.parametrize("when", ["while it runs", "before it starts"])
async def test_a_revoked_token_ends_it_with_one_line(
    when: str, homeserver: Homeserver, ana: Person, tmp_path: Path
) -> None:
    bot = signed_in(homeserver, tmp_path / "bot")
    import json

    session = json.loads((tmp_path / "bot" / "data" / "matrix" / "session.json").read_text())
    try:
        if when == "while it runs":
            bot.start()
            await bot.ready()
        assert homeserver.call("POST", "/_matrix/client/v3/logout", {}, session["access_token"])[0] == 200
        revoked = time.monotonic()
        if when == "before it starts":
            bot.start()
        assert bot.process
        process = bot.process
        await until(lambda: process.poll() is not None, "the bot ends", 10)
        assert time.monotonic() - revoked < 5
        assert process.returncode == 1
        lines = [line for line in bot.log.splitlines() if "ready: " not in line]
        assert len(lines) == 1, bot.log
        assert "sign in again" in lines[0]
    finally:
        bot.stop()


async def test_the_rate_limit_of_a_default_server_loses_no_answer(
    limited: tuple[Homeserver, Running], tmp_path: Path
) -> None:
    server, bot = limited
    async with person(server, tmp_path, "ana") as ana, person(server, tmp_path, "ben") as ben:
        room = await ana.create_room(bot.user, direct=True)
        await ana.joined(room, bot.user)
        await ana.client.room_invite(room, ben.id)
        await ana.joined(room, ben.id)
        asked = [await ana.say(room, f"!h para {n}") for n in range(1, 9)]
        asked += [await ben.say(room, f"!h para {n}") for n in range(11, 18)]
        await until(lambda: all(ana.answers(room, bot.user, question) for question in asked), "15 answers", 90)


async def test_another_process_on_the_same_data_is_refused(mortal: Running, tmp_path: Path) -> None:
    await mortal.ready()
    second = Running(mortal.user, tmp_path, mortal.environment)
    second.start()
    assert second.process
    assert second.process.wait(20) == 1
    assert len(second.log.splitlines()) == 1
    assert str(mortal.folder / "data") in second.log
