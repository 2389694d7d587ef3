"""Messages whose key does not come, comes late, or comes after the bot was killed while it waited."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from nio import ShareGroupSessionResponse

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, Running, in_reply_to, running, until

WAIT_SECONDS = 2.0
#: Longer than any test takes.
LONG_SECONDS = 600.0


@pytest.fixture(scope="module")
def bot(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that tells of a missing key soon."""
    with running(homeserver, tmp_path_factory.mktemp("bot"), MATRIX__KEY_WAIT_SECONDS=WAIT_SECONDS) as started:
        yield started


@pytest.fixture(scope="module")
def patient(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that waits for keys for longer than any test takes."""
    with running(homeserver, tmp_path_factory.mktemp("patient"), MATRIX__KEY_WAIT_SECONDS=LONG_SECONDS) as started:
        yield started


@dataclass
class HeldKeys:
    """What somebody's client would have sent to other devices, kept back until it is let go."""

    client: Any
    kept: list[tuple[str, str, str]] = field(default_factory=list)

    async def _send(self, kind: Any, *what: Any, **more: Any) -> Any:
        if kind is not ShareGroupSessionResponse:
            return await type(self.client)._send(self.client, kind, *what, **more)
        method, path, data = what
        self.kept.append((method, path, data))
        return ShareGroupSessionResponse(*more["response_data"])

    async def let_go(self) -> None:
        assert self.kept
        for method, path, data in self.kept:
            assert (await self.client.send(method, path, data)).status == 200


def hold_keys(ana: Person) -> HeldKeys:
    """Keep the keys of the next messages back; a key that was shared already is not used again."""
    held = HeldKeys(ana.client)
    ana.client.olm.outbound_group_sessions.clear()
    ana.client._send = held._send
    return held


def withhold(ana: Person, bot: Running, *, yes: bool = True) -> None:
    """Share no keys with the bot's devices, as a client does that was told so."""
    for device in ana.client.device_store.active_user_devices(bot.user):
        (ana.client.blacklist_device if yes else ana.client.unblacklist_device)(device)
    ana.client.olm.outbound_group_sessions.clear()


def notices(ana: Person, bot: Running, room: str) -> list[dict[str, Any]]:
    """What the bot said of messages that it could not read."""
    return [
        each
        for each in ana.messages(room, bot.user)
        if each["content"]["msgtype"] == "m.notice" and "could not read" in each["content"]["body"]
    ]


async def chat(ana: Person, bot: Running) -> str:
    """A direct, encrypted chat in which the bot has answered."""
    room = await ana.create_room(bot.user, direct=True, encrypted=True)
    await ana.joined(room, bot.user)
    await ana.answer(room, bot.user, await ana.say(room, "para 1"))
    return room


async def test_where_the_key_is_withheld_the_room_is_told_once_what_the_sender_can_do(
    ana: Person, bot: Running
) -> None:
    room = await chat(ana, bot)
    withhold(ana, bot)
    sent = time.monotonic()
    first = await ana.say(room, "para 32")
    await ana.answer(room, bot.user, first)
    assert time.monotonic() - sent >= WAIT_SECONDS - 0.5
    [notice] = notices(ana, bot, room)
    assert in_reply_to(notice) == first
    assert notice["encrypted"]
    assert "send it again" in notice["content"]["body"]
    assert "settings" in notice["content"]["body"]
    second = await ana.say(room, "para 33")
    passed = time.monotonic()
    await until(lambda: time.monotonic() > passed + WAIT_SECONDS + 1, "the second one is given up too")
    withhold(ana, bot, yes=False)
    await ana.answer(room, bot.user, await ana.say(room, "para 34"))
    assert len(notices(ana, bot, room)) == 1
    assert not ana.answers(room, bot.user, second)


async def test_a_message_whose_key_comes_late_is_answered(ana: Person, patient: Running) -> None:
    bot = patient
    room = await chat(ana, bot)
    held = hold_keys(ana)
    asked = [await ana.say(room, "para 32"), await ana.say(room, "next")]
    plain = await ana.create_room(bot.user, direct=True)
    await ana.joined(plain, bot.user)
    await ana.answer(plain, bot.user, await ana.say(plain, "para 9"))  # so the bot has met what it cannot read
    assert not any(ana.answers(room, bot.user, each) for each in asked)
    await held.let_go()
    answers = [await ana.answer(room, bot.user, each) for each in asked]
    assert [each["content"]["body"].split(",")[0] for each in answers] == ["Paragraph 32", "Paragraph 33"]
    assert not notices(ana, bot, room)


async def test_a_key_that_comes_after_the_notice_is_of_use_too(ana: Person, bot: Running) -> None:
    room = await chat(ana, bot)
    held = hold_keys(ana)
    asked = await ana.say(room, "para 32")
    await until(lambda: bool(notices(ana, bot, room)), "a notice")
    await held.let_go()
    await until(lambda: len(ana.answers(room, bot.user, asked)) == 2, "the notice and an answer")
    assert ana.answers(room, bot.user, asked)[1]["content"]["body"].startswith("Paragraph 32")


async def test_what_is_taken_back_while_its_key_is_missing_is_neither_answered_nor_complained_of(
    ana: Person, bot: Running
) -> None:
    room = await chat(ana, bot)
    held = hold_keys(ana)
    gone, lost = await ana.say(room, "para 31"), await ana.say(room, "para 32")
    await ana.redact(room, gone)
    await until(lambda: bool(notices(ana, bot, room)), "a notice")
    assert [in_reply_to(each) for each in notices(ana, bot, room)] == [lost]
    await held.let_go()
    await until(lambda: len(ana.answers(room, bot.user, lost)) == 2, "the notice and an answer")
    assert not ana.answers(room, bot.user, gone)


@pytest.mark.parametrize("end", ["stop", "kill"])
async def test_ended_while_it_waits_for_a_key_it_answers_once_when_that_comes(
    end: str, ana: Person, patient: Running
) -> None:
    bot = patient
    room = await chat(ana, bot)
    plain = await ana.create_room(bot.user, direct=True)
    await ana.joined(plain, bot.user)
    held = hold_keys(ana)
    asked = await ana.say(room, "para 32")
    between = await ana.say(plain, "para 9")
    await ana.answer(plain, bot.user, between)
    moment = time.monotonic()
    await until(lambda: time.monotonic() > moment + 1.5, "a token would have been kept")
    if end == "kill":
        bot.kill()
    else:
        assert bot.stop() == 0
    bot.start()
    await bot.ready()
    await ana.answer(plain, bot.user, await ana.say(plain, "para 10"))
    assert not ana.answers(room, bot.user, asked)
    await held.let_go()
    answer = await ana.answer(room, bot.user, asked)
    assert answer["content"]["body"].startswith("Paragraph 32")
    await ana.answer(plain, bot.user, await ana.say(plain, "para 11"))
    assert len(ana.answers(room, bot.user, asked)) == 1
    assert len(ana.answers(plain, bot.user, between)) == 1
    assert not notices(ana, bot, room)
