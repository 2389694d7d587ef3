"""Digests in Slack: a posting carries its key in its metadata, and is looked for by it before it is ever sent again.

The calls are made with a client that repeats nothing by itself and waits for nothing: when to go on is the engine's to say.
Source: https://docs.slack.dev/messaging/message-metadata
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.client import TRY_SECONDS, code_of, is_ambiguous
from adapters.slack.deliver import UNREADABLE, Content
from adapters.slack.drawing import contents as drawn
from adapters.slack.limits import over_limits
from adapters.slack.workspaces import WRONG_TOKEN, NoWorkspace, Workspaces
from bot.digests.send import CannotLook, Closed, Failed, Later, NoReply, Posted
from bot.digests.subscriptions import Reason, Subscription
from bot.message import Room
from bot.reply import Reply

log = logging.getLogger(__name__)

#: The kind of the metadata that names a posting.
EVENT_TYPE = "hearings_posting"
#: What Slack says of channels in which nothing can be posted until a person changes that.
#: Source: https://docs.slack.dev/reference/methods/chat.postMessage, "Errors"
CLOSED = {
    "channel_not_found": Reason.LEFT,
    "not_in_channel": Reason.LEFT,
    "is_archived": Reason.ARCHIVED,
    "no_permission": Reason.REFUSED,
    "restricted_action": Reason.REFUSED,
    "restricted_action_read_only_channel": Reason.REFUSED,
    "restricted_action_thread_only_channel": Reason.REFUSED,
    "restricted_action_non_threadable_channel": Reason.REFUSED,
    "ekm_access_denied": Reason.REFUSED,
    "team_access_not_granted": Reason.REFUSED,
}
#: Messages of a page, and pages at most, in which a posting is looked for. Apps that are sold outside the Marketplace get
#: 15 a page, one page a minute. Source: https://docs.slack.dev/reference/methods/conversations.history
PAGE, PAGES_AT_MOST = 200, 10
#: Slack's clock and the bot's differ by less than this.
CLOCKS = timedelta(minutes=5)
#: Seconds to leave a workspace alone where it does not say how long.
WAIT_SECONDS = 5.0
#: People told at most when a digest has stopped, and pages of 200 people in which admins are looked for.
TOLD_AT_MOST, PEOPLE_PAGES_AT_MOST = 10, 10


class SlackPoster:
    """The Poster port in Slack.

    Args:
        session: Of all calls.
        patience_seconds: How long a request that got no reply may still arrive.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        workspaces: Workspaces,
        patience_seconds: float = TRY_SECONDS + 5.0,
    ) -> None:
        self._session = session
        self._base_url = base_url
        self._workspaces = workspaces
        self.patience = timedelta(seconds=patience_seconds)

    async def post(self, room: Room, reply: Reply, key: str, since: datetime | None) -> Posted:
        """Post a message, each part once."""
        client = await self._client(room.account)
        contents = drawn(reply)
        keys = [f"{key}/{part}" for part in range(len(contents))]
        there = await self._find(client, room.id, keys, since) if since else {}
        sent: list[str] = []
        for name, content in zip(keys, contents, strict=True):
            sent.append(there.get(name) or await self._send(client, room.id, content, name, begun=bool(sent or there)))
        return Posted(tuple(sent), found=len(there) == len(keys))

    async def look(self, room: Room, reply: Reply, key: str, since: datetime) -> tuple[str, ...]:
        """The ids of a message that may have been posted."""
        client = await self._client(room.account)
        keys = [f"{key}/{part}" for part in range(len(drawn(reply)))]
        there = await self._find(client, room.id, keys, since)
        return tuple(there[name] for name in keys if name in there)

    async def _client(self, team: str) -> AsyncWebClient:
        try:
            workspace = await self._workspaces.find(team)
        except NoWorkspace:
            raise Failed("no_workspace") from None
        if workspace is None:
            raise Closed(Reason.LEFT, "not_installed")
        return AsyncWebClient(
            workspace.client.token, self._base_url, TRY_SECONDS, session=self._session, retry_handlers=[]
        )

    async def _send(self, client: AsyncWebClient, channel: str, content: Content, key: str, *, begun: bool) -> str:
        if found := over_limits(content):
            log.error("%s: over Slack's limits: %s", key, found)
            raise Failed("over_limits", begun=begun)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        said = await _asked(
            lambda: client.chat_postMessage(
                channel=channel, metadata=metadata, unfurl_links=False, unfurl_media=False, **content
            ),
            begun=begun,
        )
        return str(said["ts"])

    async def _find(self, client: AsyncWebClient, channel: str, keys: list[str], since: datetime) -> dict[str, str]:
        """The messages of a channel that have one of some keys, by these."""
        found: dict[str, str] = {}
        cursor, oldest = "", f"{(since - CLOCKS).timestamp():.6f}"
        for _ in range(PAGES_AT_MOST):

            async def page(cursor: str = cursor) -> AsyncSlackResponse:
                return await client.conversations_history(
                    channel=channel, limit=PAGE, oldest=oldest, cursor=cursor or None, include_all_metadata=True
                )

            try:
                said = await _asked(page, begun=False)
            except NoReply:
                raise Failed("no_reply_to_look") from None
            except Closed:
                raise CannotLook from None
            except Failed as failed:
                if failed.code in UNREADABLE:
                    raise CannotLook from None
                raise
            for message in said.get("messages") or []:
                name = ((message.get("metadata") or {}).get("event_payload") or {}).get("key")
                if name in keys:
                    found[name] = str(message["ts"])
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if len(found) == len(keys) or not cursor:
                return found
        raise CannotLook  # so much has been written since that nobody can say

    async def tell(self, subscription: Subscription, reply: Reply, key: str) -> None:
        """Tell who ordered a digest, and the workspace's admins, each in a direct message."""
        client = await self._client(subscription.room.account)
        people = dict.fromkeys((subscription.ordered_by, *await self._admins(client)))
        [content] = drawn(reply)
        for person in [person for person in people if person][:TOLD_AT_MOST]:
            try:
                opened = await _asked(partial(client.conversations_open, users=[person]), begun=False)
                await self._send(client, str(opened["channel"]["id"]), content, f"{key}/{person}", begun=False)
            except Later as held:
                await asyncio.sleep(held.seconds)
            except (NoReply, Failed, Closed) as error:
                log.warning("%s: somebody could not be told that it has stopped (%s)", key, type(error).__name__)

    async def _admins(self, client: AsyncWebClient) -> list[str]:
        admins: list[str] = []
        cursor = ""
        for _ in range(PEOPLE_PAGES_AT_MOST):

            async def page(cursor: str = cursor) -> AsyncSlackResponse:
                return await client.users_list(limit=200, cursor=cursor or None)

            try:
                said = await _asked(page, begun=False)
            except (Later, NoReply, Failed, Closed):
                break
            for user in said.get("members") or []:
                if (user.get("is_admin") or user.get("is_owner")) and not (user.get("deleted") or user.get("is_bot")):
                    admins.append(str(user["id"]))
            cursor = str((said.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return admins


async def _asked(call: Callable[[], Awaitable[AsyncSlackResponse]], *, begun: bool) -> AsyncSlackResponse:
    """What a call says.

    Raises:
        Later, NoReply, Failed, Closed: As each says.
    """
    try:
        return await call()
    except SlackApiError as error:
        code = code_of(error)
        status = getattr(error.response, "status_code", 0)
        if status == 429 or code == "ratelimited":
            headers = getattr(error.response, "headers", None) or {}
            raise Later(_seconds(headers), begun=begun) from None
        if is_ambiguous(error):
            raise NoReply from None
        if code in CLOSED:
            raise Closed(CLOSED[code], code) from None
        if code in WRONG_TOKEN:
            raise Failed("no_workspace", begun=begun) from None
        raise Failed(code, begun=begun) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        if is_ambiguous(error):
            raise NoReply from None
        raise Failed("unreachable", begun=begun) from None


def _seconds(headers: object) -> float:
    value = next(
        (held for name, held in dict(headers).items() if str(name).lower() == "retry-after"),  # type: ignore[call-overload]
        None,
    )
    value = value[0] if isinstance(value, list) and value else value
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return WAIT_SECONDS
