"""The bare AsyncApp, as Bolt documents it: it answers every message and every slash command with a constant.

Source: https://docs.slack.dev/tools/bolt-python/concepts/async, /concepts/commands, /concepts/socket-mode
"""

import asyncio
import logging
import os
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

#: The documented way leaves the client out; it is given here, as documented too, since this Slack is elsewhere.
app = AsyncApp(
    client=AsyncWebClient(os.environ["BARE_BOT_TOKEN"], os.environ["BARE_URL"]),
    signing_secret=os.environ["BARE_SIGNING_SECRET"],
)


@app.event("app_mention")
async def mentioned(event: dict[str, Any], say: Any) -> None:
    await say("constant")


@app.event("message")
async def told(event: dict[str, Any], say: Any) -> None:
    if event.get("channel_type") == "im":
        await say("constant")


@app.command("/hearings")
async def in_the_acknowledgement(ack: Any) -> None:
    await ack("constant")


@app.command("/afterwards")
async def after_the_acknowledgement(ack: Any, respond: Any) -> None:
    await ack()
    await respond("constant")


async def by_socket() -> None:
    await AsyncSocketModeHandler(app, os.environ["BARE_APP_TOKEN"]).start_async()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    if os.environ["BARE_PORT"]:
        app.start(int(os.environ["BARE_PORT"]), host="127.0.0.1")
    else:
        asyncio.run(by_socket())
