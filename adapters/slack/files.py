"""Pictures and files: made in a child process, uploaded, and shared into a conversation once.

The SDK's `files_upload_v2` makes these steps too, and says nothing of which one failed. An upload may be begun anew as often
as it takes, since nobody sees it before it is shared; where sharing ends without a reply, the conversation is looked through
for the file before it is shared again. A file that somebody shares is a message of its own, of which Slack says only the
file's id: that is kept for it, and by it the file is taken back.
Source: https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.errors import AdapterError
from adapters.slack.client import code_of, is_ambiguous
from adapters.slack.deliver import TRIES, Sender, Undelivered
from adapters.slack.limits import ALTERNATIVE
from adapters.slack.workspaces import Workspace
from bot.drawing.make import Made, Maker, NotMade
from bot.render import head
from bot.reply import File, Picture, Reply, Text

log = logging.getLogger(__name__)

#: Said where a picture's words are more than Slack takes beside it.
CUT = " … This description is cut; the button under my message gives all of it in words."
#: What a missing permission means, and who mends it.
NO_SCOPE = (
    "this workspace has not allowed me to send files (files:write); whoever runs me can paste the app's manifest into "
    "Slack again and install it anew"
)

Block = Picture | File


class NotSent(AdapterError):
    """A file that did not get into a conversation; the message says why, to whoever asked."""


def files_of(reply: Reply) -> list[Block]:
    """The files that a reply brings."""
    return [block for block in reply.blocks if isinstance(block, Picture | File)]


def without_files(reply: Reply) -> Reply:
    """A reply without its files."""
    return replace(reply, blocks=tuple(block for block in reply.blocks if not isinstance(block, Picture | File)))


def in_words(reply: Reply, why: str) -> Reply:
    """A reply with its files in words, each after a line that says why."""
    blocks: list[Any] = []
    for block in reply.blocks:
        blocks += [Text(why), Text(block.alternative)] if isinstance(block, Picture | File) else [block]
    return replace(reply, blocks=tuple(blocks))


class Files:
    """Makes and sends files."""

    def __init__(self, sender: Sender, maker: Maker) -> None:
        self._sender = sender
        self._maker = maker

    async def send(
        self,
        workspace: Workspace,
        channel: str,
        block: Block,
        thread: str | None = None,
        *,
        since: str = "",
    ) -> str:
        """Make a file and share it; its id.

        Args:
            since: The message after which it may have been shared before, by a process that was killed; "" if it was not.

        Raises:
            NotSent: It could not be made, or Slack did not take it; the message says why.
        """
        try:
            made = await asyncio.to_thread(self._maker.make, block)
        except NotMade as error:
            raise NotSent(str(error)) from None
        try:
            if since and (found := await self._there(workspace, channel, thread, name=made.name, since=since)):
                return found
            file = await self._upload(workspace, made, alternative_of(block))
            await self._share(workspace, channel, file, _title(block), thread)
        except SlackApiError as error:
            raise NotSent(_why(code_of(error), made.name)) from None
        except Undelivered:
            raise NotSent(f"Slack did not say whether it took {made.name}; if it is not here, ask again") from None
        return file

    async def _upload(self, workspace: Workspace, made: Made, alternative: str) -> str:
        """Hand the bytes to Slack, where nobody sees them yet; the file's id.

        Raises:
            SlackApiError: Slack does not take it.
            NotSent: It takes none at the moment.
        """
        fault = ""
        for attempt in range(TRIES):
            if attempt:
                await self._sender.pause(attempt - 1)
            try:
                said = await workspace.client.files_getUploadURLExternal(
                    filename=made.name, length=len(made.data), alt_txt=alternative or None
                )
                status = await self._sender.upload(str(said["upload_url"]), made.data)
                if status == 200:
                    return str(said["file_id"])
                fault = f"HTTP {status}"
            except SlackApiError as error:
                if not is_ambiguous(error):
                    raise
                fault = code_of(error)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                fault = type(error).__name__
            log.warning("a file could not be uploaded (%s)", fault)
        raise NotSent(f"Slack does not take {made.name} at the moment ({fault}); ask again later")

    async def _share(self, workspace: Workspace, channel: str, file: str, title: str, thread: str | None) -> None:
        """Show an uploaded file in a conversation, once.

        Raises:
            SlackApiError: Slack does not take it.
            Undelivered: Nobody knows whether it did.
        """
        for attempt in range(TRIES):
            try:
                await workspace.client.files_completeUploadExternal(
                    files=[{"id": file, "title": title}], channel_id=channel, thread_ts=thread
                )
            except SlackApiError as error:
                if not is_ambiguous(error):
                    raise
                fault, look = code_of(error), True
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                fault, look = type(error).__name__, is_ambiguous(error)
            else:
                return
            log.warning("%s: a file got no reply (%s)%s", channel, fault, "; looking for it" if look else "")
            await self._sender.pause(attempt)
            if look and await self._there(workspace, channel, thread, file=file):
                return
        raise Undelivered(f"{channel} took no file in {TRIES} tries")

    async def _there(
        self, workspace: Workspace, channel: str, thread: str | None, *, file: str = "", name: str = "", since: str = ""
    ) -> str | None:
        """The id of a file of the bot's in a conversation, found by its id, or by its name after a message.

        Raises:
            Undelivered: The conversation cannot be read.
        """
        for message in await self._sender.newest(workspace, channel, thread):
            if message.get("user") != workspace.me:
                continue
            for held in message.get("files") or []:
                if held.get("id") == file or (name and held.get("name") == name and str(message["ts"]) > since):
                    return str(held["id"])
        return None


def _title(block: Block) -> str:
    """What stands over a file, and in a notification of it: the first line of its words, or a file's name."""
    return block.alternative.partition("\n")[0] if isinstance(block, Picture) else block.name


def alternative_of(block: Block) -> str:
    """What a picture shows, as whoever cannot see it is told; "" for a file that is no picture."""
    if not isinstance(block, Picture):
        return ""
    words = block.alternative
    return words if len(words) <= ALTERNATIVE else head(words, ALTERNATIVE - len(CUT), len).rstrip() + CUT


def _why(code: str, name: str) -> str:
    match code:
        case "missing_scope":
            return NO_SCOPE
        case "not_in_channel" | "channel_not_found":
            return "I am not in this channel; invite me with /invite"
        case _:
            return f"Slack did not take {name} ({code})"
