"""Slack's own framework against the fake, in both modes and in another process: what Bolt takes for Slack must be like it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Literal

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.fake import FakeSlack

Mode = Literal["socket", "http"]


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as made:
        yield made


def bolt(slack: FakeSlack) -> AsyncApp:
    """A bot as Bolt's documentation has it."""
    app = AsyncApp(client=AsyncWebClient(slack.bot_token, base_url=slack.url), signing_secret=slack.signing_secret)
    button = {"type": "button", "text": {"type": "plain_text", "text": "Next"}, "value": "33", "action_id": "next"}

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [{"type": "actions", "elements": [button]}]
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="32", blocks=blocks)

    @app.event("message")
    async def said(event: dict[str, Any], say: Any) -> None:
        if event["channel_type"] == "im":
            await say("hello to you")

    @app.command("/hearings")
    async def commanded(ack: Any, respond: Any, command: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"you asked: {command['text']}")

    @app.action("next")
    async def pressed(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="33", replace_original=True)

    @app.shortcut("find")
    async def found(ack: Any, respond: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        await respond(text=f"found in {shortcut['message_ts']}")

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "divider"}]})

    return app


@asynccontextmanager
async def running(slack: FakeSlack, mode: Mode) -> AsyncIterator[None]:
    app = bolt(slack)
    if mode == "socket":
        handler = AsyncSocketModeHandler(app, slack.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]
        await slack.until(lambda: slack.sockets)
        try:
            yield
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]
        return
    runner = web.AppRunner(app.web_app(path="/slack/events"), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    slack.deliver_to(f"http://{host}:{port}/slack/events")
    await slack.until(lambda: slack.verified)
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_bolt_answers_people_in_both_modes(slack: FakeSlack, mode: Mode) -> None:
    ana = slack.person("ana")
    general = slack.channel("general", [ana])
    async with running(slack, mode):
        root = slack.say(general, ana, f"{slack.mention} para 32")
        await slack.until(lambda: len(slack.messages(general, root)) == 2)
        slack.click(ana, slack.messages(general, root)[1], "Next")
        await slack.until(lambda: slack.messages(general, root)[1]["text"] == "33")
        asked = slack.command(ana, general, "para 34")
        await slack.until(lambda: slack.replies_to_command(asked))
        assert slack.replies_to_command(asked)[0]["text"] == "you asked: para 34"
        made = slack.shortcut(ana, general, root, "find")
        await slack.until(lambda: slack.replies_to_command(made))
        slack.open_home(ana)
        await slack.until(lambda: slack.home(ana))
        dm = slack.dm(ana)
        slack.say(dm, ana, "hello")
        await slack.until(lambda: len(slack.messages(dm)) == 2)
        await slack.until(lambda: slack.settled)
        assert {delivery.state for delivery in slack.deliveries} == {"acked"}
        assert (slack.rejected, slack.pings) == ([], [])


async def test_bolt_comes_back_when_its_connection_is_refreshed(slack: FakeSlack) -> None:
    ana = slack.person("ana")
    general = slack.channel("general", [ana])
    async with running(slack, "socket"):
        slack.refresh_sockets()
        await slack.until(lambda: len(slack.calls_of("apps.connections.open")) == 2 and slack.sockets)
        root = slack.say(general, ana, f"{slack.mention} para 32")
        await slack.until(lambda: len(slack.messages(general, root)) == 2)


def test_a_bot_in_another_process_is_served_too(slack: FakeSlack) -> None:
    code = """
        import os
        from slack_sdk import WebClient
        client = WebClient(os.environ["TOKEN"], base_url=os.environ["URL"])
        client.chat_postMessage(channel=os.environ["CHANNEL"], text="from elsewhere")
    """
    general = slack.channel("general")
    told = {"TOKEN": slack.bot_token, "URL": slack.url, "CHANNEL": general}
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], env={**os.environ, **told})
    assert process.wait(20) == 0
    assert [message["text"] for message in slack.messages(general)] == ["from elsewhere"]


async def test_methods_do_not_wait_for_a_bot_on_the_same_loop(slack: FakeSlack) -> None:
    ana = slack.person("ana")
    general = slack.channel("general", [ana])
    async with running(slack, "http"):
        begun = asyncio.get_running_loop().time()
        for number in range(20):
            slack.command(ana, general, f"para {number}")
        assert asyncio.get_running_loop().time() - begun < 2
        await slack.until(lambda: len(slack.ephemerals(ana)) == 20)
