"""`hearings run`: all platforms and the digests in one process."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.running import kept_going
from adapters.slack.manifest import scopes, subscriptions
from bot.errors import StoreError
from bot.message import Room
from tests.digests.ordered import order_now, url_of
from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Person, environment, person, signed_in, until
from tests.slack.fake import FakeSlack
from tests.slack.running import hearings, settings_for


@asynccontextmanager
async def running(folder: Path, variables: dict[str, str]) -> AsyncIterator[subprocess.Popen[bytes]]:
    """`hearings run` in a folder; what it logs is in `run.log`."""
    command = [sys.executable, "-m", "adapters.cli", "run"]
    with (folder / "run.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_both_platforms_answer_and_post_their_digests_and_sigterm_ends_it_well(
    homeserver: Homeserver, tmp_path: Path
) -> None:
    bot = await asyncio.to_thread(signed_in, homeserver, tmp_path)
    with FakeSlack() as slack:
        slack.subscriptions = set(subscriptions(minimal=False, several=False))
        slack.grant(scopes(minimal=False))
        slack.fail("auth.test", error="internal_error", times=1)  # Slack cannot begin at first, and is tried again
        variables = environment(tmp_path, **settings_for(slack))
        cat = slack.person("cat")
        channel = slack.channel("talk", [cat])
        async with person(homeserver, tmp_path) as ana, running(tmp_path, variables) as process:
            log = tmp_path / "run.log"
            await until(lambda: log.read_text().count(" ready: in") == 2, f"both are ready: {log.read_text()}")
            room = await ana.create_room(bot.user)
            await ana.joined(room, bot.user)
            await asks(ana, room, bot.user)
            slack.say(channel, cat, f"{slack.mention} para 32")
            await until(lambda: slack.bot_posts(channel), "an answer in Slack")
            url = url_of(tmp_path)
            await asyncio.to_thread(order_now, url, Room("matrix", bot.user, room), made=5)
            await asyncio.to_thread(order_now, url, Room("slack", slack.team, channel), made=6)
            await until(lambda: "Paragraph 6" in said(ana, room, bot.user), "the digest in Matrix")
            await until(lambda: len(slack.bot_posts(channel)) == 2, "the digest in Slack")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 15) == 0
            written = log.read_text()
            assert "slack: Slack does not take the bot token (internal_error)" in written
            assert "trying again" in written
            assert "Traceback" not in written


async def asks(ana: Person, room: str, bot: str) -> None:
    asked = await ana.say(room, "para 32")
    answer = await ana.answer(room, bot, asked)
    assert answer["content"]["body"].startswith("Paragraph 32")


def said(ana: Person, room: str, bot: str) -> str:
    return "\n".join(str(message["content"].get("body")) for message in ana.messages(room, bot))


def test_where_nothing_is_set_up_it_says_how_to_begin(tmp_path: Path) -> None:
    done = hearings(tmp_path, "run")
    assert done.returncode == 2
    assert "hearings matrix login" in done.stderr
    assert "hearings slack manifest" in done.stderr


@pytest.mark.parametrize("fault", [StoreError("the store is away"), ValueError("odd"), None])
async def test_what_fails_is_run_again_after_a_wait_until_told_to_stop(
    fault: Exception | None, caplog: pytest.LogCaptureFixture
) -> None:
    stop, runs = asyncio.Event(), 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            stop.set()
        elif fault:
            raise fault

    await kept_going("this", run, stop, first_seconds=0.01)
    assert runs == 3
    assert caplog.text.count("trying again") == 2
