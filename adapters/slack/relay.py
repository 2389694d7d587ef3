"""From an event of a workspace to the bot, and from its reply to the workspace. Decides nothing about the document."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from adapters.slack.deliver import Content, Refused, Sender, is_file, key_of
from adapters.slack.directory import SlackDirectory
from adapters.slack.drawing import choice_of
from adapters.slack.drawing import contents as _contents
from adapters.slack.files import Block as FileBlock
from adapters.slack.files import Files, NotSent, files_of, in_words, without_files
from adapters.slack.hearing import (
    Gone,
    Incoming,
    Pressed,
    moment,
    plain,
    read_home_press,
    read_message,
    read_press,
    without_name,
)
from adapters.slack.home import PLATFORM, Home
from adapters.slack.sharing import SEND, SHARE, offered, shared, words_for
from adapters.slack.workspaces import Workspace
from bot.bot import Bot, Press
from bot.message import Message, Room
from bot.ports import Store
from bot.reply import Block, Bullets, Place, Reply, Text, Visibility, place_of

log = logging.getLogger(__name__)

#: A person's id: a U or W, then capitals and at least one digit.
#: Source: https://docs.slack.dev/reference/objects/user-object
_PERSON = re.compile(r"\b[UW](?=[A-Z]*\d)[A-Z0-9]{8,20}\b")
#: A `response_url` may be used so often.
#: Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
RESPONSES_AT_MOST = 5
#: Seconds after which a person who waits in a direct message is shown that an answer is being made.
STATUS_AFTER_SECONDS = 0.5
#: What a file's words say first where one person alone is answered: Slack has no such files.
#: Source: https://docs.slack.dev/reference/methods/files.completeUploadExternal
ALONE = "Slack cannot show a file to you alone. “Send to my DM” brings it to you, “Share in channel” to all; in words:"
ALONE_ELSEWHERE = "Slack cannot show a file to you alone. Ask me in our direct messages, and it comes; in words:"


class Relay:
    """Hands what happens to the bot, and delivers what it answers."""

    def __init__(
        self, bot: Bot, store: Store, sender: Sender, directory: SlackDirectory, files: Files, home: Home
    ) -> None:
        self._bot = bot
        self._store = store
        self._sender = sender
        self._directory = directory
        self._files = files
        self._home = home

    def room(self, workspace: Workspace, channel: str) -> Room:
        """A channel as the core names it."""
        return Room(PLATFORM, workspace.team, channel)

    # -- what people write

    async def message(self, workspace: Workspace, event: Any, *, again: bool) -> None:
        """Answer a message, follow its edit or its deletion.

        Args:
            again: Whether Slack says that it delivered the event before.
        """
        match read_message(event, me=workspace.me, my_bot=workspace.bot):
            case Incoming() as heard:
                await self._heard(workspace, heard, again=again)
            case Gone() as gone:
                await self._gone(workspace, gone)
            case None:
                pass

    async def _heard(self, workspace: Workspace, heard: Incoming, *, again: bool) -> None:
        room = self.room(workspace, heard.channel)
        message = Message(
            heard.text,
            heard.sender,
            room,
            heard.ts,
            heard.thread,
            heard.version,
            sent=heard.sent,
            addressed=heard.addressed,
            direct=heard.direct,
        )
        begun = again and await self._bot.knows(room, heard.ts)
        async with self._status(workspace, heard):
            if heard.version:
                revision = await self._bot.edited(message)
                reply, replaces = revision.reply, revision.replaces
            else:
                reply, replaces = await self._bot.answer(message), ()
            if not reply.blocks and not replaces:
                return
            try:
                sent = await self._send(workspace, message, reply, replaces, again=begun)
            except BaseException:
                self._bot.undelivered(message)
                raise
            await self._bot.delivered(message, sent)

    async def _gone(self, workspace: Workspace, gone: Gone) -> None:
        room = self.room(workspace, gone.channel)
        if gone.own:
            await self._bot.removed(room, gone.ts)
        elif answer := await self._bot.deleted(room, gone.ts):
            for sent in answer:
                await self._sender.delete(workspace, gone.channel, sent)
            await self._bot.taken_back(room, gone.ts)

    # -- buttons

    async def pressed(self, workspace: Workspace, body: Any) -> None:
        """Give what a button leads to: in the place of what carries it where that is the presser's own, else anew."""
        if turned := read_home_press(body):
            await self._home.turn(workspace, turned)
            return
        pressed = read_press(body)
        if pressed is None:
            return
        if pressed.action.startswith(SHARE):
            await self._share(workspace, pressed)
        elif pressed.action.startswith(SEND):
            await self._send_to_direct(workspace, pressed)
        elif choice := choice_of(pressed.action, pressed.value):
            room, private = self.room(workspace, pressed.channel), pressed.private and not pressed.direct
            thread = _own_thread(pressed.sender) if private else pressed.thread
            press = Press(choice, room, thread, pressed.sender, pressed.on, pressed.delivery, pressed.direct)
            given = await self._bot.pressed(press)
            if not given.reply.blocks:
                return
            message = Message(
                choice.words, press.sender, room, press.delivery, thread, delivery=press.delivery, direct=press.direct
            )
            sent: Sequence[str] = ()
            try:
                if pressed.private:
                    reply = await self._named(workspace, given.reply)
                    await self._respond(pressed.response_url, reply, choice.words, room, in_place=True)
                else:
                    reply = given.reply
                    if reply.thread and moment(reply.thread) is None:  # the thread of a press that answers no message
                        reply = replace(reply, thread=pressed.on)
                    sent = await self._send(workspace, message, reply, given.replaces)
            except BaseException:
                self._bot.undelivered(press)
                raise
            await self._bot.shown(press, given, sent)

    async def _share(self, workspace: Workspace, pressed: Pressed) -> None:
        """Post what somebody was told alone, and say who shared it."""
        room = self.room(workspace, pressed.channel)
        name = await self._directory.name(workspace.team, pressed.sender)
        message = Message(
            pressed.value,
            pressed.sender,
            room,
            pressed.delivery,
            pressed.thread,
            delivery=pressed.delivery,
            sent=datetime.now(UTC),
        )
        reply = await self._bot.answer(message)
        if not reply.blocks:
            return
        try:
            contents = shared(_contents(without_files(reply)), name)
            sent = await self._post_all(workspace, message, contents, reply, pressed.thread)
        except Refused as refused:
            self._bot.undelivered(message)
            await self._tell(pressed, _why_not_shared(refused.code))
        except BaseException:
            self._bot.undelivered(message)
            raise
        else:
            await self._remember_shared(message, sent)

    async def _remember_shared(self, message: Message, sent: Sequence[str]) -> None:
        """Remember what was shared. Outside a thread it answers no message: what is written under it goes on from it."""
        known = await self._store.answered(message.room, message.id)
        if known is None or message.thread is not None:
            await self._bot.delivered(message, sent)
            return
        root = sent[0]
        await self._bot.delivered(message, ())
        places: dict[str | None, Place] = {root: place_of(known.numbers)} if known.numbers else {}
        shown = replace(known, message=root, thread=root, sent=tuple(sent), delivered=True)
        await self._store.remember(shown, places)

    async def _send_to_direct(self, workspace: Workspace, pressed: Pressed) -> None:
        """Send what somebody was told alone to their direct messages, where they find it again."""
        try:
            opened = await workspace.client.conversations_open(users=pressed.sender)
            channel = str(opened["channel"]["id"])
        except SlackApiError:
            await self._tell(pressed, "I may not write to you here; open a direct message with me, and ask there.")
            return
        message = Message(
            pressed.value,
            pressed.sender,
            self.room(workspace, channel),
            pressed.delivery,
            delivery=pressed.delivery,
            sent=datetime.now(UTC),
            direct=True,
        )
        reply = await self._bot.answer(message)
        if not reply.blocks:
            return
        try:
            sent = await self._post_all(workspace, message, _contents(without_files(reply)), reply, None)
        except BaseException:
            self._bot.undelivered(message)
            raise
        await self._bot.delivered(message, sent)
        await self._tell(pressed, "It is in your direct messages with me.")

    async def _tell(self, pressed: Pressed, text: str) -> None:
        [content] = _contents(Reply("error", (Text(text),), answered=False))
        body = {"response_type": "ephemeral", "replace_original": False, **content}
        if pressed.response_url:
            await self._sender.respond(pressed.response_url, body)

    # -- commands and shortcuts, which are answered to the asker alone

    async def command(self, workspace: Workspace, body: Any) -> None:
        """Answer a slash command to its asker."""
        text = plain(str(body.get("text") or "")) or "help"
        await self._ask_alone(workspace, body, text, str(body["channel_id"]), str(body["user_id"]), thread=None)

    async def shortcut(self, workspace: Workspace, body: Any) -> None:
        """Find what a message says in the document, for the person who asks alone."""
        said = body.get("message") if isinstance(body.get("message"), dict) else {}
        bare, _ = without_name(str(said.get("text") or ""), workspace.me)
        text = plain(bare)
        thread = said.get("thread_ts")
        channel, user = str(body["channel"]["id"]), str(body["user"]["id"])
        await self._ask_alone(workspace, body, text or "help", channel, user, thread=thread)

    async def _ask_alone(
        self, workspace: Workspace, body: Any, text: str, channel: str, user: str, *, thread: str | None
    ) -> None:
        """Answer to one person alone. Where they stand in the document is their own affair, not the channel's."""
        room, delivery = self.room(workspace, channel), str(body["trigger_id"])
        message = Message(
            text,
            user,
            room,
            delivery,
            _own_thread(user),
            delivery=delivery,
            sent=datetime.now(UTC),
            direct=channel.startswith("D"),
        )
        reply = await self._bot.answer(message)
        if not reply.blocks:
            return
        try:
            reply = await self._named(workspace, reply)
            await self._whisper(workspace, body, reply, text, room, user, thread)
        except BaseException:
            self._bot.undelivered(message)
            raise
        await self._bot.delivered(message, ())

    async def _whisper(
        self, workspace: Workspace, body: Any, reply: Reply, text: str, room: Room, user: str, thread: str | None
    ) -> None:
        if thread:
            contents = self._with_offers(reply, text, room)
            try:
                for content in contents:
                    await self._sender.whisper(workspace, room.id, user, content, thread)
            except Refused:
                pass  # it is no member; the shortcut's own address will do
            else:
                return
        await self._respond(str(body.get("response_url") or ""), reply, text, room, in_place=False)

    async def _respond(self, url: str, reply: Reply, text: str, room: Room, *, in_place: bool) -> None:
        """Show a reply to one person alone, by the address that came with what they did."""
        contents = self._with_offers(reply, text, room)
        if len(contents) > RESPONSES_AT_MOST:
            contents = [*contents[: RESPONSES_AT_MOST - 1], *self._rest(len(contents), reply, text, room)]
        for part, content in enumerate(contents):
            placed = {"replace_original": in_place and part == 0}
            if not await self._sender.respond(url, {"response_type": "ephemeral", **placed, **content}):
                return

    def _with_offers(self, reply: Reply, text: str, room: Room) -> list[Content]:
        offers = not room.id.startswith("D") and words_for(reply, text, self._bot.document)
        said = in_words(reply, ALONE if offers else ALONE_ELSEWHERE)
        return self._offering(_contents(said), reply, text, room)

    def _offering(self, contents: list[Content], reply: Reply, text: str, room: Room) -> list[Content]:
        """Contents with the buttons that give the reply elsewhere, where it can be given there."""
        words = words_for(reply, text, self._bot.document)
        return offered(contents, words) if words and not room.id.startswith("D") else contents

    def _rest(self, parts: int, reply: Reply, text: str, room: Room) -> list[Content]:
        """The last of what can be shown to one person alone: how to read what cannot."""
        said = (
            f"Parts {RESPONSES_AT_MOST} to {parts} do not fit here. To read it all, have it sent to your direct "
            "messages, or ask there."
        )
        return self._offering(_contents(Reply("error", (Text(said),), answered=False)), reply, text, room)

    # -- sending

    async def _send(
        self, workspace: Workspace, message: Message, reply: Reply, replaces: Sequence[str] = (), *, again: bool = False
    ) -> list[str]:
        """Send a reply, in place of the messages that it replaces; parts that are no longer needed go.

        Returns:
            The ids of the messages that it is now; none where the asker alone was told.
        """
        channel = message.room.id
        reply = await self._named(workspace, reply)
        if reply.visibility is Visibility.ASKER and not message.direct and not replaces:
            try:
                for content in _contents(in_words(reply, ALONE_ELSEWHERE)):
                    await self._sender.whisper(workspace, channel, message.sender, content, message.thread)
            except Refused as refused:
                self._sender.say_refused(workspace, channel, refused.code)
            return []
        contents = _contents(without_files(reply))
        messages = [old for old in replaces if not is_file(old)]
        sent: list[str] = []
        try:
            for part, content in enumerate(contents):
                if part >= len(messages):
                    sent.append(await self._post(workspace, message, part, content, reply.thread, again=again))
                elif await self._sender.update(workspace, channel, messages[part], content):
                    sent.append(messages[part])
            for block in files_of(reply):
                sent += await self._send_file(workspace, message, block, reply.thread, again=again)
        except Refused as refused:
            self._sender.say_refused(workspace, channel, refused.code)
        for old in [*messages[len(contents) :], *filter(is_file, replaces)]:
            await self._sender.delete(workspace, channel, old)
        return sent

    async def _post_all(
        self, workspace: Workspace, message: Message, contents: Sequence[Content], reply: Reply, thread: str | None
    ) -> list[str]:
        """Post contents, and the files that a reply brings; the ids of all."""
        sent = [await self._post(workspace, message, part, content, thread) for part, content in enumerate(contents)]
        for block in files_of(reply):
            sent += await self._send_file(workspace, message, block, thread)
        return sent

    async def _send_file(
        self, workspace: Workspace, message: Message, block: FileBlock, thread: str | None, *, again: bool = False
    ) -> list[str]:
        """Make and send a file; where that fails, the same in words, after a line that says why."""
        channel = message.room.id
        try:
            return [await self._files.send(workspace, channel, block, thread, since=message.id if again else "")]
        except NotSent as error:
            log.warning("%s: a file could not be sent: %s", channel, error)
            said = in_words(Reply("error", (block,)), f"The file could not be sent: {error}. In words:")
        contents = enumerate(_contents(said))
        return [
            await self._post(workspace, message, f"instead {block} {part}", content, thread, again=again)
            for part, content in contents
        ]

    async def _post(
        self,
        workspace: Workspace,
        message: Message,
        part: object,
        content: Content,
        thread: str | None,
        *,
        again: bool = False,
    ) -> str:
        channel = message.room.id
        key = key_of(workspace.team, channel, message.id, message.version, part)
        return await self._sender.post(workspace, channel, content, key, thread, again=again)

    async def _named(self, workspace: Workspace, reply: Reply) -> Reply:
        """A reply with people's names in its own words, where it has their ids: who changed or may change a setting."""
        found = {person for block in reply.blocks for words in _own_words(block) for person in _PERSON.findall(words)}
        if not found:
            return reply
        names = {person: await self._directory.name(workspace.team, person) for person in found}

        def named(words: str) -> str:
            return _PERSON.sub(lambda person: names[person[0]], words)

        blocks: list[Block] = []
        for block in reply.blocks:
            match block:
                case Text(text):
                    blocks.append(Text(named(text)))
                case Bullets(items):
                    blocks.append(replace(block, items=tuple(map(named, items))))
                case _:
                    blocks.append(block)
        return replace(reply, blocks=tuple(blocks))

    async def introduce(self, workspace: Workspace, room: Room, reply: Reply, occasion: str, *, again: bool) -> None:
        """Say, once for an occasion, what the bot is."""
        if await self._store.pressed(room, occasion):
            return
        try:
            for part, content in enumerate(_contents(reply)):
                key = key_of(workspace.team, room.id, occasion, part)
                await self._sender.post(workspace, room.id, content, key, again=again)
        except Refused as refused:
            self._sender.say_refused(workspace, room.id, refused.code)
        await self._store.first_time(room, occasion)

    @asynccontextmanager
    async def _status(self, workspace: Workspace, heard: Incoming) -> AsyncIterator[None]:
        """Show in a direct message's thread that an answer is being made, if that takes a while and Slack can show it."""
        if not heard.direct:
            yield
            return

        begun = False

        async def say(status: str) -> None:
            # Where the workspace has no such thing, nothing depends on it.
            with suppress(SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
                await workspace.client.assistant_threads_setStatus(
                    channel_id=heard.channel, thread_ts=heard.thread or heard.ts, status=status
                )

        async def show() -> None:
            nonlocal begun
            await asyncio.sleep(STATUS_AFTER_SECONDS)
            begun = True
            await say("is looking it up")

        task = asyncio.create_task(show())
        try:
            yield
        finally:
            task.cancel()
            if begun:  # an answer ends it; silence and faults do not
                await say("")


def _own_words(block: Block) -> tuple[str, ...]:
    """What the bot says in its own words, where people may be named."""
    match block:
        case Text(text):
            return (text,)
        case Bullets(items):
            return items
        case _:
            return ()


def _own_thread(person: str) -> str:
    """The name of a thread that one person alone sees, so that its place is nobody else's."""
    return f"alone {person}"


def _why_not_shared(code: str) -> str:
    if code in {"not_in_channel", "channel_not_found"}:
        return "I am not in this channel, so I cannot post here. Invite me with /invite, then share it again."
    return f"Slack does not let me post here ({code})."
