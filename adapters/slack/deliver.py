"""Sending to Slack: once, in order.

Slack has no way to say that a message is the same as one sent before. So each carries a key made from what it answers,
and where a call ends without a reply, its channel is looked through for the key before anything is posted again. Where
the app may not read the channel, nobody can tell; then nothing is posted again, and the log says so.
Source: https://docs.slack.dev/messaging/message-metadata
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.errors import AdapterError
from adapters.slack.client import code_of, is_ambiguous
from adapters.slack.limits import over_limits
from adapters.slack.workspaces import Workspace

log = logging.getLogger(__name__)

#: Tries of a call that Slack does not answer.
TRIES = 5
#: Messages that are looked through for one of the bot's own; what was just posted is among the newest.
LOOKED_THROUGH = 50
#: The kind of the metadata that names what a message answers.
EVENT_TYPE = "hearings_answer"
#: Refusals that say that a message is no more.
GONE = frozenset(
    {
        "message_not_found",
        "cant_delete_message",
        "cant_update_message",
        "edit_window_closed",
        "file_not_found",
        "file_deleted",
        "cant_delete_file",
    }
)
#: Refusals that say that the app may not read a channel.
UNREADABLE = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "access_denied", "no_permission"})

Content = Mapping[str, Any]


class Refused(AdapterError):
    """What Slack will not have.

    Attributes:
        code: What Slack calls it, such as `not_in_channel`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refused a message: {code}")
        self.code = code


class Undelivered(AdapterError):
    """A message of which nobody knows whether it was posted, or that could not be."""


def key_of(*names: object) -> str:
    """The key of what is sent for a reason: the same for the same names, and it tells nobody what they are."""
    return hashlib.blake2b("\0".join(map(str, names)).encode(), digest_size=16).hexdigest()


def is_file(sent: str) -> bool:
    """Whether what was sent is a file, of which its own id is kept; of a message, that is its moment.

    Source: https://docs.slack.dev/reference/objects/file-object
    """
    return sent.startswith("F")


class Sender:
    """Posts, changes and deletes the bot's messages.

    Args:
        session: For `response_url`s, which take no token.
        wait_seconds: The wait after a call that failed; it doubles with each.
    """

    def __init__(self, session: aiohttp.ClientSession, wait_seconds: float = 1.0) -> None:
        self._session = session
        self._wait = wait_seconds
        self._refused: set[tuple[str, str]] = set()

    async def post(
        self,
        workspace: Workspace,
        channel: str,
        content: Content,
        key: str,
        thread: str | None = None,
        *,
        again: bool = False,
    ) -> str:
        """Post a message; its id.

        Args:
            again: Whether it may have been posted before.

        Raises:
            Refused: Slack will not have it.
            Undelivered: Nobody knows whether it was posted; the log says so.
        """
        _insist_on_limits(content)
        client, look = workspace.client, again
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": key}}
        for attempt in range(TRIES):
            if look and (found := await self._find(workspace, channel, thread, key)):
                return found
            try:
                said = await client.chat_postMessage(
                    channel=channel,
                    thread_ts=thread,
                    metadata=metadata,
                    unfurl_links=False,
                    unfurl_media=False,
                    **content,
                )
                self._refused.discard((workspace.team, channel))
                return str(said["ts"])
            except SlackApiError as error:
                if not is_ambiguous(error):
                    raise Refused(code_of(error)) from None
                fault, look = code_of(error), True
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                fault, look = type(error).__name__, look or is_ambiguous(error)
            log.warning("%s: a message got no reply (%s)%s", channel, fault, "; looking for it" if look else "")
            await self.pause(attempt)
        if look and (found := await self._find(workspace, channel, thread, key)):
            return found
        log.warning("%s: an answer is given up, since Slack takes none", channel)
        raise Undelivered(f"{channel} took no message in {TRIES} tries")

    async def _find(self, workspace: Workspace, channel: str, thread: str | None, key: str) -> str | None:
        """The message with a key; None if there is none.

        Raises:
            Undelivered: The channel cannot be read.
        """
        for message in await self.newest(workspace, channel, thread):
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("key") == key:
                return str(message["ts"])
        return None

    async def newest(self, workspace: Workspace, channel: str, thread: str | None) -> list[dict[str, Any]]:
        """The newest messages of a channel, or a thread's.

        Raises:
            Undelivered: The channel cannot be read.
        """
        client, most = workspace.client, LOOKED_THROUGH
        backwards: Callable[[], Awaitable[AsyncSlackResponse]]
        if thread:

            def backwards() -> Awaitable[AsyncSlackResponse]:
                return client.conversations_replies(channel=channel, ts=thread, limit=1000, include_all_metadata=True)
        else:

            def backwards() -> Awaitable[AsyncSlackResponse]:
                return client.conversations_history(channel=channel, limit=most, include_all_metadata=True)

        try:
            said = await self._insist(backwards)
        except SlackApiError as error:
            if code_of(error) in UNREADABLE:
                log.warning(
                    "%s: an answer may or may not have been posted; it is not posted again, since the app may not read the "
                    "channel to look (%s)",
                    channel,
                    code_of(error),
                )
                raise Undelivered(f"{channel} cannot be looked through") from None
            raise Undelivered(f"{channel} cannot be looked through ({code_of(error)})") from None
        return list(said.get("messages") or [])

    async def update(self, workspace: Workspace, channel: str, ts: str, content: Content) -> bool:
        """Change one of the bot's messages; whether it is still there.

        Raises:
            Refused: Slack will not have it.
        """
        _insist_on_limits(content)
        client = workspace.client
        try:
            await self._insist(lambda: client.chat_update(channel=channel, ts=ts, **content))
        except SlackApiError as error:
            if code_of(error) in GONE:
                return False
            raise Refused(code_of(error)) from None
        return True

    async def delete(self, workspace: Workspace, channel: str, sent: str) -> None:
        """Take away one of the bot's messages, or files with what shows them, if it is still there."""
        client = workspace.client
        try:
            if is_file(sent):
                await self._insist(lambda: client.files_delete(file=sent))
            else:
                await self._insist(lambda: client.chat_delete(channel=channel, ts=sent))
        except SlackApiError as error:
            if code_of(error) not in GONE:
                log.warning("%s: a message could not be taken back (%s)", channel, code_of(error))

    async def whisper(
        self, workspace: Workspace, channel: str, user: str, content: Content, thread: str | None = None
    ) -> None:
        """Show something to one person alone.

        It is tried again only where it never left: shown twice is worse than once too few.

        Raises:
            Refused: Slack will not have it.
            Undelivered: It got no reply.
        """
        _insist_on_limits(content)
        client = workspace.client

        async def show() -> AsyncSlackResponse:
            return await client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread, **content)

        try:
            await self._insist(show, once=True)
        except SlackApiError as error:
            raise Refused(code_of(error)) from None

    async def respond(self, url: str, body: Content) -> bool:
        """Send to a `response_url`; whether Slack took it.

        Raises:
            Refused: Slack would not have it.
        """
        _insist_on_limits(body)
        for attempt in range(TRIES):
            try:
                async with self._session.post(url, json=dict(body)) as response:
                    if response.status == 429:
                        await asyncio.sleep(float(response.headers.get("Retry-After", "1")))
                        continue
                    if response.status < 300:
                        return True
                    fault = f"HTTP {response.status}"
                    if response.status < 500:
                        log.warning("an answer to a command or button was not taken (%s)", fault)
                        return False
            except aiohttp.ClientConnectorError as error:
                fault = type(error).__name__
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("an answer to a command or button got no reply (%s)", type(error).__name__)
                return False
            await self.pause(attempt)
        return False

    async def _insist(
        self, call: Callable[[], Awaitable[AsyncSlackResponse]], *, once: bool = False
    ) -> AsyncSlackResponse:
        """What a call says that may be made twice, or, if it may be made `once`, again only where it never left."""
        for attempt in range(TRIES):
            try:
                return await call()
            except SlackApiError as error:
                if not is_ambiguous(error) or once:
                    raise
                fault = code_of(error)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                fault = type(error).__name__
                if once and is_ambiguous(error):
                    break
            await self.pause(attempt)
        raise Undelivered(f"Slack does not answer ({fault})")

    async def upload(self, url: str, data: bytes) -> int:
        """Hand bytes to the address of an upload; the HTTP status of what it says."""
        async with self._session.post(url, data=data) as response:
            return response.status

    async def pause(self, failures: int) -> None:
        """Wait after a call that failed: longer, the more had failed before."""
        await asyncio.sleep(self._wait * 2.0**failures)

    def say_refused(self, workspace: Workspace, channel: str, code: str) -> None:
        """Log, once, that a message for a channel was not taken, such as where the bot may not speak."""
        if (workspace.team, channel) not in self._refused:
            self._refused.add((workspace.team, channel))
            mend = "; invite it there" if code == "not_in_channel" else ""
            log.warning("%s: a message was not taken (%s)%s", channel, code, mend)


def _insist_on_limits(content: Content) -> None:
    if found := over_limits(content):
        raise Refused(f"over Slack's limits: {found}")
