"""Channels that begin, change their id and end; and the app's own pages."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.directory import SlackDirectory
from adapters.slack.home import PLATFORM, Home
from adapters.slack.relay import Relay
from adapters.slack.workspaces import Workspace
from bot.bot import Bot
from bot.introduction import introduce
from bot.message import Room
from bot.ports import Store
from corpus.document import Document

log = logging.getLogger(__name__)


class Rooms:
    """Introduces the bot, and keeps up with what becomes of channels.

    Args:
        command: The slash command's name.
    """

    def __init__(
        self, bot: Bot, store: Store, relay: Relay, directory: SlackDirectory, home: Home, command: str
    ) -> None:
        self._bot = bot
        self._store = store
        self._relay = relay
        self._directory = directory
        self._home = home
        self._command = command

    async def joined(self, workspace: Workspace, event: Any, *, again: bool) -> None:
        """Introduce the bot where somebody has just invited it."""
        if event.get("user") != workspace.me:
            return
        room, inviter = self._relay.room(workspace, str(event["channel"])), str(event.get("inviter") or "")
        if inviter:
            await self._store.invited(room, inviter)
        reply = introduce(
            self._bot.document,
            address=f"mention me, or use {self._command}",
            inviter=await self._directory.name(workspace.team, inviter) if inviter else "",
            direct=False,
        )
        await self._relay.introduce(workspace, room, reply, f"joined {event.get('event_ts')}", again=again)

    async def left(self, workspace: Workspace, event: Any) -> None:
        """Forget a channel that the bot is no longer in, or that is no more."""
        if isinstance(channel := event.get("channel"), str):
            await self._bot.left(self._relay.room(workspace, channel))

    async def renamed(self, workspace: Workspace, event: Any) -> None:
        """Carry on in a channel that got another id."""
        old, new = event.get("old_channel_id"), event.get("new_channel_id")
        if isinstance(old, str) and isinstance(new, str):
            await self._bot.moved(self._relay.room(workspace, old), self._relay.room(workspace, new))

    async def opened(self, workspace: Workspace, event: Any) -> None:
        """Show the page that somebody opened: the App Home, or the messages, where the bot says once what it is."""
        user = str(event["user"])
        if event.get("tab") == "home":
            await self._home.show(workspace, user)
        elif event.get("tab") == "messages":
            channel = str(event["channel"])
            room = Room(PLATFORM, workspace.team, channel)
            reply = introduce(self._bot.document, address="", inviter="", direct=True)
            await self._relay.introduce(workspace, room, reply, "opened", again=False)
            await self._suggest(workspace, channel)

    async def _suggest(self, workspace: Workspace, channel: str) -> None:
        """Offer prompts in the messages, where the workspace has such a thing; nothing depends on it.

        Source: https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
        """
        with suppress(SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
            await workspace.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, prompts=prompts(self._bot.document)
            )


def prompts(document: Document) -> list[dict[str, str]]:
    """What somebody who opens the messages may ask first; Slack shows up to four."""
    asked = [
        (f"Read paragraph {document.middle}", f"para {document.middle}"),
        ("See the topics", "topics"),
        ("See the outline", "outline"),
        ("See what I can ask", "help"),
    ]
    return [{"title": title, "message": message} for title, message in asked]
