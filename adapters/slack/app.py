"""What Slack sends, and who takes it: everything is queued and acknowledged at once.

What is acknowledged and not yet answered when the process is killed is lost: never doubled.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
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
#: How often an event was delivered before; absent over HTTP, and "0" over a socket, where it is the first time.
#: Source: https://docs.slack.dev/apis/events-api#retries
RETRY = "x-slack-retry-num"
#: The message shortcut.
SHORTCUT = "find_in_document"

#: A name for all buttons.
ANY = ""

Taker = Callable[[AsyncBoltRequest], None]
Register = Callable[[Taker], None]
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

    def listen(self, app: App, command: str) -> None:
        """Register everything with an app."""
        for kind, work in EVENTS.items():
            app.event(kind)(self._event(work))
        if self._ended:
            for kind in ENDS:
                app.event(kind)(self._end(self._ended))
        app.command(command)(self._command)
        app.shortcut(SHORTCUT)(self._shortcut)
        app.action(ANY)(self._action)

    def _event(self, work: Work) -> Taker:
        def take(request: AsyncBoltRequest) -> None:
            event = request.body["event"]
            again = request.headers.get(RETRY, ["0"])[0] != "0"
            item = event.get("channel") or event.get("user") or ""
            where = item.get("id") if isinstance(item, dict) else item
            self.put(where, lambda workspace: work(self._relay, self._rooms, workspace, event, again), _team(request))

        return take

    def _end(self, ended: Ended) -> Taker:
        def take(request: AsyncBoltRequest) -> None:
            event = request.body["event"]
            revoked = event.get("tokens")
            if event.get("type") == "tokens_revoked" and not (isinstance(revoked, dict) and revoked.get("bot")):
                return  # a person's own token, of which the bot has none
            team = _team(request)
            self._workspaces.forget(team)
            self._queues.put((team, "ended"), partial(ended, team))

        return take

    def _command(self, request: AsyncBoltRequest) -> None:
        body = request.body
        alone = (body.get("channel_id"), body.get("user_id"))
        self.put(alone, partial(self._relay.command, body=body), _team(request))

    def _shortcut(self, request: AsyncBoltRequest) -> None:
        body = request.body
        alone = (body["channel"]["id"], body["user"]["id"])
        self.put(alone, partial(self._relay.shortcut, body=body), _team(request))

    def _action(self, request: AsyncBoltRequest) -> None:
        body = request.body
        container = body.get("container") or {}
        channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
        where = (channel, body["user"]["id"]) if container.get("is_ephemeral") else channel
        self.put(where, partial(self._relay.pressed, body=body), _team(request))


class App(AsyncApp):
    """Bolt's app, which finds who takes a request in a table, and acknowledges it when that returns.

    Bolt's own way there (a chain of middleware, matchers in turn, arguments by name) takes longer than an answer does.
    What is in no table still goes that way, such as Slack's challenge; and so does what Slack has not signed, to be refused.
    """

    def __init__(self, signing_secret: str, **settings: Any) -> None:
        super().__init__(signing_secret=signing_secret, **settings)
        self._verifier = SignatureVerifier(signing_secret) if signing_secret else None
        self._takers: dict[tuple[str, str], Taker] = {}

    def event(self, kind: str) -> Register:  # type: ignore[override]
        """Register who takes events of a type."""
        return partial(self._takers.__setitem__, ("event", kind))

    def command(self, name: str) -> Register:  # type: ignore[override]
        """Register who takes a slash command."""
        return partial(self._takers.__setitem__, ("command", name))

    def shortcut(self, name: str) -> Register:  # type: ignore[override]
        """Register who takes a message shortcut."""
        return partial(self._takers.__setitem__, ("message_action", name))

    def action(self, name: str) -> Register:  # type: ignore[override]
        """Register who takes buttons, all of them (ANY)."""
        return partial(self._takers.__setitem__, ("block_actions", name))

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """What to answer a request with."""
        taker = self._takers.get(_kind(req.body))
        if taker is None or not self._is_slacks(req):
            return await super().async_dispatch(req)
        try:
            taker(req)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is logged, and Slack sends it again
            log_fault(error)
            return BoltResponse(status=500)
        return BoltResponse(status=200)

    def _is_slacks(self, request: AsyncBoltRequest) -> bool:
        """Whether it came by the socket or is signed, not long ago."""
        if request.mode == "socket_mode":
            return True
        at, signature = (request.headers.get(f"x-slack-{name}", [""])[0] for name in ("request-timestamp", "signature"))
        return self._verifier is not None and self._verifier.is_valid(request.raw_body, at, signature)


def _kind(body: dict[str, Any]) -> tuple[str, str]:
    """What a request is, and its name among those of its kind."""
    match body:
        case {"type": "event_callback", "event": {"type": str(kind)}}:
            return "event", kind
        case {"command": str(name)}:
            return "command", name
        case {"type": "message_action", "callback_id": str(name)}:
            return "message_action", name
        case {"type": "block_actions"}:
            return "block_actions", ANY
    return "", ""


def _team(request: AsyncBoltRequest) -> str:
    return str(request.context.team_id)


def make_app(client: AsyncWebClient, workspaces: Workspaces, signing_secret: str) -> App:
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

    return App(
        signing_secret,
        name="hearings",
        client=client,
        authorize=authorize,
        process_before_response=True,
        ignoring_self_events_enabled=False,  # it would keep from us that a moderator deletes an answer
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
