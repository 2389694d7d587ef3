"""The listeners: what Slack sends, and who takes it. Each acknowledges, queues and returns.

With `process_before_response` Bolt hands Slack its reply as soon as a listener returns; without it, it looks for the
acknowledgement every 10 ms. What is acknowledged and not yet answered when the process is killed is lost: never doubled.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.queues import Queues, log_fault
from adapters.slack.relay import Relay
from adapters.slack.rooms import Rooms
from adapters.slack.workspaces import NoWorkspace, Workspace, Workspaces

log = logging.getLogger(__name__)

#: Where Slack sends everything in HTTP mode.
EVENTS_PATH = "/slack/events"
#: The events that end an installation.
ENDS = ("tokens_revoked", "app_uninstalled")
#: The message shortcut.
SHORTCUT = "find_in_document"

_ANY = re.compile(r".+")

Work = Callable[[Relay, Rooms, Workspace, Any, bool], Awaitable[None]]
Ended = Callable[[str], Awaitable[None]]

#: What is listened for, by the event's type, and what is done; the manifest subscribes to these.
EVENTS: dict[str, Work] = {
    "message": lambda relay, _, workspace, event, again: relay.message(workspace, event, again=again),
    "app_mention": lambda relay, _, workspace, event, again: relay.message(workspace, event, again=again),
    "member_joined_channel": lambda _, rooms, workspace, event, again: rooms.joined(workspace, event, again=again),
    "channel_left": lambda _, rooms, workspace, event, __: rooms.left(workspace, event),
    "group_left": lambda _, rooms, workspace, event, __: rooms.left(workspace, event),
    "channel_deleted": lambda _, rooms, workspace, event, __: rooms.left(workspace, event),
    "group_deleted": lambda _, rooms, workspace, event, __: rooms.left(workspace, event),
    "channel_id_changed": lambda _, rooms, workspace, event, __: rooms.renamed(workspace, event),
    "app_home_opened": lambda _, rooms, workspace, event, __: rooms.opened(workspace, event),
}


class Intake:
    """What comes from Slack, queued for whom it concerns.

    Args:
        ended: Forgets a workspace that took the app away; None where the bot serves one, by its token.
    """

    def __init__(self, relay: Relay, rooms: Rooms, workspaces: Workspaces, queues: Queues, ended: Ended | None) -> None:
        self._relay = relay
        self._rooms = rooms
        self._workspaces = workspaces
        self._queues = queues
        self._ended = ended

    def put(self, conversation: object, work: Callable[[Workspace], Awaitable[None]], team: str) -> None:
        """Queue what is to be done for a workspace."""

        async def job() -> None:
            try:
                workspace = await self._workspaces.find(team)
            except NoWorkspace as error:
                log.warning("%s: %s", team, error)
                return
            if workspace:
                await work(workspace)

        self._queues.put((team, conversation), job)

    def listen(self, app: AsyncApp, command: str) -> None:
        """Register everything with an app."""
        for kind, work in EVENTS.items():
            app.event(kind)(self._event(work))
        if self._ended:
            for kind in ENDS:
                app.event(kind)(self._end(self._ended))
        app.command(command)(self._command)
        app.shortcut(SHORTCUT)(self._shortcut)
        app.action(_ANY)(self._action)
        app.error(_failed)

    def _event(self, work: Work) -> Callable[..., Awaitable[None]]:
        async def listener(event: dict[str, Any], context: Any, request: Any) -> None:
            again = bool(request.headers.get("x-slack-retry-num"))
            item = event.get("channel") or event.get("user") or ""
            where = item.get("id") if isinstance(item, dict) else item
            self.put(
                where, lambda workspace: work(self._relay, self._rooms, workspace, event, again), str(context.team_id)
            )

        return listener

    def _end(self, ended: Ended) -> Callable[..., Awaitable[None]]:
        async def listener(event: dict[str, Any], context: Any) -> None:
            revoked = event.get("tokens")
            if event.get("type") == "tokens_revoked" and not (isinstance(revoked, dict) and revoked.get("bot")):
                return  # a person's own token, of which the bot has none
            team = str(context.team_id)
            self._workspaces.forget(team)
            self._queues.put((team, "ended"), partial(ended, team))

        return listener

    async def _command(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        await ack()
        alone = (body.get("channel_id"), body.get("user_id"))
        self.put(alone, partial(self._relay.command, body=body), str(context.team_id))

    async def _shortcut(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        await ack()
        alone = (body["channel"]["id"], body["user"]["id"])
        self.put(alone, partial(self._relay.shortcut, body=body), str(context.team_id))

    async def _action(self, ack: Any, body: dict[str, Any], context: Any) -> None:
        await ack()
        container = body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
        where = (channel, body["user"]["id"]) if container.get("is_ephemeral") else channel
        self.put(where, partial(self._relay.pressed, body=body), str(context.team_id))


def make_app(client: AsyncWebClient, workspaces: Workspaces, signing_secret: str) -> AsyncApp:
    """A Bolt app without listeners, which takes nothing from the environment.

    Args:
        client: Without a token; each workspace has its own.
    """

    async def authorize(team_id: str | None) -> Any:
        try:
            workspace = await workspaces.find(team_id) if team_id else None
        except NoWorkspace as error:
            log.warning("%s: %s", team_id, error)
            return None
        return workspace.authorized() if workspace else None

    return AsyncApp(
        name="hearings",
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # it would keep from us that a moderator deletes an answer
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


async def _failed(error: Exception) -> None:
    log_fault(error)
